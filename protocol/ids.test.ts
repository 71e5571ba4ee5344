import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase32, type IdKind, idBytes, idFromBytes, idLength, isId, parseId, toBase32 } from './ids.ts';
import { type Result, refusing } from './result.ts';

const KINDS: readonly IdKind[] = ['org', 'account', 'device', 'chat', 'log', 'entry', 'request'];
const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.refusal.code);
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('PROTOCOL 2.3: ids', () => {
  test.each(KINDS)('%s: bytes to text and back', (kind) => {
    fc.assert(
      fc.property(exactly(idLength(kind)), (bytes) => {
        const id = idFromBytes(kind, bytes);
        expect(idBytes(id)).toEqual(bytes);
        expect(parseId(kind, id)).toBe(id);
        for (const other of KINDS) expect(isId(other, id)).toBe(other === kind);
      }),
      { numRuns: 20 },
    );
  });

  test.each(KINDS)('%s: one byte less or more is refused', (kind) => {
    for (const length of [idLength(kind) - 1, idLength(kind) + 1])
      expect(codeOf(refusing(() => idFromBytes(kind, new Uint8Array(length))))).toBe('malformed');
  });

  test('any text gives an id or a refusal, and an id has one spelling', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `acc_${text}`),
        ),
        (text) => {
          const read = refusing(() => parseId('account', text));
          if (read.ok) expect(idFromBytes('account', idBytes(read.value))).toBe(text);
        },
      ),
    );
  });
});

describe('PROTOCOL 2.3: base32', () => {
  test('has the letters of RFC 4648, in lower case and without padding', () => {
    expect(toBase32(new TextEncoder().encode('foobar'))).toBe('mzxw6ytboi');
  });

  test('bytes to text and back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase32(toBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  test.each(['MZXW6', 'mzxw6===', 'mz 1', '0', 'a', 'ab', 'mzxw7', 'abc'])('refuses %j', (text) => {
    expect(codeOf(refusing(() => fromBase32(text)))).toBe('malformed');
  });
});
