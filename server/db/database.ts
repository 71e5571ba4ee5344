/**
 * The node's one SQLite file: a writer with group commit (batch.ts) and a second connection that only ever sees what is
 * committed. WAL, `synchronous=FULL`: nothing is acknowledged before it is on disk. ARCHITECTURE.md "Data".
 */
import Connection from 'better-sqlite3';
import type { Clock, Log } from '../ports.ts';
import { createBatches, type DatabaseFaults } from './batch.ts';
import { type Migration, migrate } from './migrate.ts';
import { createStatements, type Statements } from './statements.ts';
import type { Tx } from './work.ts';

export interface Database {
  /**
   * Runs `work` (synchronous) at once inside the shared transaction, isolated by a savepoint: a throw undoes only this work and
   * rejects with what was thrown. Settles only after the COMMIT is on disk; a commit that fails rejects with a `Fault`.
   */
  write<T>(work: (tx: Tx) => T): Promise<T>;
  /** Sees only committed state. */
  readonly read: Statements;
  /** What was deleted is gone from the write-ahead log too. False: something is being written; again a little later. */
  scrub(): boolean;
  /** Commits what is open and closes both connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Path of the file; it is made if it is not there, readable by its owner alone if the folder is. */
  readonly file: string;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log: Log;
  /** Only from tests. */
  readonly faults?: DatabaseFaults;
}

const BUSY_TIMEOUT_MS = 5_000;

/** Refuses (throws) `newer_data`. */
export function openDatabase({ file, migrations, clock, log, faults = {} }: DatabaseOptions): Database {
  const writer = openWriter(file, faults);
  let reader: Connection.Database;
  try {
    migrate(writer, migrations, clock, log);
    reader = new Connection(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    writer.close();
    throw error;
  }
  const batches = createBatches(writer, clock, log, faults);
  return {
    write: batches.write,
    read: createStatements(reader),
    scrub() {
      if (writer.inTransaction) return false;
      writer.pragma('wal_checkpoint(TRUNCATE)');
      return true;
    },
    async close() {
      if (!writer.open) return;
      batches.end();
      reader.close();
      writer.close();
    },
  };
}

function openWriter(file: string, faults: DatabaseFaults): Connection.Database {
  const writer = new Connection(file, { timeout: BUSY_TIMEOUT_MS });
  writer.pragma('journal_mode = WAL');
  // What was erased is overwritten, not just let go of.
  writer.pragma('secure_delete = ON');
  writer.pragma(faults.synchronousOff ? 'synchronous = OFF' : 'synchronous = FULL');
  return writer;
}
