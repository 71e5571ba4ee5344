/**
 * People and organisations. Always holds: of somebody elsewhere one sees the profile only with a chat in common or through their
 * organisation's directory; "nobody", "not for you" and "does not accept" are one answer.
 */
import type { Person } from '../../../protocol/api/shapes.ts';
import { parseAddress } from '../../../protocol/identity/names.ts';
import type { AccountId, OrgId } from '../../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../../protocol/result.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { AccountKeys } from '../../accounts/keys.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Federation } from '../../federation/federation.ts';
import type { OwnOrganisation } from '../../identity/organisation.ts';
import type { Peers } from '../../identity/peers.ts';
import type { Profiles } from '../../identity/profiles.ts';
import { base64Of, type Call, type Handlers } from '../call.ts';
import type { Rates } from '../rates.ts';
import type { OrganisationsView } from '../views/organisations.ts';
import type { PeopleView } from '../views/people.ts';

export const PEOPLE = [
  'GET /api/v1/people/search',
  'POST /api/v1/people/resolve',
  'POST /api/v1/people',
  'POST /api/v1/people/identities',
  'GET /api/v1/organisations',
  'GET /api/v1/organisations/:org',
] as const;
type Key = (typeof PEOPLE)[number];

export interface PeopleUses {
  readonly accounts: Pick<Accounts, 'search' | 'byName'>;
  readonly chats: Pick<Chats, 'knownTo' | 'shareChat'>;
  readonly keys: Pick<AccountKeys, 'identity'>;
  readonly lookups: Pick<Federation['lookups'], 'search' | 'resolve' | 'identities'>;
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'current'>;
  readonly organisations: Pick<OrganisationsView, 'own' | 'organisation'>;
  readonly peers: Pick<Peers, 'list' | 'stateOf'>;
  readonly people: Pick<PeopleView, 'person' | 'fromProfile'>;
  readonly profiles: Pick<Profiles, 'search'>;
  readonly rates: Pick<Rates, 'search' | 'lookup'>;
}

const SUGGESTIONS = 20;

export function peopleRoutes(uses: PeopleUses): Handlers<Key> {
  const { accounts, chats, keys, lookups, organisation, organisations, peers, people, profiles, rates } = uses;
  const own = organisation.orgId;

  async function search({ me, query }: Call<'GET /api/v1/people/search'>) {
    const { accountId, mayBringOutsiders } = me.account;
    const rated = rates.search(accountId);
    if (!rated.ok) return rated;
    const known = new Set(chats.knownTo(accountId).map(({ org, account }) => `${org}/${account}`));
    const partners = mayBringOutsiders ? await lookups.search(accountId, query.q) : [];
    const found = [
      ...accounts.search(query.q, SUGGESTIONS).map((account) => people.person(own, account.accountId)),
      ...profiles
        .search(query.q, SUGGESTIONS, ({ orgId, accountId: id }) => orgId !== own && known.has(`${orgId}/${id}`))
        .map(people.fromProfile),
      ...partners.map(({ org, account }) => people.person(org, account)),
    ];
    return ok({ people: distinct(found).filter(({ account }) => account !== accountId) });
  }

  async function resolve({ me, body }: Call<'POST /api/v1/people/resolve'>) {
    const { accountId, mayBringOutsiders } = me.account;
    const address = parseAddress(body.address);
    if (!address.ok) return address;
    if (organisation.current().record.domains.includes(address.value.domain))
      return personOrUnknown(findHere(address.value.name));
    if (!mayBringOutsiders) return refuse('outsiders_not_allowed');
    const rated = rates.lookup(accountId);
    if (!rated.ok) return rated;
    const found = await lookups.resolve(accountId, body.address);
    return found.ok ? personOrUnknown(people.person(found.value.org, found.value.account)) : found;
  }

  async function identities({ me, body }: Call<'POST /api/v1/people/identities'>) {
    const { accountId, mayBringOutsiders } = me.account;
    const elsewhere = body.members.filter(
      (member) => member.org !== own && (mayBringOutsiders || chats.shareChat(accountId, member)),
    );
    const here = body.members.flatMap(({ org, account }) => {
      const chain = org === own ? keys.identity(account) : null;
      return chain ? [{ org, account, chain }] : [];
    });
    const there = await lookups.identities(accountId, elsewhere);
    const found = [...here, ...there.identities];
    return ok({
      identities: found.map(({ chain, ...member }) => ({ ...member, chain: base64Of(chain) })),
      unanswered: there.unanswered.map((org) => ({ org })),
    });
  }

  function findHere(name: string): Person | undefined {
    const account = accounts.byName(name);
    return account?.state === 'active' ? people.person(own, account.accountId) : undefined;
  }

  function seesPerson(account: AccountId, other: { org: OrgId; account: AccountId }): boolean {
    return other.org === own || chats.shareChat(account, other);
  }

  function seesOrganisation(account: AccountId, org: OrgId): boolean {
    const state = peers.stateOf(org);
    if (org === own || state === 'approved' || state === 'open') return true;
    return chats.knownTo(account).some((person) => person.org === org);
  }

  function listOrganisations(account: AccountId) {
    const near = peers.list().filter(({ state }) => state === 'approved' || state === 'open');
    const orgs = new Set([...chats.knownTo(account).map(({ org }) => org), ...near.map(({ orgId }) => orgId)]);
    orgs.delete(own);
    return [organisations.own(), ...[...orgs].flatMap((org) => organisations.organisation(org) ?? [])];
  }

  return {
    'GET /api/v1/people/search': search,
    'POST /api/v1/people/resolve': resolve,
    'POST /api/v1/people': ({ me, body }) => {
      const seen = body.members.filter((member) => seesPerson(me.account.accountId, member));
      return ok({ people: seen.flatMap(({ org, account }) => people.person(org, account) ?? []) });
    },
    'POST /api/v1/people/identities': identities,
    'GET /api/v1/organisations': ({ me }) => ok({ organisations: listOrganisations(me.account.accountId) }),
    'GET /api/v1/organisations/:org': ({ me, params }) => {
      const seen = seesOrganisation(me.account.accountId, params.org);
      const found = seen ? organisations.organisation(params.org) : undefined;
      return found ? ok(found) : refuse('not_found');
    },
  };
}

function personOrUnknown(person: Person | undefined): Result<{ person: Person }> {
  return person ? ok({ person }) : refuse('address_unknown');
}

function distinct(people: readonly (Person | undefined)[]): Person[] {
  const byKey = new Map<string, Person>();
  for (const person of people)
    if (person && !byKey.has(`${person.org}/${person.account}`)) byKey.set(`${person.org}/${person.account}`, person);
  return [...byKey.values()].slice(0, 2 * SUGGESTIONS);
}
