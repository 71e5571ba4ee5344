/** This organisation as it lies in the database, for whoever looks without starting it. Nothing is made or renewed. */
import { type Organisation, verifyChain } from '../../protocol/identity/organisation.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';

/** undefined: not made yet, or damaged. */
export function storedOrganisation(db: Pick<Database, 'read'>): Organisation | undefined {
  const stored = db.read.one(sql.selectFrom('ownOrganisation').select('chain'));
  const verified = stored && verifyChain(new Uint8Array(stored.chain));
  return verified?.ok ? verified.value : undefined;
}
