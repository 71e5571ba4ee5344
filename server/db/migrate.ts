/**
 * Migrations: numbered, forward only, each in one transaction that also takes the lock on the file. Always holds: a database
 * has run exactly the migrations its table `migration` names. ARCHITECTURE.md "Data".
 */
import type { Database as Connection } from 'better-sqlite3';
import { assert, Refused } from '../../protocol/result.ts';
import type { Clock, Log } from '../ports.ts';

export interface Migration {
  /** Ascending; never changed once released. */
  readonly id: number;
  readonly name: string;
  /** Runs in a transaction with foreign keys off (so that tables can be rebuilt); they are checked at its end. */
  up(raw: Connection): void;
}

const TABLE = `CREATE TABLE IF NOT EXISTS migration (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  appliedAtMs INTEGER NOT NULL
) STRICT`;

/** Refuses `newer_data` when the database was written by a newer version. Runs what is missing, in order, and leaves foreign keys on. */
export function migrate(raw: Connection, migrations: readonly Migration[], clock: Clock, log: Log): void {
  raw.exec(TABLE);
  refuseNewer(raw, migrations);
  raw.pragma('foreign_keys = OFF');
  for (const migration of migrations) {
    if (raw.transaction(() => applyOne(raw, migration, clock.now())).exclusive())
      log.info('database.migrated', { id: migration.id, name: migration.name });
  }
  raw.pragma('foreign_keys = ON');
}

function refuseNewer(raw: Connection, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ id }) => id));
  const applied = raw.prepare<[], { id: number; name: string }>('SELECT id, name FROM migration ORDER BY id').all();
  const newer = applied.find(({ id }) => !known.has(id));
  if (newer) throw new Refused('newer_data', `${raw.name} has migration ${newer.id} (${newer.name})`);
}

/** The look happens under the same lock as the change: two programs starting at once apply it once. */
function applyOne(raw: Connection, { id, name, up }: Migration, nowMs: number): boolean {
  if (raw.prepare('SELECT 1 FROM migration WHERE id = ?').get(id)) return false;
  up(raw);
  const broken = raw.pragma('foreign_key_check') as unknown[];
  assert(broken.length === 0, `migration ${id} leaves broken references`);
  raw.prepare('INSERT INTO migration (id, name, appliedAtMs) VALUES (?, ?, ?)').run(id, name, nowMs);
  return true;
}
