import { useEffect, useState } from 'react';
import { PasswordField } from '../parts/PasswordField.tsx';
import { text } from '../text/keys.ts';
import { useJudgement } from './judging.ts';
import { passwordFault, shortestPassword } from './rules.ts';
import { Strength } from './Strength.tsx';

interface Props {
  /** What anybody would try first for this person. */
  readonly own: readonly string[];
  readonly tried: boolean;
  /** Null while it is not taken. */
  readonly onChange: (password: string | null) => void;
}

export function OwnPassword({ own, tried, onChange }: Props) {
  const [typed, setTyped] = useState({ password: '', again: '' });
  const judged = useJudgement(typed.password, own);
  const found = passwordFault(typed, judged);
  const fault = tried ? found : null;
  const taken = found === null ? typed.password : null;
  useEffect(() => onChange(taken), [onChange, taken]);
  return (
    <>
      <PasswordField
        label={text('enter.new-password')}
        value={typed.password}
        onChange={(event) => setTyped({ ...typed, password: event.target.value })}
        autoComplete="new-password"
        hint={text('enter.password-hint', { count: shortestPassword })}
        wrong={wrongOf(fault)}
        required
      />
      <Strength judged={judged} waiting={fault === 'unjudged'} />
      <PasswordField
        label={text('enter.password-again')}
        value={typed.again}
        onChange={(event) => setTyped({ ...typed, again: event.target.value })}
        autoComplete="new-password"
        wrong={fault === 'differ' ? text('enter.passwords-differ') : null}
        required
      />
    </>
  );
}

function wrongOf(fault: ReturnType<typeof passwordFault>): string | null {
  if (fault === 'short') return text('enter.password-short', { count: shortestPassword });
  return fault === 'weak' ? text('password.weak') : null;
}
