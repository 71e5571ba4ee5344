/**
 * Which keys count for a member at which position (SEAL 4.4-4.6, 4.11). Always holds: what is pinned at a position stays the answer
 * for that position, so that an entry is judged by the same key whenever it comes.
 */
import { equalBytes } from '../bytes.ts';
import { type Advance, advance } from '../identity/advance.ts';
import { type Identity, verifyIdentity } from '../identity/identity-chain.ts';
import type { AccountId, Cpos, DeviceId, OrgId } from '../ids.ts';
import { ok, type Result, refuse } from '../result.ts';
import { invitedChain } from './invited-chain.ts';
import {
  type Actor,
  type ChatState,
  currentInterval,
  type Member,
  type MemberKey,
  memberKey,
  openLogOf,
  type Pin,
  type Suspension,
} from './state.ts';

/** Null: nothing was pinned at or before `p`. */
export function pinAt(state: ChatState, org: OrgId, account: AccountId, p: Cpos): Identity | null {
  return state.members.get(memberKey(org, account))?.pins.findLast(({ at }) => at <= p)?.identity ?? null;
}

export function pinNow(member: Member | undefined): Pin | undefined {
  return member?.pins.at(-1);
}

export function suspensionAt(member: Member | undefined, p: Cpos): Suspension | undefined {
  return member?.suspensions.find(({ from, to }) => from <= p && (to === null || p < to));
}

/** The suspension that lasts now. */
export function suspensionNow(member: Member | undefined): Suspension | undefined {
  const last = member?.suspensions.at(-1);
  return last && last.to === null ? last : undefined;
}

/** A seat in a private chat that was given without keys (SEAL 4.4). */
export function isKeyless({ kind, suite }: ChatState, member: Member | undefined): member is Member {
  const isSeat = suite !== 0 && kind === 'private' && currentInterval(member) !== undefined;
  return isSeat && member?.pins.length === 0 && !suspensionNow(member);
}

/** Must this member get a wrap of what is drawn now? Whoever is in or invited, with keys and not suspended. */
export function isRecipient(member: Member): boolean {
  return member.pins.length > 0 && currentInterval(member) !== undefined && !suspensionNow(member);
}

interface RecipientNow extends Actor {
  readonly key: MemberKey;
  readonly identity: Identity;
}

/** Who must get a wrap of a rekey, and to which user key (SEAL 4.2). */
export function recipients(state: ChatState): RecipientNow[] {
  const now: RecipientNow[] = [];
  for (const [key, member] of state.members) {
    const pin = pinNow(member);
    if (pin && isRecipient(member)) now.push({ key, org: member.org, account: member.account, identity: pin.identity });
  }
  return now;
}

/**
 * The identity that a chain in an intent states for this account. Its counter-signatures are checked with the key of the
 * organisation's open log, or the newest key of the record chain that comes with it; in direct chats not at all, since no act
 * pins a key there, and the genesis names the `enrol` card itself (SEAL 4.11).
 */
export function statedIdentity(
  state: ChatState,
  { org, account }: Actor,
  chain: Uint8Array,
  orgChain: Uint8Array | null = null,
): Result<Identity> {
  const read = verifyIdentity(chain, counterKey(state, org, orgChain));
  if (!read.ok) return read;
  return read.value.org === org && read.value.account === account ? read : refuse('bad_card', 'of another account');
}

function counterKey(state: ChatState, org: OrgId, orgChain: Uint8Array | null): Uint8Array | null {
  const log = openLogOf(state, org);
  if (log || !orgChain) return log?.key ?? null;
  const read = invitedChain({ org, orgChain });
  return read.ok ? (read.value.rootRecords.at(-1)?.record.opKey ?? null) : null;
}

/** How the identity follows what is pinned now (SEAL 2.4). In direct chats the genesis has pinned the `enrol` card. */
export function followsPin(state: ChatState, identity: Identity): Result<Advance> {
  const { org, account } = identity;
  const pinned = pinNow(state.members.get(memberKey(org, account)));
  if (pinned) return advance(pinned.identity, identity);
  const enrolHash = enrolHashOf(state, identity);
  if (!enrolHash) return ok('plain');
  if (!equalBytes(enrolHash, identity.enrolHash)) return refuse('identity_forked', 'enrolment');
  return ok(identity.resets.length > 0 ? 'reset' : 'plain');
}

/** What a direct chat's genesis says of this account; null in other chats. */
function enrolHashOf({ genesis }: ChatState, { org, account }: Actor): Uint8Array | null {
  if (genesis.is !== 'direct') return null;
  return [genesis.a, genesis.b].find((side) => side.org === org && side.account === account)?.enrolHash ?? null;
}

/**
 * The key that a body by this device must be signed with, where its author cites position `p`; null: that device was not the
 * author's then. `carried`: identity chains of the author's `keys` requests before the entry in its log. They count in direct
 * chats as long as nothing is pinned.
 */
export function deviceKeyFor(
  state: ChatState,
  { org, account }: Actor,
  device: DeviceId,
  p: Cpos,
  carried: readonly Uint8Array[],
): Uint8Array | null {
  const identity = pinAt(state, org, account, p) ?? carriedIdentity(state, { org, account }, carried);
  return identity?.devices.find((each) => each.device === device)?.dk ?? null;
}

function carriedIdentity(state: ChatState, author: Actor, carried: readonly Uint8Array[]): Identity | null {
  const enrolHash = enrolHashOf(state, author);
  if (!enrolHash) return null;
  for (const chain of carried.toReversed()) {
    const read = statedIdentity(state, author, chain);
    const isTheirs = read.ok && equalBytes(read.value.enrolHash, enrolHash) && read.value.resets.length === 0;
    if (isTheirs) return read.value;
  }
  return null;
}
