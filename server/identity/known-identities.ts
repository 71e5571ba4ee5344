/**
 * Identities of people elsewhere, as their organisations' nodes say them (SEAL 2.4). Always holds: each was vouched for by its
 * organisation, and follows every one that was here before: an older or a forked one is never taken, whoever serves it. A reset is, with
 * the cards that show it: clients compare with what they have pinned themselves, and this node pins nothing for them.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { advance } from '../../protocol/identity/advance.ts';
import { verifyIdentity } from '../../protocol/identity/identity-chain.ts';
import { assert, ok, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Statements } from '../db/statements.ts';
import type { Clock } from '../ports.ts';
import { plain } from './peer.ts';
import type { ProfileRef } from './profile-rows.ts';

export interface KnownIdentities {
  get(ref: ProfileRef): Uint8Array | undefined;
  /**
   * What an organisation says of its account; `orgKey`: its operational key. `true`: it is news.
   * Refuses as `verifyIdentity` and `advance`, `bad_card` for somebody else's chain.
   */
  put(ref: ProfileRef, chain: Uint8Array, orgKey: Uint8Array): Promise<Result<boolean>>;
}

export function createKnownIdentities({ db, clock }: { db: Database; clock: Clock }): KnownIdentities {
  return {
    get: (ref) => chainOf(db.read, ref),
    async put(ref, chain, orgKey) {
      const before = chainOf(db.read, ref);
      if (before && equalBytes(before, chain)) return ok(false);
      const verified = verifyIdentity(chain, orgKey);
      if (!verified.ok) return verified;
      const { org, account } = verified.value;
      if (org !== ref.orgId || account !== ref.accountId) return refuse('bad_card', 'account');
      return db.write((tx) => {
        const step = advance(pinnedOf(tx, ref), verified.value);
        if (!step.ok) return step;
        // The same card again is stored too: its counter-signature is by the key in force, which the one before may not be.
        const columns = { chain, learntAtMs: clock.now() };
        const insert = sql.insertInto('knownIdentity').values({ ...ref, ...columns });
        tx.run(insert.onConflict((taken) => taken.columns(['orgId', 'accountId']).doUpdateSet(columns)));
        return ok(step.value !== 'same');
      });
    },
  };
}

function chainOf(from: Statements, { orgId, accountId }: ProfileRef): Uint8Array | undefined {
  const query = sql.selectFrom('knownIdentity').select('chain');
  const row = from.one(query.where('orgId', '=', orgId).where('accountId', '=', accountId));
  return row && plain(row.chain);
}

function pinnedOf(from: Statements, ref: ProfileRef) {
  const chain = chainOf(from, ref);
  if (!chain) return null;
  // The key may be another by now; it was checked when the chain was taken.
  const read = verifyIdentity(chain, null);
  assert(read.ok, 'a stored identity is valid');
  return read.value;
}
