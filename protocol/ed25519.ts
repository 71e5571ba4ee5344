/**
 * Ed25519 verification by one rule everywhere: strict RFC 8032, without the cofactor (PROTOCOL 1.1). Native where the platform
 * is node, else the same equation over the points of @noble/ed25519, whose own `verify` has the cofactor in both of its modes.
 */
import * as noble from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { type HashTag, signedBytes } from './hash.ts';
import { toBase32 } from './ids.ts';

noble.hashes.sha512 = sha512;

interface NodeKey {
  readonly type: string;
}
interface NodeCrypto {
  createPublicKey(input: { key: object; format: 'jwk' }): NodeKey;
  verify(algorithm: null, data: Uint8Array, key: NodeKey, signature: Uint8Array): boolean;
  verify(
    algorithm: null,
    data: Uint8Array,
    key: NodeKey,
    signature: Uint8Array,
    done: (error: Error | null, good: boolean) => void,
  ): void;
}
interface NodeProcess {
  getBuiltinModule?(name: 'node:crypto'): NodeCrypto | undefined;
}

const native = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:crypto');
const KEPT_KEYS = 4_096;
const nativeKeys = new Map<string, NodeKey>();

/** A key that may enter: 32 bytes, canonical, on the curve, not of small order (one of those verifies any message). */
export function isAdmissibleKey(key: Uint8Array): boolean {
  try {
    const point = noble.Point.fromBytes(key, false);
    return !point.isSmallOrder();
  } catch {
    return false;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function nativeKey(crypto: NodeCrypto, key: Uint8Array): NodeKey {
  const name = toBase32(key);
  let made = nativeKeys.get(name);
  if (!made) {
    made = crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(key) }, format: 'jwk' });
    if (nativeKeys.size >= KEPT_KEYS) nativeKeys.clear();
    nativeKeys.set(name, made);
  }
  return made;
}

function toNumber(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${noble.etc.bytesToHex(littleEndian.slice().reverse())}`);
}

/** The rule where there is no native one: `R` is, byte for byte, `S·B - k·A`. Throws for a key that is no point. */
export function verifyPortable(message: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const order = noble.Point.CURVE().n;
  const r = signature.subarray(0, 32);
  const s = toNumber(signature.subarray(32));
  if (s >= order) return false;
  const challenge = toNumber(sha512(concatBytes(r, key, message))) % order;
  const point = noble.Point.fromBytes(key, false);
  const expected = noble.Point.BASE.multiply(s, false).subtract(point.multiply(challenge, false));
  return equalBytes(expected.toBytes(), r);
}

/** Does `signature` (64 bytes) cover `tag ‖ data` under `key`? Any wrong length is `false`. */
export function verifySync(tag: HashTag, data: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const message = signedBytes(tag, data);
  try {
    if (native) return native.verify(null, message, nativeKey(native, key), signature);
    return verifyPortable(message, key, signature);
  } catch {
    return false;
  }
}

/** As `verifySync`, off the main thread where the platform can. */
export async function verify(tag: HashTag, data: Uint8Array, key: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (!native || key.length !== 32 || signature.length !== 64) return verifySync(tag, data, key, signature);
  const crypto = native;
  return new Promise((resolve) => {
    try {
      crypto.verify(null, signedBytes(tag, data), nativeKey(crypto, key), signature, (error, good) =>
        resolve(!error && good),
      );
    } catch {
      resolve(false);
    }
  });
}
