import { type FormEvent, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import css from '../parts/Form.module.css';
import { PasswordField } from '../parts/PasswordField.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/text.ts';
import { Sheet } from './Sheet.tsx';

interface Props {
  readonly organisation: string;
  readonly domain: string;
  readonly why: RefusalReply | null;
}

export function SignIn({ organisation, domain, why }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(() => messenger.signIn(localName(name, domain), password));
  };
  return (
    <Sheet title={text('enter.sign-in', { organisation })}>
      <form className={css.form} onSubmit={submit}>
        <Field
          label={text('enter.name')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          required
          after={<span className={css.domain}>@{domain}</span>}
        />
        <PasswordField
          label={text('enter.password')}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          required
        />
        <Refusal refusal={refusal ?? (busy ? null : why)} />
        <Button type="submit" look="primary" large disabled={busy}>
          {text(busy ? 'common.working' : 'enter.sign-in-do')}
        </Button>
      </form>
      <p className={css.aside}>{text('enter.no-account', { organisation })}</p>
    </Sheet>
  );
}

/** Who types the whole address means the name. */
function localName(typed: string, domain: string): string {
  const name = typed.trim();
  return name.endsWith(`@${domain}`) ? name.slice(0, -domain.length - 1) : name;
}
