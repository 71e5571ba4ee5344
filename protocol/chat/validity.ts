/**
 * The rule: does an entry count (PROTOCOL 4.4), and for whom is it (PROTOCOL 4.5). Grants are by citation, revocations by cut.
 * Always holds: a later act never makes an entry count that did not, so arrival in any order ends in the same valid set.
 */
import { equalBytes } from '../bytes.ts';
import type { AccountId, Cpos, DeviceId, LogId, OrgId } from '../ids.ts';
import { type EntryKind, SUITE } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import type { ChatKind } from './genesis.ts';
import { ROLES } from './intent.ts';
import { limitsOf, opensAnything, reachOf } from './openings.ts';
import { deviceKeyFor, suspensionAt } from './pins.ts';
import {
  type ChatState,
  type Interval,
  intervalAt,
  type Limit,
  type Member,
  memberKey,
  type Opening,
  type Origin,
  policyAt,
  roleAt,
} from './state.ts';

export interface Placed {
  readonly logId: LogId;
  readonly seq: number;
  readonly cpos: Cpos;
}

/** Which device says that it wrote the entry, and whether it did (SEAL 4.4). */
export interface SignedBy {
  readonly device: DeviceId;
  /**
   * Does the body's `devSig` verify with the key that `deviceKeyFor` names? Asked once, when the entry comes: what counted then may
   * be handed in as good for ever, also after its body was erased.
   */
  readonly devSig: 'good' | 'bad';
  /** Identity chains in this account's `keys` requests in this log before `seq`, in order: direct chats need them (SEAL 4.11). */
  readonly carried: readonly Uint8Array[];
}

export interface Candidate extends Placed {
  readonly kind: EntryKind;
  readonly account: AccountId;
  /** Needed in sealed chats, where a message or erasure without it does not count. */
  readonly signed?: SignedBy;
  /** Seqs of this account's fins in this log before `seq`, with the positions that they cite. */
  readonly fins: readonly Placed[];
  /**
   * For `erase`: is the target another's? Only where the author's own node decides what it takes: elsewhere the target may
   * come later, and must not change what counts. There `mayEraseOthers` says what an erasure does.
   */
  readonly erasesOther?: boolean;
}

/** Rules that the test world can switch off, to show that each is needed (PROTOCOL 8). Nothing else reaches them. */
export interface Rules {
  readonly right: boolean;
  readonly cut: boolean;
  readonly fin: boolean;
  readonly audience: boolean;
  readonly frontier: boolean;
  /** A block must cite the control log that is held here (3.3). */
  readonly citation: boolean;
  /** A block must continue its log (3.5). */
  readonly chain: boolean;
  /** A retry is taken once (3.4). */
  readonly once: boolean;
  /** After a start nothing is signed in a chat before another has said that this node is the newest of its kind (3.8). */
  readonly confirm: boolean;
  /** What counts in a sealed chat is signed by a device of its author (SEAL 4.4). */
  readonly device: boolean;
  /** Private and direct chats are sealed, others never (SEAL 5.5). */
  readonly sealed: boolean;
  /** History is opened by grants only, and only as far as they go (SEAL 4.9). */
  readonly grants: boolean;
}
export const ALL_RULES: Rules = {
  right: true,
  cut: true,
  fin: true,
  audience: true,
  frontier: true,
  citation: true,
  chain: true,
  once: true,
  confirm: true,
  device: true,
  sealed: true,
  grants: true,
};

