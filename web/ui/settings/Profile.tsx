import { type FormEvent, useState } from 'react';
import { useAsk, useSay } from '../ask.ts';
import { useMe, useMessenger } from '../messenger.ts';
import { Button } from '../parts/Button.tsx';
import { CopyField } from '../parts/CopyField.tsx';
import { Field } from '../parts/Field.tsx';
import { PersonAvatar } from '../parts/PersonAvatar.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/text.ts';
import css from './Settings.module.css';

export function Profile() {
  const me = useMe();
  const messenger = useMessenger();
  const say = useSay();
  const { ask, busy, refusal } = useAsk();
  const [name, setName] = useState(me.name);
  const changed = name.trim() !== '' && name.trim() !== me.name;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if ((await ask(() => messenger.setDisplayName(name.trim()))).ok) say(text('settings.saved'));
  };
  return (
    <div className={css.profile}>
      <PersonAvatar person={{ ...me, name: name || me.name }} size="large" />
      <form className={css.fields} onSubmit={submit}>
        <Field
          label={text('settings.display-name')}
          value={name}
          maxLength={64}
          autoComplete="name"
          onChange={(event) => setName(event.target.value)}
        />
        <Refusal refusal={refusal} />
        {changed ? (
          <Button type="submit" look="primary" disabled={busy}>
            {text('common.save')}
          </Button>
        ) : null}
        <div className={css.address}>
          <span className={css.label}>{text('settings.address')}</span>
          <CopyField label={text('settings.address')} value={me.address} />
          <p className={css.more}>{text('settings.address-more')}</p>
        </div>
      </form>
    </div>
  );
}
