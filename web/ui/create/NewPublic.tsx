import { type FormEvent, useState } from 'react';
import { useAsk } from '../ask.ts';
import { useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/text.ts';
import type { FormProps } from './form.ts';
import { PublicChats } from './PublicChats.tsx';

export function NewPublic({ first, opened, onClose }: FormProps) {
  const messenger = useMessenger();
  const { ask, busy, refusal } = useAsk();
  const [name, setName] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await ask(() => messenger.createPublic({ name: name.trim(), members: [] }));
    if (answer.ok) opened(answer.value);
  };
  return (
    <>
      <form className={form.form} onSubmit={submit}>
        <Field
          ref={first}
          label={text('create.name')}
          value={name}
          placeholder={text('create.name-public')}
          maxLength={64}
          onChange={(event) => setName(event.target.value)}
        />
        <Refusal refusal={refusal} />
        <Actions>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" disabled={busy || name.trim() === ''}>
            {text('create.make')}
          </Button>
        </Actions>
      </form>
      <PublicChats opened={opened} />
    </>
  );
}
