/**
 * What acts do to the keys of a sealed chat (SEAL 4): where secrets change, whose keys count, who is owed what. Always holds: key
 * material alone can be stale; an intent then does what it does without it, and what lacks is pending.
 */
import { equalBytes } from '../bytes.ts';
import type { Identity } from '../identity/identity-chain.ts';
import type { Cpos } from '../ids.ts';
import type { RequestBody } from '../log/entry.ts';
import { assert, ok, type Result } from '../result.ts';
import { decodeKeyMaterial, type KeyMaterial } from '../seal/material.ts';
import type { HistorySpan, Intent } from './intent.ts';
import { openedBy, secretsDue } from './openings.ts';
import { noop, type Ordered, type Outcome, type Within } from './outcome.ts';
import { followsPin, isKeyless, isRecipient, pinNow, recipients, statedIdentity, suspensionNow } from './pins.ts';
import type { SegmentKind } from './segment.ts';
import { type Actor, type Brought, type ChatState, type Member, memberKey, type Origin } from './state.ts';

type IntentOf<K extends Intent['is']> = Extract<Intent, { is: K }>;

/** Is the request's key material made for the head that it is ordered after (SEAL 4.1)? */
export function isFresh({ head }: ChatState, { base }: Pick<RequestBody, 'base'>): boolean {
  return base !== null && base.cpos === head.cpos && equalBytes(base.chash, head.hash);
}

/** Null: it brings none, or none that is fresh. Asked before its first act is applied. Refuses what is no key material. */
export function freshMaterial(state: ChatState, body: RequestBody): Result<KeyMaterial | null> {
  if (state.suite === 0 || body.keyMaterial.length === 0) return ok(null);
  const read = decodeKeyMaterial(body.keyMaterial);
  return read.ok && !isFresh(state, body) ? ok(null) : read;
}

export function broughtBy(material: KeyMaterial | null): Brought | null {
  if (!material) return null;
  return {
    commit: (at) => material.commits.find(({ cpos }) => cpos === at)?.commit ?? null,
    bundleFor: (org) => material.bundles.some((bundle) => bundle.org === org),
  };
}

/** Does the request ask for nothing but what its key material does? */
export function isKeysOnly({ intents }: RequestBody): boolean {
  return intents.every(({ is }) => is === 'rekey' || is === 'supply');
}

/** Before the first rekey there is no secret that could move on. */
export function beginSegment(
  state: ChatState,
  { cpos: at, hlc }: Pick<Ordered, 'cpos' | 'hlc'>,
  kind: SegmentKind,
  commit: Uint8Array | null,
): void {
  if (state.suite === 0 || (kind !== 'rekey' && state.segments.length === 0)) return;
  state.segments.push({ at, kind, commit, hlc });
}

/** From here on the account lacks keys, unless the request brings them or there are none to have. */
function owe(state: ChatState, member: Member, at: Cpos, { brought }: Within): void {
  const key = memberKey(member.org, member.account);
  if (state.owed.has(key) || !isRecipient(member) || brought?.bundleFor(member.org)) return;
  if (secretsDue(state, member).length > 0) state.owed.set(key, at);
}

function pin(member: Member, at: Cpos, identity: Identity, origin: Origin | null, reset: boolean): void {
  const before = pinNow(member);
  if (before && equalBytes(before.identity.hash, identity.hash)) return;
  member.pins.push({ at, identity, origin, reset });
}

/** What an invitation does beside bringing somebody in. */
export function applyInviteKeys(
  state: ChatState,
  { cpos: at, hlc }: Ordered,
  actor: Actor,
  intent: IntentOf<'invite'>,
  member: Member,
  within: Within,
): void {
  if (state.suite === 0) return;
  if (intent.identity.length > 0) {
    const read = statedIdentity(state, intent, intent.identity, intent.orgChain);
    assert(read.ok, 'an identity that was judged');
    const advance = followsPin(state, read.value);
    assert(advance.ok, 'an identity that was judged');
    const suspension = suspensionNow(member);
    if (suspension) suspension.to = at;
    pin(member, at, read.value, null, advance.value === 'reset');
  }
  beginSegment(state, { cpos: at, hlc }, 'invite', within.brought?.commit(at) ?? null);
  grant(state, actor, member, intent.history, at);
  owe(state, member, at, within);
}

function grant(state: ChatState, by: Actor, member: Member, history: readonly HistorySpan[], at: Cpos): void {
  if (history.length === 0) return;
  const granter = state.members.get(memberKey(by.org, by.account));
  const openings = granter && openedBy(state, granter, history, at);
  assert(openings, 'a grant that was judged');
  member.grants.push({ at, interval: member.intervals.length - 1, openings });
}

