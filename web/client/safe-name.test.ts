import { expect, test } from 'vitest';
import { utf8 } from '../../protocol/bytes.ts';
import { readLook } from './content.ts';
import { safeName, withoutTowers } from './safe-name.ts';

test.each([
  ['turns the text round', 'invoice\u202egnp.exe', 'invoicegnp.exe'],
  ['isolates', 'a\u2066b\u2069c', 'abc'],
  ['is invisible', 'Ad\u200bmin\ufeff\u00ad', 'Admin'],
  ['is more than a line', 'one\ntwo\r\nthree\u2028four', 'one two three four'],
  ['controls', 'bell\u0007\u0000', 'bell'],
  ['is nothing but space', ' \u200b\u3000\t ', ''],
  ['is half a character', 'a\ud800', 'a\ufffd'],
])('of a name that %s, what is left is harmless', (_, name, shown) => {
  expect(safeName(name, 80)).toBe(shown);
});

test('names of all scripts stay as they are', () => {
  for (const name of ['Ana María', '株式会社', 'Zoë 👩‍💻', 'O’Brien', 'שלום', 'नमस्ते', 'Tiếng Việt', 'محمد'])
    expect(safeName(name, 80)).toBe(name);
});

test('a letter with 100,000 marks keeps a few, quickly', () => {
  const tower = `Z${'\u0300\u0322'.repeat(50_000)}algo`;
  expect(withoutTowers(tower)).toBe('Z\u0300\u0322\u0300\u0322algo');
  expect(safeName(tower, 80).length).toBeLessThan(10);
});

test('a name is cut between characters', () => {
  expect(safeName('👍'.repeat(100), 80)).toBe('👍'.repeat(80));
});

test('a chat’s name from a hostile member is shown so', () => {
  const look = readLook(utf8(JSON.stringify({ name: '\u202eevil\u200b\nname', colour: 'teal' })));
  expect(look).toEqual({ name: 'evil name', colour: 'teal', image: null });
  expect(readLook(utf8(JSON.stringify({ name: '\u200b\u202e', colour: 'teal' })))?.name).toBeNull();
});
