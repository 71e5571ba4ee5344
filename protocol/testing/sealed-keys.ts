/**
 * For tests only: the keys of a sealed history. Who composes a request draws, derives and wraps with real keys; what an account
 * can derive is always worked out anew from the control log, its wraps and its user keys, as any of its devices would.
 */
import { keysDue } from '../chat/due.ts';
import type { Intent } from '../chat/intent.ts';
import type { ChatState } from '../chat/state.ts';
import type { Cpos, OrgId } from '../ids.ts';
import { toBase32 } from '../ids.ts';
import { type Bundle, bundleHash, sealBundle, type Wrap } from '../seal/bundle.ts';
import { commitOf, derive } from '../seal/derive.ts';
import { createEpochs, type SealedEpochs } from '../seal/epochs.ts';
import { encodeKeyMaterial } from '../seal/material.ts';
import { type Base, openWrap, type WrapInside } from '../seal/wrap.ts';
import { importPair } from '../seal/x25519.ts';
import type { TestPerson, TestUserKey } from './cards.ts';
import { unwrap } from './orgs.ts';
import { actorOf } from './sealed.ts';

/** A bundle as it went out with the first act of its request. */
export interface Delivered {
  readonly at: Cpos;
  readonly base: Base;
  readonly bundle: Bundle;
}

export interface Keys {
  readonly delivered: Delivered[];
  /** Every bundle that was made, by its hash. */
  readonly made: Map<string, Uint8Array>;
  /** Every secret that was drawn, by its commitment. */
  readonly drawn: Map<string, Uint8Array>;
  readonly random: (bytes: number) => Uint8Array;
}

/** The user keys of an account between two resets: generations `first` and on. */
export interface Life {
  readonly person: TestPerson;
  readonly first: number;
  /** Null: up to now. */
  readonly last: number | null;
}

const opened = new WeakMap<Wrap, Promise<WrapInside | null>>();
const pairs = new Map<TestUserKey, ReturnType<typeof importPair>>();

function pairOf(key: TestUserKey): ReturnType<typeof importPair> {
  const known = pairs.get(key) ?? importPair(key.secret);
  pairs.set(key, known);
  return known;
}

async function open(state: ChatState, { base, bundle }: Delivered, wrap: Wrap, key: TestUserKey) {
  const { account, ukGen } = wrap;
  const place = { chatId: state.chatId, base, org: bundle.org, account, ukGen };
  const read = await openWrap(place, await pairOf(key), wrap.sealed);
  return read.ok ? read.value : null;
}

/** What this life of an account can derive in `state`. */
export async function epochsOf(keys: Keys, { person, first, last }: Life, state: ChatState): Promise<SealedEpochs> {
  const epochs = createEpochs(state.chatId, () => state.segments);
  for (const each of keys.delivered) {
    if (each.at > state.head.cpos || each.bundle.org !== person.org.orgId) continue;
    const wrap = each.bundle.wraps.find(({ account }) => account === person.account);
    const key = wrap && person.uks[wrap.ukGen - 1];
    if (!wrap || !key || wrap.ukGen < first || wrap.ukGen > (last ?? wrap.ukGen)) continue;
    const inside = opened.get(wrap) ?? open(state, each, wrap, key);
    opened.set(wrap, inside);
    for (const secret of (await inside)?.secrets ?? []) epochs.learn(secret);
  }
  return epochs;
}

/** Key material for the head of `state`; empty where nothing is due, or what is due cannot be derived. */
export async function sealMaterial(
  keys: Keys,
  life: Life,
  state: ChatState,
  intents: readonly Intent[],
): Promise<Uint8Array> {
  const due = keysDue(state, actorOf(life.person), intents);
  if (!due.ok || due.value.wraps.length === 0) return new Uint8Array();
  const epochs = await epochsOf(keys, life, state);
  const fresh = new Map<Cpos, Uint8Array>();
  const commits: { cpos: Cpos; commit: Uint8Array }[] = [];
  let secret = epochs.secretAt(state.head.cpos);
  for (const { at, kind } of due.value.segments) {
    if (kind === 'rekey') secret = keys.random(32);
    else secret &&= derive(secret, 'next');
    if (!secret) continue;
    fresh.set(at, secret);
    if (kind !== 'rekey') continue;
    const commit = commitOf(secret, state.chatId, at);
    keys.drawn.set(toBase32(commit), secret);
    commits.push({ cpos: at, commit });
  }
  const secretOf = (at: Cpos) => fresh.get(at) ?? epochs.secretAt(at);
  if (due.value.wraps.some(({ secrets }) => secrets.some((at) => !secretOf(at)))) return new Uint8Array();
  const byOrg = Map.groupBy(due.value.wraps, ({ org }) => org);
  const bundles: { org: OrgId; hash: Uint8Array; length: number }[] = [];
  for (const [org, wraps] of byOrg) {
    const recipients = wraps.map(({ account, ukGen, uk, secrets }) => ({
      ...{ account, ukGen, uk },
      inside: { secrets: secrets.map((at) => ({ at, secret: secretOf(at) as Uint8Array })), lookKeys: [] },
    }));
    const base = { cpos: state.head.cpos, chash: state.head.hash };
    const bytes = unwrap(await sealBundle(state.chatId, org, base, recipients, keys.random));
    keys.made.set(toBase32(bundleHash(bytes)), bytes);
    bundles.push({ org, hash: bundleHash(bytes), length: bytes.length });
  }
  return encodeKeyMaterial({ commits, bundles });
}

/** What every segment's secret is, told by whoever drew it. */
export function truthOf(keys: Keys, { segments }: ChatState): Map<Cpos, Uint8Array> {
  const truth = new Map<Cpos, Uint8Array>();
  let secret: Uint8Array | undefined;
  for (const { at, kind, commit } of segments) {
    secret = kind === 'rekey' ? keys.drawn.get(toBase32(commit as Uint8Array)) : secret && derive(secret, 'next');
    if (secret) truth.set(at, secret);
  }
  return truth;
}
