import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Connection from 'better-sqlite3';
import { CompiledQuery } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fault, Refused } from '../../protocol/result.ts';
import type { Clock, Log } from '../ports.ts';
import type { DatabaseFaults } from './batch.ts';
import { type Database, openDatabase } from './database.ts';
import type { Migration } from './migrate.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const letters: Migration = {
  id: 1,
  name: 'letters',
  up: (raw) => raw.exec('CREATE TABLE letter (name TEXT PRIMARY KEY, seen INTEGER NOT NULL, bytes BLOB) STRICT'),
};
const origins: Migration = {
  id: 2,
  name: 'origins',
  up: (raw) => raw.exec('CREATE TABLE origin (letter TEXT NOT NULL REFERENCES letter (name)) STRICT'),
};

/** The loop turns when the test says so. */
function steppedClock(): Clock & { turn(): void } {
  let waiting: (() => unknown)[] = [];
  return {
    now: () => 1_000,
    after(_delayMs, run) {
      waiting.push(run);
      return {
        cancel() {
          waiting = waiting.filter((other) => other !== run);
        },
      };
    },
    turn() {
      for (const run of waiting.splice(0)) run();
    },
  };
}

let folder: string;
let clock: ReturnType<typeof steppedClock>;
let db: Database;

function open(faults?: DatabaseFaults, migrations = [letters]): Database {
  return openDatabase({
    file: join(folder, 'node.db'),
    migrations,
    clock,
    log: silent,
    ...(faults && { faults }),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-db-'));
  clock = steppedClock();
});
afterEach(async () => {
  await db?.close();
  rmSync(folder, { recursive: true });
});

const query = <R>(text: string, ...parameters: unknown[]) => ({
  compile: () => CompiledQuery.raw(text, parameters) as CompiledQuery<R>,
});
const names = () =>
  db.read.all(query<{ name: string }>('SELECT name FROM letter ORDER BY rowid')).map(({ name }) => name);
const put = (name: string) =>
  db.write((tx) => tx.run(query('INSERT INTO letter (name, seen) VALUES (?, ?)', name, false)).lastId);

async function state(promise: Promise<unknown>): Promise<string> {
  const pending = Promise.resolve('pending');
  return Promise.race([
    promise.then(
      () => 'done',
      (error) => String(error),
    ),
    pending.then(() => pending),
  ]);
}

test('works of one turn share one transaction, and none is answered before it is on disk', async () => {
  let commits = 0;
  db = open({ onCommit: () => void commits++ });
  const written = [put('a'), put('b'), put('c')];
  expect(await Promise.all(written.map(state))).toEqual(['pending', 'pending', 'pending']);
  expect(names()).toEqual([]);
  clock.turn();
  expect(await Promise.all(written)).toEqual([1, 2, 3]);
  expect(names()).toEqual(['a', 'b', 'c']);
  expect(commits).toBe(1);
});

test('a work that fails is undone alone and its refusal comes after the commit', async () => {
  db = open();
  const first = put('a');
  const failing = db.write((tx) => {
    tx.run(query('INSERT INTO letter (name, seen) VALUES (?, 1)', 'b'));
    throw new Refused('name_taken');
  });
  const last = put('c');
  expect(await state(failing)).toBe('pending');
  clock.turn();
  await expect(failing).rejects.toThrow('name_taken');
  await Promise.all([first, last]);
  expect(names()).toEqual(['a', 'c']);
});

test('what waits for the commit runs after it, in order, and not for a work that failed', async () => {
  db = open();
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name} of ${names().length}`);
  const works = [
    db.write((tx) => {
      tx.afterCommit(note('first'));
      return tx.run(query('INSERT INTO letter VALUES (?, 0, NULL)', 'a'));
    }),
    db.write((tx) => {
      tx.afterCommit(note('never'));
      throw new Error('no');
    }),
    db.write((tx) => tx.afterCommit(note('second'))),
  ];
  expect(seen).toEqual([]);
  clock.turn();
  await Promise.allSettled(works);
  expect(seen).toEqual(['first of 1', 'second of 1']);
});

test('a fault in what runs after the commit does not take the answer away', async () => {
  db = open();
  const written = db.write((tx) => {
    tx.afterCommit(() => {
      throw new Error('a listener broke');
    });
    return 7;
  });
  clock.turn();
  expect(await written).toBe(7);
});

test('a full disk rejects every work of the transaction as a fault, and the next one works', async () => {
  let full = true;
  db = open({
    onCommit: () => {
      if (full) throw new Connection.SqliteError('database or disk is full', 'SQLITE_FULL');
    },
  });
  const lost = [put('a'), put('b')];
  clock.turn();
  for (const one of await Promise.allSettled(lost)) expect(one).toMatchObject({ reason: expect.any(Fault) });
  full = false;
  const kept = put('c');
  clock.turn();
  await kept;
  expect(names()).toEqual(['c']);
});

/** A database that can grow by a few pages only. */
function openNearlyFull(): void {
  let raw: Connection.Database | undefined;
  const held: Migration = {
    id: 2,
    name: 'held',
    up(connection) {
      raw = connection;
    },
  };
  db = open(undefined, [letters, held]);
  raw?.pragma('max_page_count = 12');
}
const INSERT = 'INSERT INTO letter VALUES (?, 0, ?)';

test('a database that is really full takes the whole transaction with it, and works again when there is room', async () => {
  openNearlyFull();
  const lost = [put('a'), db.write((tx) => tx.prepare(INSERT).run('b', new Uint8Array(200_000)))];
  for (const one of await Promise.allSettled(lost)) expect(one).toMatchObject({ reason: expect.any(Fault) });
  const kept = put('c');
  clock.turn();
  await kept;
  expect(names()).toEqual(['c']);
});

test('a work that goes on after its transaction was lost writes nothing', async () => {
  openNearlyFull();
  const stubborn = db.write((tx) => {
    expect(() => tx.prepare(INSERT).run('a', new Uint8Array(200_000))).toThrow('full');
    tx.prepare(INSERT).run('b', null);
  });
  await expect(stubborn).rejects.toThrow(Fault);
  expect(names()).toEqual([]);
});

test("an error of the disk within a work is a fault, and every other error stays the work's own", async () => {
  db = open();
  const failing = (error: Error) =>
    db.write(() => {
      throw error;
    });
  const read = failing(new Connection.SqliteError('disk I/O error', 'SQLITE_IOERR_READ'));
  const own = failing(new Connection.SqliteError('UNIQUE', 'SQLITE_CONSTRAINT_UNIQUE'));
  clock.turn();
  await expect(read).rejects.toThrow(Fault);
  await expect(own).rejects.toThrow(Connection.SqliteError);
});

test('after an error of the disk nothing more is taken until a restart', async () => {
  db = open({
    onCommit: () => {
      throw new Connection.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
    },
  });
  const lost = put('a');
  clock.turn();
  await expect(lost).rejects.toThrow(Fault);
  await expect(put('b')).rejects.toThrow('stopped after an error of the disk');
  await db.close();
  db = open();
  expect(names()).toEqual([]);
});

test('a transaction holds a bounded number of works', async () => {
  let commits = 0;
  db = open({ onCommit: () => void commits++ });
  const written = Array.from({ length: 1_001 }, (_, at) => put(`letter ${at}`));
  expect(commits).toBe(2);
  clock.turn();
  await Promise.all(written);
  expect(commits).toBe(3);
});

test('a work must be synchronous, and nothing of a transaction can be used outside its work', async () => {
  db = open();
  let kept: (() => void) | undefined;
  const late = db.write(async () => 1);
  const leaked = db.write((tx) => {
    kept = () => tx.run(query('DELETE FROM letter'));
  });
  clock.turn();
  await expect(late).rejects.toThrow('synchronous');
  await leaked;
  expect(kept).toThrow('outside its work');
});

test('a statement is prepared once per text, and a bounded number is kept', async () => {
  db = open();
  const text = 'SELECT count(*) AS n FROM letter';
  const prepared = db.read.prepare(text);
  expect(db.read.prepare(text)).toBe(prepared);
  for (let at = 0; at < 1_000; at++) db.read.prepare(`SELECT ${at}`);
  expect(db.read.prepare(text)).not.toBe(prepared);
});

test('booleans are stored as 0 and 1, bytes as bytes, and undefined is a bug', async () => {
  db = open();
  const insert = 'INSERT INTO letter VALUES (?, ?, ?)';
  const stored = db.write((tx) => tx.prepare(insert).run('a', true, new Uint8Array([1, 2])));
  const missing = db.write((tx) => tx.prepare(insert).run('b', undefined, null));
  clock.turn();
  await stored;
  await expect(missing).rejects.toThrow('undefined');
  const row = db.read.one(query<{ seen: number; bytes: Uint8Array }>('SELECT seen, bytes FROM letter'));
  expect(row?.seen).toBe(1);
  expect(Uint8Array.from(row?.bytes ?? [])).toEqual(new Uint8Array([1, 2]));
});

test('closing commits what is open, and nothing is taken afterwards', async () => {
  db = open();
  const written = put('a');
  await db.close();
  expect(await written).toBe(1);
  await expect(put('b')).rejects.toThrow(Fault);
  db = open();
  expect(names()).toEqual(['a']);
});

test('a planted early answer is visible before the commit', async () => {
  db = open({ acknowledgeBeforeCommit: true });
  expect(await put('a')).toBe(1);
  expect(names()).toEqual([]);
});

test('every commit is synced to disk, and a planted missing sync is told apart', async () => {
  let synced = 0;
  const file = { synchronousOff: false };
  for (const synchronousOff of [false, true]) {
    await db?.close();
    db = open({ synchronousOff, onSynced: () => void synced++ });
    const written = put(`letter ${synchronousOff}`);
    clock.turn();
    await written;
    file.synchronousOff = synchronousOff;
  }
  expect(synced).toBe(1);
});

test('the file is in WAL mode and its writer waits for the disk', async () => {
  db = open();
  const pragmas = db.write((tx) => [
    tx.one(query<{ synchronous: number }>('PRAGMA synchronous'))?.synchronous,
    tx.one(query<{ foreign_keys: number }>('PRAGMA foreign_keys'))?.foreign_keys,
    tx.one(query<{ journal_mode: string }>('PRAGMA journal_mode'))?.journal_mode,
  ]);
  clock.turn();
  expect(await pragmas).toEqual([2, 1, 'wal']);
});

test('migrations run from empty, and only the missing ones on an older database', async () => {
  db = open();
  const written = put('a');
  clock.turn();
  await written;
  await db.close();
  db = open(undefined, [letters, origins]);
  expect(names()).toEqual(['a']);
  expect(db.read.all(query('SELECT id, name FROM migration'))).toEqual([
    { id: 1, name: 'letters' },
    { id: 2, name: 'origins' },
  ]);
});

test('a migration that fails leaves nothing behind', async () => {
  db = open();
  await db.close();
  const broken: Migration = {
    id: 2,
    name: 'broken',
    up: (raw) => {
      raw.exec("CREATE TABLE origin (letter TEXT REFERENCES letter (name)) STRICT; INSERT INTO origin VALUES ('q')");
    },
  };
  expect(() => open(undefined, [letters, broken])).toThrow('broken references');
  db = open();
  expect(db.read.all(query("SELECT name FROM sqlite_schema WHERE name = 'origin'"))).toEqual([]);
});

test('a database of a newer version is refused', async () => {
  db = open(undefined, [letters, origins]);
  await db.close();
  expect(() => open()).toThrow(expect.objectContaining({ refusal: expect.objectContaining({ code: 'newer_data' }) }));
});
