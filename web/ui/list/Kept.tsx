import { BellOff, Pin } from 'lucide-react';
import type { ChatView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './Kept.module.css';

interface Props {
  readonly chat: ChatView;
  readonly muted: boolean;
}

/** Small signs of what a person decided for themselves. */
export function Kept({ chat, muted }: Props) {
  return (
    <>
      {muted ? <BellOff className={css.sign} role="img" aria-label={text('list.muted')} /> : null}
      {chat.pinned ? <Pin className={css.sign} role="img" aria-label={text('list.pinned')} /> : null}
    </>
  );
}
