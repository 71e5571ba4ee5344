/**
 * Ed25519 by WebCrypto, for browsers, where it is some thirty times faster than the portable equation. Always holds: it is used only
 * where it has shown that it keeps the rule of PROTOCOL 1.1.
 */
import { keepsTheRule } from './ed25519-probes.ts';
import { toBase32 } from './ids.ts';
import { plain, subtle } from './seal/subtle.ts';

const KEPT_KEYS = 1_024;
const keys = new Map<string, Promise<CryptoKey>>();
let kept: Promise<boolean> | undefined;

function keyOf(key: Uint8Array): Promise<CryptoKey> {
  const name = toBase32(key);
  let made = keys.get(name);
  if (!made) {
    made = subtle.importKey('raw', plain(key), { name: 'Ed25519' }, false, ['verify']);
    if (keys.size >= KEPT_KEYS) keys.clear();
    keys.set(name, made);
  }
  return made;
}

/** What WebCrypto says. Throws where it has no Ed25519, or the key is none. */
export async function verifyWeb(message: Uint8Array, key: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return subtle.verify({ name: 'Ed25519' }, await keyOf(key), plain(signature), plain(message));
}

/** May `verifyWeb` be asked here? Found out once. */
export function webKeepsTheRule(): Promise<boolean> {
  kept ??= keepsTheRule(verifyWeb);
  return kept;
}
