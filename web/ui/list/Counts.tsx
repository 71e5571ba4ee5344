import type { ChatView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './Counts.module.css';

interface Props {
  readonly chat: Pick<ChatView, 'unread' | 'mentions' | 'markedUnread'>;
  /** Not in the chat's colour: nobody is told of it. */
  readonly quiet: boolean;
}

const most = 999;

export function Counts({ chat: { unread, mentions, markedUnread }, quiet }: Props) {
  return (
    <>
      {mentions > 0 ? (
        <span className={css.mention}>
          <span aria-hidden>@</span>
          <span className="hidden">{text('list.mentions-count', { count: mentions })}</span>
        </span>
      ) : null}
      {unread > 0 ? (
        <span className={css.count} data-quiet={quiet}>
          <span aria-hidden>{unread > most ? `${most}+` : unread}</span>
          <span className="hidden">{text('list.unread-count', { count: unread })}</span>
        </span>
      ) : markedUnread ? (
        <span className={css.dot}>
          <span className="hidden">{text('list.marked-unread')}</span>
        </span>
      ) : null}
    </>
  );
}
