import { PasswordField } from '../parts/PasswordField.tsx';
import { text } from '../text/text.ts';
import { type JoinValues, passwordFault, shortestPassword } from './link.ts';

interface Props {
  readonly values: JoinValues;
  readonly name: string;
  readonly tried: boolean;
  readonly onChange: (part: Partial<JoinValues>) => void;
}

/** The name goes with the form, so that a password store keeps both. */
export function PasswordFields({ values, name, tried, onChange }: Props) {
  const fault = tried ? passwordFault(values) : null;
  return (
    <>
      <input hidden readOnly autoComplete="username" value={name} />
      <PasswordField
        label={text('enter.new-password')}
        value={values.password}
        onChange={(event) => onChange({ password: event.target.value })}
        autoComplete="new-password"
        hint={text('enter.password-hint', { count: shortestPassword })}
        wrong={fault === 'short' ? text('enter.password-short', { count: shortestPassword }) : null}
        required
      />
      <PasswordField
        label={text('enter.password-again')}
        value={values.again}
        onChange={(event) => onChange({ again: event.target.value })}
        autoComplete="new-password"
        wrong={fault === 'differ' ? text('enter.passwords-differ') : null}
        required
      />
    </>
  );
}
