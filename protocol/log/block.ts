/**
 * Blocks: a signed batch of entries of one log (PROTOCOL 3.2). All entries of a block cite the block's position.
 * `prevCpos` is the position that the block before cites: a node that was not in the audience of that block knows by it
 * that nothing it should have is missing (PROTOCOL 3.2a). Sign bytes, keep bytes, forward bytes.
 */
import { decode, fields, hash32, id, list, type Signed, signed, type TypeOf, uint, version } from '../codec.ts';
import { taggedHash } from '../hash.ts';
import type { ChatId, Cpos, Hash, LogId, OrgId } from '../ids.ts';
import { idBytes, idFromBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { type Result, refuse } from '../result.ts';
import { entryHeader } from './entry.ts';

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

/** Refuses what is not a block, an empty one, and stamps inside it that do not increase. The signature is checked elsewhere. */
export function readBlock(signedBytes: Signed): Result<ReadBlock> {
  const read = decode(block, signedBytes.bytes, LIMITS.blockBytes);
  if (!read.ok) return read;
  const value = read.value;
  if (value.entries.length === 0) return refuse('malformed', 'empty block');
  if (value.blockSeq < 1 || value.firstSeq < 1) return refuse('malformed', 'numbers begin at 1');
  let last = 0;
  for (const header of value.entries) {
    if (header.hlc <= last) return refuse('bad_clock', 'entries');
    last = header.hlc;
  }
  if (value.hlc < last) return refuse('bad_clock', 'block');
  return { ok: true, value: { block: value, hash: blockHash(signedBytes.bytes), signed: signedBytes } };
}

/** Seq of the block's last entry. */
export function lastSeq(value: Block): number {
  return value.firstSeq + value.entries.length - 1;
}