/** Of `keys`, and of an acceptance that brings an identity: plain, or the same. */
export function applyOwnKeys(state: ChatState, at: Cpos, member: Member, chain: Uint8Array, within: Within): void {
  if (state.suite === 0 || chain.length === 0) return;
  const read = statedIdentity(state, member, chain);
  assert(read.ok, 'an identity that was judged');
  const before = pinNow(member);
  // What was derived from the first user key of a direct chat is known to whoever had that.
  const generation = before ? before.identity.ukGen : state.kind === 'direct' ? 1 : read.value.ukGen;
  if (generation !== read.value.ukGen) state.rekeyPending = true;
  pin(member, at, read.value, within.origin, false);
  if (!before) owe(state, member, at, within);
}

/** Who comes back unasked begins anew: what was drawn while it was out does not open (SEAL 4.2). */
export function applyReturn(state: ChatState, act: Ordered, member: Member, within: Within): void {
  beginSegment(state, act, 'accept', null);
  if (state.suite !== 0) owe(state, member, act.cpos, within);
}

export function applyKeys(
  state: ChatState,
  { cpos: at }: Ordered,
  actor: Actor,
  intent: IntentOf<'keys'>,
  within: Within,
): Outcome {
  const { org, account } = actor;
  const member = state.members.get(memberKey(org, account));
  const read = statedIdentity(state, actor, intent.identity);
  if (!member) return noop('not_member');
  if (!read.ok) return noop(read.refusal.code);
  const advance = followsPin(state, read.value);
  if (!advance.ok) return noop(advance.refusal.code);
  if (advance.value === 'reset') {
    suspend(state, member, at, read.value.seq, within.origin);
    return { ok: true, change: { is: 'suspended', org, account, by: null } };
  }
  applyOwnKeys(state, at, member, intent.identity, within);
  return { ok: true, change: { is: 'keys', org, account, by: null } };
}

function suspend(state: ChatState, member: Member, at: Cpos, seq: number, origin: Origin | null): void {
  const lasting = suspensionNow(member);
  if (lasting) {
    lasting.seq = Math.max(lasting.seq, seq);
    return;
  }
  if (isRecipient(member) || state.kind === 'direct') state.rekeyPending = true;
  member.suspensions.push({ from: at, to: null, origin, seq });
  state.owed.delete(memberKey(member.org, member.account));
}

export function applyReadmit(
  state: ChatState,
  act: Ordered,
  by: Actor,
  intent: IntentOf<'readmit'>,
  within: Within,
): Outcome {
  const { org, account } = intent;
  const member = state.members.get(memberKey(org, account));
  const suspension = suspensionNow(member);
  const read = statedIdentity(state, intent, intent.identity);
  if (!member || !(suspension || isKeyless(state, member))) return noop('not_acceptable');
  if (!read.ok) return noop(read.refusal.code);
  if (suspension) suspension.to = act.cpos;
  pin(member, act.cpos, read.value, null, suspension !== undefined);
  beginSegment(state, act, 'readmit', within.brought?.commit(act.cpos) ?? null);
  owe(state, member, act.cpos, within);
  return { ok: true, change: { is: suspension ? 'readmitted' : 'supplied', org, account, by } };
}

/** Without fresh material nothing changes; with it, there must be a bundle for everybody who is to have the secret. */
export function applyRekey(state: ChatState, act: Ordered, by: Actor, { brought }: Within): Outcome {
  if (!brought) return { ok: true, change: { is: 'rekeyed', by, fresh: false } };
  const commit = brought.commit(act.cpos);
  if (!commit || !recipients(state).every(({ org }) => brought.bundleFor(org))) return noop('incomplete_key_material');
  beginSegment(state, act, 'rekey', commit);
  state.rekeyPending = false;
  // For whoever may open only what begins here, this is all.
  for (const key of state.owed.keys()) {
    const member = state.members.get(key);
    if (!member || secretsDue(state, member).every((at) => at === act.cpos)) state.owed.delete(key);
  }
  return { ok: true, change: { is: 'rekeyed', by, fresh: true } };
}

export function applyGrant(
  state: ChatState,
  { cpos: at }: Ordered,
  by: Actor,
  { org, account, history }: IntentOf<'grant'>,
  within: Within,
): Outcome {
  const member = state.members.get(memberKey(org, account));
  if (!member) return noop('not_member');
  grant(state, by, member, history, at);
  owe(state, member, at, within);
  return { ok: true, change: { is: 'granted', org, account, by, spans: history } };
}

export function applyRewrap(state: ChatState, { cpos: at }: Ordered, { org, account }: Actor): Outcome {
  const key = memberKey(org, account);
  if (!state.owed.has(key)) state.owed.set(key, at);
  return { ok: true, change: { is: 'rewrap', org, account, by: null } };
}

export function applySupply(
  state: ChatState,
  by: Actor,
  { org, account }: IntentOf<'supply'>,
  { brought }: Within,
): Outcome {
  if (brought && !brought.bundleFor(org)) return noop('incomplete_key_material');
  if (brought) state.owed.delete(memberKey(org, account));
  return { ok: true, change: { is: 'supplied', org, account, by } };
}
