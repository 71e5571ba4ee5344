/**
 * Key material of a request (SEAL 4.1, 4.2, 4.8): which secrets its acts begin, and who gets which of them, sealed to whom. Made
 * by what the hub will ask for (due.ts). Always holds: a rekey draws its
 * secret here, and brings a wrap to everybody who must have one and to nobody else.
 */
import { keysDue, type WrapDue } from '../../protocol/chat/due.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { secretsDue } from '../../protocol/chat/openings.ts';
import type { Segment } from '../../protocol/chat/segment.ts';
import { type Actor, type ChatState, type Member, type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { Cpos, OrgId } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import { bundleHash, type Recipient, sealBundle } from '../../protocol/seal/bundle.ts';
import { commitOf, derive } from '../../protocol/seal/derive.ts';
import type { KnownSecret } from '../../protocol/seal/epochs.ts';
import { encodeKeyMaterial } from '../../protocol/seal/material.ts';
import type { WrapInside } from '../../protocol/seal/wrap.ts';
import type { MaterialOf } from './compose-sealed.ts';
import type { Random } from './ports.ts';

export interface Keys {
  /** E(p), or null where it is not known here. */
  secretAt(p: Cpos): Uint8Array | null;
  /** Of the look in force, with the position that it names; null: none, or not known here. */
  readonly lookKey: WrapInside['lookKeys'][number] | null;
}

export interface Material extends MaterialOf {
  readonly bundles: readonly Uint8Array[];
  /** What rekeys of this request begin, if it is ordered as it is. */
  readonly drawn: readonly KnownSecret[];
}

const NO_MATERIAL: Material = { base: null, keyMaterial: new Uint8Array(0), bundles: [], drawn: [] };

/**
 * For a request of `intents` by `actor`, made for the head that `state` has. `drawn`: secret of a rekey that was drawn before, where
 * the request's look is sealed with it. None where it begins or brings nothing, or nothing that is known here. Throws `Refused`
 * for intents that may not be ordered now.
 */
export async function composeMaterial(
  state: ChatState,
  actor: Actor,
  intents: readonly Intent[],
  keys: Keys,
  random: Random,
  drawn?: Uint8Array,
): Promise<Material> {
  const due = keysDue(state, actor, intents);
  if (!due.ok) throw new Refused(due.refusal.code, due.refusal.detail);
  const { segments, wraps } = due.value;
  const begun = begin(segments, keys.secretAt(state.head.cpos), () => drawn ?? random.bytes(32));
  const secretAt = (p: Cpos) => (p <= state.head.cpos ? keys.secretAt(p) : (begun.get(p) ?? null));
  const recipients = recipientsOf(wraps, whole(intents), secretAt, keys.lookKey);
  const base = { cpos: state.head.cpos, chash: state.head.hash };
  const bundles: { org: OrgId; bytes: Uint8Array }[] = [];
  for (const [org, some] of recipients ?? []) {
    const made = await sealBundle(state.chatId, org, base, some, (length) => random.bytes(length));
    if (!made.ok) throw new Refused(made.refusal.code, made.refusal.detail);
    bundles.push({ org, bytes: made.value });
  }
  if (bundles.length === 0) return NO_MATERIAL;
  const rekeys = segments.filter(({ kind }) => kind === 'rekey');
  const secrets = rekeys.map(({ at }) => ({ at, secret: begun.get(at) as Uint8Array }));
  const commits = secrets.map(({ at, secret }) => ({ cpos: at, commit: commitOf(secret, state.chatId, at) }));
  const named = bundles.map(({ org, bytes }) => ({ org, hash: bundleHash(bytes), length: bytes.length }));
  const keyMaterial = encodeKeyMaterial({ commits, bundles: named });
  return { base, keyMaterial, bundles: bundles.map(({ bytes }) => bytes), drawn: secrets };
}

/** Secrets of the segments that the request begins, as far as they can be known. `before`: that of the head. */
function begin(
  segments: readonly Segment[],
  before: Uint8Array | null,
  draw: () => Uint8Array,
): ReadonlyMap<Cpos, Uint8Array> {
  const begun = new Map<Cpos, Uint8Array>();
  let secret = before;
  for (const { at, kind } of segments) {
    secret = kind === 'rekey' ? draw() : secret && derive(secret, 'next');
    if (secret) begun.set(at, secret);
  }
  return begun;
}

/** Whom these intents bring all that they may open, with the key of the look. */
function whole(intents: readonly Intent[]): Set<MemberKey> {
  const keys = new Set<MemberKey>();
  for (const intent of intents) {
    const isFor = intent.is === 'invite' || intent.is === 'readmit' || intent.is === 'supply' || intent.is === 'grant';
    if (isFor) keys.add(memberKey(intent.org, intent.account));
  }
  return keys;
}

/** Null: somebody would get nothing, as nothing that they are due is known here. */
function recipientsOf(
  wraps: readonly WrapDue[],
  isWhole: ReadonlySet<MemberKey>,
  secretAt: (p: Cpos) => Uint8Array | null,
  lookKey: Keys['lookKey'],
): Map<OrgId, Recipient[]> | null {
  const all = new Map<OrgId, Recipient[]>();
  for (const { org, account, ukGen, uk, secrets: positions } of wraps) {
    const secrets = positions.flatMap((at) => {
      const secret = secretAt(at);
      return secret ? [{ at, secret }] : [];
    });
    if (secrets.length === 0) return null;
    const lookKeys = isWhole.has(memberKey(org, account)) && lookKey ? [lookKey] : [];
    const some = all.get(org) ?? [];
    some.push({ account, ukGen, uk, inside: { secrets, lookKeys } });
    all.set(org, some);
  }
  return all;
}

/** How much of what this member is due is known: everything, something, or nothing. */
export function supplyOf(state: ChatState, member: Member, keys: Keys): 'all' | 'some' | 'none' {
  const due = secretsDue(state, member);
  const known = due.filter((at) => keys.secretAt(at) !== null).length;
  if (known === 0) return 'none';
  return known === due.length ? 'all' : 'some';
}
