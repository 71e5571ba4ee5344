import { Hourglass } from 'lucide-react';
import type { MessageView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './Instead.module.css';
import { keyWaitSentence } from './keywait.ts';

interface Props {
  readonly message: MessageView;
  readonly instead: NonNullable<MessageView['instead']>;
}

/** In the place of a text that is not there: why. */
export function Instead({ message, instead }: Props) {
  if (instead !== 'key') return <em>{text(`message.${instead}`)}</em>;
  return (
    <span className={css.key}>
      <Hourglass aria-hidden />
      {keyWaitSentence(message.keyWait)}
    </span>
  );
}
