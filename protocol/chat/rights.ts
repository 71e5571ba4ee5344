/**
 * Who may do what: the one table of rights, asked by the hub before it orders, by the reducer when it applies, and by
 * the screens before they show a button (PROTOCOL 4.3).
 */

import { LIMITS } from '../limits.ts';
import type { RefusalCode } from '../refusals.ts';
import type { ChatKind } from './genesis.ts';
import { type Intent, type Policy, ROLES } from './intent.ts';
import { invitedChain } from './invited-chain.ts';
import { suspensionNow } from './pins.ts';
import { judgeAcceptKeys, judgeGrant, judgeInviteKeys, judgeKeys, judgeReadmit, judgeSupply } from './rights-keys.ts';
import {
  type Actor,
  type ChatState,
  countMembers,
  currentInterval,
  memberKey,
  membersNow,
  openLogOf,
  organisationsNow,
  policyAt,
  roleAt,
} from './state.ts';

export type { Actor } from './state.ts';

type Judge<I extends Intent> = (
  state: ChatState,
  actor: Actor,
  intent: I,
  role: number,
  policy: Policy,
) => RefusalCode | null;
type IntentOf<K extends Intent['is']> = Extract<Intent, { is: K }>;

const KINDS_OF_INTENT: Record<Intent['is'], readonly ChatKind[]> = {
  invite: ['public', 'direct', 'private'],
  accept: ['public', 'direct', 'private'],
  withdraw: ['public', 'direct', 'private'],
  remove: ['public', 'private'],
  role: ['public', 'private'],
  policy: ['general', 'public', 'private'],
  look: ['general', 'public', 'private'],
  keys: ['direct', 'private'],
  readmit: ['direct', 'private'],
  rekey: ['direct', 'private'],
  grant: ['direct', 'private'],
  rewrap: ['direct', 'private'],
  supply: ['direct', 'private'],
};
const ONLY_SEALED: ReadonlySet<Intent['is']> = new Set(['keys', 'readmit', 'rekey', 'grant', 'rewrap', 'supply']);

/** Null: the intent may be ordered now. Otherwise the refusal that its author gets. */
export function judge(state: ChatState, actor: Actor, intent: Intent): RefusalCode | null {
  if (state.closed) return 'chat_closed';
  if (!KINDS_OF_INTENT[intent.is].includes(state.kind)) return 'not_acceptable';
  if (state.suite === 0 && isForSealed(intent)) return 'not_acceptable';
  // A suspended account writes nothing; its node may find that it was reset once more (SEAL 4.6).
  const isSuspended = suspensionNow(state.members.get(memberKey(actor.org, actor.account))) !== undefined;
  if (isSuspended && intent.is !== 'keys') return 'suspended';
  const role = roleAt(state, actor.org, actor.account, state.head.cpos);
  if (role === 0 && intent.is !== 'accept' && intent.is !== 'keys') return 'not_allowed';
  const policy = policyAt(state, state.head.cpos);
  return (JUDGES[intent.is] as Judge<Intent>)(state, actor, intent, role, policy);
}

function isForSealed(intent: Intent): boolean {
  return ONLY_SEALED.has(intent.is) || ('identity' in intent && intent.identity.length > 0);
}

const JUDGES: { readonly [K in Intent['is']]: Judge<IntentOf<K>> } = {
  invite: judgeInvite,
  accept: judgeAccept,
  withdraw: judgeWithdraw,
  remove: judgeRemove,
  role: judgeRole,
  policy: (state, _actor, _intent, role) => (isChief(state, role) ? null : 'not_allowed'),
  look: (state, _actor, _intent, role, policy) =>
    state.kind === 'general' || role >= policy.look ? null : 'not_allowed',
  keys: judgeKeys,
  readmit: judgeReadmit,
  rekey: () => null,
  grant: judgeGrant,
  rewrap: () => null,
  supply: judgeSupply,
};

