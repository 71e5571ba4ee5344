import { useMessenger } from '../messenger.ts';
import { Confirm } from '../parts/Confirm.tsx';
import { text } from '../text/administration.ts';
import { partnerName } from './partnername.ts';
import type { Peer } from './routes.ts';

interface Props {
  readonly peer: Peer;
  readonly farewell: 'block' | 'forget';
  readonly onClose: () => void;
}

export function PartnerFarewell({ peer, farewell, onClose }: Props) {
  const messenger = useMessenger();
  const { org } = peer;
  const name = partnerName(peer);
  const block = () =>
    messenger.admin('PATCH /api/v1/admin/peers/:org', { params: { org }, body: { state: 'blocked' } });
  const forget = () => messenger.admin('DELETE /api/v1/admin/peers/:org', { params: { org } });
  return (
    <Confirm
      title={text(`admin.${farewell}-title`, { name })}
      lost={farewell === 'block' ? text('admin.block-more', { name }) : text('admin.forget-more')}
      action={text(`admin.partner-${farewell}`)}
      onClose={onClose}
      work={farewell === 'block' ? block : forget}
    />
  );
}
