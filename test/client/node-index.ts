// The client's index over node's own SQLite, in a file or in memory.
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { IndexPlace } from '../../web/client/ports.ts';
import type { Sql } from '../../web/client/search/sql.ts';
import { openSqlIndex } from '../../web/client/search/sql-index.ts';

export function openNodeSql(file: string): Sql {
  const database = new Database(file);
  const statements = new Map<string, Database.Statement>();
  const prepare = (text: string) => {
    const known = statements.get(text) ?? database.prepare(text);
    statements.set(text, known);
    return known;
  };
  return {
    script: (sql) => void database.exec(sql),
    run: (sql, values) => void prepare(sql).run(...values),
    all: <T>(sql: string, values: readonly (string | number | null)[]) => prepare(sql).all(...values) as T[],
    close: () => void database.close(),
  };
}

/** As the browser has it: what cannot be opened is wiped, and begins anew. */
export function nodeIndexPlace(file: string): IndexPlace {
  let open: Sql | null = null;
  const wipe = () => {
    open?.close();
    open = null;
    rmSync(file, { force: true });
  };
  return {
    async open(owner) {
      open = openNodeSql(file);
      try {
        return openSqlIndex(open, owner);
      } catch {
        wipe();
        open = openNodeSql(file);
        return openSqlIndex(open, owner);
      }
    },
    wipe: async () => wipe(),
  };
}
