import { useState } from 'react';
import { useMe, useMessenger } from '../messenger.ts';
import { Toggle } from '../parts/Toggle.tsx';
import { text } from '../text/administration.ts';
import { LinkDialog } from './LinkDialog.tsx';
import { makeLink } from './made.ts';

interface Props {
  readonly onClose: () => void;
}

export function InviteAccount({ onClose }: Props) {
  const messenger = useMessenger();
  const { orgName: organisation } = useMe();
  const [administrator, setAdministrator] = useState(false);
  return (
    <LinkDialog
      title={text('admin.invite-title', { organisation })}
      more={text('admin.invite-more')}
      label={text('admin.link')}
      action={text('admin.make-link')}
      make={() => makeLink(messenger, 'POST /api/v1/admin/invitations', { body: { administrator } })}
      onClose={onClose}
    >
      <Toggle label={text('admin.invite-administrator')} value={administrator} onChange={setAdministrator} />
    </LinkDialog>
  );
}
