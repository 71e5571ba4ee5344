import { type Result, refusing } from '../../protocol/result.ts';
import type { Database } from './database.ts';
import type { Tx } from './work.ts';

/** `db.write` for a work that may throw `Refused`: that becomes a refusal, once the transaction is on disk; the rest is thrown. */
export async function writeOrRefuse<T>(db: Database, work: (tx: Tx) => T): Promise<Result<T>> {
  const outcome = await db.write(work).then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  return refusing<T>(outcome);
}
