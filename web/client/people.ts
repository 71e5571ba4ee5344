/** People and organisations as the screens see them, from what the desk knows; views keep their identity until they change. */

import type { Me, Person } from '../../protocol/api/shapes.ts';
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { AccountId, OrgId } from '../../protocol/ids.ts';
import { type Desk, isMe } from './desk.ts';
import type { OpenKeyring } from './keyring/open-keyring.ts';
import type { MeView, OrganisationView, PersonView } from './model.ts';

interface Views {
  version: number;
  readonly people: Map<MemberKey, PersonView>;
  readonly organisations: Map<OrgId, OrganisationView>;
}
const kept = new WeakMap<Desk, Views>();

/** Views of this version of the desk; those of the version before that are still the same are kept. */
function viewsOf(desk: Desk): Views {
  const before = kept.get(desk);
  if (before?.version === desk.version) return before;
  const views: Views = { version: desk.version, people: new Map(), organisations: new Map() };
  // First: to make a view of somebody who is not known any more asks for that of the organisation.
  kept.set(desk, views);
  for (const [key, view] of before?.people ?? []) views.people.set(key, orKept(makePerson(desk, key), view));
  for (const [org, view] of before?.organisations ?? []) {
    views.organisations.set(org, orKept(makeOrganisation(desk, org), view));
  }
  return views;
}

function orKept<T>(next: T, before: T): T {
  return JSON.stringify(next) === JSON.stringify(before) ? before : next;
}

export function personView(desk: Desk, org: OrgId, account: AccountId): PersonView {
  return personByKey(desk, memberKey(org, account));
}

export function personByKey(desk: Desk, key: MemberKey): PersonView {
  const { people } = viewsOf(desk);
  const view = people.get(key) ?? makePerson(desk, key);
  people.set(key, view);
  return view;
}

export function organisationView(desk: Desk, org: OrgId): OrganisationView {
  const { organisations } = viewsOf(desk);
  const view = organisations.get(org) ?? makeOrganisation(desk, org);
  organisations.set(org, view);
  return view;
}

function makePerson(desk: Desk, key: MemberKey): PersonView {
  const [org, account] = key.split('/') as [OrgId, AccountId];
  const { me } = desk;
  if (isMe(me, org, account)) {
    const { name, address, orgName } = me;
    return { org, account, name, address, orgName, outsider: false, disabled: false, identity: 'unknown' };
  }
  const identity = desk.identityMark(org, account);
  const known = desk.people.get(key);
  if (known) return { ...personOf(known), identity };
  // The profile is on its way.
  const { name: orgName } = organisationView(desk, org);
  const outsider = org !== me.org;
  return { org, account, name: '…', address: '', orgName, outsider, disabled: false, identity };
}

export function personOf({ org, account, name, address, orgName, outsider, disabled }: Person): PersonView {
  return { org, account, name, address, orgName, outsider, disabled, identity: 'unknown' };
}

function makeOrganisation(desk: Desk, org: OrgId): OrganisationView {
  const known = desk.organisations.get(org);
  const own = org === desk.me.org;
  if (!known) {
    const someone = [...desk.people.values()].find((person) => person.org === org);
    const name = own ? desk.me.orgName : (someone?.orgName ?? '…');
    return { org, name, domain: own ? desk.me.domain : '', own, reachable: own, since: null };
  }
  const { name, domain, reachable, since } = known;
  return { org, name, domain, own, reachable: own || reachable, since: own || reachable ? null : since };
}

/** `keyring` null: a program without keys. */
export function meView(desk: Desk, keyring: OpenKeyring | null): MeView {
  const { me } = desk;
  const seal = keyring && { fingerprint: keyring.fingerprint(), recoveryKept: keyring.recoveryKept };
  return { ...lockedMeView(me), ...personView(desk, me.org, me.account), seal };
}

/** Of who is signed in, while nothing is open. */
export function lockedMeView({
  org,
  account,
  name,
  address,
  orgName,
  administrator,
  mayBringOutsiders,
  domain,
}: Me): MeView {
  const person = {
    org,
    account,
    name,
    address,
    orgName,
    outsider: false,
    disabled: false,
    identity: 'unknown',
  } as const;
  return { ...person, administrator, mayBringOutsiders, domain, seal: null };
}
