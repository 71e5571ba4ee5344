import { KeyRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PasskeyAsk } from '../../client/passkey.ts';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { usePasskeys } from '../passkeys.ts';
import { text } from '../text/passkeys.ts';
import css from './Locked.module.css';

/** Offered where this browser can, and where a passkey opens the vault; otherwise nothing is to be seen. */
export function OpenByPasskey() {
  const messenger = useMessenger();
  const browser = usePasskeys();
  const { ask, busy, refusal } = useAsk();
  const [asked, setAsked] = useState<PasskeyAsk | null>(null);
  useEffect(() => {
    if (browser) void messenger.passkeyAsk().then((answer) => setAsked(answer.ok ? answer.value : null));
  }, [browser, messenger]);
  if (!browser || !asked) return null;
  const open = () => ask(async () => messenger.unlock({ passkey: await browser.use(asked) }));
  return (
    <div className={css.passkey}>
      <Button large disabled={busy} onClick={open}>
        <KeyRound aria-hidden />
        {text(busy ? 'passkeys.waiting' : 'passkeys.open')}
      </Button>
      <Refusal refusal={refusal} />
    </div>
  );
}
