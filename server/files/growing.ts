/**
 * A file that is still coming in: written at its end, hashed on the way, and read by others as far as it is. Always holds: what
 * a reader gets was written before; nothing but the last pieces is in memory.
 */
import { createHash } from 'node:crypto';
import type { Hash } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { assert, Fault } from '../../protocol/result.ts';
import type { BlobStore, PartFile } from '../ports.ts';

const PIECE_BYTES = LIMITS.blobPieceBytes;

export interface Growing {
  /** Of the whole. */
  readonly bytes: number;
  /** So many are written. */
  here(): number;
  /** In order, by one writer. */
  write(pieces: readonly Uint8Array[]): Promise<void>;
  sync(): Promise<void>;
  /** False: a write failed half-way, and it must be opened anew. */
  isSound(): boolean;
  /** Of what is here. */
  hash(): Hash;
  /** Bytes from `from` up to, not including, `to`, as they come. Rejects with a `Fault` if they do not. */
  read(from: number, to: number): AsyncGenerator<Uint8Array>;
  /** Nothing more comes: who waits for more gets this fault. */
  fail(reason: string): void;
  /** Once nobody reads any more. */
  close(): Promise<void>;
}

/** Goes on at `from`; what lies before is read again for the hash. */
export async function openGrowing(store: BlobStore, part: string, bytes: number, from: number): Promise<Growing> {
  const file = await store.openPart(part, from);
  const hash = createHash('sha256');
  for (let at = 0; at < from; at += PIECE_BYTES) hash.update(await file.read(at, Math.min(PIECE_BYTES, from - at)));
  return growing(file, hash, bytes, from);
}

function growing(file: PartFile, hash: ReturnType<typeof createHash>, bytes: number, from: number): Growing {
  let here = from;
  let failed: string | null = null;
  let readers = 0;
  let isClosing = false;
  let isSound = true;
  const waiting = new Set<() => void>();

  function wake(): void {
    for (const resume of waiting) resume();
    waiting.clear();
  }

  async function closeIfUnused(): Promise<void> {
    if (!isClosing || readers > 0) return;
    isClosing = false;
    await file.close();
  }

  async function* read(start: number, to: number): AsyncGenerator<Uint8Array> {
    readers += 1;
    try {
      for (let at = start; at < to; ) {
        if (at >= here) {
          if (failed !== null) throw new Fault(failed);
          await new Promise<void>((resolve) => waiting.add(resolve));
          continue;
        }
        const piece = await file.read(at, Math.min(PIECE_BYTES, to - at, here - at));
        at += piece.length;
        yield piece;
      }
    } finally {
      readers -= 1;
      await closeIfUnused();
    }
  }

  return {
    bytes,
    here: () => here,
    async write(pieces) {
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      assert(here + length <= bytes, 'a file does not grow beyond its length');
      isSound = false;
      for (const piece of pieces) hash.update(piece);
      await file.write(pieces, here);
      isSound = true;
      here += length;
      wake();
    },
    sync: file.sync,
    isSound: () => isSound,
    hash: () => new Uint8Array(hash.copy().digest()),
    read,
    fail(reason) {
      failed ??= reason;
      wake();
    },
    async close() {
      isClosing = true;
      if (here < bytes) this.fail('the file does not come any more');
      await closeIfUnused();
    },
  };
}

/** Small pieces are put together, so that each write is worth its way. */
export async function* gather(
  source: AsyncIterable<Uint8Array>,
  atLeast = PIECE_BYTES,
): AsyncGenerator<readonly Uint8Array[]> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of source) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes < atLeast) continue;
      yield pieces;
      pieces = [];
      bytes = 0;
    }
  } catch (error) {
    // What came before the cut counts.
    if (bytes > 0) yield pieces;
    throw error;
  }
  if (bytes > 0) yield pieces;
}
