import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hlcFromMs, hlcMs, isHlcAhead, nextHlc } from './hlc.ts';
import { LIMITS } from './limits.ts';

const NOW_MS = Date.UTC(2026, 10, 24);

test('PROTOCOL 3.5: the next stamp is above all that was seen and not below the wall clock', () => {
  const stamp = fc.nat(2 ** 40).map(hlcFromMs);
  fc.assert(
    fc.property(fc.nat(2 ** 40), stamp, stamp, (nowMs, last, seen) => {
      const next = nextHlc(nowMs, last, seen);
      expect(next > last && next > seen && hlcMs(next) >= nowMs).toBe(true);
      expect(hlcMs(next)).toBeLessThanOrEqual(Math.max(nowMs, hlcMs(last + 1), hlcMs(seen + 1)));
    }),
  );
});

test('PROTOCOL 3.5: a stamp is taken five minutes ahead, and held one millisecond later', () => {
  expect(isHlcAhead(hlcFromMs(NOW_MS + LIMITS.clockAheadMs), NOW_MS)).toBe(false);
  expect(isHlcAhead(hlcFromMs(NOW_MS + LIMITS.clockAheadMs + 1), NOW_MS)).toBe(true);
});

test('PROTOCOL 3.5: stamps are whole numbers until the year 2248', () => {
  expect(Number.isSafeInteger(hlcFromMs(Date.UTC(2248, 0, 1)))).toBe(true);
  expect(hlcMs(hlcFromMs(NOW_MS + 0.7))).toBe(NOW_MS);
});