/** Null: it counts. Otherwise why not. The log must be valid in itself, and the cited position known. */
export function whyVoid(state: ChatState, entry: Candidate, rules: Rules = ALL_RULES): RefusalCode | null {
  const log = state.logs.get(entry.logId);
  if (!log || entry.cpos < log.openedAt) return 'wrong_log';
  if (rules.cut && log.sealed && entry.seq > log.sealed.seq) return 'past_cut';
  const member = state.members.get(memberKey(log.org, entry.account));
  if (rules.fin && isAfterFin(state, member, entry)) return 'past_cut';
  if (entry.kind === 'fin' && !intervalAt(member, entry.cpos)) return 'not_member';
  if (entry.kind === 'request' || entry.kind === 'fin')
    return rules.cut && isPastEnd(member, entry) ? 'past_cut' : null;
  const needs = entry.kind === 'message' ? 'post' : entry.erasesOther ? 'moderate' : 'member';
  if (rules.right && !hasRight(state, log.org, entry.account, entry.cpos, needs)) return 'not_allowed';
  const unsigned = rules.device && state.suite !== 0 ? whyUnsigned(state, member, log.org, entry) : null;
  if (unsigned) return unsigned;
  return rules.cut && isCut(state, member, log.org, entry, needs) ? 'past_cut' : null;
}

/** 4.4e: in a sealed chat a message or erasure is signed by a device of its author, and a message has a key. */
function whyUnsigned(state: ChatState, member: Member | undefined, org: OrgId, entry: Candidate): RefusalCode | null {
  const { account, cpos, signed } = entry;
  if (entry.kind === 'message' && !state.segments.some(({ at }) => at <= cpos)) return 'no_key';
  if (suspensionAt(member, cpos)) return 'suspended';
  const key = signed && deviceKeyFor(state, { org, account }, signed.device, cpos, signed.carried);
  if (!key) return 'bad_device';
  if (signed.devSig === 'bad') return 'bad_signature';
  return member && isRevoked(member, entry, signed.device, key) ? 'past_cut' : null;
}

/** A request that takes a device or the whole account away bites in its own log at its own number, whatever is cited. */
function isRevoked(member: Member, { logId, seq, cpos }: Candidate, device: DeviceId, key: Uint8Array): boolean {
  const isPast = (at: Cpos, origin: Origin | null) => at > cpos && origin?.logId === logId && seq > origin.seq;
  return (
    member.suspensions.some(({ from, origin }) => isPast(from, origin)) ||
    member.pins.some(
      ({ at, origin, identity }) =>
        isPast(at, origin) && !identity.devices.some((each) => each.device === device && equalBytes(each.dk, key)),
    )
  );
}

/** Null: a chat of this kind may be of this suite (SEAL 5.5). Asked before anything is founded, written or asked for in it. */
export function whySuite(kind: ChatKind, suite: number, rules: Rules = ALL_RULES): RefusalCode | null {
  if (kind === 'general' || kind === 'public') return suite === SUITE.clear ? null : 'suite_not_allowed';
  return suite === SUITE.sealed || (suite === SUITE.clear && !rules.sealed) ? null : 'suite_not_allowed';
}

/** Does this erasure, which counts, reach what others wrote (PROTOCOL 5.8)? A moderator's right by citation, up to its cut. */
export function mayEraseOthers(state: ChatState, entry: Candidate, rules: Rules = ALL_RULES): boolean {
  return whyVoid(state, { ...entry, erasesOther: true }, rules) === null;
}

type Right = 'post' | 'moderate' | 'member';

function hasRight(state: ChatState, org: OrgId, account: AccountId, p: Cpos, right: Right): boolean {
  const role = roleAt(state, org, account, p);
  if (right === 'member') return role > 0;
  return role >= (right === 'post' ? policyAt(state, p).post : ROLES.moderator) && role > 0;
}

/** 4.4c: an act after the cited position took the right away, and the entry lies past its cut. */
function isCut(state: ChatState, member: Member | undefined, org: OrgId, entry: Candidate, right: Right): boolean {
  const bites = (cut: { at: Cpos; logId: LogId; seq: number }) =>
    cut.at > entry.cpos &&
    cut.logId === entry.logId &&
    entry.seq > cut.seq &&
    !hasRight(state, org, entry.account, cut.at, right);
  return (member?.cuts.some(bites) ?? false) || state.policyCuts.some(bites);
}

