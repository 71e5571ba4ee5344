import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { moveFocus } from '../arrows.ts';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/administration.ts';
import { AccountRow } from './AccountRow.tsx';
import { useRead } from './admin.ts';
import { InviteAccount } from './InviteAccount.tsx';
import { Loading } from './Loading.tsx';
import css from './Rows.module.css';
import type { Account } from './routes.ts';

export function Accounts() {
  const { value, refusal, again } = useRead<{ accounts: Account[] }>('GET /api/v1/admin/accounts');
  const [inviting, setInviting] = useState(false);
  if (value === null) return <Loading refusal={refusal} again={again} />;
  return (
    <>
      <div className={css.bar}>
        <Button look="primary" onClick={() => setInviting(true)} aria-haspopup="dialog">
          <UserPlus aria-hidden />
          {text('admin.invite')}
        </Button>
      </div>
      <ul className={css.list} onKeyDown={(event) => moveFocus(event, 'button')} aria-label={text('admin.accounts')}>
        {value.accounts.map((account) => (
          <AccountRow key={account.account} account={account} onChanged={again} />
        ))}
      </ul>
      {inviting ? <InviteAccount onClose={() => setInviting(false)} /> : null}
    </>
  );
}
