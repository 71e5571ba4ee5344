import type { ReactNode } from 'react';
import type { PersonView } from '../../client/model.ts';
import { IdentityMark } from '../safety/IdentityMark.tsx';
import { OrgChip } from './OrgChip.tsx';
import { PersonAvatar } from './PersonAvatar.tsx';
import css from './PersonLine.module.css';

interface Props {
  readonly person: PersonView;
  readonly below?: ReactNode;
  readonly after?: ReactNode;
}

/** A person in a list: face, name, organisation of an outsider, a second line and what stands at the end. */
export function PersonLine({ person, below = person.address, after }: Props) {
  return (
    <span className={css.line}>
      <PersonAvatar person={person} />
      <span className={css.words}>
        <span className={css.top}>
          <span className={css.name}>{person.name}</span>
          <IdentityMark person={person} />
          {person.outsider ? <OrgChip org={person.org} name={person.orgName} /> : null}
        </span>
        <span className={css.below}>{below}</span>
      </span>
      {after}
    </span>
  );
}
