/** The `Signer` port: native Ed25519 (RFC 8032). The key goes into a `KeyObject` and does not come out again. PROTOCOL 1.5. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { assert } from '../../protocol/result.ts';
import type { Signer } from '../ports.ts';

/** DER of a PKCS #8 Ed25519 key (RFC 8410) up to the 32 bytes of the seed. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_KEY_BYTES = 32;

/** `seed`: 32 bytes. */
export function createSigner(seed: Uint8Array): Signer {
  assert(seed.length === 32, 'the seed of a signer has 32 bytes');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(-PUBLIC_KEY_BYTES)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}
