/**
 * Acts: the control log of a chat, signed by its hub (PROTOCOL 4.1, 4.2). Position 0 is the genesis; act 1 is the first.
 * An act's hash covers everything before it, so that `[cpos, hash]` names one history.
 */
import { equalBytes } from '../bytes.ts';
import {
  bytesUpTo,
  decode,
  fields,
  hash32,
  id,
  list,
  oneOf,
  type Signed,
  signed,
  type TypeOf,
  uint,
  version,
} from '../codec.ts';
import { taggedHash } from '../hash.ts';
import type { ChatId, Cpos, Hash, Hlc } from '../ids.ts';
import { idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { type FinBody, finBody, type RequestBody, requestBody } from '../log/entry.ts';
import { type Result, refuse } from '../result.ts';
import { hubIntent } from './intent.ts';

/** `[logId, seq]`: where somebody's entries end. */
export const cut = fields({ logId: id('log'), seq: uint() });
export type Cut = TypeOf<typeof cut>;

/** Why the act exists: an intent of a request (its body with the first of them), a fin, or the hub itself. */
const cause = oneOf({
  request: [0, { logId: id('log'), seq: uint(), index: uint(), body: bytesUpTo(LIMITS.bodyBytes) }],
  fin: [1, { logId: id('log'), seq: uint(), body: bytesUpTo(LIMITS.bodyBytes) }],
  hub: [2, { intent: hubIntent }],
});
export type Cause = TypeOf<typeof cause>;

export const act = fields({
  v: version(1),
  chatId: id('chat'),
  term: uint(),
  keySeq: uint(),
  cpos: uint(),
  prevHash: hash32,
  hlc: uint(),
  cause,
  cuts: list(cut, LIMITS.cutsPerAct),
  frontier: list(cut, LIMITS.cutsPerAct),
});
export type Act = TypeOf<typeof act>;

export const signedAct = signed(LIMITS.actBytes);

export interface ReadAct {
  readonly act: Act;
  readonly hash: Hash;
  readonly signed: Signed;
  /** The body named by the cause, decoded; null for the hub's own acts and for later intents of one request. */
  readonly request: RequestBody | null;
  readonly fin: FinBody | null;
}

/** Where the control log stands. */
export interface ControlHead {
  readonly cpos: Cpos;
  readonly hash: Hash;
  readonly hlc: Hlc;
}

export function actHash(bytesOf: Uint8Array): Hash {
  return taggedHash('act', bytesOf);
}

/** The head that a genesis alone makes: its hash is the chat's id. */
export function genesisHead(chatId: ChatId, hlc: Hlc): ControlHead {
  return { cpos: 0, hash: idBytes(chatId), hlc };
}

/** Refuses what is not an act, and a cause whose body does not decode. The signature is checked elsewhere. */
export function readAct(signedBytes: Signed): Result<ReadAct> {
  const read = decode(act, signedBytes.bytes, LIMITS.actBytes);
  if (!read.ok) return read;
  const value = read.value;
  const base = { act: value, hash: actHash(signedBytes.bytes), signed: signedBytes, request: null, fin: null };
  if (value.cause.is === 'request' && value.cause.index === 0) {
    const request = decode(requestBody, value.cause.body, LIMITS.bodyBytes);
    return request.ok ? { ok: true, value: { ...base, request: request.value } } : request;
  }
  if (value.cause.is === 'request' && value.cause.body.length > 0) return refuse('malformed', 'body repeated');
  if (value.cause.is === 'fin') {
    const fin = decode(finBody, value.cause.body, LIMITS.bodyBytes);
    return fin.ok ? { ok: true, value: { ...base, fin: fin.value } } : fin;
  }
  return { ok: true, value: base };
}

/** Does the act come next? Refuses `bad_chain`, `bad_clock`. */
export function continuesControl(head: ControlHead, chatId: ChatId, term: number, read: ReadAct): Result<null> {
  const { act: value } = read;
  if (value.chatId !== chatId || value.term !== term) return refuse('bad_chain', 'chat or term');
  if (value.cpos !== head.cpos + 1) return refuse('bad_chain', 'position');
  if (!equalBytes(value.prevHash, head.hash)) return refuse('bad_chain', 'previous act');
  if (value.hlc <= head.hlc) return refuse('bad_clock', 'act');
  return { ok: true, value: null };
}
