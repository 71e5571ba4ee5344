/**
 * For tests and frozen examples only: keys and chance of sealing, made from a number, the same in every run.
 */
import { sha256 } from '../hash.ts';
import { importSigner, publicKeyOf } from '../seal/sign.ts';
import { userPublicKey } from '../seal/x25519.ts';
import { bytesOf } from './orgs.ts';

/** "Random" bytes: SHA-256 of a counter that begins with the number. */
export function chanceOf(number: number): (bytes: number) => Uint8Array {
  let drawn = 0;
  return (bytes) => {
    drawn += 1;
    const made = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 32) {
      made.set(sha256(bytesOf(12, number * 1_000_000 + drawn * 1_000 + at / 32)).subarray(0, bytes - at), at);
    }
    return made;
  };
}

/** A user key whose private bytes are 32, zeros and then the number. */
export async function userKeyOf(number: number): Promise<{ readonly secret: Uint8Array; readonly uk: Uint8Array }> {
  const secret = bytesOf(32, number);
  return { secret, uk: await userPublicKey(secret) };
}

/** A device's key with the seed of that number. */
export async function deviceKeyOf(number: number): Promise<{ readonly dk: Uint8Array; readonly signer: CryptoKey }> {
  const seed = bytesOf(32, number);
  return { dk: await publicKeyOf(seed), signer: await importSigner(seed) };
}
