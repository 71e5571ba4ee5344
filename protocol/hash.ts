/**
 * SHA-256 with a tag per kind (PROTOCOL 2.3). Native where the platform has a synchronous one (node), else @noble/hashes:
 * both are the same pure function.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8 } from './bytes.ts';
import type { Hash } from './ids.ts';

interface NodeCrypto {
  hash(algorithm: 'sha256', data: Uint8Array, encoding: 'buffer'): Uint8Array;
}
interface NodeProcess {
  getBuiltinModule?(name: 'node:crypto'): NodeCrypto | undefined;
}

const native = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:crypto');

/** 32 bytes. */
export function sha256(data: Uint8Array): Hash {
  return native ? new Uint8Array(native.hash('sha256', data, 'buffer')) : nobleSha256(data);
}

export type HashTag =
  | 'org'
  | 'record'
  | 'genesis'
  | 'act'
  | 'block'
  | 'log'
  | 'body'
  | 'profile'
  | 'receipt'
  | 'look'
  | 'token'
  | 'ticket'
  | 'card'
  | 'counter'
  | 'safety'
  | 'message'
  | 'request'
  | 'fin'
  | 'erase'
  | 'bundle'
  | 'recovery'
  | 'prf'
  | 'rank';

const tags = new Map<string, Uint8Array>();

/** `conclave/1/TAG` in UTF-8: what stands before everything hashed or signed. */
function tagBytes(tag: HashTag): Uint8Array {
  let bytes = tags.get(tag);
  if (!bytes) {
    bytes = utf8(`conclave/1/${tag}`);
    tags.set(tag, bytes);
  }
  return bytes;
}

/** `H(tag ‖ data)`, 32 bytes. */
export function taggedHash(tag: HashTag, ...data: readonly Uint8Array[]): Hash {
  return sha256(concatBytes(tagBytes(tag), ...data));
}

/** The bytes that a signature of this kind covers: `tag ‖ data`. */
export function signedBytes(tag: HashTag, data: Uint8Array): Uint8Array {
  return concatBytes(tagBytes(tag), data);
}
