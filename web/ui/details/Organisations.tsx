import type { OrganisationView } from '../../client/model.ts';
import { useMe } from '../messenger.ts';
import { useNow } from '../now.ts';
import { OrgChip } from '../parts/OrgChip.tsx';
import { text } from '../text/text.ts';
import { duration } from '../text/time.ts';
import css from './Organisations.module.css';
import { Section } from './Section.tsx';

interface Props {
  readonly outside: readonly OrganisationView[];
}

/** Whose nodes hold a copy of the chat, and whether they can be reached. */
export function Organisations({ outside }: Props) {
  const me = useMe();
  const now = useNow();
  return (
    <Section title={text('details.organisations')}>
      <ul className={css.list}>
        <li>
          <OrgChip own org={me.org} name={me.orgName} />
          <span className={css.state}>{text('details.own')}</span>
        </li>
        {outside.map((organisation) => (
          <li key={organisation.org}>
            <OrgChip org={organisation.org} name={organisation.name} />
            <span className={css.state} data-away={!organisation.reachable}>
              {stateOf(organisation, now)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function stateOf({ reachable, since }: OrganisationView, now: number): string {
  if (reachable) return text('details.reachable');
  return since === null ? text('details.away-never') : text('details.away', { duration: duration(now - since) });
}
