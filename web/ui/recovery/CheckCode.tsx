import { type FormEvent, useState } from 'react';
import type { Answer } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/keys.ts';
import css from './CheckCode.module.css';
import { askedPlaces, codeGroups, plainCode } from './code.ts';

interface Props {
  readonly code: string;
  readonly onBack: () => void;
  readonly work: () => Promise<Answer<null>>;
}

/** Two parts are typed back, so that it is known to be kept. */
export function CheckCode({ code, onBack, work }: Props) {
  const { ask, busy, refusal } = useAsk();
  const groups = codeGroups(code);
  const places = askedPlaces(code);
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({});
  const [tried, setTried] = useState(false);
  const wrong = (place: number) => plainCode(typed[place] ?? '') !== groups[place];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!places.some(wrong)) await ask(work);
  };
  return (
    <form className={form.form} onSubmit={submit} noValidate>
      <div className={css.parts}>
        {places.map((place, at) => (
          <Field
            key={place}
            className={css.part}
            label={text('recovery.group', { number: place + 1, total: groups.length })}
            value={typed[place] ?? ''}
            onChange={(event) => {
              setTried(false);
              setTyped({ ...typed, [place]: event.target.value });
            }}
            wrong={tried && wrong(place) ? text('recovery.wrong', { number: place + 1 }) : null}
            autoFocus={at === 0}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={8}
          />
        ))}
      </div>
      <Refusal refusal={refusal} />
      <Actions>
        <Button large look="quiet" onClick={onBack}>
          {text('recovery.show-again')}
        </Button>
        <Button large type="submit" look="primary" disabled={busy || places.some((place) => !typed[place]?.trim())}>
          {text(busy ? 'common.working' : 'recovery.check-do')}
        </Button>
      </Actions>
    </form>
  );
}
