/**
 * Entries: one thing that a node says in a chat (PROTOCOL 3.4). The *header* is the node's and is signed with its block;
 * the *body* is the author's and travels beside the chain, so that it can be erased and the chain still verifies.
 * Always holds: `bodyCommit` of a header is `H("body" ‖ body bytes)`. A message body carries 28 random bytes (entry id and
 * nonce), so that its commitment says nothing about an erased text.
 */

import { equalBytes } from '../bytes.ts';
import { intent } from '../chat/intent.ts';
import {
  bytes as bytesOf,
  bytesUpTo,
  decode,
  fields,
  hash32,
  id,
  list,
  nullable,
  type TypeOf,
  uint,
  version,
} from '../codec.ts';
import { taggedHash } from '../hash.ts';
import type { ChatId, Cpos, Hash, LogId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { RefusalCode } from '../refusals.ts';
import { Refused, type Result, refuse } from '../result.ts';

export const ENTRY_KINDS = { message: 0, request: 1, fin: 2, erase: 3 } as const;
export type EntryKind = keyof typeof ENTRY_KINDS;
const KIND_NAMES = Object.keys(ENTRY_KINDS) as EntryKind[];

export function entryKind(number: number): EntryKind {
  return KIND_NAMES[number] as EntryKind;
}

/** `[kind, account, device, bodyCommit, bodyLength, blobs, hlc]` */
export const entryHeader = fields({
  kind: uint(3),
  account: id('account'),
  device: id('device'),
  bodyCommit: hash32,
  bodyLength: uint(LIMITS.bodyBytes),
  blobs: list(hash32, LIMITS.blobsPerEntry),
  hlc: uint(),
});
export type EntryHeader = TypeOf<typeof entryHeader>;

/** The suites of bodies: 0 is clear, 1 is sealed. */
export const SUITE = { clear: 0, sealed: 1 } as const;

/** A member, as seen from any organisation. */
export const memberRef = fields({ org: id('org'), account: id('account') });
export type MemberRef = TypeOf<typeof memberRef>;

/** The only thing that unread counts and notifications look at: level 0 quiet, 1 normal, 2 mentions these members. */
export const alert = fields({ level: uint(2), mentions: list(memberRef, LIMITS.mentionsPerEntry) });
export type Alert = TypeOf<typeof alert>;

const beforeNonce = {
  suite: uint(255),
  entryId: id('entry'),
  logId: id('log'),
  account: id('account'),
  device: id('device'),
  cpos: uint(),
  chash: hash32,
  authorTime: uint(),
  alert,
};
/** The header of a message: additional data of its encryption (SEAL 5.1). */
export const messageHead = fields(beforeNonce);
export type MessageHead = TypeOf<typeof messageHead>;

export const messageBody = fields({
  ...beforeNonce,
  nonce: bytesOf(12),
  ciphertext: bytesUpTo(LIMITS.bodyBytes),
  devSig: bytesUpTo(64),
});
export type MessageBody = TypeOf<typeof messageBody>;

/** Head that key material was made for: the one before the request (PROTOCOL 4.2). */
const base = fields({ cpos: uint(), chash: hash32 });

const someIntents = list(intent, LIMITS.intentsPerRequest);
/** A request without an intent could get no act. */
const intents: typeof someIntents = {
  ...someIntents,
  read(raw, at) {
    const read = someIntents.read(raw, at);
    if (read.length === 0) throw new Refused('malformed', at);
    return read;
  },
};

export const requestBody = fields({
  v: version(1),
  chatId: id('chat'),
  account: id('account'),
  device: id('device'),
  requestId: id('request'),
  base: nullable(base),
  intents,
  keyMaterial: bytesUpTo(LIMITS.bodyBytes),
  devSig: bytesUpTo(64),
});
export type RequestBody = TypeOf<typeof requestBody>;

/** Ends the author's entries in this log at once, and is the request for the `leave` act (PROTOCOL 4.6). */
export const finBody = fields({
  v: version(1),
  chatId: id('chat'),
  account: id('account'),
  device: id('device'),
  devSig: bytesUpTo(64),
});
export type FinBody = TypeOf<typeof finBody>;

export const eraseBody = fields({
  v: version(1),
  chatId: id('chat'),
  account: id('account'),
  device: id('device'),
  targetLogId: id('log'),
  targetSeq: uint(),
  devSig: bytesUpTo(64),
});
export type EraseBody = TypeOf<typeof eraseBody>;

export type Body =
  | { readonly kind: 'message'; readonly body: MessageBody }
  | { readonly kind: 'request'; readonly body: RequestBody }
  | { readonly kind: 'fin'; readonly body: FinBody }
  | { readonly kind: 'erase'; readonly body: EraseBody };

function decodeKind(kind: EntryKind, bytes: Uint8Array): Result<Body['body']> {
  if (kind === 'message') return decode(messageBody, bytes, LIMITS.bodyBytes);
  if (kind === 'request') return decode(requestBody, bytes, LIMITS.bodyBytes);
  if (kind === 'fin') return decode(finBody, bytes, LIMITS.bodyBytes);
  return decode(eraseBody, bytes, LIMITS.bodyBytes);
}

/** Refuses what is not a body of that kind. */
export function decodeBody(kind: EntryKind, bytes: Uint8Array): Result<Body> {
  const result = decodeKind(kind, bytes);
  return result.ok ? { ok: true, value: { kind, body: result.value } as Body } : result;
}

export function bodyCommit(bytes: Uint8Array): Hash {
  return taggedHash('body', bytes);
}

/** Does this body belong under this header? Refuses `bad_chain` where the commitment or the author differ. */
export function checkBody(header: EntryHeader, bytes: Uint8Array): Result<Body> {
  if (bytes.length !== header.bodyLength) return refuse('bad_chain', 'body length');
  const commit = bodyCommit(bytes);
  if (!equalBytes(commit, header.bodyCommit)) return refuse('bad_chain', 'body');
  const body = decodeBody(entryKind(header.kind), bytes);
  if (!body.ok) return body;
  const { account, device } = body.value.body;
  if (account !== header.account || device !== header.device) return refuse('bad_chain', 'author');
  return body;
}

/**
 * Null: the body says the same place as the block that carries it, so it may count. A message names log and head (PROTOCOL
 * 3.4), the others name the chat. Where `suite`, the chat's, is given, a message is of it (SEAL 5.5). Otherwise why the entry
 * does not count.
 */
export function whyMisplaced(
  { kind, body }: Body,
  chatId: ChatId,
  block: { readonly logId: LogId; readonly cpos: Cpos; readonly chash: Hash },
  suite?: number,
): RefusalCode | null {
  if (kind !== 'message') return body.chatId === chatId ? null : 'wrong_log';
  if (suite !== undefined && body.suite !== suite) return 'suite_not_allowed';
  if (body.logId !== block.logId) return 'wrong_log';
  return body.cpos === block.cpos && equalBytes(body.chash, block.chash) ? null : 'stale_head';
}
