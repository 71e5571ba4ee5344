/**
 * The recovery code (SEAL 3.2): 20 random bytes and a check of two, as nine groups of four letters and digits. Always holds: a
 * slip of the pen is noticed before anything is asked of the node (but for one in 65,536).
 */
import { concatBytes, equalBytes } from '../bytes.ts';
import { taggedHash } from '../hash.ts';
import { fromBase32, toBase32 } from '../ids.ts';
import { assert, ok, type Result, refuse, refusing } from '../result.ts';

const SECRET_BYTES = 20;
const CHECK_BYTES = 2;

function checkOf(secret: Uint8Array): Uint8Array {
  return taggedHash('recovery', secret).slice(0, CHECK_BYTES);
}

/** As it is shown: nine groups of four, in capitals, with spaces between. `secret`: 20 random bytes. */
export function formatRecoveryCode(secret: Uint8Array): string {
  assert(secret.length === SECRET_BYTES, 'recovery secret');
  const text = toBase32(concatBytes(secret, checkOf(secret))).toUpperCase();
  return text.match(/.{4}/g)?.join(' ') as string;
}

/** The 20 bytes, from what was typed in any case, with any white space or hyphens. Refuses `wrong_code`. */
export function parseRecoveryCode(typed: string): Result<Uint8Array> {
  const text = typed.replace(/[\s\p{Pd}]/gu, '').toLowerCase();
  const bytes = refusing(() => fromBase32(text));
  if (!bytes.ok) return refuse('wrong_code', 'letters');
  const secret = bytes.value.slice(0, SECRET_BYTES);
  return equalBytes(checkOf(secret), bytes.value.slice(SECRET_BYTES)) ? ok(secret) : refuse('wrong_code', 'check');
}
