import { useMessenger } from '../messenger.ts';
import { text } from '../text/administration.ts';
import { LinkDialog } from './LinkDialog.tsx';
import { makeLink } from './made.ts';
import type { Account } from './routes.ts';

interface Props {
  readonly account: Account;
  readonly onClose: () => void;
}

export function ResetLink({ account, onClose }: Props) {
  const messenger = useMessenger();
  const params = { account: account.account };
  return (
    <LinkDialog
      title={text('admin.link-reset-title', { name: account.displayName })}
      more={text('admin.link-reset-more', { name: account.displayName })}
      label={text('admin.link')}
      action={text('admin.make-link')}
      make={() => makeLink(messenger, 'POST /api/v1/admin/accounts/:account/reset-link', { params })}
      onClose={onClose}
    />
  );
}
