/** What an administrator may do with an account, as a menu. */
import { Globe, GlobeLock, KeyRound, Power, PowerOff, ShieldCheck, ShieldOff } from 'lucide-react';
import type { Option } from '../parts/Options.tsx';
import { text } from '../text/administration.ts';
import type { Account } from './routes.ts';

interface Doing {
  readonly change: (body: object) => void;
  readonly open: (what: 'reset' | 'disable') => void;
}

export function accountOptions(account: Account, { change, open }: Doing): Option[] {
  const { administrator, mayBringOutsiders } = account;
  if (account.state === 'disabled') {
    return [{ label: text('admin.enable'), icon: Power, act: () => change({ state: 'active' }) }];
  }
  const reset: Option = { label: text('admin.reset'), icon: KeyRound, act: () => open('reset') };
  return [
    // A bot has no password.
    ...(account.kind === 'person' ? [reset] : []),
    {
      label: text(mayBringOutsiders ? 'admin.forbid-outsiders' : 'admin.allow-outsiders'),
      icon: mayBringOutsiders ? GlobeLock : Globe,
      act: () => change({ mayBringOutsiders: !mayBringOutsiders }),
    },
    {
      label: text(administrator ? 'admin.unmake-administrator' : 'admin.make-administrator'),
      icon: administrator ? ShieldOff : ShieldCheck,
      act: () => change({ administrator: !administrator }),
    },
    { label: text('admin.disable'), icon: PowerOff, danger: true, act: () => open('disable') },
  ];
}
