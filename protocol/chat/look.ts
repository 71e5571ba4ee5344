/**
 * A look: name and colour of a chat. It travels beside the act that names it by hash and length, like a body, so that it can
 * be erased (PROTOCOL 4.3). What is inside is the members' business; nodes never open one. It names the head that it was
 * made for, and 12 random bytes, so that its hash says nothing about an erased name.
 */
import { bytes, bytesUpTo, decode, fields, hash32, type TypeOf, uint } from '../codec.ts';
import { taggedHash } from '../hash.ts';
import type { Hash } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { Result } from '../result.ts';

export const lookBody = fields({
  suite: uint(255),
  cpos: uint(),
  chash: hash32,
  nonce: bytes(12),
  ciphertext: bytesUpTo(LIMITS.lookBytes),
  devSig: bytesUpTo(64),
});
export type LookBody = TypeOf<typeof lookBody>;

/** What the `look` intent commits to. */
export function lookHash(lookBytes: Uint8Array): Hash {
  return taggedHash('look', lookBytes);
}

/** Refuses what is not a look. */
export function decodeLook(lookBytes: Uint8Array): Result<LookBody> {
  return decode(lookBody, lookBytes, LIMITS.lookBytes);
}
