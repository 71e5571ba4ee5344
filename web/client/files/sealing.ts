/**
 * A file on its way out: read in pieces, sealed in chunks, hashed (SEAL 5.4). Always holds: no more than a few pieces are in memory,
 * and every chunk is sealed once. Whoever needs the sealed bytes again keeps them; whoever reads the file again
 * gets another salt, and with it other keys, so that no nonce comes twice under one key whatever became of the file.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { assert } from '../../../protocol/result.ts';
import { FILE_CHUNK_BYTES, sealFile } from '../../../protocol/seal/files.ts';
import { toBase64 } from '../base64.ts';
import type { Random } from '../ports.ts';
import { PIECE_BYTES, readPart } from './bytes.ts';

export const FILE_KEY_BYTES = 32;
const SALT_BYTES = 24;

export interface SealedStream {
  /** In order: the header, then about a megabyte at a time. Throws `Fault` where the file was altered or taken away. */
  readonly pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
  /** SHA-256 of all pieces, by which the node knows them; only once the last has come. */
  blob(): string;
}

/** `key`: drawn for this file alone. */
export function sealStream(file: Blob, key: Uint8Array, random: Random): SealedStream {
  const hash = sha256.create();
  let blob: string | null = null;
  async function* pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const sealer = await sealFile(key, random.bytes(SALT_BYTES));
    const header = new Uint8Array(sealer.header);
    hash.update(header);
    yield header;
    const whole = Math.floor(file.size / PIECE_BYTES);
    let next = readPart(file, 0, PIECE_BYTES);
    for (let piece = 0; piece <= whole; piece++) {
      const clear = await next;
      if (piece < whole) next = readPart(file, (piece + 1) * PIECE_BYTES, (piece + 2) * PIECE_BYTES);
      // What is read ahead in vain fails again when it is its turn.
      next.catch(() => undefined);
      const sealed = await sealPiece(sealer, (piece * PIECE_BYTES) / FILE_CHUNK_BYTES, clear, piece === whole);
      hash.update(sealed);
      if (piece === whole) blob = toBase64(hash.digest());
      yield sealed;
    }
  }
  return {
    pieces: pieces(),
    blob() {
      assert(blob !== null, 'the hash of a file that is not sealed yet');
      return blob;
    },
  };
}

/** The chunks of one piece, at the same time: one by one they would wait for each other. */
async function sealPiece(
  sealer: Awaited<ReturnType<typeof sealFile>>,
  first: number,
  clear: Uint8Array,
  isLast: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const full = Math.floor(clear.length / FILE_CHUNK_BYTES);
  // The last chunk of a file is shorter than the others, be it empty.
  const count = isLast ? full + 1 : full;
  const chunks = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      sealer.sealChunk(first + i, clear.subarray(i * FILE_CHUNK_BYTES, (i + 1) * FILE_CHUNK_BYTES)),
    ),
  );
  return joined(chunks);
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
