import { Combobox } from '@base-ui/react/combobox';
import { type RefObject, useId, useState } from 'react';
import type { PersonView } from '../../client/model.ts';
import field from '../parts/Field.module.css';
import { samePerson } from '../parts/names.ts';
import { text } from '../text/text.ts';
import { Pasted } from './Pasted.tsx';
import css from './PeopleField.module.css';
import { PeopleList } from './PeopleList.tsx';
import { PersonChip } from './PersonChip.tsx';
import { usePasting } from './pasting.ts';
import { useFoundPeople } from './people.ts';

interface Props {
  readonly label: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly value: readonly PersonView[];
  readonly onChange: (people: readonly PersonView[]) => void;
  /** Left out of what is found. */
  readonly without?: readonly PersonView[];
  readonly localOnly?: boolean;
  /** One person only: a second one takes the first one's place. */
  readonly single?: boolean;
}

export function PeopleField({ label, field: first, value, onChange, without = [], localOnly, single }: Props) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const found = useFoundPeople(typed);
  const taken = [...without, ...value];
  const { paste, busy, missed } = usePasting((people) => {
    const fresh = people.filter((person) => !taken.some((one) => samePerson(one, person)));
    onChange(single ? fresh.slice(0, 1) : [...value, ...fresh]);
  });
  const items = found.people.filter((person) => !taken.some((one) => samePerson(one, person)));
  const open = typed.trim() !== '' && (items.length > 0 || found.status !== '');
  return (
    <div className={field.field}>
      <label htmlFor={id}>{label}</label>
      <Combobox.Root
        multiple
        autoHighlight
        filter={null}
        items={items}
        open={open}
        value={[...value]}
        inputValue={typed}
        onInputValueChange={(next, { reason }) => reason === 'input-change' && setTyped(next)}
        onOpenChange={(next, { reason }) => !next && reason !== 'item-press' && setTyped('')}
        itemToStringLabel={(person) => person.name}
        isItemEqualToValue={samePerson}
        onValueChange={(next) => {
          onChange(single ? next.slice(-1) : next);
          setTyped('');
        }}
      >
        <Combobox.InputGroup className={css.chips}>
          <Combobox.Chips className={css.inner}>
            {value.map((person) => (
              <PersonChip key={person.org + person.account} person={person} />
            ))}
            <Combobox.Input
              ref={first}
              id={id}
              className={css.input}
              placeholder={value.length > 0 ? '' : text('create.people-hint')}
              autoCapitalize="off"
              spellCheck={false}
              onPaste={(event) => {
                if (!single && paste(event.clipboardData.getData('text'))) event.preventDefault();
              }}
            />
          </Combobox.Chips>
        </Combobox.InputGroup>
        <PeopleList status={items.length === 0 ? found.status : ''} localOnly={localOnly === true} />
      </Combobox.Root>
      <Pasted busy={busy} missed={missed} />
    </div>
  );
}
