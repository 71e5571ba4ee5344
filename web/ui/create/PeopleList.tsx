import { Combobox } from '@base-ui/react/combobox';
import type { PersonView } from '../../client/model.ts';
import { PersonLine } from '../parts/PersonLine.tsx';
import { text } from '../text/text.ts';
import css from './PeopleList.module.css';

interface Props {
  readonly status: string;
  readonly localOnly: boolean;
}

export function PeopleList({ status, localOnly }: Props) {
  return (
    <Combobox.Portal>
      <Combobox.Positioner className={css.positioner} sideOffset={4} align="start">
        <Combobox.Popup className={css.popup}>
          <Combobox.Status className={status === '' ? 'hidden' : css.status}>{status}</Combobox.Status>
          <Combobox.List>
            {(person: PersonView) => (
              <Combobox.Item
                key={person.org + person.account}
                value={person}
                disabled={person.disabled || (localOnly && person.outsider)}
                className={css.item}
              >
                <PersonLine person={person} below={belowLine(person, localOnly)} />
              </Combobox.Item>
            )}
          </Combobox.List>
        </Combobox.Popup>
      </Combobox.Positioner>
    </Combobox.Portal>
  );
}

function belowLine(person: PersonView, localOnly: boolean): string {
  if (person.disabled) return text('details.disabled');
  return localOnly && person.outsider ? text('create.outsiders-not') : person.address;
}
