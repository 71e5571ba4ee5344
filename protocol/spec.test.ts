/** The specification and the code name the same rules. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const spec = readFileSync(join(root, 'protocol', 'PROTOCOL.md'), 'utf8');
const rules = new Set([...spec.matchAll(/^\*\*(\d+\.\d+[a-z]?) /gm)].map(([, rule]) => rule));
const chapters = new Set([...spec.matchAll(/^## (\d+)\. /gm)].map(([, chapter]) => chapter));

function cited(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of ['protocol', 'server', 'web', 'test', 'scripts']) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|tsx|mjs)$/.test(path)) continue;
      const text = readFileSync(join(root, folder, path), 'utf8');
      for (const [, list] of text.matchAll(/PROTOCOL ((?:\d+(?:\.\d+[a-z]?)?(?:, | and )?)+)/g))
        for (const [rule] of (list as string).matchAll(/\d+(?:\.\d+[a-z]?)?/g)) found.set(rule, join(folder, path));
    }
  }
  return found;
}

/** The clauses of 4.4 stand in a list. */
function isRule(name: string): boolean {
  const clause = /^4\.4[a-e]$/.test(name) ? '4.4' : name;
  return name.includes('.') ? rules.has(clause) : chapters.has(name);
}

test('every rule that the code cites is in PROTOCOL.md', () => {
  const unknown = [...cited()].filter(([rule]) => !isRule(rule));
  expect(unknown).toEqual([]);
});

test('every chapter is there, and every rule is named once', () => {
  expect([...chapters]).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  expect([...spec.matchAll(/^\*\*(\d+\.\d+[a-z]?) /gm)]).toHaveLength(rules.size);
});

test('names of limits in brackets are limits', () => {
  const names = [...spec.matchAll(/\[([a-z]+[A-Z][A-Za-z]*)\]/g)].map(([, name]) => name as string);
  expect(names.filter((name) => !Object.hasOwn(LIMITS, name))).toEqual([]);
});
