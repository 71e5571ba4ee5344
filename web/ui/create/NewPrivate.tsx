import { type FormEvent, useState } from 'react';
import type { Colour, PersonView } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { Keyless } from '../history/Keyless.tsx';
import { useApp, useMe, useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import { ColourPicker } from '../parts/ColourPicker.tsx';
import { Field } from '../parts/Field.tsx';
import form from '../parts/Form.module.css';
import { outsideNames } from '../parts/names.ts';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/keys.ts';
import type { FormProps } from './form.ts';
import { freshColour } from './freshcolour.ts';
import { PeopleField } from './PeopleField.tsx';
import { Reach } from './Reach.tsx';

export function NewPrivate({ first, opened, onClose }: FormProps) {
  const messenger = useMessenger();
  const me = useMe();
  const { chats } = useApp();
  const { ask, busy, refusal } = useAsk();
  const [people, setPeople] = useState<readonly PersonView[]>([]);
  const [welcome, setWelcome] = useState('');
  const [name, setName] = useState('');
  const [colour, setColour] = useState<Colour>(() => freshColour(chats));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const members = people.map(({ org, account }) => ({ org, account }));
    const input = { name: name.trim() || null, colour, members, welcome: welcome.trim() };
    const answer = await ask(() => messenger.createPrivate(input));
    if (answer.ok) opened(answer.value);
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <PeopleField
        label={text('create.people')}
        field={first}
        value={people}
        onChange={setPeople}
        without={[me]}
        localOnly={!me.mayBringOutsiders}
      />
      <Field
        label={text('create.welcome')}
        value={welcome}
        placeholder={text('create.welcome-hint')}
        onChange={(event) => setWelcome(event.target.value)}
      />
      <Field
        label={text('create.name')}
        value={name}
        placeholder={text('chat.colour-name', { colour: text(`colour.${colour}`) })}
        maxLength={64}
        onChange={(event) => setName(event.target.value)}
      />
      <ColourPicker value={colour} onChange={setColour} />
      <Reach names={outsideNames(people)} sentence="create.reach" />
      <Keyless people={people} />
      <p className={form.aside}>{text('history.from-start')}</p>
      <Refusal refusal={refusal} />
      <Actions>
        <Button onClick={onClose}>{text('common.cancel')}</Button>
        <Button type="submit" look="primary" disabled={busy || people.length === 0}>
          {text('create.send')}
        </Button>
      </Actions>
    </form>
  );
}
