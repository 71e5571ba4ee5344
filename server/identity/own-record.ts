/**
 * The chain of this organisation in the database, and how it grows. Always holds: what `current` gives is on disk.
 */
import { extendChain, type Organisation, type RecordContent } from '../../protocol/identity/organisation.ts';
import type { Sign } from '../../protocol/identity/record.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ok, type Result } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Clock } from '../ports.ts';
import { createListeners } from './listeners.ts';

export interface OwnRecord {
  current(): Organisation;
  /** One more record, issued now. Refuses as `extendChain`. */
  extend(change: Partial<RecordContent>, signer: number, sign: Sign): Promise<Result<void>>;
  onChange(listener: (organisation: Organisation) => void): () => void;
}

export function createOwnRecord({ db, clock }: { db: Database; clock: Clock }, stored: Organisation): OwnRecord {
  const listeners = createListeners<Organisation>();
  let current = stored;
  /** Ahead of `current` while a commit is under way. */
  let latest = stored;
  return {
    current: () => current,
    onChange: listeners.add,
    async extend(change, signer, sign) {
      const content = { ...latest.record, ...lifetimeFrom(clock.now()), ...change };
      const extended = extendChain(latest, content, signer, sign);
      if (!extended.ok) return extended;
      const made = extended.value;
      latest = made;
      try {
        await db.write((tx) => tx.run(sql.updateTable('ownOrganisation').set({ chain: made.chainBytes })));
      } catch (fault) {
        latest = current;
        throw fault;
      }
      current = made;
      listeners.tell(made);
      return ok(undefined);
    },
  };
}

export function lifetimeFrom(nowMs: number): { issuedAt: number; expiresAt: number } {
  return { issuedAt: nowMs, expiresAt: nowMs + LIMITS.recordLifetimeMs };
}

/** Also after the clock was put back, when the record would seem to come from the future. */
export function isHalfOver({ record }: Organisation, nowMs: number): boolean {
  return record.expiresAt - nowMs < LIMITS.recordLifetimeMs / 2 || record.issuedAt > nowMs;
}
