/**
 * For tests and frozen examples only: a log of an organisation in a chat, written block by block with real signatures.
 * Always holds: its head is what an honest node's would be.
 */
import { encode, type Signed } from '../codec.ts';
import type { AccountId, ChatId, Cpos, DeviceId, Hash, Hlc, LogId } from '../ids.ts';
import { type Block, block, type ReadBlock, readBlock } from '../log/block.ts';
import { EMPTY_LOG, headOf, type LogHead } from '../log/chain.ts';
import {
  bodyCommit,
  ENTRY_KINDS,
  type EntryKind,
  eraseBody,
  finBody,
  messageBody,
  type RequestBody,
  requestBody,
} from '../log/entry.ts';
import { bytesOf, deviceOf, idOf, type TestOrg, unwrap } from './orgs.ts';

/** What the entry cites: a position of the control log and its hash. */
export interface Cited {
  readonly cpos: Cpos;
  readonly chash: Hash;
}

export interface Draft {
  readonly kind: EntryKind;
  readonly account: AccountId;
  readonly body: Uint8Array;
  /** `deviceOf(1)` unless told. */
  readonly device?: DeviceId;
}

export interface WrittenBlock {
  readonly read: ReadBlock;
  readonly bodies: readonly Uint8Array[];
}

export interface TestLog {
  readonly org: TestOrg;
  readonly logId: LogId;
  head: LogHead;
  readonly blocks: WrittenBlock[];
}

export function openTestLog(org: TestOrg, logId: LogId): TestLog {
  return { org, logId, head: EMPTY_LOG, blocks: [] };
}

/** The block that an honest node would write next; `change` makes it another. Not appended. */
export function draftBlock(
  log: TestLog,
  cited: Cited,
  drafts: readonly Draft[],
  hlc: Hlc,
  change?: Partial<Block>,
): Block {
  const entries = drafts.map(({ kind, account, body, device }, i) => ({
    kind: ENTRY_KINDS[kind],
    account,
    device: device ?? deviceOf(1),
    bodyCommit: bodyCommit(body),
    bodyLength: body.length,
    blobs: [],
    hlc: hlc + i,
  }));
  const { head, logId } = log;
  const numbers = { blockSeq: head.blockSeq + 1, firstSeq: head.seq + 1, prevHash: head.hash, prevCpos: head.cpos };
  return { v: 1, logId, keySeq: 0, ...numbers, ...cited, hlc: hlc + entries.length - 1, entries, ...change };
}

export function signBlock(org: TestOrg, value: Block): Signed {
  return org.signed('block', encode(block, value));
}

/** Appends one block and returns it. `hlc` is its first entry's. */
export function writeBlock(log: TestLog, cited: Cited, drafts: readonly Draft[], hlc: Hlc): WrittenBlock {
  const read = unwrap(readBlock(signBlock(log.org, draftBlock(log, cited, drafts, hlc))));
  const written = { read, bodies: drafts.map(({ body }) => body) };
  log.blocks.push(written);
  log.head = headOf(read);
  return written;
}

/** A clear message. `number` makes its id. */
export function messageOf(account: AccountId, logId: LogId, cited: Cited, number: number, text: string): Draft {
  const body = encode(messageBody, {
    suite: 0,
    entryId: idOf('entry', number),
    logId,
    account,
    device: deviceOf(1),
    ...cited,
    authorTime: 0,
    alert: { level: 1, mentions: [] },
    nonce: bytesOf(12, number),
    ciphertext: new TextEncoder().encode(text),
    devSig: new Uint8Array(),
  });
  return { kind: 'message', account, body };
}

export function requestOf(
  account: AccountId,
  chatId: ChatId,
  number: number,
  intents: RequestBody['intents'],
): Draft & { readonly request: RequestBody } {
  const request: RequestBody = {
    v: 1,
    chatId,
    account,
    device: deviceOf(1),
    requestId: idOf('request', number),
    base: null,
    intents,
    keyMaterial: new Uint8Array(),
    devSig: new Uint8Array(),
  };
  return { kind: 'request', account, body: encode(requestBody, request), request };
}

export function finOf(account: AccountId, chatId: ChatId): Draft {
  const body = encode(finBody, { v: 1, chatId, account, device: deviceOf(1), devSig: new Uint8Array() });
  return { kind: 'fin', account, body };
}

export function eraseOf(account: AccountId, chatId: ChatId, targetLogId: LogId, targetSeq: number): Draft {
  const fields = {
    v: 1,
    chatId,
    account,
    device: deviceOf(1),
    targetLogId,
    targetSeq,
    devSig: new Uint8Array(),
  } as const;
  return { kind: 'erase', account, body: encode(eraseBody, fields) };
}
