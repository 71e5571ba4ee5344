import { expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { formatAddress, isDomain, isLocalName, isShownName, parseAddress } from './names.ts';

test('PROTOCOL 1.2: an address is read in any case and written in one', () => {
  const read = parseAddress('  Bob.Smith-2_x@Globex.Example ');
  expect(read).toEqual({ ok: true, value: { name: 'bob.smith-2_x', domain: 'globex.example' } });
  expect(read.ok && formatAddress(read.value)).toBe('bob.smith-2_x@globex.example');
  expect(parseAddress('bob@acme.localhost').ok).toBe(true);
});

test.each([
  '',
  '@',
  'bob',
  'bob@',
  '@globex.example',
  'bob@@globex.example',
  'bob@globex..example',
  'bob@.example',
  'bob@globex.example.',
  '.bob@globex.example',
  '-bob@globex.example',
  '_bob@globex.example',
  'bo b@globex.example',
  'bob@glo bex.example',
  'bob@-globex.example',
  'bob@globex-.example',
  'bob@glo_bex.example',
  'bób@globex.example',
  'bob@glöbex.example',
  'bob@xn--glbex-jua.example',
  'bob@127.0.0.1',
  'bob@[::1]',
  'bob@globex.example:8440',
  'bob@globex.example/x',
  'bob@globex.123',
  `bob@${'a'.repeat(64)}.example`,
  'bob@globex.example\u0000',
  'b\u200bob@globex.example',
  'a'.repeat(100_000),
])('PROTOCOL 1.2: %j is refused', (typed) => {
  expect(parseAddress(typed)).toMatchObject({ ok: false, refusal: { code: 'bad_address' } });
});

test('PROTOCOL 1.2: names and domains are as long as the limits say, and no longer', () => {
  expect(isLocalName('a'.repeat(LIMITS.localNameBytes))).toBe(true);
  expect(isLocalName('a'.repeat(LIMITS.localNameBytes + 1))).toBe(false);
  const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
  expect(domain).toHaveLength(LIMITS.domainBytes);
  expect(isDomain(domain)).toBe(true);
  expect(isDomain(`${domain}d`)).toBe(false);
  expect(isShownName('é'.repeat(5), 10)).toBe(true);
  expect(isShownName('é'.repeat(5), 9)).toBe(false);
});

test('PROTOCOL 1.2: a shown name has nothing hidden in it', () => {
  for (const good of ['Ana María', '株式会社', 'Zoë 👩‍💻', 'O’Brien']) expect(isShownName(good, 64)).toBe(true);
  for (const bad of [
    '',
    ' a',
    'a ',
    'a\nb',
    'a\u0000b',
    'a\u202eb',
    'a\u2066b',
    'a\u200bb',
    'a\u2028b',
    '\ufeffa',
    'a\ud800',
  ])
    expect(isShownName(bad, 64)).toBe(false);
});
