/**
 * The state of a chat: what its control log says, whole enough to ask of any earlier position (PROTOCOL 4.3-4.5).
 * Nothing is forgotten: roles, policies and intervals keep the position at which they began, so `state(p)` needs no copy.
 * Always holds: intervals of a member do not overlap; at most one log of an organisation is open.
 */
import type { Identity } from '../identity/identity-chain.ts';
import type { AccountId, ChatId, Cpos, Hash, Hlc, LogId, OrgId } from '../ids.ts';
import { logIdOf } from '../log/block.ts';
import type { RequestBody } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import { Refused } from '../result.ts';
import { type ControlHead, genesisHead } from './act.ts';
import type { ChatKind, Genesis } from './genesis.ts';
import { chatIdOf, DEFAULT_POLICY, decodeGenesis, firstHub } from './genesis.ts';
import { type HistorySpan, type Policy, ROLES } from './intent.ts';
import type { Segment } from './segment.ts';

/** `ORG/ACCOUNT`: account ids are only unique within an organisation. */
export type MemberKey = `${OrgId}/${AccountId}`;

export function memberKey(org: OrgId, account: AccountId): MemberKey {
  return `${org}/${account}`;
}

/** Who asks. */
export interface Actor {
  readonly org: OrgId;
  readonly account: AccountId;
}

/** From the invitation to the act that ended it. */
export interface Interval {
  readonly from: Cpos;
  /** Position of the acceptance; null while invited. */
  accepted: Cpos | null;
  /** Position of the act that ended it; null while it lasts. */
  to: Cpos | null;
  readonly invitedBy: MemberKey;
  readonly invitedHlc: number;
  readonly history: readonly HistorySpan[];
  /** Heads of all logs when it ended: nothing past them is for this member (PROTOCOL 4.5). */
  frontier: ReadonlyMap<LogId, number> | null;
}

/** Where a request stands: what it takes away bites in its own log from there on. */
export interface Origin {
  readonly logId: LogId;
  readonly seq: number;
}

/** The keys that count for a member from this position on (SEAL 4.4). */
export interface Pin {
  readonly at: Cpos;
  readonly identity: Identity;
  /** Null where somebody else's request pinned it: it takes no device away that could have written. */
  readonly origin: Origin | null;
  /** The account was reset since the pin before: this identity opens nothing older than `at`. */
  readonly reset: boolean;
}

/** The node has reset the account; somebody must admit it again (SEAL 4.6). */
export interface Suspension {
  readonly from: Cpos;
  to: Cpos | null;
  readonly origin: Origin | null;
  /** Of the card that reset it; one that admits is not older. */
  seq: number;
}

/** Heads of all logs when somebody's interval ended at `at`: nothing past them is open. */
export interface Limit {
  readonly at: Cpos;
  readonly frontier: ReadonlyMap<LogId, number>;
}

/** Positions that somebody may open, `to` included; null: up to now, whatever now is. An entry keeps all of the limits. */
export interface Opening {
  readonly from: Cpos;
  readonly to: Cpos | null;
  readonly limits: readonly Limit[];
}

export interface Grant {
  readonly at: Cpos;
  /** Index of the interval that it belongs to, and ends with. */
  readonly interval: number;
  readonly openings: readonly Opening[];
}

export interface Member {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly pins: Pin[];
  readonly suspensions: Suspension[];
  readonly grants: Grant[];
  readonly intervals: Interval[];
  readonly roles: { readonly at: Cpos; readonly role: number }[];
  /** Right-reducing acts: this member's entries in `logId` after `seq` do not count (PROTOCOL 4.4c). */
  readonly cuts: { readonly at: Cpos; readonly logId: LogId; readonly seq: number }[];
}

export interface LogState {
  readonly logId: LogId;
  readonly org: OrgId;
  readonly openedAt: Cpos;
  /** Null in a direct chat until its first block pins it (PROTOCOL 4.1). */
  readonly key: Uint8Array | null;
  readonly keySeq: number | null;
  sealed: { readonly at: Cpos; readonly seq: number } | null;
}

/** Fresh key material of a request, as far as everybody sees it (SEAL 4.1). */
export interface Brought {
  commit(at: Cpos): Uint8Array | null;
  /** Does it bring a bundle for this organisation? */
  bundleFor(org: OrgId): boolean;
}

