import { lazy, Suspense, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { MessageView } from '../../client/model.ts';
import { useTell } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/text.ts';
import { keyWaitSentence } from './keywait.ts';
import css from './Trouble.module.css';

const Confirm = lazy(async () => ({ default: (await import('../parts/Confirm.tsx')).Confirm }));

interface Props {
  readonly chat: ChatId;
  readonly message: MessageView;
}

/** What is not stored says so, and what can be done about it. */
export function Trouble({ chat, message }: Props) {
  const messenger = useMessenger();
  const tell = useTell();
  const [discarding, setDiscarding] = useState(false);
  const { state, entryId, keyWait } = message;
  if (state.is === 'stored') return null;
  if (state.is === 'sending' || state.is === 'queued') {
    const waits = state.is === 'queued' && keyWait !== null;
    return <p className={css.wait}>{waits ? keyWaitSentence(keyWait) : text(`message.${state.is}`)}</p>;
  }
  return (
    <div className={css.trouble}>
      <p>{text(`message.${state.is}`, { sentence: state.refusal.sentence })}</p>
      {state.is === 'refused' && message.own ? (
        <div className={css.actions}>
          <Button small onClick={() => tell(messenger.retry(chat, entryId))}>
            {text('message.retry')}
          </Button>
          <Button small look="quiet" onClick={() => setDiscarding(true)}>
            {text('message.discard')}
          </Button>
        </div>
      ) : null}
      {discarding ? (
        <Suspense>
          <Confirm
            title={text('message.discard-title')}
            lost={text('message.discard-more')}
            action={text('message.discard-do')}
            onClose={() => setDiscarding(false)}
            work={() => messenger.discard(chat, entryId)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