/** In the general chat the node lets administrators only through. */
function isChief(state: ChatState, role: number): boolean {
  return state.kind === 'general' || role === ROLES.owner;
}

function judgeInvite(
  state: ChatState,
  actor: Actor,
  intent: IntentOf<'invite'>,
  role: number,
  policy: Policy,
): RefusalCode | null {
  const { kind } = state;
  if (role < policy.invite || intent.role > role) return 'not_allowed';
  if (kind === 'direct' && !state.members.has(memberKey(intent.org, intent.account))) return 'not_acceptable';
  if (kind === 'public' && intent.org !== state.hub) return 'not_acceptable';
  if (kind === 'private' && !policy.outsiders && intent.org !== actor.org) return 'outsiders_not_allowed';
  if (state.suite === 0 && intent.history.length > 0) return 'not_acceptable';
  const current = currentInterval(state.members.get(memberKey(intent.org, intent.account)));
  if (current) return current.accepted === null ? 'already_invited' : 'already_member';
  return judgeRoom(state, intent) ?? (state.suite === 0 ? null : judgeInviteKeys(state, actor, intent, role, policy));
}

function judgeRoom(state: ChatState, intent: IntentOf<'invite'>): RefusalCode | null {
  if (countMembers(state) >= LIMITS.membersPerChat) return 'too_many_members';
  if (openLogOf(state, intent.org)) return null;
  if (organisationsNow(state).size >= LIMITS.organisationsPerChat) return 'too_many_members';
  return invitedChain(intent).ok ? null : 'bad_record';
}

function judgeAccept(state: ChatState, actor: Actor, intent: IntentOf<'accept'>): RefusalCode | null {
  return judgeSeat(state, actor) ?? judgeAcceptKeys(state, actor, intent);
}

function judgeSeat(state: ChatState, actor: Actor): RefusalCode | null {
  const member = state.members.get(memberKey(actor.org, actor.account));
  const current = currentInterval(member);
  if (current) return current.accepted === null ? null : 'already_member';
  if (state.kind === 'public') return judgeJoin(state, actor);
  return state.kind === 'direct' && member ? null : 'not_invited';
}

function judgeJoin(state: ChatState, actor: Actor): RefusalCode | null {
  if (actor.org !== state.hub) return 'not_invited';
  return countMembers(state) < LIMITS.membersPerChat ? null : 'too_many_members';
}

function judgeWithdraw(state: ChatState, actor: Actor, intent: IntentOf<'withdraw'>, role: number): RefusalCode | null {
  const current = currentInterval(state.members.get(memberKey(intent.org, intent.account)));
  if (!current || current.accepted !== null) return 'not_invited';
  const own = current.invitedBy === memberKey(actor.org, actor.account);
  return own || role >= ROLES.moderator ? null : 'not_allowed';
}

function judgeRemove(state: ChatState, actor: Actor, intent: IntentOf<'remove'>, role: number): RefusalCode | null {
  if (intent.org === actor.org && intent.account === actor.account) return 'not_acceptable';
  const current = currentInterval(state.members.get(memberKey(intent.org, intent.account)));
  if (!current) return 'not_member';
  const theirs = roleAt(state, intent.org, intent.account, state.head.cpos);
  return role >= ROLES.moderator && (role > theirs || role === ROLES.owner) ? null : 'not_allowed';
}

function judgeRole(state: ChatState, _actor: Actor, intent: IntentOf<'role'>, role: number): RefusalCode | null {
  if (role !== ROLES.owner) return 'not_allowed';
  const theirs = roleAt(state, intent.org, intent.account, state.head.cpos);
  if (theirs === 0) return 'not_member';
  if (theirs === ROLES.owner && intent.role < ROLES.owner && ownersNow(state) === 1) return 'last_owner';
  return null;
}

function ownersNow(state: ChatState): number {
  return membersNow(state).filter((member) => member.accepted && member.role === ROLES.owner).length;
}