/** A segment, and the clock of the act that began it. */
export interface TimedSegment extends Segment {
  readonly hlc: Hlc;
}

export interface OpenRequest {
  readonly body: RequestBody;
  /** Null where it has none, or none that is fresh. */
  readonly brought: Brought | null;
  readonly logId: LogId;
  readonly seq: number;
  /** Index of the next intent. */
  readonly next: number;
  readonly refused: RefusalCode | null;
}

export interface ChatState {
  readonly chatId: ChatId;
  readonly kind: ChatKind;
  readonly suite: number;
  readonly genesis: Genesis;
  head: ControlHead;
  term: number;
  hub: OrgId;
  /** Null in a direct chat until the first act pins it. */
  hubKey: Uint8Array | null;
  readonly members: Map<MemberKey, Member>;
  readonly logs: Map<LogId, LogState>;
  readonly policies: { readonly at: Cpos; readonly policy: Policy }[];
  /** Where a policy that takes rights away bites. */
  readonly policyCuts: { readonly at: Cpos; readonly logId: LogId; readonly seq: number }[];
  /** Where the secret changes; empty in suite 0, and before the first rekey of a private chat. */
  readonly segments: TimedSegment[];
  /** Somebody who should not has the secret, or there is none yet (SEAL 4.7). */
  rekeyPending: boolean;
  /** Who lacks keys, and since which position. */
  readonly owed: Map<MemberKey, Cpos>;
  look: { readonly at: Cpos; readonly hash: Hash; readonly length: number } | null;
  /** `LOG:SEQ` of every request and fin that has its disposal. */
  readonly disposed: Set<string>;
  /** The request whose later intents must come next. `refused`: one of them may not be ordered, so none is (PROTOCOL 4.2). */
  open: OpenRequest | null;
  closed: boolean;
}

/** The state that a genesis makes. Throws `Refused` for what is not one. */
export function foundChat(genesisBytes: Uint8Array): ChatState {
  const read = decodeGenesis(genesisBytes);
  if (!read.ok) throw new Refused(read.refusal.code, read.refusal.detail);
  const value = read.value;
  const chatId = chatIdOf(genesisBytes);
  const state: ChatState = {
    chatId,
    kind: value.is,
    suite: value.suite,
    genesis: value,
    head: genesisHead(chatId, value.is === 'direct' ? 0 : value.hlc),
    term: 0,
    hub: firstHub(value),
    hubKey: value.is === 'direct' ? null : value.opKey,
    members: new Map(),
    logs: new Map(),
    policies: [{ at: 0, policy: value.is === 'direct' ? DEFAULT_POLICY : value.policy }],
    policyCuts: [],
    segments: [],
    rekeyPending: value.is === 'private' && value.suite !== 0,
    owed: new Map(),
    look: null,
    disposed: new Set(),
    open: null,
    closed: false,
  };
  addFounders(state);
  if (value.is === 'direct' && value.suite !== 0)
    state.segments.push({ at: 0, kind: 'direct', commit: null, hlc: state.head.hlc });
  return state;
}

function addFounders(state: ChatState): void {
  const { genesis } = state;
  if (genesis.is === 'direct') {
    for (const side of [genesis.a, genesis.b]) {
      addMember(state, side.org, side.account, ROLES.member);
      openLog(state, side.org, 0, null, null);
    }
    return;
  }
  openLog(state, genesis.org, 0, genesis.opKey, genesis.keySeq);
  if (genesis.is !== 'general') addMember(state, genesis.org, genesis.account, ROLES.owner);
}

function addMember(state: ChatState, org: OrgId, account: AccountId, role: number): void {
  const key = memberKey(org, account);
  const interval: Interval = {
    from: 0,
    accepted: 0,
    to: null,
    invitedBy: key,
    invitedHlc: 0,
    history: [],
    frontier: null,
  };
  const member = newMember(org, account);
  member.intervals.push(interval);
  member.roles.push({ at: 0, role });
  state.members.set(key, member);
}

export function newMember(org: OrgId, account: AccountId): Member {
  return { org, account, intervals: [], roles: [], cuts: [], pins: [], suspensions: [], grants: [] };
}

