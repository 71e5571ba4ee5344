import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isQuiet, isZone, minutesAt, tomorrowMorning } from './zone.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();
const NIGHT = { from: 22 * 60, to: 7 * 60 };

test.each([
  // An ordinary day, far east, far west, and half an hour off.
  ['Europe/Berlin', '2026-11-24T20:00:00Z', '2026-11-25T07:00:00.000Z'],
  ['Pacific/Kiritimati', '2026-11-24T20:00:00Z', '2026-11-25T18:00:00.000Z'],
  ['America/Los_Angeles', '2026-11-24T02:00:00Z', '2026-11-24T16:00:00.000Z'],
  ['Asia/Kolkata', '2026-11-24T20:00:00Z', '2026-11-26T02:30:00.000Z'],
  // The night in which an hour is missing, and the one that has one more.
  ['Europe/Berlin', '2026-03-28T20:00:00Z', '2026-03-29T06:00:00.000Z'],
  ['Europe/Berlin', '2026-10-24T20:00:00Z', '2026-10-25T07:00:00.000Z'],
  ['America/New_York', '2026-03-07T23:00:00Z', '2026-03-08T12:00:00.000Z'],
  ['America/New_York', '2026-11-01T03:00:00Z', '2026-11-01T13:00:00.000Z'],
  // Half an hour of summer, on the southern half.
  ['Australia/Lord_Howe', '2026-04-04T08:00:00Z', '2026-04-04T21:30:00.000Z'],
])('tomorrow in %s, asked at %s, begins at %s', (zone, now, then) => {
  expect(iso(tomorrowMorning(at(now), zone))).toBe(then);
});

test('tomorrow is always a morning at eight that is ahead, and no more than a day and a half', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham', 'UTC');
  fc.assert(
    fc.property(zones, fc.integer({ min: at('2020-01-01'), max: at('2036-01-01') }), (zone, now) => {
      const then = tomorrowMorning(now, zone);
      expect(minutesAt(then, zone)).toBe(8 * 60);
      expect(then - now).toBeGreaterThan(6 * 3_600_000);
      expect(then - now).toBeLessThan(34 * 3_600_000);
    }),
  );
});

test.each([
  ['2026-03-28T20:59:00Z', false],
  ['2026-03-28T21:00:00Z', true],
  // 01:59 is followed by 03:00.
  ['2026-03-29T00:59:00Z', true],
  ['2026-03-29T04:59:00Z', true],
  ['2026-03-29T05:00:00Z', false],
  // The hour that comes twice is quiet twice.
  ['2026-10-25T00:30:00Z', true],
  ['2026-10-25T01:30:00Z', true],
  ['2026-10-25T05:59:00Z', true],
  ['2026-10-25T06:00:00Z', false],
])('quiet hours in Berlin at %s: %s', (now, quiet) => {
  expect(isQuiet(NIGHT, at(now), 'Europe/Berlin')).toBe(quiet);
});

test('quiet hours within one day, and none', () => {
  const noon = { from: 12 * 60, to: 13 * 60 };
  expect(isQuiet(noon, at('2026-11-24T12:00:00Z'), 'UTC')).toBe(true);
  expect(isQuiet(noon, at('2026-11-24T13:00:00Z'), 'UTC')).toBe(false);
  expect(isQuiet({ from: 60, to: 60 }, at('2026-11-24T01:00:00Z'), 'UTC')).toBe(false);
});

test('what is no zone is none', () => {
  expect(isZone('Europe/Berlin')).toBe(true);
  expect(isZone('Europe/Atlantis')).toBe(false);
  expect(isZone('')).toBe(false);
  expect(isZone('../../etc/passwd')).toBe(false);
});
