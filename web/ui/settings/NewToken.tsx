import { type FormEvent, type RefObject, useRef, useState } from 'react';
import { useAsk } from '../ask.ts';
import { useMe, useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { CopyField } from '../parts/CopyField.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import form from '../parts/Form.module.css';
import { Refusal } from '../parts/Refusal.tsx';
import { Toggle } from '../parts/Toggle.tsx';
import { text } from '../text/text.ts';
import { makeToken, type Scope } from './tokens.ts';

interface Props {
  readonly onClose: () => void;
}

/** Makes a token, and shows its secret this once. */
export function NewToken({ onClose }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  const first = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      title={text('settings.token-new')}
      description={text(secret === null ? 'settings.token-new-more' : 'settings.token-once')}
      onClose={onClose}
      first={first}
    >
      {secret === null ? (
        <Choosing first={first} onMade={setSecret} onClose={onClose} />
      ) : (
        <div className={form.form}>
          <CopyField label={text('settings.token')} value={secret} />
          <Actions>
            <Button onClick={onClose}>{text('common.done')}</Button>
          </Actions>
        </div>
      )}
    </Dialog>
  );
}

interface ChoosingProps extends Props {
  readonly first: RefObject<HTMLInputElement | null>;
  readonly onMade: (secret: string) => void;
}

function Choosing({ first, onMade, onClose }: ChoosingProps) {
  const messenger = useMessenger();
  const { administrator } = useMe();
  const { ask, busy, refusal } = useAsk();
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const offered: readonly Scope[] = administrator ? ['read', 'write', 'admin'] : ['read', 'write'];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await ask(() => makeToken(messenger, label.trim(), scopes));
    if (made.ok) onMade(made.value.secret);
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <Field
        ref={first}
        label={text('settings.token-label')}
        hint={text('settings.token-label-more')}
        value={label}
        maxLength={64}
        onChange={(event) => setLabel(event.target.value)}
      />
      <div>
        {offered.map((scope) => (
          <Toggle
            key={scope}
            label={text(`settings.scope-${scope}`)}
            value={scopes.includes(scope)}
            onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope))}
          />
        ))}
      </div>
      <Refusal refusal={refusal} />
      <Actions>
        <Button onClick={onClose}>{text('common.cancel')}</Button>
        <Button type="submit" look="primary" disabled={busy || label.trim() === '' || scopes.length === 0}>
          {text('settings.token-make')}
        </Button>
      </Actions>
    </form>
  );
}
