import { Combobox } from '@base-ui/react/combobox';
import { X } from 'lucide-react';
import type { PersonView } from '../../client/model.ts';
import { OrgChip } from '../parts/OrgChip.tsx';
import { text } from '../text/text.ts';
import css from './PeopleField.module.css';

interface Props {
  readonly person: PersonView;
}

export function PersonChip({ person }: Props) {
  return (
    <Combobox.Chip
      className={css.chip}
      aria-label={person.outsider ? `${person.name}, ${person.orgName}` : person.name}
    >
      <span>{person.name}</span>
      {person.outsider ? <OrgChip org={person.org} name={person.orgName} /> : null}
      <Combobox.ChipRemove className={css.remove} aria-label={text('create.remove', { name: person.name })}>
        <X aria-hidden />
      </Combobox.ChipRemove>
    </Combobox.Chip>
  );
}
