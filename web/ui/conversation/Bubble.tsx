import type { MessageView } from '../../client/model.ts';
import css from './Bubble.module.css';
import { Instead } from './Instead.tsx';
import { MessageText } from './MessageText.tsx';
import { Stamp } from './Stamp.tsx';

interface Props {
  readonly message: MessageView;
}

/** What a message says, from top to bottom: what it answers, its text, what is attached, when. */
export function Bubble({ message }: Props) {
  const instead = message.instead ?? (message.text === null ? 'unreadable' : null);
  return (
    <div className={css.bubble} data-own={message.own} data-state={message.state.is} data-instead={instead !== null}>
      {instead === null ? <MessageText text={message.text ?? ''} /> : <Instead message={message} instead={instead} />}
      <Stamp message={message} />
    </div>
  );
}
