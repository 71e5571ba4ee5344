import { Lock } from 'lucide-react';
import type { ChatId } from '../../../protocol/ids.ts';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { goTo } from '../place.ts';
import { text } from '../text/text.ts';

interface Props {
  readonly chat: ChatId;
}

/** From a chat that is not sealed to one that is, with the same people. */
export function ContinueSealed({ chat }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const go = async () => {
    const answer = await ask(() => messenger.continueSealed(chat));
    if (answer.ok) goTo({ is: 'chat', chat: answer.value, details: false });
  };
  return (
    <>
      <Button look="primary" disabled={busy} onClick={go}>
        <Lock aria-hidden />
        {text(busy ? 'common.working' : 'seal.continue')}
      </Button>
      <Refusal refusal={refusal} />
    </>
  );
}
