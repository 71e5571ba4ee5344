/** The tables of the index. Another version, or another owner, begins with none. */
import { Fault } from '../../../protocol/result.ts';
import { TOKENIZE } from '../../../protocol/search/tokens.ts';
import type { Sql } from './sql.ts';

/** Rises with every change of tables or of how words are made. */
const VERSION = 1;

/** What is deleted is overwritten, so that what was erased does not stay in the file. */
const SETTINGS = 'PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;';

const TABLES = `
  CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  CREATE TABLE said (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    person INTEGER NOT NULL,
    hlc INTEGER NOT NULL,
    entry TEXT NOT NULL,
    text TEXT NOT NULL,
    names TEXT NOT NULL,
    edited TEXT
  );
  CREATE UNIQUE INDEX saidByLog ON said (log, seq);
  CREATE INDEX saidByEntry ON said (entry);
  CREATE TABLE edit (
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    person INTEGER NOT NULL,
    hlc INTEGER NOT NULL,
    entry TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (log, seq)
  );
  CREATE INDEX editByEntry ON edit (entry);
  CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE VIRTUAL TABLE word USING fts5(
    said, tags, content = '', columnsize = 0, prefix = '1 2 3',
    ${TOKENIZE}
  );
`;

/** Throws `Fault` where there is something of somebody else: it has to be wiped first. */
export function prepareTables(sql: Sql, owner: string): void {
  sql.script(SETTINGS);
  const [made] = sql.all<{ user_version: number }>('PRAGMA user_version', []);
  if (made?.user_version === 0) {
    sql.script(`BEGIN; ${TABLES} PRAGMA user_version = ${VERSION}; COMMIT;`);
    sql.run("INSERT INTO note (key, value) VALUES ('owner', ?)", [JSON.stringify(owner)]);
    return;
  }
  const [kept] = sql.all<{ value: string }>("SELECT value FROM note WHERE key = 'owner'", []);
  const isOurs = made?.user_version === VERSION && kept?.value === JSON.stringify(owner);
  if (!isOurs) throw new Fault('the index is not of this account, or of another version');
}
