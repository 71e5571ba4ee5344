import type { PersonView } from '../../client/model.ts';
import { OrgChip } from '../parts/OrgChip.tsx';
import { IdentityMark } from '../safety/IdentityMark.tsx';
import css from './Byline.module.css';

interface Props {
  readonly person: PersonView;
}

export function Byline({ person }: Props) {
  return (
    <p className={css.byline} title={person.address}>
      <span className={css.name}>{person.name}</span>
      <IdentityMark person={person} />
      {person.outsider ? <OrgChip org={person.org} name={person.orgName} /> : null}
    </p>
  );
}
