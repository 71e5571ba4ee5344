import { Hourglass } from 'lucide-react';
import type { MessageView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './Bubble.module.css';
import { keyWaitSentence } from './keywait.ts';
import { MessageText } from './MessageText.tsx';
import { Stamp } from './Stamp.tsx';

interface Props {
  readonly message: MessageView;
}

export function Bubble({ message }: Props) {
  const instead = message.instead ?? (message.text === null ? 'unreadable' : null);
  return (
    <div className={css.bubble} data-own={message.own} data-state={message.state.is} data-instead={instead !== null}>
      {instead === null ? <MessageText text={message.text ?? ''} /> : <Instead message={message} instead={instead} />}
      <Stamp message={message} />
    </div>
  );
}

interface InsteadProps extends Props {
  readonly instead: NonNullable<MessageView['instead']>;
}

function Instead({ message, instead }: InsteadProps) {
  if (instead !== 'key') return <em>{text(`message.${instead}`)}</em>;
  return (
    <span className={css.key}>
      <Hourglass aria-hidden />
      {keyWaitSentence(message.keyWait)}
    </span>
  );
}
