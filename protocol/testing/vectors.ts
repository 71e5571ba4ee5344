/**
 * For tests and `npm run vectors`: how a frozen example is read. Every kind names the function that a node uses for bytes of
 * that kind from outside, so the good ones and the refusals are what nodes do. In JSON, bytes are hex and ids are their text.
 */
import { act, actHash, readAct } from '../chat/act.ts';
import { chatIdOf, decodeGenesis, genesis } from '../chat/genesis.ts';
import { lookBody, lookHash } from '../chat/look.ts';
import { decode, encode, type Shape } from '../codec.ts';
import type { HashTag } from '../hash.ts';
import { cardHash, decodeSignedCard, encodeCard, encodeSignedCard, readCard } from '../identity/card.ts';
import { verifyIdentity } from '../identity/identity-chain.ts';
import { verifyChain } from '../identity/organisation.ts';
import { decodeProfile } from '../identity/profile.ts';
import { parseSafetyCode } from '../identity/safety.ts';
import { parseTicket } from '../identity/ticket.ts';
import { LIMITS } from '../limits.ts';
import { block, blockHash, readBlock } from '../log/block.ts';
import { bodyCommit, decodeBody, eraseBody, finBody, messageBody, requestBody } from '../log/entry.ts';
import type { RefusalCode } from '../refusals.ts';
import type { Result } from '../result.ts';
import { bundleHash, decodeBundle } from '../seal/bundle.ts';
import { decodeKeyMaterial } from '../seal/material.ts';
import { decodeVault } from '../seal/vault.ts';
import { answer, call, frame, receiptList } from '../sync/frames.ts';

export interface GoodVector {
  readonly name: string;
  readonly kind: VectorKind;
  readonly bytes: string;
  readonly value: unknown;
  /** `H(tag ‖ bytes)`, or the id that it is, where the kind has one. */
  readonly hash?: string;
  /** Over `"conclave/1/" ‖ tag ‖ bytes`. */
  readonly signature?: { readonly tag: HashTag; readonly key: string; readonly signature: string };
}

export interface BadVector {
  readonly name: string;
  readonly kind: VectorKind;
  readonly bytes: string;
  readonly code: RefusalCode;
}

/** What derives from an input, or what opens with it (derivations.ts). */
export interface DerivedVector {
  readonly name: string;
  /** A name of `DERIVATIONS`. */
  readonly of: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: unknown;
}

export interface VectorFile {
  readonly about: string;
  readonly good: readonly GoodVector[];
  readonly bad: readonly BadVector[];
  readonly derived?: readonly DerivedVector[];
}

interface Kind {
  read(bytes: Uint8Array): Result<unknown>;
  /** Of what was read, where there is one shape for it. */
  encode?(value: unknown): Uint8Array;
  hash?(bytes: Uint8Array): Uint8Array | string;
}

const unsigned = (bytes: Uint8Array) => ({ bytes, signature: new Uint8Array(64) });

function byShape<T>(shape: Shape<T>, maxBytes: number): Kind {
  return { read: (bytes) => decode(shape, bytes, maxBytes), encode: (value) => encode(shape, value as T) };
}

function mapped<T>(result: Result<T>, map: (value: T) => unknown): Result<unknown> {
  return result.ok ? { ok: true, value: map(result.value) } : result;
}

function body(kind: 'message' | 'request' | 'fin' | 'erase', shape: Shape<unknown>): Kind {
  const read = (bytes: Uint8Array) => mapped(decodeBody(kind, bytes), (value) => value.body);
  return { read, encode: (value) => encode(shape, value), hash: bodyCommit };
}

export const KINDS = {
  'record chain': {
    read: (bytes) => mapped(verifyChain(bytes), ({ orgId, record }) => ({ orgId, record })),
  },
  ticket: { read: (bytes) => parseTicket(new TextDecoder().decode(bytes)) },
  profile: { read: decodeProfile },
  genesis: {
    read: decodeGenesis,
    encode: (value) => encode(genesis, value as never),
    hash: chatIdOf,
  },
  act: {
    read: (bytes) => mapped(readAct(unsigned(bytes)), (read) => read.act),
    encode: (value) => encode(act, value as never),
    hash: actHash,
  },
  block: {
    read: (bytes) => mapped(readBlock(unsigned(bytes)), (read) => read.block),
    encode: (value) => encode(block, value as never),
    hash: blockHash,
  },
  message: body('message', messageBody as Shape<unknown>),
  request: body('request', requestBody as Shape<unknown>),
  fin: body('fin', finBody as Shape<unknown>),
  erase: body('erase', eraseBody as Shape<unknown>),
  look: { ...byShape(lookBody, LIMITS.lookBytes), hash: lookHash },
  'key material': { read: decodeKeyMaterial },
  bundle: { read: decodeBundle, hash: bundleHash },
  vault: { read: decodeVault },
  'receipt list': byShape(receiptList, LIMITS.frameBytes),
  frame: byShape(frame, LIMITS.frameBytes),
  card: { read: readCard, encode: (value) => encodeCard(value as never), hash: cardHash },
  'signed card': { read: decodeSignedCard, encode: (value) => encodeSignedCard(value as never) },
  'identity chain': { read: (bytes) => verifyIdentity(bytes, null) },
  'safety code': { read: (bytes) => parseSafetyCode(new TextDecoder().decode(bytes)) },
  call: byShape(call, LIMITS.callRequestBytes),
  answer: byShape(answer, LIMITS.callAnswerBytes),
} satisfies Record<string, Kind>;
export type VectorKind = keyof typeof KINDS;

export function kindOf(kind: VectorKind): Kind {
  return KINDS[kind];
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** A value as it stands in the files. */
export function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? toHex(each) : each)));
}

/** Throws where the example does not read, so that a wrong one is never frozen. */
export function goodVector(
  name: string,
  kind: VectorKind,
  bytes: Uint8Array,
  signed?: { tag: HashTag; key: Uint8Array; signature: Uint8Array },
): GoodVector {
  const read = kindOf(kind).read(bytes);
  if (!read.ok) throw new Error(`${name}: ${read.refusal.code} ${read.refusal.detail ?? ''}`);
  const hash = kindOf(kind).hash?.(bytes);
  return {
    name,
    kind,
    bytes: toHex(bytes),
    value: toJson(read.value),
    ...(hash === undefined ? {} : { hash: typeof hash === 'string' ? hash : toHex(hash) }),
    ...(signed && {
      signature: { tag: signed.tag, key: toHex(signed.key), signature: toHex(signed.signature) },
    }),
  };
}

/** The code is what nodes give today; a reviewer judges it once, then it is frozen. Throws where it reads. */
export function badVector(name: string, kind: VectorKind, bytes: Uint8Array, expected: RefusalCode): BadVector {
  const read = kindOf(kind).read(bytes);
  const code = read.ok ? 'accepted' : read.refusal.code;
  if (code !== expected) throw new Error(`${name}: ${code}, expected ${expected}`);
  return { name, kind, bytes: toHex(bytes), code: expected };
}
