/**
 * Files in chunks of 16 KiB (SEAL 5.4): C2SP chunked encryption with HKDF-Expand over SHA-512 and AES-256-GCM. One chunk at a time and
 * from any place. Always holds: the last chunk, and only that, is shorter, so a length that is cut fails; a chunk opens at its own
 * place alone; the commitment is held against the key before anything is opened.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, utf8 } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { assert, ok, type Result, refuse } from '../result.ts';
import { AES_TAG_BYTES, importAes, openAes, sealAes } from './aes.ts';

export const FILE_CHUNK_BYTES = 16_384;
const SALT_BYTES = 24;
const COMMITMENT_BYTES = 32;
/** Salt and commitment: what stands before the first chunk. */
export const FILE_HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES;
const SEALED_CHUNK_BYTES = FILE_CHUNK_BYTES + AES_TAG_BYTES;
const NONE: Uint8Array = new Uint8Array();

/** Where a sealed chunk stands in a sealed file. */
export interface ChunkPlace {
  readonly offset: number;
  readonly length: number;
}

export interface FileSealer {
  readonly header: Uint8Array;
  /** Each index once. The chunk before the last is full, the last is shorter, be it empty. */
  sealChunk(index: number, clear: Uint8Array): Promise<Uint8Array>;
}

export interface FileOpener {
  /** Without the overhead. Sure only once the last chunk has opened. */
  readonly clearBytes: number;
  readonly chunks: number;
  /** What to read for this chunk. */
  place(index: number): ChunkPlace;
  /** Refuses `cannot_open`. */
  openChunk(index: number, sealed: Uint8Array): Promise<Result<Uint8Array>>;
}

interface FileKeys {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
  readonly commitment: Uint8Array;
}

function fileKeys(fileKey: Uint8Array, salt: Uint8Array, context: Uint8Array): FileKeys {
  const info = concatBytes(utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'), salt, context);
  // HKDF-Expand, which @noble/hashes refuses for a key shorter than the hash.
  const first = hmac(sha512, fileKey, concatBytes(info, Uint8Array.of(1)));
  const second = hmac(sha512, fileKey, concatBytes(first, info, Uint8Array.of(2)));
  const made = concatBytes(first, second);
  return { key: made.slice(0, 32), baseNonce: made.slice(32, 44), commitment: made.slice(44, 76) };
}

/** The base nonce with the index, big end first, over its end. */
function chunkNonce(baseNonce: Uint8Array, index: number): Uint8Array {
  const nonce = baseNonce.slice();
  for (let at = nonce.length - 1, rest = index; rest > 0; at--, rest = Math.floor(rest / 256)) {
    nonce[at] = (nonce[at] as number) ^ (rest % 256);
  }
  return nonce;
}

/** `fileKey`: 32 random bytes, for this file alone; `salt`: 24 random bytes. */
export async function sealFile(fileKey: Uint8Array, salt: Uint8Array, context = NONE): Promise<FileSealer> {
  assert(fileKey.length === 32 && salt.length === SALT_BYTES, 'key or salt of a file');
  const { key, baseNonce, commitment } = fileKeys(fileKey, salt, context);
  const imported = await importAes(key);
  return {
    header: concatBytes(salt, commitment),
    sealChunk(index, clear) {
      assert(index < LIMITS.fileChunks && clear.length <= FILE_CHUNK_BYTES, 'chunk of a file');
      return sealAes(imported, chunkNonce(baseNonce, index), NONE, clear);
    },
  };
}

/** Sealed length of a file of `clearBytes`. */
export function sealedFileBytes(clearBytes: number): number {
  const chunks = Math.floor(clearBytes / FILE_CHUNK_BYTES) + 1;
  return FILE_HEADER_BYTES + clearBytes + chunks * AES_TAG_BYTES;
}

/** `header`: the first 56 bytes; `sealedBytes`: length of the whole. Refuses `cannot_open`: another key, or a length that cannot be. */
export async function openFile(
  fileKey: Uint8Array,
  header: Uint8Array,
  sealedBytes: number,
  context = NONE,
): Promise<Result<FileOpener>> {
  // HMAC cannot tell a key from the same with zeros at its end.
  if (fileKey.length !== 32) return refuse('cannot_open', 'key');
  const last = Math.floor((sealedBytes - FILE_HEADER_BYTES) / SEALED_CHUNK_BYTES);
  const lastBytes = (sealedBytes - FILE_HEADER_BYTES) % SEALED_CHUNK_BYTES;
  if (last >= LIMITS.fileChunks || lastBytes < AES_TAG_BYTES) return refuse('cannot_open', 'length');
  const { key, baseNonce, commitment } = fileKeys(fileKey, header.subarray(0, SALT_BYTES), context);
  if (!equalBytes(commitment, header.subarray(SALT_BYTES))) return refuse('cannot_open', 'commitment');
  const imported = await importAes(key);
  const place = (index: number): ChunkPlace => ({
    offset: FILE_HEADER_BYTES + index * SEALED_CHUNK_BYTES,
    length: index === last ? lastBytes : SEALED_CHUNK_BYTES,
  });
  return ok({
    clearBytes: last * FILE_CHUNK_BYTES + lastBytes - AES_TAG_BYTES,
    chunks: last + 1,
    place,
    async openChunk(index, sealed) {
      if (index > last || sealed.length !== place(index).length) return refuse('cannot_open', 'chunk length');
      const clear = await openAes(imported, chunkNonce(baseNonce, index), NONE, sealed);
      return clear ? ok(clear) : refuse('cannot_open', 'chunk');
    },
  });
}
