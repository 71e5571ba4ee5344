/**
 * Blocks: a signed batch of entries of one log (PROTOCOL 3.2). All entries of a block cite the block's position.
 * `prevCpos` is the position that the block before cites: a node that was not in the audience of that block knows by it
 * that nothing it should have is missing (PROTOCOL 3.2a). Sign bytes, keep bytes, forward bytes.
 */
import { equalBytes } from '../bytes.ts';
import { decodeOrThrow, fields, hash32, id, list, type Signed, signed, type TypeOf, uint, version } from '../codec.ts';
import { taggedHash } from '../hash.ts';
import type { ChatId, Cpos, Hash, LogId, OrgId } from '../ids.ts';
import { idBytes, idFromBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { Refused, type Result, refusing } from '../result.ts';
import { type EntryHeader, entryHeader, entryKind } from './entry.ts';

export const block = fields({
  v: version(1),
  logId: id('log'),
  keySeq: uint(),
  blockSeq: uint(),
  firstSeq: uint(),
  prevHash: hash32,
  prevCpos: uint(),
  cpos: uint(),
  chash: hash32,
  hlc: uint(),
  entries: list(entryHeader, LIMITS.blockEntries),
});
export type Block = TypeOf<typeof block>;

export const signedBlock = signed(LIMITS.blockBytes);
export const NO_HASH: Hash = new Uint8Array(32);

/** `logId = H("log" ‖ chatId ‖ orgId ‖ openPosition)`, the position as eight bytes, big end first (PROTOCOL 3.1). */
export function logIdOf(chatId: ChatId, orgId: OrgId, openPosition: Cpos): LogId {
  const position = new Uint8Array(8);
  new DataView(position.buffer).setBigUint64(0, BigInt(openPosition));
  return idFromBytes('log', taggedHash('log', idBytes(chatId), idBytes(orgId), position));
}

export function blockHash(bytes: Uint8Array): Hash {
  return taggedHash('block', bytes);
}

export interface ReadBlock {
  readonly block: Block;
  readonly hash: Hash;
  readonly signed: Signed;
}

/** Requests and fins stand in blocks of their own: a hub without a member in the chat is served just those (PROTOCOL 3.2b). */
export function isControlEntry({ kind }: EntryHeader): boolean {
  return entryKind(kind) === 'request' || entryKind(kind) === 'fin';
}

/** How many of these entries, from the first on, one block may hold (PROTOCOL 3.2): one at least. */
export function countForBlock(entries: readonly EntryHeader[]): number {
  let bodyBytes = 0;
  const first = entries[0];
  const end = entries.findIndex((each, i) => {
    bodyBytes += each.bodyLength;
    const full = i >= LIMITS.blockEntries || bodyBytes > LIMITS.blockBodyBytes;
    return full || (first !== undefined && isControlEntry(each) !== isControlEntry(first));
  });
  return end < 0 ? entries.length : end;
}

/** Refuses what cannot be a block of any log: `malformed`, `too_big`, `bad_chain`, `bad_clock`. The signature is checked elsewhere. */
export function readBlock(signedBytes: Signed): Result<ReadBlock> {
  return refusing(() => {
    const value = decodeOrThrow(block, signedBytes.bytes, LIMITS.blockBytes);
    checkEntries(value);
    checkNumbers(value);
    checkClock(value);
    return { block: value, hash: blockHash(signedBytes.bytes), signed: signedBytes };
  });
}

function checkEntries({ entries }: Block): void {
  const control = entries.filter(isControlEntry).length;
  if (entries.length === 0) throw new Refused('malformed', 'empty block');
  if (control !== 0 && control !== entries.length) throw new Refused('malformed', 'requests among messages');
  const bodyBytes = entries.reduce((sum, header) => sum + header.bodyLength, 0);
  if (bodyBytes > LIMITS.blockBodyBytes) throw new Refused('too_big', 'bodies');
}

function checkNumbers({ blockSeq, firstSeq, prevHash, prevCpos, cpos }: Block): void {
  if (blockSeq < 1 || firstSeq < blockSeq) throw new Refused('malformed', 'numbers');
  if (cpos < prevCpos) throw new Refused('bad_chain', 'cited position goes back');
  if (blockSeq > 1) return;
  if (firstSeq !== 1 || prevCpos !== 0 || !equalBytes(prevHash, NO_HASH)) throw new Refused('bad_chain', 'first block');
}

function checkClock({ entries, hlc }: Block): void {
  let last = 0;
  for (const header of entries) {
    if (header.hlc <= last) throw new Refused('bad_clock', 'entries');
    last = header.hlc;
  }
  if (hlc < last) throw new Refused('bad_clock', 'block');
}

/** Seq of the block's last entry. */
export function lastSeq(value: Block): number {
  return value.firstSeq + value.entries.length - 1;
}
