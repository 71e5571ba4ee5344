/**
 * The typed builder of queries. It only composes SQL text: what runs it is `Database.read` or the `Tx` of a `Database.write`
 * (statements.ts), synchronously. Dialect-specific SQL stays inside server/db and the domains' own stores.
 */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Schema } from './schema.ts';

export const sql = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});
