import { text } from '../text/administration.ts';
import css from './Rows.module.css';
import type { Account } from './routes.ts';

interface Props {
  readonly account: Account;
  readonly own: boolean;
}

export function AccountTags({ account, own }: Props) {
  return (
    <>
      {own ? <span className={css.tag}>{text('admin.you')}</span> : null}
      {account.kind === 'bot' ? <span className={css.tag}>{text('admin.bot')}</span> : null}
      {account.administrator ? (
        <span className={css.tag} data-mood="accent">
          {text('admin.administrator')}
        </span>
      ) : null}
      {account.mayBringOutsiders ? null : <span className={css.tag}>{text('admin.no-outsiders')}</span>}
      {account.state === 'disabled' ? (
        <span className={css.tag} data-mood="bad">
          {text('admin.disabled')}
        </span>
      ) : null}
    </>
  );
}
