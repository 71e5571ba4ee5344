import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { administration } from './en-administration.ts';
import { app } from './en-app.ts';
import { files } from './en-files.ts';
import { keys } from './en-keys.ts';
import { search } from './en-search.ts';
import { listed, text } from './text.ts';

const folder = join(import.meta.dirname, '..');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/^text|\.test\./.test(path))
  .map((path) => readFileSync(join(folder, path), 'utf8'))
  .join('\n');
const times = readFileSync(join(import.meta.dirname, 'time.ts'), 'utf8');
const used = sources + times;
const everything: Record<string, string> = { ...en, ...keys, ...administration, ...app, ...files, ...search };
const begun = [...used.matchAll(/`([a-z]+\.[a-z-]*)\$\{[^}]*\}([a-z-]*)`/g)].map(
  ([, start, end]) => [start!, end!] as const,
);

test('every message can be parsed', () => {
  for (const message of Object.values(everything)) expect(() => new IntlMessageFormat(message, 'en-GB')).not.toThrow();
});

test('no message stands in two parts', () => {
  const parts = [en, keys, administration, app, files, search];
  const count = parts.reduce((sum, part) => sum + Object.keys(part).length, 0);
  expect(Object.keys(everything)).toHaveLength(count);
});

test('every message is used', () => {
  const isUsed = (key: string) =>
    used.includes(`'${key}'`) || begun.some(([start, end]) => key.startsWith(start) && key.endsWith(end));
  expect(Object.keys(everything).filter((key) => !isUsed(key))).toEqual([]);
});

test('plurals are those of the language', () => {
  expect(text('chat.members', { count: 1 })).toBe('1 member');
  expect(text('chat.members', { count: 1200 })).toBe('1,200 members');
  expect(text('banner.offline-waiting', { count: 3 })).toBe('You are offline. 3 messages wait on this device.');
  expect(text('invite.do', { count: 0 })).toBe('Invite people');
});

test('names are listed as people list them', () => {
  expect(listed(['Globex'])).toBe('Globex');
  expect(listed(['Globex', 'Initech', 'Northwind'])).toBe('Globex, Initech and Northwind');
});
