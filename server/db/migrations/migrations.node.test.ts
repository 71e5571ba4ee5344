/** Databases of earlier versions: what they hold stays, and what they become is what a new one is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Connection from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountOf, bytesOf, deviceOf, idOf } from '../../../protocol/testing/orgs.ts';
import type { Clock, Log } from '../../ports.ts';
import { migrate } from '../migrate.ts';
import { migrations } from './index.ts';

const clock: Clock = { now: () => 1_000, after: () => ({ cancel() {} }) };
const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
const [account, device, org] = [accountOf(1), deviceOf(1), idOf('org', 1)];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(name: string, upTo: number) {
  const db = new Connection(join(folder, name));
  migrate(db, migrations.slice(0, upTo), clock, log);
  return db;
}

/** Tables and indexes, as they are made. */
function schemaOf(db: Connection.Database): unknown[] {
  return db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
}

/** What stands in the tables of version 3. */
const ROWS: Record<string, unknown[]> = {
  account: [account, 'person', 'ann', 'Ann', 'admin', 'active', 1, ' ann', 1, 2],
  accountPassword: [account, 'a record', 1],
  accountSession: ['ses_a', account, bytesOf(32, 1), device, 'Firefox', 1, 2],
  accountLink: ['lnk_a', 'join', bytesOf(32, 2), account, null, 1, 2, null],
  profile: [org, account, 1, bytesOf(8, 1), bytesOf(64, 1)],
  person: [1, org, account],
  chat: [1, 'chat_a', 'private', bytesOf(8, 2), bytesOf(64, 2), null, null],
  chatLog: [1, 'log_a', 1, org, null, 0, 0, bytesOf(32, 3), 0, 0, null],
  entry: [1, 1, 1, 1, 0, 1, 0, 1, 0, 0, bytesOf(8, 4)],
  seat: [1, 1, 'member', 1, 1],
};

function rowsOf(db: Connection.Database, table: string): Record<string, unknown>[] {
  return db.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
}

test('a database of version 3 keeps what it holds', () => {
  const before = open('old.db', 3);
  for (const [table, row] of Object.entries(ROWS))
    before.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
  const held = Object.fromEntries(Object.keys(ROWS).map((table) => [table, rowsOf(before, table)]));
  before.close();
  const after = open('old.db', migrations.length);
  for (const table of Object.keys(ROWS)) expect(rowsOf(after, table), table).toMatchObject(held[table] ?? []);
  expect(rowsOf(after, 'accountKeys')).toEqual([]);
  expect(after.pragma('foreign_key_check')).toEqual([]);
  after.close();
});

test.each(migrations.map(({ id }, version) => [id, version] as const))(
  'from before %i it becomes what a new one is',
  (_, version) => {
    const fresh = open('fresh.db', migrations.length);
    const schema = schemaOf(fresh);
    fresh.close();
    open('old.db', version).close();
    const old = open('old.db', migrations.length);
    expect(schemaOf(old)).toEqual(schema);
    expect(rowsOf(old, 'migration').map(({ id }) => id)).toEqual(migrations.map(({ id }) => id));
    old.close();
  },
);
