/**
 * How a block continues its log (PROTOCOL 3.5) and what proves a fork (PROTOCOL 3.6).
 * Always holds: after `continueChain` the numbers, the hash chain, the cited positions and the clock of the log have moved
 * forward by exactly this block.
 */
import { equalBytes } from '../bytes.ts';
import { fields, type Signed, type TypeOf } from '../codec.ts';
import { verify } from '../ed25519.ts';
import type { Cpos, Hash, Hlc } from '../ids.ts';
import { Refused, type Result, refuse, refusing } from '../result.ts';
import { lastSeq, NO_HASH, type ReadBlock, readBlock, signedBlock } from './block.ts';

/** Where a log stands: the last block held. */
export interface LogHead {
  readonly blockSeq: number;
  readonly seq: number;
  readonly hash: Hash;
  readonly cpos: Cpos;
  readonly hlc: Hlc;
}

export const EMPTY_LOG: LogHead = { blockSeq: 0, seq: 0, hash: NO_HASH, cpos: 0, hlc: 0 };

export type Continuation = 'extends' | 'known' | 'gap' | 'fork';

/** What the block is to this head, by numbers and hashes alone. `known` below the head still has to be compared with what is held. */
export function placeOf(head: LogHead, read: ReadBlock): Continuation {
  const { block, hash } = read;
  if (block.blockSeq < head.blockSeq) return 'known';
  if (block.blockSeq === head.blockSeq) return equalBytes(hash, head.hash) ? 'known' : 'fork';
  if (block.blockSeq > head.blockSeq + 1) return 'gap';
  return equalBytes(block.prevHash, head.hash) ? 'extends' : 'fork';
}

/**
 * The head after this block. `skipped`: the blocks in between are not of the receiver's audience (PROTOCOL 3.2a), so numbers
 * may jump; they never go back. Refuses `bad_chain` and `bad_clock`.
 */
export function continueChain(head: LogHead, read: ReadBlock, skipped: boolean): Result<LogHead> {
  return refusing(() => {
    checkFollows(head, read, skipped);
    return headOf(read);
  });
}

/** Where the log stands after this block. */
export function headOf({ block, hash }: ReadBlock): LogHead {
  return { blockSeq: block.blockSeq, seq: lastSeq(block), hash, cpos: block.cpos, hlc: block.hlc };
}

function checkFollows(head: LogHead, read: ReadBlock, mayJump: boolean): void {
  const { block } = read;
  const jump = block.blockSeq - head.blockSeq - 1;
  if (jump === 0 || !mayJump) checkAdjacent(head, read);
  // Every block that was jumped over holds an entry at least.
  if (jump < 0 || block.firstSeq - head.seq - 1 < jump) throw new Refused('bad_chain', 'numbers');
  if (block.prevCpos < head.cpos || block.cpos < head.cpos) throw new Refused('bad_chain', 'cited position goes back');
  if ((block.entries[0]?.hlc ?? 0) <= head.hlc) throw new Refused('bad_clock', 'goes back');
}

/**
 * May a block that was jumped over come in late, between the nearest blocks held (PROTOCOL 3.2a)? `before` is the head
 * that the lower of them makes. Refuses `bad_chain` and `bad_clock`.
 */
export function fillsGap(before: LogHead, read: ReadBlock, after: ReadBlock): Result<null> {
  return refusing(() => {
    checkFollows(before, read, true);
    checkFollows(headOf(read), after, true);
    return null;
  });
}

function checkAdjacent(head: LogHead, { block }: ReadBlock): void {
  if (block.blockSeq !== head.blockSeq + 1) throw new Refused('bad_chain', 'block number');
  if (block.firstSeq !== head.seq + 1) throw new Refused('bad_chain', 'entry number');
  if (!equalBytes(block.prevHash, head.hash)) throw new Refused('bad_chain', 'previous block');
  if (block.prevCpos !== head.cpos) throw new Refused('bad_chain', 'previous position');
}

/** Two signed blocks of one log that cannot both be in one chain: anyone can check it. */
export const forkProof = fields({ one: signedBlock, other: signedBlock });
export type ForkProof = TypeOf<typeof forkProof>;

/**
 * Is this a fork of the log that `key` signs: one number twice, or a next number that does not follow? Refuses
 * `bad_signature`, `bad_chain`. The value is the block `one`.
 */
export async function checkForkProof(proof: ForkProof, key: Uint8Array): Promise<Result<ReadBlock>> {
  const [one, other] = [readBlock(proof.one), readBlock(proof.other)];
  if (!one.ok) return one;
  if (!other.ok) return other;
  const [a, b] = [one.value, other.value];
  if (a.block.logId !== b.block.logId || !(contradicts(a, b) || contradicts(b, a)))
    return refuse('bad_chain', 'no contradiction');
  if (!(await signs(proof.one, key)) || !(await signs(proof.other, key))) return refuse('bad_signature');
  return one;
}

function contradicts(a: ReadBlock, b: ReadBlock): boolean {
  if (a.block.blockSeq === b.block.blockSeq) return !equalBytes(a.hash, b.hash);
  return a.block.blockSeq + 1 === b.block.blockSeq && !equalBytes(b.block.prevHash, a.hash);
}

function signs(signedBytes: Signed, key: Uint8Array): Promise<boolean> {
  return verify('block', signedBytes.bytes, key, signedBytes.signature);
}
