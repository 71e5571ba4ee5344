import { expect, test } from 'vitest';
import type { Organisation } from '../../protocol/identity/organisation.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { checkClock, checkPeer, checkRecord } from './checks.ts';
import { judgeDisk, parseEndpoint } from './local-checks.ts';
import type { PeerStatus } from './shapes.ts';
import { showBytes, showPairs, showSpan, showTable, showTime } from './show.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const record = (issuedAt: number, expiresAt: number) =>
  ({ record: { issuedAt, expiresAt } }) as unknown as Organisation;
const partner: PeerStatus = {
  ...{
    org: 'org_x' as PeerStatus['org'],
    name: 'Globex',
    domain: 'globex.example',
    state: 'approved',
    directory: null,
    autoAccept: false,
  },
  ...{ connected: true, lastContactAt: NOW - 14 * 60_000, queued: 0, warning: null },
};

test('a clock before this program was made, or before what the node wrote, is bad', () => {
  expect(checkClock(Date.UTC(2000, 0), 0).state).toBe('bad');
  expect(checkClock(NOW, NOW + HOUR).state).toBe('bad');
  expect(checkClock(NOW, NOW + 30_000).state).toBe('good');
});

test('a record that has expired is bad while the node runs, for that one should have renewed it', () => {
  expect(checkRecord(record(NOW - HOUR, NOW), NOW, true).state).toBe('bad');
  expect(checkRecord(record(NOW - HOUR, NOW), NOW, false).state).toBe('warning');
  expect(checkRecord(record(NOW - HOUR, NOW + LIMITS.recordLifetimeMs / 5), NOW, true).state).toBe('warning');
  expect(checkRecord(record(NOW - HOUR, NOW + LIMITS.recordLifetimeMs / 5), NOW, false).state).toBe('good');
  expect(checkRecord(record(NOW + HOUR, NOW + 2 * HOUR), NOW, true).state).toBe('bad');
});

test.each<[string, Partial<PeerStatus>, string]>([
  ['good', {}, 'connected'],
  ['good', { queued: 3 }, '3 positions'],
  ['bad', { connected: false, queued: 3 }, 'last contact 14 min ago; 3 positions wait'],
  ['bad', { connected: false, lastContactAt: null }, 'never reached'],
  ['warning', { connected: false, state: 'open' }, '14 min'],
  ['warning', { state: 'seen' }, 'not approved'],
  ['warning', { warning: 'forked' }, 'forked'],
  ['skipped', { state: 'blocked' }, 'blocked'],
])('a partner is %s when %o', (state, differs, found) => {
  const check = checkPeer({ ...partner, ...differs }, NOW);
  expect(check).toMatchObject({ state, found: expect.stringContaining(found) });
  expect(check.fix === null).toBe(state === 'good' || state === 'skipped');
});

test('a disk that is nearly full is bad', () => {
  const gib = 1024 ** 3;
  expect([gib / 8, gib, 9 * gib].map((free) => judgeDisk(free, 20 * gib).state)).toEqual(['bad', 'warning', 'good']);
});

test('host and port are read from an endpoint', () => {
  expect(parseEndpoint('/dns4/chat.acme.example/tcp/4440')).toEqual({ host: 'chat.acme.example', port: 4440 });
  expect(parseEndpoint('/ip4/127.0.0.1')).toBeUndefined();
});

test('tables have columns as wide as their widest cell, counted in signs', () => {
  expect(
    showTable(
      ['A', 'B'],
      [
        ['å𝄞x', '1'],
        ['y', '2'],
      ],
    ),
  ).toBe('A    B\nå𝄞x  1\ny    2');
  expect(
    showPairs([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toBe('a:    1\nlong: 2');
});

test('times, spans and sizes are written for people', () => {
  expect([showTime(NOW), showTime(null)]).toEqual(['2026-11-24 12:00 UTC', 'never']);
  expect([0, 119 * 60_000, 3 * HOUR, 72 * HOUR].map(showSpan)).toEqual([
    'less than a minute',
    '119 min',
    '3 h',
    '3 days',
  ]);
  expect([0, 1023, 1536, 200 * 1024 ** 2].map(showBytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '200 MiB']);
});
