/**
 * How an identity may follow the one that is pinned (SEAL 2.4). Always holds: only who has the pinned identity key can advance
 * plainly; everything else is a reset, which opens nothing, or is refused.
 */
import { equalBytes } from '../bytes.ts';
import { Refused, type Result, refusing } from '../result.ts';
import { checkUserKey, type Identity } from './identity-chain.ts';

/** What must be kept of an identity to judge the next one. */
export type Pinned = Pick<Identity, 'org' | 'account' | 'enrolHash' | 'seq' | 'hash' | 'uik' | 'ukGen' | 'uk'>;

/** `plain`: also the first that is seen. `same`: the same newest card, nothing changes. `reset`: the account was reset since. */
export type Advance = 'plain' | 'same' | 'reset';

/**
 * `identity` was verified. Refuses `identity_forked` (another account, enrolment or identity key than the pinned one),
 * `card_older` (not newer than the pinned card), `bad_card` (the user key's generation).
 */
export function advance(pinned: Pinned | null, identity: Identity): Result<Advance> {
  return refusing(() => {
    if (!pinned) return 'plain';
    if (identity.org !== pinned.org || identity.account !== pinned.account)
      throw new Refused('identity_forked', 'account');
    if (!equalBytes(identity.enrolHash, pinned.enrolHash)) throw new Refused('identity_forked', 'enrolment');
    if (equalBytes(identity.hash, pinned.hash)) return 'same';
    if (identity.seq <= pinned.seq) throw new Refused('card_older', `${identity.seq}, known ${pinned.seq}`);
    const inForce = identity.changes.findLast(({ seq }) => seq <= pinned.seq);
    if (!inForce || !equalBytes(inForce.uik, pinned.uik)) throw new Refused('identity_forked', 'uik');
    checkUserKey(identity, pinned);
    return identity.resets.some((seq) => seq > pinned.seq) ? 'reset' : 'plain';
  });
}
