/** AES-256-GCM (SEAL 1.2): key 32 bytes, nonce 12 bytes, the tag of 16 bytes at the end of the ciphertext. */
import { plain, subtle } from './subtle.ts';

export const AES_TAG_BYTES = 16;

/** For many values under one key; `sealAes` and `openAes` take it as they take the bytes. */
export function importAes(key: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey('raw', plain(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function keyFrom(key: Uint8Array | CryptoKey): Promise<CryptoKey> {
  return key instanceof Uint8Array ? importAes(key) : key;
}

function algorithm(nonce: Uint8Array, aad: Uint8Array) {
  return { name: 'AES-GCM', iv: plain(nonce), additionalData: plain(aad), tagLength: 128 };
}

/** The ciphertext with its tag. A nonce must never come twice under one key. */
export async function sealAes(
  key: Uint8Array | CryptoKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  clear: Uint8Array,
): Promise<Uint8Array> {
  return new Uint8Array(await subtle.encrypt(algorithm(nonce, aad), await keyFrom(key), plain(clear)));
}

/** Null where it does not open: altered, or another key, nonce or aad. */
export async function openAes(
  key: Uint8Array | CryptoKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | null> {
  const imported = await keyFrom(key);
  try {
    return new Uint8Array(await subtle.decrypt(algorithm(nonce, aad), imported, plain(sealed)));
  } catch {
    return null;
  }
}
