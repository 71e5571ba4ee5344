/**
 * `reduce(acts)`: the state of a chat, the same in node and browser (PROTOCOL 4.3). An act that breaks policy is a
 * deterministic no-op and is reported; whether the act is the hub's and comes next is asked before (`continuesControl`).
 */

import type { AccountId, LogId, OrgId } from '../ids.ts';
import type { RequestBody } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import { assert } from '../result.ts';
import type { ReadAct } from './act.ts';
import { judgeDevice } from './author.ts';
import { applyHub, successor } from './hub-acts.ts';
import { type Intent, type Policy, ROLES } from './intent.ts';
import { addCuts, beginInterval, closeChat, endInterval, hasCut } from './intervals.ts';
import { invitedChain } from './invited-chain.ts';
import { noop, type Ordered, type Outcome, type Within } from './outcome.ts';
import { type Actor, judge } from './rights.ts';
import {
  applyGrant,
  applyInviteKeys,
  applyKeys,
  applyOwnKeys,
  applyReadmit,
  applyRekey,
  applyReturn,
  applyRewrap,
  applySupply,
  broughtBy,
  freshMaterial,
  isKeysOnly,
} from './sealing.ts';
import {
  type Brought,
  type ChatState,
  copyState,
  currentInterval,
  foundChat,
  isAccepted,
  type LogState,
  memberKey,
  membersNow,
  openLog,
  openLogOf,
  openLogs,
  policyAt,
} from './state.ts';

export { successor } from './hub-acts.ts';
export type { Change, Outcome } from './outcome.ts';

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
  const within = { brought: open.brought, origin: { logId: open.logId, seq: open.seq } };
  return refused ? noop(refused) : applyIntent(state, read.act, actor, intent, within);
}

/** Begins a request: its first act brings the body, the later ones follow it at once. */
function openRequest(state: ChatState, body: RequestBody, log: LogState, seq: number): RefusalCode | null {
  const key = `${log.logId}:${seq}`;
  if (body.chatId !== state.chatId) return 'malformed';
  if (state.disposed.has(key)) return 'duplicate_request';
  state.disposed.add(key);
  if (log.sealed && seq > log.sealed.seq) return 'past_cut';
  const material = freshMaterial(state, body);
  const brought = material.ok ? broughtBy(material.value) : null;
  const refused = judgeRequest(state, log.org, body);
  state.open = { body, brought, logId: log.logId, seq, next: 0, refused };
  return null;
}

/**
 * Null: all intents of the request may be ordered now, one after the other. Otherwise why none is (PROTOCOL 4.2). The hub
 * asks before it orders, and the reducer again.
 */
export function judgeRequest(state: ChatState, org: OrgId, body: RequestBody): RefusalCode | null {
  const refused = judgeDevice(state, org, body);
  if (refused) return refused;
  const material = freshMaterial(state, body);
  if (!material.ok) return material.refusal.code;
  const actor = { org, account: body.account };
  const [first] = body.intents;
  const isKeys = state.suite !== 0 && isKeysOnly(body);
  if (first && body.intents.length === 1 && !isKeys) return judge(state, actor, first);
  const tried = tryIntents(copyState(state), actor, body.intents, broughtBy(material.value));
  if (tried !== null || !body.intents.some(({ is }) => is === 'rekey' || is === 'supply')) return tried;
  if (body.keyMaterial.length === 0) return 'incomplete_key_material';
  // Beside what else the request asks for stale keys are no harm: that is done, and the keys are pending.
  return isKeys && !material.value ? 'stale_key_material' : null;
}

/** Applies them to `trial`, one after the other. Null: each of them may be ordered. `look` sees each state that one leaves. */
export function tryIntents(
  trial: ChatState,
  actor: Actor,
  intents: readonly Intent[],
  brought: Brought | null,
  look?: (intent: Intent) => void,
): RefusalCode | null {
  for (const intent of intents) {
    const refused = judge(trial, actor, intent);
    if (refused) return refused;
    const ordered = nextOrdered(trial);
    const outcome = applyIntent(trial, ordered, actor, intent, { brought, origin: null });
    if (!outcome.ok) return outcome.code;
    trial.head = { ...trial.head, cpos: ordered.cpos, hlc: ordered.hlc };
    settle(trial, ordered);
    look?.(intent);
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

function applyIntent(state: ChatState, act: Ordered, actor: Actor, intent: Intent, within: Within): Outcome {
  switch (intent.is) {
    case 'invite':
      return applyInvite(state, act, actor, intent, within);
    case 'accept':
      return applyAccept(state, act, actor, intent.identity, within);
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
      return applyKeys(state, act, actor, intent, within);
    case 'readmit':
      return applyReadmit(state, act, actor, intent, within);
    case 'rekey':
      return applyRekey(state, act, actor, within);
    case 'grant':
      return applyGrant(state, act, actor, intent, within);
    case 'rewrap':
      return applyRewrap(state, act, actor);
    case 'supply':
      return applySupply(state, actor, intent, within);
    default:
      return intent satisfies never;
  }
}

function applyInvite(
  state: ChatState,
  act: Ordered,
  actor: Actor,
  intent: Extract<Intent, { is: 'invite' }>,
  within: Within,
): Outcome {
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
  const member = beginInterval(state, org, account, intent.role, {
    from: at,
    accepted,
    to: null,
    invitedBy: memberKey(actor.org, actor.account),
    invitedHlc: act.hlc,
    history: intent.history,
    frontier: null,
  });
  applyInviteKeys(state, act, actor, intent, member, within);
  return { ok: true, change: { is: accepted === null ? 'invited' : 'joined', org, account, by: actor } };
}

function applyAccept(
  state: ChatState,
  act: Ordered,
  { org, account }: Actor,
  identity: Uint8Array,
  within: Within,
): Outcome {
  const at = act.cpos;
  const member = state.members.get(memberKey(org, account));
  const current = currentInterval(member);
  if (member && current) {
    current.accepted = at;
    applyOwnKeys(state, at, member, identity, within);
  } else {
    const interval = {
      from: at,
      accepted: at,
      to: null,
      invitedBy: memberKey(org, account),
      invitedHlc: 0,
      history: [],
      frontier: null,
    };
    const returned = beginInterval(state, org, account, ROLES.member, interval);
    applyOwnKeys(state, at, returned, identity, within);
    applyReturn(state, act, returned, within);
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
