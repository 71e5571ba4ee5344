/** SQLite's WebAssembly behind the little that the index uses, over a folder of the browser's private file system. */
import load, { type Sqlite } from '@sqlite.org/sqlite-wasm';
import type { Sql, SqlValue } from '../../search/sql.ts';
import { DATABASE, installOpfsFiles } from './opfs-files.ts';

type Database = InstanceType<Sqlite['oo1']['DB']>;
type Statement = ReturnType<Database['prepare']>;

/** Throws where another Worker still has it. */
export async function openWasmSql(folder: FileSystemDirectoryHandle): Promise<Sql> {
  // It says on the console that it has no shared memory, which it is not asked to use.
  Object.assign(globalThis, { sqlite3ApiConfig: { warn: () => undefined } });
  // Else it throws away what makes a file system before anybody can make one.
  load.__isUnderTest = true;
  const sqlite = await load();
  const files = await installOpfsFiles(sqlite, folder);
  const database = new sqlite.oo1.DB({ filename: `/${DATABASE}`, flags: 'c', vfs: files.vfs });
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL;');
  return sqlOver(database, files.close);
}

function sqlOver(database: Database, closed: () => void): Sql {
  const statements = new Map<string, Statement>();

  function prepared(sql: string, values: readonly SqlValue[]): Statement {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return values.length > 0 ? known.bind(values) : known;
  }

  return {
    script: (sql) => void database.exec(sql),
    run(sql, values) {
      const statement = prepared(sql, values);
      try {
        statement.step();
      } finally {
        statement.reset(true);
      }
    },
    all<T>(sql: string, values: readonly SqlValue[]) {
      const statement = prepared(sql, values);
      const rows: T[] = [];
      try {
        while (statement.step()) rows.push(statement.get({}) as T);
      } finally {
        statement.reset(true);
      }
      return rows;
    },
    close() {
      for (const statement of statements.values()) statement.finalize();
      statements.clear();
      database.close();
      closed();
    },
  };
}
