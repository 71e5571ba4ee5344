/**
 * Which keys a request must bring (SEAL 4.2, 4.8): asked by the client that composes it and by the hub that checks it, so that
 * both mean the same. Always holds: whoever is to have a secret of the request gets it, and nobody else gets a wrap.
 */
import { equalBytes } from '../bytes.ts';
import type { AccountId, Cpos, OrgId } from '../ids.ts';
import type { RequestBody } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type Bundle, bundleHash, decodeBundle } from '../seal/bundle.ts';
import { decodeKeyMaterial } from '../seal/material.ts';
import type { Intent } from './intent.ts';
import { secretsDue } from './openings.ts';
import { isRecipient, pinNow, recipients } from './pins.ts';
import { tryIntents } from './reduce.ts';
import type { Segment } from './segment.ts';
import { type Actor, type Brought, type ChatState, copyState, type MemberKey, memberKey } from './state.ts';

/** A wrap that the request must bring: the secrets at these positions, sealed to this user key. */
export interface WrapDue {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly ukGen: number;
  readonly uk: Uint8Array;
  /** Rising. */
  readonly secrets: readonly Cpos[];
}

export interface KeysDue {
  /** Segments that the request begins, if it is ordered at once. Commitments are still to be made. */
  readonly segments: readonly Segment[];
  readonly wraps: readonly WrapDue[];
}

/** As if the request brought all that it must. */
const EVERYTHING: Brought = { commit: () => new Uint8Array(32), bundleFor: () => true };

/** What a request with these intents, ordered right after the head, must bring. Refuses what may not be ordered. */
export function keysDue(state: ChatState, actor: Actor, intents: readonly Intent[]): Result<KeysDue> {
  const trial = copyState(state);
  const before = trial.segments.length;
  const due = new Map<MemberKey, Set<Cpos>>();
  const add = (key: MemberKey, at: readonly Cpos[]) => due.set(key, new Set([...(due.get(key) ?? []), ...at]));
  const brought = new Set<MemberKey>();
  const refused = tryIntents(trial, actor, intents, EVERYTHING, (intent) => {
    if (intent.is === 'rekey') for (const { key } of recipients(trial)) add(key, [trial.head.cpos]);
    if (intent.is === 'invite' || intent.is === 'readmit' || intent.is === 'grant' || intent.is === 'supply')
      brought.add(memberKey(intent.org, intent.account));
  });
  if (refused) return refuse(refused);
  for (const key of brought) {
    const member = trial.members.get(key);
    if (member && isRecipient(member)) add(key, secretsDue(trial, member));
  }
  const segments = trial.segments.slice(before).map(({ at, kind }) => ({ at, kind, commit: null }));
  return ok({ segments, wraps: [...due].flatMap(([key, secrets]) => wrapDue(trial, key, secrets)) });
}

function wrapDue(state: ChatState, key: MemberKey, secrets: ReadonlySet<Cpos>): WrapDue[] {
  const member = state.members.get(key);
  const pin = pinNow(member);
  if (!member || !pin || secrets.size === 0) return [];
  const { ukGen, uk } = pin.identity;
  const { org, account } = member;
  return [{ org, account, ukGen, uk, secrets: [...secrets].sort((a, b) => a - b) }];
}

/**
 * Null: these bundles are what the request's key material names, made for its base, with a wrap for everybody who must get one
 * and for nobody else. The hub asks before it orders a request whose material is fresh.
 */
export function whyIncomplete(
  state: ChatState,
  org: OrgId,
  body: RequestBody,
  bundles: readonly Uint8Array[],
): RefusalCode | null {
  const material = decodeKeyMaterial(body.keyMaterial);
  if (!material.ok) return material.refusal.code;
  const due = keysDue(state, { org, account: body.account }, body.intents);
  if (!due.ok) return due.refusal.code;
  const wanted = new Map<OrgId, WrapDue[]>();
  for (const wrap of due.value.wraps) wanted.set(wrap.org, [...(wanted.get(wrap.org) ?? []), wrap]);
  if (material.value.bundles.length !== wanted.size) return 'incomplete_key_material';
  for (const named of material.value.bundles) {
    const bytes = bundles.find((each) => each.length === named.length && equalBytes(bundleHash(each), named.hash));
    const read = bytes && decodeBundle(bytes);
    if (!read?.ok) return 'incomplete_key_material';
    if (!isBundleFor(state, named.org, body, read.value, wanted.get(named.org) ?? [])) return 'incomplete_key_material';
  }
  return null;
}

function isBundleFor(
  { chatId }: ChatState,
  org: OrgId,
  { base }: RequestBody,
  bundle: Bundle,
  wanted: readonly WrapDue[],
): boolean {
  const isPlaced = bundle.org === org && bundle.chatId === chatId && bundle.baseCpos === base?.cpos;
  if (!isPlaced || !base || !equalBytes(bundle.baseHash, base.chash)) return false;
  const generations = new Map(bundle.wraps.map(({ account, ukGen }) => [account, ukGen]));
  return (
    bundle.wraps.length === wanted.length && wanted.every(({ account, ukGen }) => generations.get(account) === ukGen)
  );
}
