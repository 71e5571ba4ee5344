import { useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { replacePlace } from '../place.ts';
import { text } from '../text/text.ts';
import { ConfirmPhrase } from './ConfirmPhrase.tsx';
import { Sheet } from './Sheet.tsx';
import { Splash } from './Splash.tsx';
import { Words } from './Words.tsx';

interface Props {
  readonly organisation: string;
}

/** The organisation's recovery phrase: shown, written down, confirmed by typing. Kept in this component only. */
export function Phrase({ organisation }: Props) {
  const messenger = useMessenger();
  const [words, setWords] = useState<readonly string[] | null>(null);
  const [refusal, setRefusal] = useState<RefusalReply | null>(null);
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    messenger
      .admin<{ words: string[] }>('GET /api/v1/admin/phrase', {})
      .then((answer) => (answer.ok ? setWords(answer.value.words) : setRefusal(answer.refusal)));
  }, [messenger]);
  const leave = () => replacePlace({ is: 'chats' });
  if (refusal !== null) {
    return (
      <Sheet title={text('phrase.title', { organisation })}>
        <Refusal refusal={refusal} />
        <Button large onClick={leave}>
          {text('common.close')}
        </Button>
      </Sheet>
    );
  }
  if (words === null) return <Splash />;
  if (typing) return <ConfirmPhrase total={words.length} onBack={() => setTyping(false)} onDone={leave} />;
  return <Words organisation={organisation} words={words} onLater={leave} onWritten={() => setTyping(true)} />;
}
