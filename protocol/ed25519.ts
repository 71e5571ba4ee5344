/**
 * Ed25519 verification by one rule everywhere: strict RFC 8032, without the cofactor (PROTOCOL 1.1). Native where the platform
 * is node, WebCrypto where that keeps the rule, else the same equation over the points of @noble/ed25519, whose own `verify` has
 * the cofactor in both of its modes. Always holds: what implementations disagree about is refused before any is asked.
 */
import * as noble from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { verifyWeb, webKeepsTheRule } from './ed25519-web.ts';
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

/** The canonical encodings of every point of small order, without the bit of the sign. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map((hex) => noble.etc.hexToBytes(hex));

/** 64 bytes whose `R` is not of small order: OpenSSL refuses those, others take them, and no honest signer makes one. */
function inForm(key: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const r = signature.slice(0, 32);
  r[31] = (r[31] as number) & 0x7f;
  return !SMALL_ORDER.some((each) => equalBytes(each, r));
}

function toNumber(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${noble.etc.bytesToHex(littleEndian.slice().reverse())}`);
}

/** The rule where there is no native one: `R` is, byte for byte, `S·B - k·A`. Throws for a key that is no point. */
export function verifyPortable(message: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  if (!inForm(key, signature)) return false;
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
  if (!inForm(key, signature)) return false;
  const message = signedBytes(tag, data);
  try {
    if (native) return native.verify(null, message, nativeKey(native, key), signature);
    return verifyPortable(message, key, signature);
  } catch {
    return false;
  }
}

function verifyNative(
  crypto: NodeCrypto,
  message: Uint8Array,
  key: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    crypto.verify(null, message, nativeKey(crypto, key), signature, (error, good) =>
      error ? reject(error) : resolve(good),
    );
  });
}

/** As `verifySync`, off the main thread where the platform can. */
export async function verify(tag: HashTag, data: Uint8Array, key: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (!inForm(key, signature)) return false;
  const message = signedBytes(tag, data);
  try {
    if (native) return await verifyNative(native, message, key, signature);
    return (await webKeepsTheRule())
      ? await verifyWeb(message, key, signature)
      : verifyPortable(message, key, signature);
  } catch {
    return false;
  }
}