/** Opens the organisation's log at this position, unless one is open. */
export function openLog(state: ChatState, org: OrgId, at: Cpos, key: Uint8Array | null, keySeq: number | null): void {
  if (openLogOf(state, org)) return;
  const logId = logIdOf(state.chatId, org, at);
  state.logs.set(logId, { logId, org, openedAt: at, key, keySeq, sealed: null });
}

export function openLogOf(state: ChatState, org: OrgId): LogState | undefined {
  for (const log of state.logs.values()) if (log.org === org && !log.sealed) return log;
  return undefined;
}

export function openLogs(state: ChatState): LogState[] {
  return [...state.logs.values()].filter((log) => !log.sealed);
}

/** The interval that lasts now, accepted or not. */
export function currentInterval(member: Member | undefined): Interval | undefined {
  const last = member?.intervals.at(-1);
  return last && last.to === null ? last : undefined;
}

export function isAccepted(member: Member): boolean {
  return (currentInterval(member)?.accepted ?? null) !== null;
}

/** How many are in or invited now. */
export function countMembers(state: ChatState): number {
  let count = 0;
  for (const member of state.members.values()) if (currentInterval(member)) count += 1;
  return count;
}

/** The interval that position `p` lies in: from the invitation up to, not including, the act that ended it. */
export function intervalAt(member: Member | undefined, p: Cpos): Interval | undefined {
  return member?.intervals.find((each) => each.from <= p && (each.to === null || p < each.to));
}

/** Role at position `p`; 0 where the account was not an accepted member then. */
export function roleAt(state: ChatState, org: OrgId, account: AccountId, p: Cpos): number {
  if (state.kind === 'general') return org === state.hub ? ROLES.member : 0;
  const member = state.members.get(memberKey(org, account));
  const interval = intervalAt(member, p);
  if (!member || !interval || interval.accepted === null || interval.accepted > p) return 0;
  return member.roles.findLast((each) => each.at <= p)?.role ?? ROLES.member;
}

export function policyAt(state: ChatState, p: Cpos): Policy {
  return state.policies.findLast((each) => each.at <= p)?.policy ?? DEFAULT_POLICY;
}

export interface MemberNow {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly role: number;
  readonly accepted: boolean;
  readonly interval: Interval;
}

/** Everybody whose interval lasts, invited ones included. */
export function membersNow(state: ChatState): MemberNow[] {
  const now: MemberNow[] = [];
  for (const { org, account, ...member } of state.members.values()) {
    const interval = member.intervals.at(-1);
    if (!interval || interval.to !== null) continue;
    const role = member.roles.at(-1)?.role ?? ROLES.member;
    now.push({ org, account, role, accepted: interval.accepted !== null, interval });
  }
  return now;
}

/** Organisations with a member or invited person now. */
export function organisationsNow(state: ChatState): Set<OrgId> {
  const orgs = new Set(membersNow(state).map((member) => member.org));
  if (state.kind === 'general') orgs.add(state.hub);
  return orgs;
}

/** Organisations with an accepted member now. */
export function acceptedOrganisations(state: ChatState): Set<OrgId> {
  const orgs = new Set<OrgId>();
  for (const member of membersNow(state)) if (member.accepted) orgs.add(member.org);
  if (state.kind === 'general') orgs.add(state.hub);
  return orgs;
}

/** A copy to try intents on. What they do not change in place is shared. */
export function copyState(state: ChatState): ChatState {
  const copyMember = (member: Member): Member => ({
    ...member,
    intervals: member.intervals.map((interval) => ({ ...interval })),
    roles: [...member.roles],
    cuts: [...member.cuts],
    pins: [...member.pins],
    suspensions: member.suspensions.map((each) => ({ ...each })),
    grants: [...member.grants],
  });
  return {
    ...state,
    members: new Map([...state.members].map(([key, member]) => [key, copyMember(member)])),
    logs: new Map([...state.logs].map(([logId, log]) => [logId, { ...log }])),
    policies: [...state.policies],
    policyCuts: [...state.policyCuts],
    segments: [...state.segments],
    owed: new Map(state.owed),
  };
}
