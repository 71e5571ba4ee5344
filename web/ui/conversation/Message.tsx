import type { ChatId } from '../../../protocol/ids.ts';
import { PersonAvatar } from '../parts/PersonAvatar.tsx';
import { Bubble } from './Bubble.tsx';
import { Byline } from './Byline.tsx';
import { Delivery } from './Delivery.tsx';
import { EraseButton } from './EraseButton.tsx';
import css from './Message.module.css';
import type { MessageRow } from './rows.ts';
import { Trouble } from './Trouble.tsx';

interface Props {
  readonly row: MessageRow;
  readonly chat: ChatId;
  readonly direct: boolean;
}

/** One message: who, what, and where it stands. Own ones at the right, without a face. */
export function Message({ row, chat, direct }: Props) {
  const { message, first, last } = row;
  const open = message.delivery.some(({ has }) => !has);
  const stored = message.state.is === 'stored';
  return (
    <article
      className={css.message}
      data-own={message.own}
      data-first={first}
      data-last={last}
      data-key={message.key}
      data-row
      tabIndex={-1}
    >
      {message.own || direct ? null : (
        <span className={css.face}>{first ? <PersonAvatar person={message.author} /> : null}</span>
      )}
      <div className={css.column}>
        {first && !message.own && !direct ? <Byline person={message.author} /> : null}
        {first && (message.own || direct) ? <span className="hidden">{message.author.name}</span> : null}
        <div className={css.line}>
          <Bubble chat={chat} message={message} />
          {message.canErase && stored ? <EraseButton chat={chat} message={message} /> : null}
        </div>
        {message.own && stored && (last || open) ? <Delivery delivery={message.delivery} /> : null}
        <Trouble chat={chat} message={message} />
      </div>
    </article>
  );
}
