/**
 * Who is bob@globex.example, and who works at our partners (P5, PROTOCOL 7). Always holds: Network access is asked before
 * anything leaves or is answered; "no such person", "not for you" and "has no keys" are one answer.
 */

import { parseAddress } from '../../protocol/identity/names.ts';
import { verifyChain } from '../../protocol/identity/organisation.ts';
import { decodeProfile, type Profile } from '../../protocol/identity/profile.ts';
import type { AccountId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { Answer, Call } from '../../protocol/sync/frames.ts';
import { createBuckets } from '../accounts/buckets.ts';
import type { Chats } from '../chats/chats.ts';
import type { Network } from '../identity/network.ts';
import type { Peer } from '../identity/peer.ts';
import type { Peers } from '../identity/peers.ts';
import type { Profiles } from '../identity/profiles.ts';
import type { Clock, WellKnown } from '../ports.ts';
import type { Budgets } from './budgets.ts';
import { createIdentities, type Identities, type IdentitiesUses } from './identities.ts';
import type { Session } from './session.ts';

export interface Lookups {
  /** A person elsewhere by full address. Refuses `bad_address`, `address_unknown`, what Network access says, `not_connected`, `rate_limited`. */
  resolve(account: AccountId, address: string): Promise<Result<{ org: OrgId; account: AccountId }>>;
  /** People of connected partners that share their directory; whoever does not answer in time is left out. */
  search(account: AccountId, text: string): Promise<{ org: OrgId; account: AccountId }[]>;
  /** Learns the organisation that serves this domain. Refuses as `resolve`. */
  discover(domain: string): Promise<Result<Peer>>;
  /** Identity chains of people elsewhere. */
  identities: Identities['of'];
  answer(session: Session, request: Call): Promise<Answer>;
}

interface Uses extends Pick<IdentitiesUses, 'knownIdentities' | 'identityOf'> {
  readonly budgets: Budgets;
  readonly chats: Chats;
  readonly clock: Clock;
  readonly network: Network;
  readonly peers: Peers;
  readonly profiles: Profiles;
  readonly self: { readonly orgId: OrgId };
  readonly wellKnown: WellKnown;
  readonly sessionOf: (org: OrgId) => Session | undefined;
  /** Dials and waits for the session, `timeoutMs` at most. */
  readonly reach: (org: OrgId, timeoutMs: number) => Promise<Session | undefined>;
}

const CALL_TIMEOUT_MS = 5_000;
const SEARCH_TIMEOUT_MS = 1_500;

export function createLookups(uses: Uses): Lookups {
  const { budgets, chats, clock, network, peers, profiles, self, wellKnown } = uses;
  // Typing a name asks often and cheaply; an address may reach out to a node that was never met.
  const searches = createBuckets({ clock, capacity: 60, refillMs: 500 });
  const identities = createIdentities(uses);
  const resolves = createBuckets({ clock, capacity: 30, refillMs: 10_000 });

  async function resolve(account: AccountId, address: string): Promise<Result<{ org: OrgId; account: AccountId }>> {
    const parsed = parseAddress(address);
    if (!parsed.ok) return parsed;
    if (resolves.take(account) > 0) return refuse('rate_limited');
    const { name, domain } = parsed.value;
    const peer = await peerFor(domain);
    if (!peer.ok) return peer;
    const session = await uses.reach(peer.value.orgId, CALL_TIMEOUT_MS);
    if (!session) return refuse('not_connected');
    const found = await askPeople(session, { is: 'find', name }, CALL_TIMEOUT_MS);
    if (!found) return refuse('not_connected');
    const match = found.find((profile) => profile.localName === name);
    return match ? ok({ org: match.orgId, account: match.accountId }) : refuse('address_unknown');
  }

  async function peerFor(domain: string): Promise<Result<Peer>> {
    if (network.settings().mode === 'off') return refuse('network_off');
    const known = peers.byDomain(domain);
    const peer = known ? ok(known) : await discover(domain);
    if (!peer.ok) return peer;
    const may = network.mayExchange(peer.value.orgId);
    return may.ok ? peer : may;
  }

  async function discover(domain: string): Promise<Result<Peer>> {
    const { mode } = network.settings();
    if (mode === 'off') return refuse('network_off');
    let chain: Uint8Array;
    try {
      chain = await wellKnown.fetchRecord(domain);
    } catch {
      return refuse('address_unknown');
    }
    const verified = verifyChain(chain);
    if (!verified.ok) return refuse('address_unknown');
    const learnt = await peers.learn(chain, { as: mode === 'open' ? 'open' : 'seen', servedBy: domain });
    if (learnt.ok) return learnt;
    return learnt.refusal.code === 'wrong_organisation' ? learnt : refuse('address_unknown');
  }

  async function askPeople(session: Session, request: Call, timeoutMs: number): Promise<Profile[] | null> {
    try {
      const answered = await session.call(request, timeoutMs);
      return answered.is === 'people' ? await keep(session.org, answered.profiles) : [];
    } catch {
      return null;
    }
  }

  /** Only the peer's own people: nobody speaks for another organisation. */
  async function keep(org: OrgId, signed: Extract<Answer, { is: 'people' }>['profiles']): Promise<Profile[]> {
    const organisation = peers.get(org)?.organisation;
    if (!organisation) return [];
    const kept: Profile[] = [];
    for (const each of signed) {
      const put = await profiles.put(each, organisation);
      const profile = decodeProfile(each.bytes);
      if (put.ok && profile.ok && profile.value.state === 'active') kept.push(profile.value);
    }
    return kept;
  }

  async function search(account: AccountId, text: string): Promise<{ org: OrgId; account: AccountId }[]> {
    if (text.length < 2 || searches.take(account) > 0) return [];
    const asked = peers.list().flatMap((peer) => {
      const session = uses.sessionOf(peer.orgId);
      return session ? [askPeople(session, { is: 'search', text: text.slice(0, 64) }, SEARCH_TIMEOUT_MS)] : [];
    });
    const found = (await Promise.all(asked)).flatMap((profiles) => profiles ?? []);
    return found.map(({ orgId, accountId }) => ({ org: orgId, account: accountId }));
  }

  async function answer(session: Session, request: Call): Promise<Answer> {
    const nothing: Answer = { is: 'nothing' };
    if (request.is === 'flush') {
      if (!budgets.takeFlush(session.org)) return nothing;
      const head = await chats.sharing.flush(request.logId, session.org);
      return head ? { is: 'head', ...head } : nothing;
    }
    const people: Answer = { is: 'people', profiles: [] };
    const shown = budgets.takeLookup(session.org) ? network.directoryFor(session.org) : 'nobody';
    if (request.is === 'identities') return identities.answer(shown === 'nobody' ? [] : request.accounts);
    if (shown === 'nobody' || (request.is === 'search' && shown !== 'search')) return people;
    const isOurs = (profile: Profile) => profile.orgId === self.orgId;
    const typed = request.is === 'find' ? request.name : request.text;
    const found = profiles
      .search(typed, LIMITS.profilesPerAnswer, isOurs)
      .filter((profile) => request.is === 'search' || profile.localName === request.name);
    const refs = found.map(({ orgId, accountId }) => ({ orgId, accountId }));
    return { is: 'people', profiles: profiles.getMany(refs).map(({ signed }) => signed) };
  }

  return { resolve, search, discover, identities: identities.of, answer };
}
