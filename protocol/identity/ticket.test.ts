import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../bytes.ts';
import { taggedHash } from '../hash.ts';
import { fromBase32, toBase32 } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { acme, operational } from '../testing/identity.ts';
import { formatTicket, parseTicket, type Ticket } from './ticket.ts';

const { orgId } = acme();
const ticket: Ticket = {
  v: 1,
  orgId,
  opKey: operational.key,
  endpoints: ['/ip4/203.0.113.7/tcp/4440'],
  domain: 'acme.example',
  token: new Uint8Array(16).fill(5),
};
const text = formatTicket(ticket);
const anyTicket: fc.Arbitrary<Ticket> = fc.record({
  v: fc.constant(1 as const),
  orgId: fc.constant(orgId),
  opKey: fc.constant(operational.key),
  endpoints: fc.array(fc.constantFrom('/dns4/acme.example/tcp/4440', '/ip6/::1/tcp/1'), {
    maxLength: LIMITS.endpoints,
  }),
  domain: fc.option(fc.constantFrom('acme.example', 'acme.localhost')),
  token: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});
const bad = { ok: false, refusal: { code: 'bad_ticket' } };

function sealed(change: Partial<Ticket>): string {
  return formatTicket({ ...ticket, ...change });
}

describe('PROTOCOL 1.8: tickets', () => {
  test('come back as they were made', () => {
    fc.assert(
      fc.property(anyTicket, (each) => {
        expect(parseTicket(formatTicket(each))).toEqual({ ok: true, value: each });
      }),
    );
  });

  test('may be broken over lines and shouted', () => {
    const broken = ` ${text.toUpperCase().replaceAll(/.{30}/g, '$&\r\n\t ')} `;
    expect(parseTicket(broken)).toEqual({ ok: true, value: ticket });
  });

  test('are refused with any letter changed, missing or added', () => {
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'q' ? 'r' : 'q';
      expect(parseTicket(text.slice(0, at) + other + text.slice(at + 1))).toMatchObject(bad);
      expect(parseTicket(text.slice(0, at) + text.slice(at + 1))).toMatchObject(bad);
    }
    expect(parseTicket(`${text}a`)).toMatchObject(bad);
  });

  test('are refused when their content is not allowed, good checksum or not', () => {
    expect(parseTicket(sealed({ opKey: new Uint8Array(32) }))).toMatchObject(bad);
    expect(parseTicket(sealed({ endpoints: ['acme.example'] }))).toMatchObject(bad);
    expect(parseTicket(sealed({ domain: 'ACME.example' }))).toMatchObject(bad);
    expect(parseTicket(sealed({ domain: '' }))).toMatchObject(bad);
    expect(parseTicket(sealed({ endpoints: Array(LIMITS.endpoints).fill('/ip4/1.2.3.4') })).ok).toBe(true);
    expect(parseTicket(sealed({ endpoints: Array(LIMITS.endpoints + 1).fill('/ip4/1.2.3.4') }))).toMatchObject(bad);
  });

  test('are refused when they are not tickets at all', () => {
    for (const other of ['', 'conclave1', 'conclave2abc', 'hello', 'a'.repeat(1_000_000), 'conclave1ééé'])
      expect(parseTicket(other)).toMatchObject(bad);
    const withChecksum = (each: Uint8Array) =>
      `conclave1${toBase32(concatBytes(each, taggedHash('ticket', each).subarray(0, 4)))}`;
    expect(parseTicket(withChecksum(new Uint8Array(0)))).toMatchObject(bad);
    fc.assert(
      fc.property(fc.uint8Array(), (each) => {
        expect(parseTicket(withChecksum(each))).toMatchObject(bad);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (each) => {
        expect(parseTicket(each)).toMatchObject(bad);
      }),
    );
    const inner = fromBase32(text.slice('conclave1'.length)).slice(0, -4);
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = inner.slice();
        changed[at % inner.length] = (changed[at % inner.length] as number) ^ flip;
        const result = parseTicket(withChecksum(changed));
        if (result.ok) expect(formatTicket(result.value)).toBe(withChecksum(changed));
      }),
    );
    expect(utf8(text).length).toBe(text.length);
  });
});
