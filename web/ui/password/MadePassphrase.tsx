import { Check, Copy, RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Tick } from '../parts/Tick.tsx';
import { text } from '../text/keys.ts';
import css from './MadePassphrase.module.css';

interface Props {
  readonly phrase: string | null;
  readonly onPhrase: (phrase: string) => void;
  readonly kept: boolean;
  readonly onKept: (kept: boolean) => void;
  readonly tried: boolean;
}

/** Six words, drawn for this person; a password store gets them by the field that is not shown. */
export function MadePassphrase({ phrase, onPhrase, kept, onKept, tried }: Props) {
  const messenger = useMessenger();
  const [copied, setCopied] = useState(false);
  const [wish, setWish] = useState(phrase === null ? 1 : 0);
  useEffect(() => {
    if (wish > 0) messenger.newPassphrase().then((answer) => answer.ok && onPhrase(answer.value));
  }, [messenger, wish, onPhrase]);
  const another = () => {
    setCopied(false);
    onKept(false);
    setWish(wish + 1);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(phrase ?? '');
    setCopied(true);
  };
  const wrong = tried && !kept;
  return (
    <div className={css.made}>
      <input hidden readOnly type="password" autoComplete="new-password" value={phrase ?? ''} />
      <section className={css.card} aria-label={text('password.phrase')}>
        <p className={css.words} aria-live="polite">
          {phrase?.split(' ').map((word, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a word may be drawn twice
            <span key={at}>{word} </span>
          ))}
        </p>
        <div className={css.actions}>
          <Button small onClick={another}>
            <RefreshCw aria-hidden />
            {text('password.another')}
          </Button>
          <Button small onClick={copy} disabled={phrase === null}>
            {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
            <span aria-live="polite">{text(copied ? 'common.copied' : 'common.copy')}</span>
          </Button>
        </div>
      </section>
      <p className={css.more}>{text('password.phrase-more')}</p>
      <Tick
        label={text('password.kept')}
        value={kept}
        onChange={onKept}
        wrong={wrong ? text('password.keep-first') : null}
      />
    </div>
  );
}
