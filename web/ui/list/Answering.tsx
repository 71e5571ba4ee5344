import type { ChatView } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { goTo } from '../place.ts';
import { text } from '../text/text.ts';
import css from './Answering.module.css';

interface Props {
  readonly chat: ChatView;
}

/** Accept or decline; accepting opens the chat. */
export function Answering({ chat }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const accept = async () => {
    const answer = await ask(() => messenger.accept(chat.chat));
    if (answer.ok) goTo({ is: 'chat', chat: chat.chat, details: false });
  };
  return (
    <div className={css.answering}>
      <Button look="primary" disabled={busy} onClick={accept}>
        {text('list.accept')}
      </Button>
      <Button disabled={busy} onClick={() => ask(() => messenger.decline(chat.chat))}>
        {text('list.decline')}
      </Button>
      <Refusal refusal={refusal} />
    </div>
  );
}
