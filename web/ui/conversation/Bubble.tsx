import { lazy, Suspense } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { MessageView } from '../../client/model.ts';
import css from './Bubble.module.css';
import { Instead } from './Instead.tsx';
import { MessageText } from './MessageText.tsx';
import { Stamp } from './Stamp.tsx';

const MessageFiles = lazy(async () => ({ default: (await import('../files/MessageFiles.tsx')).MessageFiles }));

interface Props {
  readonly chat: ChatId;
  readonly message: MessageView;
}

/** What a message says, from top to bottom: what it answers, its text, what is attached, when. */
export function Bubble({ chat, message }: Props) {
  const instead = message.instead ?? (message.text === null ? 'unreadable' : null);
  return (
    <div className={css.bubble} data-own={message.own} data-state={message.state.is} data-instead={instead !== null}>
      {instead === null ? <MessageText text={message.text ?? ''} /> : <Instead message={message} instead={instead} />}
      {message.files.length > 0 ? (
        <Suspense fallback={<span className={css.files} />}>
          <MessageFiles chat={chat} entryId={message.entryId} files={message.files} />
        </Suspense>
      ) : null}
      <Stamp message={message} />
    </div>
  );
}
