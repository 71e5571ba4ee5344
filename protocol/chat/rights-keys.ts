/** Who may do what to the keys of a sealed chat (SEAL 4.5, 4.6): the part of the table of rights that other chats have no use for. */

import type { Advance } from '../identity/advance.ts';
import type { RefusalCode } from '../refusals.ts';
import { ok, type Result } from '../result.ts';
import type { Intent, Policy } from './intent.ts';
import { openedBy } from './openings.ts';
import { followsPin, isKeyless, statedIdentity, suspensionNow } from './pins.ts';
import { type Actor, type ChatState, currentInterval, memberKey } from './state.ts';

type IntentOf<K extends Intent['is']> = Extract<Intent, { is: K }>;

function membersState(state: ChatState, { org, account }: Actor) {
  const member = state.members.get(memberKey(org, account));
  return { member, current: currentInterval(member), suspension: suspensionNow(member) };
}

/** How the chain follows what is pinned, and its newest card. Refuses what does not follow. */
function followed(
  state: ChatState,
  who: Actor,
  chain: Uint8Array,
  orgChain: Uint8Array | null = null,
): Result<{ advance: Advance; seq: number }> {
  const read = statedIdentity(state, who, chain, orgChain);
  if (!read.ok) return read;
  const advance = followsPin(state, read.value);
  return advance.ok ? ok({ advance: advance.value, seq: read.value.seq }) : advance;
}

/** The keys that an invitation brings, and the history that it opens. An older identity must not come back. */
export function judgeInviteKeys(
  state: ChatState,
  actor: Actor,
  intent: IntentOf<'invite'>,
  role: number,
  policy: Policy,
): RefusalCode | null {
  const { member, suspension } = membersState(state, intent);
  if (intent.identity.length === 0) {
    // Who comes back may have been reset: the keys of before are not good for ever.
    if (suspension || member?.pins.length) return suspension ? 'suspended' : 'no_key';
    return judgeHistory(state, actor, intent, role, policy);
  }
  const read = followed(state, intent, intent.identity, intent.orgChain);
  if (!read.ok) return read.refusal.code;
  if (suspension && read.value.seq < suspension.seq) return 'card_older';
  return judgeHistory(state, actor, intent, role, policy);
}

function judgeHistory(
  state: ChatState,
  { org, account }: Actor,
  { history }: IntentOf<'invite' | 'grant'>,
  role: number,
  policy: Policy,
): RefusalCode | null {
  if (history.length === 0) return null;
  const granter = state.members.get(memberKey(org, account));
  if (role < policy.grantHistory || !granter) return 'not_allowed';
  return openedBy(state, granter, history, state.head.cpos + 1) ? null : 'not_allowed';
}

/** Whoever has no keys in the chat yet brings them. */
export function judgeAcceptKeys(state: ChatState, actor: Actor, { identity }: IntentOf<'accept'>): RefusalCode | null {
  if (state.suite === 0) return null;
  if (identity.length === 0) return membersState(state, actor).member?.pins.length ? null : 'no_key';
  return judgePlain(state, actor, identity);
}

function judgePlain(state: ChatState, actor: Actor, chain: Uint8Array): RefusalCode | null {
  const read = followed(state, actor, chain);
  if (!read.ok) return read.refusal.code;
  return read.value.advance === 'reset' ? 'identity_reset' : null;
}

/** One that resets is the node's and needs no right but a seat; that it is the node's was asked before (`judgeDevice`). */
export function judgeKeys(state: ChatState, actor: Actor, intent: IntentOf<'keys'>, role: number): RefusalCode | null {
  if (!membersState(state, actor).current) return 'not_member';
  const read = followed(state, actor, intent.identity);
  if (!read.ok) return read.refusal.code;
  return read.value.advance === 'reset' || role > 0 ? null : 'not_allowed';
}

/** A suspended account, or a seat whose keys came too late for the invitation. */
export function judgeReadmit(
  state: ChatState,
  actor: Actor,
  intent: IntentOf<'readmit'>,
  role: number,
  policy: Policy,
): RefusalCode | null {
  if (role < policy.invite) return 'not_allowed';
  const { member, current, suspension } = membersState(state, intent);
  if (!current) return 'not_member';
  const isOwn = intent.org === actor.org && intent.account === actor.account;
  if (isOwn || !(suspension || isKeyless(state, member))) return 'not_acceptable';
  const read = followed(state, intent, intent.identity);
  if (!read.ok) return read.refusal.code;
  return suspension && read.value.seq < suspension.seq ? 'card_older' : null;
}

export function judgeGrant(
  state: ChatState,
  actor: Actor,
  intent: IntentOf<'grant'>,
  role: number,
  policy: Policy,
): RefusalCode | null {
  if (role < policy.grantHistory) return 'not_allowed';
  const { current, suspension } = membersState(state, intent);
  if (!current) return 'not_member';
  if (suspension) return 'suspended';
  return intent.history.length === 0 ? 'not_acceptable' : judgeHistory(state, actor, intent, role, policy);
}

export function judgeSupply(state: ChatState, _actor: Actor, { org, account }: IntentOf<'supply'>): RefusalCode | null {
  return state.owed.has(memberKey(org, account)) ? null : 'not_acceptable';
}
