import { expect, test } from 'vitest';
import { addressesIn } from './addresses.ts';

test.each([
  ['a list', 'bob@globex.example, dana@initech.example;sam@initech.example', 3],
  ['lines', 'bob@globex.example\r\ndana@initech.example\n', 2],
  ['what mail programs copy', '"Bob Marsh" <Bob@Globex.example>, Dana <dana@initech.example>', 2],
  ['a table', 'Bob\tbob@globex.example\nDana\tdana@initech.example', 2],
  ['one twice', 'bob@globex.example BOB@GLOBEX.EXAMPLE', 1],
  ['a link', 'mailto:bob@globex.example?subject=x', 1],
  ['a machine without a domain', 'rosa@localhost', 1],
  ['nothing', 'Bob Marsh, Dana', 0],
])('%s', (_, pasted, count) => {
  expect(addressesIn(pasted)).toHaveLength(count);
});

test('they are in lower case, in order', () => {
  expect(addressesIn('Zoe@b.example; Al@a.example')).toEqual(['zoe@b.example', 'al@a.example']);
});

test('a long paste takes no long time', () => {
  expect(addressesIn('a'.repeat(1_000_000)).length).toBe(0);
  expect(addressesIn('a@'.repeat(500_000)).length).toBeLessThan(40_000);
});
