import { useMessenger } from '../messenger.ts';
import { Confirm } from '../parts/Confirm.tsx';
import { text } from '../text/administration.ts';
import type { Account } from './routes.ts';

interface Props {
  readonly account: Account;
  readonly onClose: () => void;
}

export function DisableAccount({ account, onClose }: Props) {
  const messenger = useMessenger();
  const params = { account: account.account };
  const name = account.displayName;
  return (
    <Confirm
      title={text('admin.disable-title', { name })}
      lost={text('admin.disable-more', { name })}
      action={text('admin.disable')}
      onClose={onClose}
      work={() => messenger.admin('PATCH /api/v1/admin/accounts/:account', { params, body: { state: 'disabled' } })}
    />
  );
}
