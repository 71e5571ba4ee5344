import { text } from '../text/text.ts';
import css from './Counts.module.css';

interface Props {
  readonly unread: number;
  readonly mentions: number;
}

const most = 999;

export function Counts({ unread, mentions }: Props) {
  return (
    <>
      {mentions > 0 ? (
        <span className={css.mention}>
          <span aria-hidden>@</span>
          <span className="hidden">{text('list.mentions-count', { count: mentions })}</span>
        </span>
      ) : null}
      {unread > 0 ? (
        <span className={css.count}>
          <span aria-hidden>{unread > most ? `${most}+` : unread}</span>
          <span className="hidden">{text('list.unread-count', { count: unread })}</span>
        </span>
      ) : null}
    </>
  );
}
