/**
 * Signatures of devices and identity keys (SEAL 2.1), in the tagged form of PROTOCOL 2.3. Always holds: a key that signs cannot
 * be taken out of WebCrypto again.
 */
import { getPublicKeyAsync } from '@noble/ed25519';
import { type HashTag, signedBytes } from '../hash.ts';
import { importPrivate, plain, subtle } from './subtle.ts';

/** From the seed (32 bytes); not extractable. */
export function importSigner(seed: Uint8Array): Promise<CryptoKey> {
  return importPrivate('Ed25519', seed, 'sign');
}

/** 32 bytes: the public key of a seed. */
export async function publicKeyOf(seed: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await getPublicKeyAsync(seed));
}

/** 64 bytes over `tag ‖ data`. */
export async function sign(tag: HashTag, data: Uint8Array, signer: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await subtle.sign({ name: 'Ed25519' }, signer, plain(signedBytes(tag, data))));
}
