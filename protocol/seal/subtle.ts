/**
 * WebCrypto as node and browsers have it, and keys in the two forms that it takes on every platform. Always holds: only
 * `crypto.subtle` is used, never chance.
 */
import { concatBytes } from '../bytes.ts';

export const subtle = globalThis.crypto.subtle;

/** For WebCrypto, whose types want memory that is not shared. All of ours is not. */
export function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

/** What stands before the 32 bytes of a private key of RFC 8410: no platform takes them raw. */
const PKCS8 = {
  Ed25519: Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20),
  X25519: Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20),
} as const;

/** A private key from its 32 bytes (of Ed25519: the seed); not extractable. */
export async function importPrivate(
  algorithm: keyof typeof PKCS8,
  secret: Uint8Array,
  usage: 'sign' | 'deriveBits',
): Promise<CryptoKey> {
  const key = concatBytes(PKCS8[algorithm], secret);
  const imported = await subtle.importKey('pkcs8', plain(key), { name: algorithm }, false, [usage]);
  key.fill(0);
  return imported;
}
