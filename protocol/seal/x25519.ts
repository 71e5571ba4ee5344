/**
 * X25519 (RFC 7748) by WebCrypto, with private keys of 32 bytes (SEAL 1.2). Always holds: a result of zeros is refused as
 * `bad_key`; a key of small order gives no other.
 */
import { equalBytes } from '../bytes.ts';
import { ok, type Result, refuse } from '../result.ts';
import { importPrivate, plain, subtle } from './subtle.ts';

export interface X25519Pair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

const BASE_POINT = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 0));
const ZEROS = new Uint8Array(32);

/** Public key for WebCrypto. 32 bytes. */
export function importPublic(publicKey: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey('raw', plain(publicKey), { name: 'X25519' }, true, []);
}

async function multiply(privateKey: CryptoKey, publicKey: CryptoKey): Promise<Uint8Array | null> {
  try {
    const shared = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: publicKey }, privateKey, 256));
    return equalBytes(shared, ZEROS) ? null : shared;
  } catch {
    // Where the platform itself refuses a result of zeros.
    return null;
  }
}

/** 32 bytes from a private key (32 bytes). */
export async function userPublicKey(secret: Uint8Array): Promise<Uint8Array> {
  const privateKey = await importPrivate('X25519', secret, 'deriveBits');
  return (await multiply(privateKey, await importPublic(BASE_POINT))) as Uint8Array;
}

/** Both keys for WebCrypto from the private one (32 bytes); it is not extractable any more. */
export async function importPair(secret: Uint8Array): Promise<X25519Pair> {
  const privateKey = await importPrivate('X25519', secret, 'deriveBits');
  return { privateKey, publicKey: await importPublic(await userPublicKey(secret)) };
}

/** What both sides get, 32 bytes. Refuses `bad_key`. */
export async function sharedSecret(secret: Uint8Array, publicKey: Uint8Array): Promise<Result<Uint8Array>> {
  if (publicKey.length !== 32) return refuse('bad_key', 'length');
  const privateKey = await importPrivate('X25519', secret, 'deriveBits');
  const shared = await multiply(privateKey, await importPublic(publicKey));
  return shared ? ok(shared) : refuse('bad_key', 'small order');
}
