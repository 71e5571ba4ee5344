// The contract of the search index over node's SQLite, and that a file which is not this account's is not used.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountId, ChatId, EntryId, LogId, OrgId } from '../../protocol/ids.ts';
import { readQuery } from '../../protocol/search/query.ts';
import type { Index, Indexed } from '../../web/client/ports.ts';
import { INDEX_CONTRACT } from '../../web/client/search/index-contract.ts';
import { openSqlIndex } from '../../web/client/search/sql-index.ts';
import { nodeIndexPlace, openNodeSql } from './node-index.ts';

let folder: string;
let files = 0;
const newFile = () => join(folder, `${++files}.db`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-index-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the search index over SQLite', () => {
  test.each(Object.keys(INDEX_CONTRACT))('%s', async (name) => {
    const file = newFile();
    await INDEX_CONTRACT[name]?.(async () => openSqlIndex(openNodeSql(file), 'alice'));
  });
});

const PASSWORD: Indexed = {
  chat: 'chat' as ChatId,
  log: 'log' as LogId,
  seq: 1,
  org: 'org' as OrgId,
  account: 'alice' as AccountId,
  hlc: 1024,
  entry: 'entry' as EntryId,
  isEdit: false,
  text: 'zanzibarpassword',
  names: [],
};
const count = async (index: Index) =>
  (
    await index.find({
      terms: readQuery('zanzi'),
      ...{ chat: null, who: null, kind: null, from: null, to: null, before: null, limit: 9 },
    })
  ).length;

describe('the place of the index', () => {
  test('what another account left is not opened', async () => {
    const file = newFile();
    const first = await nodeIndexPlace(file).open('alice');
    await first.write({ said: [PASSWORD] });
    await first.close();
    expect(await count(await nodeIndexPlace(file).open('alice'))).toBe(1);
    const other = await nodeIndexPlace(file).open('mallory');
    expect(await count(other)).toBe(0);
    expect(readFileSync(file).includes('zanzibar')).toBe(false);
  });

  test('a file that is broken is made anew', async () => {
    const file = newFile();
    writeFileSync(file, 'this is no database, but it is long enough to be taken for one'.repeat(99));
    const index = await nodeIndexPlace(file).open('alice');
    await index.write({ said: [PASSWORD] });
    expect(await count(index)).toBe(1);
  });

  test('wiping leaves no file', async () => {
    const file = newFile();
    const place = nodeIndexPlace(file);
    await (await place.open('alice')).write({ said: [PASSWORD] });
    await place.wipe();
    expect(existsSync(file)).toBe(false);
  });
});
