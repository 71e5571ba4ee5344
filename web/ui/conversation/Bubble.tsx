import type { MessageView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './Bubble.module.css';
import { MessageText } from './MessageText.tsx';
import { Stamp } from './Stamp.tsx';

interface Props {
  readonly message: MessageView;
}

export function Bubble({ message }: Props) {
  const instead = message.instead ?? (message.text === null ? 'unreadable' : null);
  return (
    <div className={css.bubble} data-own={message.own} data-state={message.state.is} data-instead={instead !== null}>
      {instead === null ? <MessageText text={message.text ?? ''} /> : <em>{text(`message.${instead}`)}</em>}
      <Stamp message={message} />
    </div>
  );
}
