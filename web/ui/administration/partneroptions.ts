/** What an administrator may do with a partner, as a menu. */
import { Ban, Check, Eye, Handshake, RotateCcw, Trash2 } from 'lucide-react';
import type { Option } from '../parts/Options.tsx';
import { text } from '../text/administration.ts';
import type { Peer } from './routes.ts';

interface Doing {
  readonly change: (body: object) => void;
  readonly part: (farewell: 'block' | 'forget') => void;
}

const directories = ['nobody', 'exact', 'search', null] as const;

export function partnerOptions(peer: Peer, { change, part }: Doing): Option[] {
  if (peer.state === 'blocked') {
    return [{ label: text('admin.partner-unblock'), icon: RotateCcw, act: () => change({ state: 'unblocked' }) }];
  }
  const approve: Option[] =
    peer.state === 'approved'
      ? []
      : [{ label: text('admin.partner-approve'), icon: Check, act: () => change({ state: 'approved' }) }];
  const shown = directories.filter((directory) => directory !== peer.directory);
  const directory = shown.map((one) => ({
    label: text('admin.directory-for', { what: text(`admin.directory-${one ?? 'default'}`) }),
    icon: Eye,
    act: () => change({ directory: one }),
  }));
  return [
    ...approve,
    ...directory,
    {
      label: text(peer.autoAccept ? 'admin.partner-ask' : 'admin.partner-trust'),
      icon: Handshake,
      act: () => change({ autoAccept: !peer.autoAccept }),
    },
    { label: text('admin.partner-forget'), icon: Trash2, danger: true, act: () => part('forget') },
    { label: text('admin.partner-block'), icon: Ban, danger: true, act: () => part('block') },
  ];
}
