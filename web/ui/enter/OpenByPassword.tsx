import { type FormEvent, useState } from 'react';
import type { MeView } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import form from '../parts/Form.module.css';
import { PasswordField } from '../parts/PasswordField.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/keys.ts';

interface Props {
  readonly me: MeView;
  readonly action: 'open' | 'make-keys';
}

export function OpenByPassword({ me, action }: Props) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(() => messenger.unlock({ password }));
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <input hidden readOnly autoComplete="username" value={me.address.split('@')[0]} />
      <PasswordField
        label={text('enter.password')}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        autoFocus
        required
      />
      <Refusal refusal={refusal} />
      <Button type="submit" look="primary" large disabled={busy}>
        {text(busy ? 'common.working' : `locked.${action}`)}
      </Button>
    </form>
  );
}
