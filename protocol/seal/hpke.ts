/**
 * HPKE base mode, one value at a time (SEAL 1.2): a sealed value is `enc(32) ‖ ciphertext`. The ephemeral key is derived from 32
 * random bytes that are handed in (RFC 9180 7.1.3), so that chance stays with the caller. Never the same bytes twice.
 */
import { concatBytes } from '../bytes.ts';
import { isAdmissibleUserKey } from '../identity/user-key.ts';
import { later } from '../later.ts';
import { assert, ok, type Result, refuse } from '../result.ts';
import { plain } from './subtle.ts';
import { importPublic, type X25519Pair } from './x25519.ts';

const ENC_BYTES = 32;
/** By how much a sealed value is longer. */
export const HPKE_OVERHEAD = ENC_BYTES + 16;

/** `random`: 32 bytes. Refuses `bad_key` where the public key is not admissible. */
export async function sealTo(
  publicKey: Uint8Array,
  random: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  clear: Uint8Array,
): Promise<Result<Uint8Array>> {
  assert(random.length === 32, 'random bytes for HPKE');
  if (!isAdmissibleUserKey(publicKey)) return refuse('bad_key', 'user key');
  const { suite } = await later(() => import('./hpke-suite.ts'));
  const recipientPublicKey = await importPublic(publicKey);
  const params = { recipientPublicKey, ekm: plain(random), info: plain(info) };
  const { enc, ct } = await suite.seal(params, plain(clear), plain(aad));
  return ok(concatBytes(new Uint8Array(enc), new Uint8Array(ct)));
}

/** Null where it does not open: altered, for another key, or under another `info` or `aad`. */
export async function openWith(
  pair: X25519Pair,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | null> {
  const { suite } = await later(() => import('./hpke-suite.ts'));
  const params = { recipientKey: pair, enc: plain(sealed.slice(0, ENC_BYTES)), info: plain(info) };
  try {
    return new Uint8Array(await suite.open(params, plain(sealed.slice(ENC_BYTES)), plain(aad)));
  } catch {
    return null;
  }
}
