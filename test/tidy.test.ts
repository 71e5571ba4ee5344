// The shape of the house, as ARCHITECTURE.md tells it: each rule over every source file, and each rule against planted
// violations, so that a rule that has gone blind is noticed.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importCycles, wrongImports } from './tidy/layers.ts';
import { forbiddenNames, leftovers, longFiles, longFunctions, reachesForTimeOrChance } from './tidy/shape.ts';
import { readSource, type Source } from './tidy/source.ts';
import { foreignTables, tableOwners } from './tidy/tables.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['protocol', 'server', 'web', 'scripts', 'test'];

function sourceFiles(): Source[] {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const wanted = paths.map((path) => path.split(sep).join('/')).filter((path) => /\.(ts|tsx|mjs)$/.test(path));
  const kept = wanted.filter((path) => !path.startsWith('test/output/'));
  return kept.sort().map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

const rules: Record<string, (sources: Source[]) => string[]> = {
  'imports go one way': wrongImports,
  'nothing imports itself in a ring': importCycles,
  'a domain queries its own tables': foreignTables,
  'time and chance are handed in': (sources) => sources.flatMap(reachesForTimeOrChance),
  'functions are short': (sources) => sources.flatMap(longFunctions),
  'files are short': (sources) => sources.flatMap(longFiles),
  'names say something': (sources) => sources.flatMap(forbiddenNames),
  'nothing is left for later': (sources) => sources.flatMap(leftovers),
};

describe('the source is tidy', () => {
  const sources = sourceFiles();
  test.each(Object.keys(rules))('%s', (rule) => {
    expect(rules[rule]?.(sources)).toEqual([]);
  });
});

test('every domain that has a schema has tables', () => {
  expect([...new Set(tableOwners(sourceFiles()).values())]).toEqual(expect.arrayContaining(['accounts', 'chats']));
});

type Planted = [rule: string, files: Record<string, string>];
const later = `// ${'TO'}${'DO'}: later`;
const schema = { 'server/db/schema/chats.ts': 'export interface ChatTables {\n  readMark: ReadMarkTable;\n}' };
const wrong: Planted[] = [
  ['imports go one way', { 'protocol/x.ts': `import '../server/ports.ts'` }],
  ['imports go one way', { 'protocol/x.ts': `import { readFileSync } from 'node:fs'` }],
  ['imports go one way', { 'protocol/x.ts': `import ky from 'kysely'` }],
  ['imports go one way', { 'protocol/x.ts': `import { x } from './testing/x.ts'` }],
  ['imports go one way', { 'web/client/x.ts': `import { x } from './store-contract.ts'` }],
  ['imports go one way', { 'server/ports.ts': `import type { X } from './db/x.ts'` }],
  ['imports go one way', { 'server/db/x.ts': `import { x } from '../chats/chats.ts'` }],
  ['imports go one way', { 'server/chats/x.ts': `import { x } from '../federation/peer.ts'` }],
  ['imports go one way', { 'server/chats/x.ts': `import { clock } from '../adapters/clock.ts'` }],
  ['imports go one way', { 'server/chats/x.ts': `import type { Node } from '../node.ts'` }],
  ['imports go one way', { 'server/http/x.ts': `import type { Db } from '../db/database.ts'` }],
  ['imports go one way', { 'server/http/x.ts': `const { x } = await import('../db/database.ts')` }],
  ['imports go one way', { 'server/http/x.ts': `export { x } from '../federation/x.ts'` }],
  ['imports go one way', { 'server/federation/x.ts': `type Db = import('../db/database.ts').Db` }],
  ['imports go one way', { 'server/node.ts': `import { x } from './adapters/clock.ts'` }],
  ['imports go one way', { 'server/federation/x.ts': `import { createLibp2p } from 'libp2p'` }],
  ['imports go one way', { 'server/federation/x.ts': `import { WebSocketServer } from 'ws'` }],
  ['imports go one way', { 'server/chats/x.ts': `import { Hono } from 'hono'` }],
  ['imports go one way', { 'server/chats/x.ts': `import Database from 'better-sqlite3'` }],
  ['imports go one way', { 'server/admin/x.ts': `import { sql } from 'kysely'` }],
  ['imports go one way', { 'server/chats/x.ts': `import { expect } from 'vitest'` }],
  ['imports go one way', { 'server/chats/x.ts': `import { x } from '../../test/world/x.ts'` }],
  ['imports go one way', { 'server/chats/x.ts': `import { x } from '../../scripts/x.ts'` }],
  ['imports go one way', { 'web/client/x.ts': `import { x } from '../ui/x.tsx'` }],
  ['imports go one way', { 'web/client/x.ts': `import { x } from './adapters/browser/store.ts'` }],
  ['imports go one way', { 'web/client/x.ts': `import { readFile } from 'node:fs/promises'` }],
  ['imports go one way', { 'web/client/x.ts': `import { useState } from 'react'` }],
  ['imports go one way', { 'web/ui/x.tsx': `import type { App } from '../../server/http/app.ts'` }],
  ['imports go one way', { 'web/bot/x.ts': `import { x } from '../../server/admin/x.ts'` }],
  ['imports go one way', { 'server/admin/x.ts': `import { x } from '../../web/bot/x.ts'` }],
  ['imports go one way', { 'server/helpful/x.ts': 'export {}' }],
  ['nothing imports itself in a ring', { 'protocol/a.ts': `import './b.ts'`, 'protocol/b.ts': `import './a.ts'` }],
  ['nothing imports itself in a ring', { 'protocol/a.ts': `import './a.ts'` }],
  [
    'nothing imports itself in a ring',
    {
      'server/chats/a.ts': `import '../accounts/a.ts'`,
      'server/accounts/a.ts': '',
      'server/accounts/b.ts': `import type { X } from '../chats/b.ts'`,
      'server/chats/b.ts': '',
    },
  ],
  ['a domain queries its own tables', { ...schema, 'server/accounts/x.ts': `db.selectFrom('readMark as r')` }],
  ['a domain queries its own tables', { ...schema, 'server/accounts/x.ts': `q.innerJoin('readMark', 'a', 'b')` }],
  ['a domain queries its own tables', { ...schema, 'server/accounts/x.ts': `prepare('select 1 from read_mark')` }],
  ['a domain queries its own tables', { ...schema, 'server/http/x.ts': `sql\`delete from x join "read_mark"\`` }],
  ['time and chance are handed in', { 'protocol/x.ts': 'const now = Date.now()' }],
  ['time and chance are handed in', { 'protocol/x.ts': 'const now = Date.now' }],
  ['time and chance are handed in', { 'server/chats/x.ts': 'const now = new Date()' }],
  ['time and chance are handed in', { 'server/chats/x.ts': 'setTimeout(() => {}, 1)' }],
  ['time and chance are handed in', { 'server/chats/x.ts': 'globalThis.setInterval(() => {}, 1)' }],
  ['time and chance are handed in', { 'server/node.ts': 'const x = Math.random()' }],
  ['time and chance are handed in', { 'server/db/x.ts': 'const x = randomBytes(16)' }],
  ['time and chance are handed in', { 'web/client/x.ts': 'const x = crypto.randomUUID()' }],
  ['time and chance are handed in', { 'web/client/x.ts': 'crypto.getRandomValues(x)' }],
  ['functions are short', { 'protocol/x.ts': `function x() {${'\n'.repeat(70)}}` }],
  ['functions are short', { 'test/x.test.ts': `test('x', () => {${'\n'.repeat(70)}})` }],
  ['functions are short', { 'web/ui/x.tsx': `const X = () => <p>{${'\n'.repeat(70)}1}</p>` }],
  ['functions are short', { 'protocol/x.ts': `class X { m() {${'\n'.repeat(70)}} }` }],
  ['files are short', { 'protocol/x.ts': 'x;\n'.repeat(401) }],
  ['names say something', { 'protocol/utils.ts': '' }],
  ['names say something', { 'server/chats/helpers.ts': '' }],
  ['names say something', { 'server/chats/chat-service.ts': '' }],
  ['names say something', { 'server/chats/SessionManager.ts': '' }],
  ['names say something', { 'server/chats/x.ts': 'class ChatService {}' }],
  ['names say something', { 'server/chats/x.ts': 'export function createPeerManager() {}' }],
  ['nothing is left for later', { 'protocol/x.ts': later }],
];

const right: Planted[] = [
  ['imports go one way', { 'protocol/x.ts': `import { z } from 'zod'; import { y } from './log/y.ts'` }],
  ['imports go one way', { 'server/chats/x.ts': `import { sql } from 'kysely'; import '../db/x.ts'` }],
  ['imports go one way', { 'server/http/x.ts': `import { Hono } from 'hono'; import 'ws'; import '../chats/x.ts'` }],
  ['imports go one way', { 'server/http/x.ts': `import type { X } from '../federation/x.ts'` }],
  ['imports go one way', { 'server/main.ts': `import './adapters/clock.ts'; import './node.ts'` }],
  ['imports go one way', { 'server/admin/cli.ts': `await import('../../web/bot/bots.ts')` }],
  [
    'imports go one way',
    { 'protocol/testing/x.ts': `import 'fast-check'`, 'web/client/store-contract.ts': `import 'vitest'` },
  ],
  ['imports go one way', { 'server/chats/x.node.test.ts': `import '../adapters/clock.ts'` }],
  ['imports go one way', { 'server/adapters/x.ts': `import { createLibp2p } from 'libp2p'` }],
  ['imports go one way', { 'web/ui/x.tsx': `import 'react'; import './x.css'; import '../client/x.ts'` }],
  ['nothing imports itself in a ring', { 'protocol/a.ts': `import './b.ts'`, 'protocol/b.ts': '' }],
  ['a domain queries its own tables', { ...schema, 'server/chats/x.ts': `db.selectFrom('readMark')` }],
  ['a domain queries its own tables', { ...schema, 'server/accounts/x.ts': `say('a letter from read_mark')` }],
  ['time and chance are handed in', { 'server/adapters/x.ts': 'Date.now()', 'web/ui/x.tsx': 'setTimeout(x, 1)' }],
  ['time and chance are handed in', { 'server/chats/x.ts': 'new Date(clock.now()); random.bytes(3)' }],
  ['functions are short', { 'protocol/x.ts': `function x() {${'\n'.repeat(69)}}` }],
  ['functions are short', { 'test/x.test.ts': `describe('x', () => {${'\n'.repeat(300)}})` }],
  ['files are short', { 'protocol/x.ts': 'x;\n'.repeat(400) }],
  ['names say something', { 'web/ui/service-worker.ts': 'class X {}' }],
];

function planted([rule, files]: Planted): string[] {
  return rules[rule]?.(Object.entries(files).map(([path, text]) => readSource(path, text))) ?? [];
}

describe('a rule of tidiness', () => {
  test.each(wrong)('sees that it is not so that %s: %o', (...plant) => {
    expect(planted(plant)).not.toEqual([]);
  });
  test.each(right)('lets pass, for %s: %o', (...plant) => {
    expect(planted(plant)).toEqual([]);
  });
  test('has planted violations', () => {
    expect(new Set(wrong.map(([rule]) => rule))).toEqual(new Set(Object.keys(rules)));
  });
});
