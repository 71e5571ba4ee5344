import { type FormEvent, useId, useState } from 'react';
import { useAsk, useSay } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import field from '../parts/Field.module.css';
import css from '../parts/Form.module.css';
import { focusAtFirst } from '../parts/focus.ts';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/text.ts';
import { Sheet } from './Sheet.tsx';

interface Props {
  readonly total: number;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

export function ConfirmPhrase({ total, onBack, onDone }: Props) {
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const [typed, setTyped] = useState('');
  const id = useId();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await ask(() => messenger.admin('POST /api/v1/admin/phrase', { body: { words } }));
    if (!answer.ok) return;
    say(text('phrase.confirmed'));
    onDone();
  };
  return (
    <Sheet wide title={text('phrase.confirm')} more={text('phrase.confirm-more')}>
      <form className={css.form} onSubmit={submit}>
        <div className={field.field}>
          <label htmlFor={id}>{text('phrase.words')}</label>
          <div className={field.box}>
            <textarea
              id={id}
              rows={5}
              ref={focusAtFirst}
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              aria-describedby={`${id}-count`}
            />
          </div>
          <p id={`${id}-count`} className={field.hint}>
            {text('phrase.count', { count: words.length, total })}
          </p>
        </div>
        <Refusal refusal={refusal} />
        <Actions>
          <Button large look="quiet" onClick={onBack}>
            {text('phrase.show-again')}
          </Button>
          <Button large type="submit" look="primary" disabled={busy || words.length !== total}>
            {text('phrase.confirm-do')}
          </Button>
        </Actions>
      </form>
    </Sheet>
  );
}
