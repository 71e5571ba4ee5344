import { type FormEvent, useRef, useState } from 'react';
import { useAsk, useSay } from '../ask.ts';
import { useMe, useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import form from '../parts/Form.module.css';
import { PasswordField } from '../parts/PasswordField.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { NewPassword } from '../password/NewPassword.tsx';
import { text } from '../text/keys.ts';

interface Props {
  readonly onClose: () => void;
}

export function ChangePassword({ onClose }: Props) {
  const { name, address, orgName } = useMe();
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const [before, setBefore] = useState('');
  const [after, setAfter] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const account = address.split('@')[0] ?? '';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (after === null) return;
    if (!(await ask(() => messenger.changePassword(before, after))).ok) return;
    say(text('security.password-done'));
    onClose();
  };
  return (
    <Dialog
      title={text('security.password-change')}
      description={text('security.password-others')}
      onClose={onClose}
      first={first}
    >
      <form className={form.form} onSubmit={submit}>
        <PasswordField
          ref={first}
          label={text('security.password-old')}
          value={before}
          onChange={(event) => setBefore(event.target.value)}
          autoComplete="current-password"
          required
        />
        <NewPassword name={account} own={[account, name, orgName]} tried={tried} onChange={setAfter} />
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy}>
            {text(busy ? 'common.working' : 'security.password-change')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
