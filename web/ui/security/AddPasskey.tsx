import { type FormEvent, useRef, useState } from 'react';
import type { PasskeyBrowser } from '../../client/adapters/browser/passkeys.ts';
import { useAsk, useSay } from '../ask.ts';
import { useMe, useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/passkeys.ts';

interface Props {
  readonly browser: PasskeyBrowser;
  readonly onAdded: () => void;
  readonly onClose: () => void;
}

/** Named first: the browser's own sheet comes after, and takes the focus. */
export function AddPasskey({ browser, onAdded, onClose }: Props) {
  const me = useMe();
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const [name, setName] = useState('');
  const first = useRef<HTMLInputElement>(null);
  const add = async () => {
    const asked = await messenger.passkeyAsk();
    if (!asked.ok) return asked;
    const answer = await browser.make(asked.value, { address: me.address, name: me.name, organisation: me.orgName });
    const added = await messenger.addPasskey(name.trim(), answer);
    if (!added.ok && answer.is === 'got') await browser.forget(answer.credential);
    return added;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await ask(add)).ok) return;
    say(text('passkeys.added-done', { name: name.trim() }));
    onAdded();
    onClose();
  };
  return (
    <Dialog title={text('passkeys.add-title')} description={text('passkeys.add-more')} onClose={onClose} first={first}>
      <form className={form.form} onSubmit={submit}>
        <Field
          ref={first}
          label={text('passkeys.name')}
          hint={text('passkeys.name-hint')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={64}
          autoComplete="off"
          required
        />
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || name.trim() === ''}>
            {text(busy ? 'passkeys.waiting' : 'passkeys.go')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
