import { type FormEvent, useId, useState } from 'react';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import field from '../parts/Field.module.css';
import form from '../parts/Form.module.css';
import { focusAtFirst } from '../parts/focus.ts';
import { Refusal } from '../parts/Refusal.tsx';
import { codeLength, plainCode } from '../recovery/code.ts';
import { text } from '../text/keys.ts';
import css from './OpenByCode.module.css';

export function OpenByCode() {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const [typed, setTyped] = useState('');
  const id = useId();
  const count = plainCode(typed).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(() => messenger.unlock({ code: typed }));
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <div className={field.field}>
        <label htmlFor={id}>{text('recovery.code')}</label>
        <div className={field.box}>
          <textarea
            id={id}
            className={css.code}
            rows={2}
            ref={focusAtFirst}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
            aria-describedby={`${id}-hint`}
            autoCapitalize="characters"
            autoComplete="off"
            spellCheck={false}
          />
        </div>
        <p id={`${id}-hint`} className={css.below}>
          <span>{text('locked.code-hint')}</span>
          <span className={css.count}>{text('locked.code-count', { count, total: codeLength })}</span>
        </p>
      </div>
      <Refusal refusal={refusal} />
      <Button type="submit" look="primary" large disabled={busy || count !== codeLength}>
        {text(busy ? 'common.working' : 'locked.open')}
      </Button>
    </form>
  );
}