/** A request or fin written for an interval that was ended before it got out says nothing about a later one (4.2). */
function isPastEnd(member: Member | undefined, entry: Candidate): boolean {
  const ends = member?.cuts.filter((cut) => member.intervals.some(({ to }) => to === cut.at)) ?? [];
  return ends.some((cut) => cut.at > entry.cpos && cut.logId === entry.logId && entry.seq > cut.seq);
}

/** 4.4d: a fin ends its author's entries in this log, until a later interval begins. Where one may come back without an invitation, the request for it is exempt. */
function isAfterFin({ kind }: ChatState, member: Member | undefined, entry: Candidate): boolean {
  // Nobody leaves the general chat.
  if (kind === 'general') return false;
  if (entry.kind === 'request' && (kind === 'direct' || kind === 'public')) return false;
  return entry.fins.some(
    (fin) => !member?.intervals.some((later) => later.from > fin.cpos && entry.cpos >= later.from),
  );
}

/** Is the entry for this member (4.5)? Open chats show all of their past to whoever is in. */
export function isForMember(
  state: ChatState,
  org: OrgId,
  account: AccountId,
  entry: Placed,
  rules: Rules = ALL_RULES,
): boolean {
  if (!rules.audience) return true;
  if (state.kind === 'general') return org === state.hub;
  const member = state.members.get(memberKey(org, account));
  if (!member) return false;
  if (state.kind === 'public') return member.intervals.at(-1)?.to === null;
  return isForIntervals(state, member, entry, rules);
}

function isForIntervals(state: ChatState, member: Member, entry: Placed, rules: Rules, only = opensAnything): boolean {
  const own = intervalAt(member, entry.cpos);
  if (own && only(own) && !suspensionAt(member, entry.cpos) && isWithin(state, limitsOf(own), entry, rules))
    return true;
  return member.grants.some(
    ({ at, interval: index, openings }) =>
      only(member.intervals[index]) && isGranted(state, member, at, openings, entry, index, rules),
  );
}

function isGranted(
  state: ChatState,
  member: Member,
  at: Cpos,
  openings: readonly Opening[],
  entry: Placed,
  index: number,
  rules: Rules,
): boolean {
  if (!rules.grants) return entry.cpos < at;
  const interval = member.intervals[index];
  const ended = interval ? limitsOf(interval) : [];
  return openings.some(
    ({ from, to, limits }) =>
      from <= entry.cpos &&
      (to === null || entry.cpos <= to) &&
      isWithin(state, limits, entry, rules) &&
      isWithin(state, ended, entry, rules),
  );
}

function isWithin(state: ChatState, limits: readonly Limit[], { logId, seq }: Placed, rules: Rules): boolean {
  return !rules.frontier || limits.every((limit) => seq <= reachOf(state, limit, logId));
}

/**
 * Is the entry for anybody of this organisation, so that its node may have it (4.5)? Before an invitation is accepted
 * nothing is for it.
 */
export function isForOrganisation(state: ChatState, org: OrgId, entry: Placed, rules: Rules = ALL_RULES): boolean {
  if (!rules.audience) return true;
  if (state.kind === 'general' || state.kind === 'public') return org === state.hub;
  for (const member of state.members.values()) {
    if (member.org === org && isForIntervals(state, member, entry, rules, isAcceptedInterval)) return true;
  }
  return false;
}

/** Will the entry be for the organisation when an open invitation of it is accepted? */
export function awaitsAcceptance(state: ChatState, org: OrgId, entry: Placed): boolean {
  if (state.kind === 'general' || state.kind === 'public') return false;
  for (const member of state.members.values()) {
    if (member.org === org && isForIntervals(state, member, entry, ALL_RULES, isOpenInvitation)) return true;
  }
  return false;
}

function isAcceptedInterval(interval: Interval | undefined): boolean {
  return interval !== undefined && interval.accepted !== null;
}

function isOpenInvitation(interval: Interval | undefined): boolean {
  return interval?.accepted === null && interval.to === null;
}
