import { useCallback, useState } from 'react';
import { Segments } from '../parts/Segments.tsx';
import { text } from '../text/keys.ts';
import { MadePassphrase } from './MadePassphrase.tsx';
import css from './NewPassword.module.css';
import { OwnPassword } from './OwnPassword.tsx';

interface Props {
  /** With which the password is kept in a store. */
  readonly name: string;
  /** What anybody would try first for this person: names, the organisation. */
  readonly own: readonly string[];
  /** What is wrong is said only after the form was sent once. */
  readonly tried: boolean;
  /** Null while it is not taken. `onChange` must stay the same function. */
  readonly onChange: (password: string | null) => void;
}

const ways = ['made', 'own'] as const;

/** A passphrase that is made, offered first; or one's own, which is judged (SEAL 6). */
export function NewPassword({ name, own, tried, onChange }: Props) {
  const [way, setWay] = useState<(typeof ways)[number]>('made');
  const [made, setMade] = useState<{ phrase: string | null; kept: boolean }>({ phrase: null, kept: false });
  const setKept = useCallback(
    (kept: boolean) => {
      setMade(({ phrase }) => ({ phrase, kept }));
      onChange(kept ? made.phrase : null);
    },
    [onChange, made.phrase],
  );
  const setPhrase = useCallback(
    (phrase: string) => {
      setMade({ phrase, kept: false });
      onChange(null);
    },
    [onChange],
  );
  const choose = (next: typeof way) => {
    setWay(next);
    onChange(next === 'made' && made.kept ? made.phrase : null);
  };
  return (
    <div className={css.password}>
      <input hidden readOnly autoComplete="username" value={name} />
      <div className={css.way}>
        <p className={css.label} aria-hidden>
          {text('password.choose')}
        </p>
        <Segments
          label={text('password.choose')}
          options={ways.map((value) => ({ value, label: text(`password.${value}`) }))}
          value={way}
          onChange={choose}
        />
      </div>
      {way === 'made' ? (
        <MadePassphrase {...made} onPhrase={setPhrase} onKept={setKept} tried={tried} />
      ) : (
        <OwnPassword own={own} tried={tried} onChange={onChange} />
      )}
    </div>
  );
}
