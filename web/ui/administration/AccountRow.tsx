import { useState } from 'react';
import { useTell } from '../ask.ts';
import { useMe, useMessenger } from '../messenger.ts';
import { useNow } from '../now.ts';
import { Options } from '../parts/Options.tsx';
import { PersonAvatar } from '../parts/PersonAvatar.tsx';
import { text } from '../text/administration.ts';
import { timeSince } from '../text/time.ts';
import { AccountTags } from './AccountTags.tsx';
import { accountOptions } from './accountoptions.ts';
import { DisableAccount } from './DisableAccount.tsx';
import { ResetLink } from './ResetLink.tsx';
import css from './Rows.module.css';
import type { Account } from './routes.ts';

interface Props {
  readonly account: Account;
  readonly onChanged: () => void;
}

export function AccountRow({ account, onChanged }: Props) {
  const messenger = useMessenger();
  const me = useMe();
  const now = useNow();
  const tell = useTell();
  const [open, setOpen] = useState<'reset' | 'disable' | null>(null);
  const params = { account: account.account };
  const change = async (body: object) => {
    if (await tell(messenger.admin('PATCH /api/v1/admin/accounts/:account', { params, body }))) onChanged();
  };
  const seen = account.lastSeenAt;
  const close = () => {
    setOpen(null);
    onChanged();
  };
  return (
    <li className={css.row} data-off={account.state === 'disabled'}>
      <PersonAvatar person={{ ...me, name: account.displayName, disabled: account.state === 'disabled' }} />
      <div className={css.words}>
        <p className={css.name}>
          {account.displayName}
          <AccountTags account={account} own={account.account === me.account} />
        </p>
        <p className={css.below}>
          {account.name}@{me.domain} ·{' '}
          {seen === null ? text('admin.never-seen') : text('admin.last-seen', { time: timeSince(seen, now) })}
        </p>
        {account.offboarding.map(({ org, orgName, stopped }) => (
          <p key={org} className={stopped ? css.below : css.warning}>
            {text(stopped ? 'admin.offboarded' : 'admin.offboarding', { organisation: orgName })}
          </p>
        ))}
      </div>
      <Options
        label={text('admin.options', { name: account.displayName })}
        options={accountOptions(account, { change, open: setOpen })}
      />
      {open === 'reset' ? <ResetLink account={account} onClose={close} /> : null}
      {open === 'disable' ? <DisableAccount account={account} onClose={close} /> : null}
    </li>
  );
}
