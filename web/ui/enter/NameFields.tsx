import { Field } from '../parts/Field.tsx';
import css from '../parts/Form.module.css';
import { text } from '../text/text.ts';
import type { JoinValues } from './link.ts';

interface Props {
  readonly values: JoinValues;
  readonly name: string;
  readonly domain: string;
  readonly onChange: (part: Partial<JoinValues>) => void;
}

export function NameFields({ values, name, domain, onChange }: Props) {
  return (
    <>
      <Field
        label={text('enter.display-name')}
        value={values.displayName}
        onChange={(event) => onChange({ displayName: event.target.value })}
        placeholder={text('enter.display-example')}
        autoComplete="name"
        maxLength={64}
        autoFocus
        required
      />
      <Field
        label={text('enter.account-name')}
        value={name}
        onChange={(event) => onChange({ name: event.target.value.trim().toLowerCase() })}
        hint={name === '' ? null : text('enter.address', { address: `${name}@${domain}` })}
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={64}
        pattern="[a-z0-9][a-z0-9._\-]*"
        required
        after={<span className={css.domain}>@{domain}</span>}
      />
    </>
  );
}
