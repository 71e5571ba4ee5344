/**
 * The database of a node that may be stopped, to look at and never to change: no migration runs, and `write` is a fault.
 */
import { existsSync } from 'node:fs';
import Connection from 'better-sqlite3';
import { Fault } from '../../protocol/result.ts';
import type { Database } from './database.ts';
import type { Migration } from './migrate.ts';
import { createStatements } from './statements.ts';

/** undefined: there is no database, or one of another version of this program. */
export function openReadOnly(file: string, migrations: readonly Migration[]): Database | undefined {
  if (!existsSync(file)) return undefined;
  const connection = new Connection(file, { readonly: true });
  if (!hasRun(connection, migrations)) {
    connection.close();
    return undefined;
  }
  return {
    read: createStatements(connection),
    write: async () => {
      throw new Fault('the database was opened to be read only');
    },
    scrub: () => true,
    close: async () => {
      connection.close();
    },
  };
}

function hasRun(connection: Connection.Database, migrations: readonly Migration[]): boolean {
  const table = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").get();
  if (!table) return false;
  const applied = connection.prepare<[], { id: number }>('SELECT id FROM migration ORDER BY id').all();
  return applied.map(({ id }) => id).join() === migrations.map(({ id }) => id).join();
}
