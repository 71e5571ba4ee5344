/** Chains are verified once: a partner shows the same one at every connection, and it lies in the database as it came. */

import { sha256 } from '../../protocol/hash.ts';
import { type Organisation, verifyChain } from '../../protocol/identity/organisation.ts';
import { toBase32 } from '../../protocol/ids.ts';
import type { Result } from '../../protocol/result.ts';

export type Verify = (chainBytes: Uint8Array) => Result<Organisation>;

/** Strangers bring chains too, so what is kept is bounded. */
const KEPT = 1_000;

/** `verifyChain` with a memory of the chains that were good. */
export function createVerifier(): Verify {
  const good = new Map<string, Result<Organisation>>();
  return (chainBytes) => {
    const name = toBase32(sha256(chainBytes));
    const known = good.get(name);
    if (known) return known;
    // A copy: whoever handed it in may use its memory for something else.
    const verified = verifyChain(new Uint8Array(chainBytes));
    if (verified.ok) {
      if (good.size >= KEPT) good.delete(good.keys().next().value as string);
      good.set(name, verified);
    }
    return verified;
  };
}
