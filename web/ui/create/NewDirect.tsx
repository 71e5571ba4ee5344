import { type FormEvent, useState } from 'react';
import type { PersonView } from '../../client/model.ts';
import { useAsk } from '../ask.ts';
import { Keyless } from '../history/Keyless.tsx';
import { useMe, useMessenger } from '../messenger.ts';
import { Actions } from '../parts/Actions.tsx';
import { Button } from '../parts/Button.tsx';
import form from '../parts/Form.module.css';
import { outsideNames } from '../parts/names.ts';
import { Refusal } from '../parts/Refusal.tsx';
import { text } from '../text/text.ts';
import type { FormProps } from './form.ts';
import { PeopleField } from './PeopleField.tsx';
import { Reach } from './Reach.tsx';

export function NewDirect({ first, opened, onClose }: FormProps) {
  const messenger = useMessenger();
  const me = useMe();
  const { ask, busy, refusal } = useAsk();
  const [people, setPeople] = useState<readonly PersonView[]>([]);
  const other = people[0];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (other === undefined) return;
    const answer = await ask(() => messenger.openDirect({ org: other.org, account: other.account }));
    if (answer.ok) opened(answer.value);
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <PeopleField
        single
        label={text('create.person')}
        field={first}
        value={people}
        onChange={setPeople}
        without={[me]}
        localOnly={!me.mayBringOutsiders}
      />
      <Reach names={outsideNames(people)} sentence="create.reach" />
      <Keyless people={people} />
      <Refusal refusal={refusal} />
      <Actions>
        <Button onClick={onClose}>{text('common.cancel')}</Button>
        <Button type="submit" look="primary" disabled={busy || other === undefined}>
          {text('create.start')}
        </Button>
      </Actions>
    </form>
  );
}
