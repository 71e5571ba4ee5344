/**
 * `reduce(acts)`: the state of a chat, the same in node and browser (PROTOCOL 4.3). An act that breaks policy is a
 * deterministic no-op and is reported; whether the act is the hub's and comes next is asked before (`continuesControl`).
 */

import { compareBytes } from '../bytes.ts';
import { hlcMs } from '../hlc.ts';
import { type AccountId, type Cpos, idBytes, type LogId, type OrgId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { RequestBody } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import { assert } from '../result.ts';
import type { Act, Cut, ReadAct } from './act.ts';
import { type HistorySpan, type HubIntent, type Intent, type Policy, ROLES } from './intent.ts';
import { invitedChain } from './invited-chain.ts';
import { type Actor, judge } from './rights.ts';
import {
  acceptedOrganisations,
  type ChatState,
  copyState,
  currentInterval,
  foundChat,
  type Interval,
  isAccepted,
  type LogState,
  type Member,
  memberKey,
  membersNow,
  newMember,
  openLog,
  openLogOf,
  openLogs,
  policyAt,
} from './state.ts';

/** What an act did, for the line that people see in the conversation. */
export type Change =
  | {
      readonly is: 'invited' | 'joined' | 'left' | 'declined' | 'expired';
      readonly org: OrgId;
      readonly account: AccountId;
      readonly by: Actor | null;
    }
  | { readonly is: 'withdrawn' | 'removed'; readonly org: OrgId; readonly account: AccountId; readonly by: Actor }
  | { readonly is: 'role'; readonly org: OrgId; readonly account: AccountId; readonly by: Actor; readonly role: number }
  | { readonly is: 'policy' | 'look'; readonly by: Actor }
  | {
      readonly is: 'keys' | 'suspended' | 'rewrap';
      readonly org: OrgId;
      readonly account: AccountId;
      readonly by: null;
    }
  | { readonly is: 'readmitted' | 'supplied'; readonly org: OrgId; readonly account: AccountId; readonly by: Actor }
  /** `spans` as they were resolved: how much was opened. */
  | {
      readonly is: 'granted';
      readonly org: OrgId;
      readonly account: AccountId;
      readonly by: Actor;
      readonly spans: readonly HistorySpan[];
    }
  /** Not `fresh`: the keys have changed in the meantime, and the rekey changes nothing. */
  | { readonly is: 'rekeyed'; readonly by: Actor; readonly fresh: boolean }
  | { readonly is: 'tick' }
  | { readonly is: 'refused'; readonly logSeq: string; readonly code: number }
  | { readonly is: 'hub'; readonly org: OrgId };

export type Outcome =
  | { readonly ok: true; readonly change: Change }
  | { readonly ok: false; readonly code: RefusalCode };

/** What of an act its effect depends on, beside the intent. */
type Ordered = Pick<Act, 'cpos' | 'hlc' | 'cuts' | 'frontier'>;

/** Changes `state` by the act, which must come next: the caller has asked `continuesControl` and checked the signature. */
export function applyAct(state: ChatState, read: ReadAct): Outcome {
  const { act } = read;
  assert(act.cpos === state.head.cpos + 1, 'act out of order');
  const outcome = applyCause(state, read);
  state.head = { cpos: act.cpos, hash: read.hash, hlc: act.hlc };
  if (outcome.ok) settle(state, act);
  return outcome;
}

/** The state after all of these acts. */
export function reduce(genesisBytes: Uint8Array, acts: readonly ReadAct[]): ChatState {
  const state = foundChat(genesisBytes);
  for (const read of acts) applyAct(state, read);
  return state;
}

function noop(code: RefusalCode): Outcome {
  return { ok: false, code };
}

function applyCause(state: ChatState, read: ReadAct): Outcome {
  const { act } = read;
  const goesOn = continuesRequest(state, read);
  // The intents of a request stand at consecutive positions, or the rest of it is lost.
  if (!goesOn) state.open = null;
  const transfers = act.cause.is === 'hub' && act.cause.intent.is === 'transfer';
  // A hub that has nobody left hands over before it orders anything else (PROTOCOL 4.8a).
  if (!goesOn && !transfers && successor(state)) return noop('not_acceptable');
  if (act.cause.is === 'hub') return applyHub(state, act, act.cause.intent);
  const log = state.logs.get(act.cause.logId);
  if (!log) return noop('wrong_log');
  return act.cause.is === 'fin' ? applyFin(state, read, log) : applyRequest(state, read, log);
}

function continuesRequest({ open }: ChatState, { act }: ReadAct): boolean {
  const { cause } = act;
  if (!open || cause.is !== 'request' || cause.index === 0) return false;
  return open.logId === cause.logId && open.seq === cause.seq && open.next === cause.index;
}

function applyRequest(state: ChatState, read: ReadAct, log: LogState): Outcome {
  const { cause } = read.act;
  if (cause.is !== 'request') return noop('malformed');
  if (read.request) {
    const refused = openRequest(state, read.request, log, cause.seq);
    if (refused) return noop(refused);
  }
  const { open } = state;
  const intent = open?.body.intents[cause.index];
  if (!open || !intent) return noop('malformed');
  const next = cause.index + 1;
  state.open = next < open.body.intents.length ? { ...open, next } : null;
  const actor = { org: log.org, account: open.body.account };
  const refused = open.refused ?? judge(state, actor, intent);
  return refused ? noop(refused) : applyIntent(state, read.act, actor, intent);
}

/** Begins a request: its first act brings the body, the later ones follow it at once. */
function openRequest(state: ChatState, body: RequestBody, log: LogState, seq: number): RefusalCode | null {
  const key = `${log.logId}:${seq}`;
  if (body.chatId !== state.chatId) return 'malformed';
  if (state.disposed.has(key)) return 'duplicate_request';
  state.disposed.add(key);
  if (log.sealed && seq > log.sealed.seq) return 'past_cut';
  state.open = { body, brought: null, logId: log.logId, seq, next: 0, refused: judgeRequest(state, log.org, body) };
  return null;
}

/**
 * Null: all intents of the request may be ordered now, one after the other. Otherwise why none is (PROTOCOL 4.2). The hub
 * asks before it orders, and the reducer again.
 */
export function judgeRequest(state: ChatState, org: OrgId, body: RequestBody): RefusalCode | null {
  const actor = { org, account: body.account };
  const [first] = body.intents;
  if (first && body.intents.length === 1) return judge(state, actor, first);
  const trial = copyState(state);
  for (const intent of body.intents) {
    const refused = judge(trial, actor, intent);
    if (refused) return refused;
    const ordered = nextOrdered(trial);
    const outcome = applyIntent(trial, ordered, actor, intent);
    if (!outcome.ok) return outcome.code;
    trial.head = { ...trial.head, cpos: ordered.cpos, hlc: ordered.hlc };
    settle(trial, ordered);
  }
  return null;
}

/** For trying: the next position, with a cut in every open log, so that none is missing. */
function nextOrdered(state: ChatState): Ordered {
  const cuts = openLogs(state).map(({ logId }) => ({ logId, seq: Number.MAX_SAFE_INTEGER }));
  return { cpos: state.head.cpos + 1, hlc: state.head.hlc + 1, cuts, frontier: [] };
}

/** Null: the account may leave, or decline, by a fin in this log now. Otherwise the code of its refusal. */
export function judgeFin(state: ChatState, logId: LogId, account: AccountId): RefusalCode | null {
  if (state.kind === 'general') return 'not_acceptable';
  const log = state.logs.get(logId);
  if (!log) return 'wrong_log';
  // What was left in a log that is closed is no leave of the interval that came after it.
  if (log.sealed) return 'log_sealed';
  return currentInterval(state.members.get(memberKey(log.org, account))) ? null : 'not_member';
}

function applyFin(state: ChatState, read: ReadAct, { org, logId }: LogState): Outcome {
  const { cause } = read.act;
  const { fin } = read;
  if (cause.is !== 'fin' || !fin || fin.chatId !== state.chatId) return noop('malformed');
  const key = `${logId}:${cause.seq}`;
  if (state.disposed.has(key)) return noop('duplicate_request');
  state.disposed.add(key);
  const refused = judgeFin(state, logId, fin.account);
  if (refused) return noop(refused);
  const member = state.members.get(memberKey(org, fin.account));
  const current = currentInterval(member);
  assert(member && current, 'who may leave is in');
  const declined = current.accepted === null;
  endInterval(state, read.act, member, current, [{ logId, seq: cause.seq }]);
  return { ok: true, change: { is: declined ? 'declined' : 'left', org, account: fin.account, by: null } };
}

function applyIntent(state: ChatState, act: Ordered, actor: Actor, intent: Intent): Outcome {
  switch (intent.is) {
    case 'invite':
      return applyInvite(state, act, actor, intent);
    case 'accept':
      return applyAccept(state, act.cpos, actor);
    case 'withdraw':
    case 'remove':
      return applyEnd(state, act, actor, intent);
    case 'role':
      return applyRole(state, act, actor, intent);
    case 'policy':
      return applyPolicy(state, act, actor, intent.policy);
    case 'look':
      state.look = { at: act.cpos, hash: intent.hash, length: intent.length };
      return { ok: true, change: { is: 'look', by: actor } };
    case 'keys':
    case 'readmit':
    case 'rekey':
    case 'grant':
    case 'rewrap':
    case 'supply':
      return noop('not_acceptable');
    default:
      return intent satisfies never;
  }
}

function applyInvite(state: ChatState, act: Ordered, actor: Actor, intent: Extract<Intent, { is: 'invite' }>): Outcome {
  const at = act.cpos;
  const { org, account } = intent;
  if (!openLogOf(state, org)) {
    const chain = invitedChain(intent);
    if (!chain.ok) return noop('bad_record');
    const root = chain.value.rootRecords.at(-1);
    assert(root, 'a chain has a root-signed record');
    openLog(state, org, at, root.record.opKey, root.record.seq);
  }
  // Co-workers are in at once (PROTOCOL 7).
  const accepted = org === actor.org ? at : null;
  beginInterval(state, org, account, intent.role, {
    from: at,
    accepted,
    to: null,
    invitedBy: memberKey(actor.org, actor.account),
    invitedHlc: act.hlc,
    history: intent.history,
    frontier: null,
  });
  return { ok: true, change: { is: accepted === null ? 'invited' : 'joined', org, account, by: actor } };
}

function beginInterval(state: ChatState, org: OrgId, account: AccountId, role: number, interval: Interval): void {
  const key = memberKey(org, account);
  const member = state.members.get(key) ?? newMember(org, account);
  member.intervals.push(interval);
  member.roles.push({ at: interval.from, role });
  state.members.set(key, member);
}

function applyAccept(state: ChatState, at: Cpos, { org, account }: Actor): Outcome {
  const current = currentInterval(state.members.get(memberKey(org, account)));
  if (current) current.accepted = at;
  else {
    const interval = {
      from: at,
      accepted: at,
      to: null,
      invitedBy: memberKey(org, account),
      invitedHlc: 0,
      history: [],
      frontier: null,
    };
    beginInterval(state, org, account, ROLES.member, interval);
  }
  return { ok: true, change: { is: 'joined', org, account, by: null } };
}

function applyEnd(
  state: ChatState,
  act: Ordered,
  actor: Actor,
  intent: Extract<Intent, { is: 'withdraw' | 'remove' }>,
): Outcome {
  const { org, account } = intent;
  const member = state.members.get(memberKey(org, account));
  const current = currentInterval(member);
  if (!member || !current) return noop('not_member');
  if (!hasCut(state, act, org)) return noop('malformed');
  endInterval(state, act, member, current, act.cuts);
  return { ok: true, change: { is: intent.is === 'remove' ? 'removed' : 'withdrawn', org, account, by: actor } };
}

function applyRole(state: ChatState, act: Ordered, actor: Actor, intent: Extract<Intent, { is: 'role' }>): Outcome {
  const { org, account, role } = intent;
  const member = state.members.get(memberKey(org, account));
  const before = member?.roles.at(-1)?.role ?? ROLES.member;
  if (!member) return noop('not_member');
  if (role < before) {
    if (!hasCut(state, act, org)) return noop('malformed');
    addCuts(state, member, act.cpos, act.cuts);
  }
  member.roles.push({ at: act.cpos, role });
  return { ok: true, change: { is: 'role', org, account, by: actor, role } };
}

/** Who may post no more is cut in every log. */
function applyPolicy(state: ChatState, act: Ordered, actor: Actor, policy: Policy): Outcome {
  if (policy.post > policyAt(state, state.head.cpos).post) {
    if (!openLogs(state).every(({ logId }) => act.cuts.some((cut) => cut.logId === logId))) return noop('malformed');
    for (const cut of act.cuts) state.policyCuts.push({ at: act.cpos, ...cut });
  }
  state.policies.push({ at: act.cpos, policy });
  return { ok: true, change: { is: 'policy', by: actor } };
}

/** A removal says where it bites in the open log of the removed (PROTOCOL 4.4). */
function hasCut(state: ChatState, act: Ordered, org: OrgId): boolean {
  const log = openLogOf(state, org);
  return !log || act.cuts.some((cut) => cut.logId === log.logId);
}

function addCuts(state: ChatState, member: Member, at: Cpos, cuts: readonly Cut[]): void {
  for (const cut of cuts) if (state.logs.get(cut.logId)?.org === member.org) member.cuts.push({ at, ...cut });
}

function endInterval(state: ChatState, act: Ordered, member: Member, current: Interval, cuts: readonly Cut[]): void {
  const { cpos, frontier } = act;
  current.to = cpos;
  current.frontier = new Map(frontier.map((head) => [head.logId, head.seq]));
  addCuts(state, member, cpos, cuts);
  const log = openLogOf(state, member.org);
  const cut = cuts.find((each) => each.logId === log?.logId);
  if (log && cut && state.kind === 'private' && !hasInterval(state, member.org))
    log.sealed = { at: cpos, seq: cut.seq };
}

function hasInterval(state: ChatState, org: OrgId): boolean {
  return membersNow(state).some((member) => member.org === org);
}

function applyHub(state: ChatState, act: Ordered, intent: HubIntent): Outcome {
  switch (intent.is) {
    case 'refuse': {
      const key = `${intent.logId}:${intent.seq}`;
      if (state.disposed.has(key)) return noop('duplicate_request');
      state.disposed.add(key);
      return { ok: true, change: { is: 'refused', logSeq: key, code: intent.code } };
    }
    case 'expire':
      return applyExpire(state, act, intent);
    case 'transfer':
      return applyTransfer(state, intent.org);
    case 'tick':
      return noop('not_acceptable');
    default:
      return intent satisfies never;
  }
}

function applyExpire(state: ChatState, act: Ordered, intent: Extract<HubIntent, { is: 'expire' }>): Outcome {
  const { org, account } = intent;
  const member = state.members.get(memberKey(org, account));
  const current = currentInterval(member);
  if (!member || !current || current.accepted !== null) return noop('not_invited');
  if (hlcMs(act.hlc) - hlcMs(current.invitedHlc) < LIMITS.invitationLifetimeMs) return noop('not_acceptable');
  if (!hasCut(state, act, org)) return noop('malformed');
  endInterval(state, act, member, current, act.cuts);
  return { ok: true, change: { is: 'expired', org, account, by: null } };
}

/** The next orderer: only when the hub has no accepted member left, and only the one that the rule names (PROTOCOL 4.8a). */
function applyTransfer(state: ChatState, org: OrgId): Outcome {
  const log = openLogOf(state, org);
  if (successor(state) !== org || !log?.key) return noop('not_acceptable');
  state.hub = org;
  state.hubKey = log.key;
  state.term += 1;
  return { ok: true, change: { is: 'hub', org } };
}

/** The organisation that has to order next, where the hub has no accepted member left in a private chat; else null. */
export function successor(state: ChatState): OrgId | null {
  if (state.kind !== 'private' || state.closed) return null;
  for (const member of state.members.values()) if (member.org === state.hub && isAccepted(member)) return null;
  const orgs = [...acceptedOrganisations(state)];
  return orgs.sort((a, b) => compareBytes(idBytes(a), idBytes(b)))[0] ?? null;
}

/** What follows from any change: an owner where none is left; the end where nobody is left (PROTOCOL 4.3). */
function settle(state: ChatState, { cpos: at, frontier }: Ordered): void {
  if (state.kind === 'general' || state.kind === 'direct' || hasOwner(state)) return;
  const accepted = membersNow(state).filter((member) => member.accepted);
  if (accepted.length === 0) {
    if (state.kind === 'private') closeChat(state, at, frontier);
    return;
  }
  const oldest = accepted.sort((a, b) => (a.interval.accepted ?? 0) - (b.interval.accepted ?? 0))[0];
  if (oldest) state.members.get(memberKey(oldest.org, oldest.account))?.roles.push({ at, role: ROLES.owner });
}

function hasOwner(state: ChatState): boolean {
  for (const member of state.members.values())
    if (member.roles.at(-1)?.role === ROLES.owner && isAccepted(member)) return true;
  return false;
}

function closeChat(state: ChatState, at: Cpos, frontier: readonly Cut[]): void {
  state.closed = true;
  for (const { interval } of membersNow(state)) {
    interval.to = at;
    interval.frontier = new Map(frontier.map((head) => [head.logId, head.seq]));
  }
}
