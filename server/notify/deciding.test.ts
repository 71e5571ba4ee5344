import { expect, test } from 'vitest';
import { isTold } from './deciding.ts';

const now = Date.parse('2026-03-29T00:30:00Z');
const settings = { zone: 'Europe/Berlin', quiet: { from: 22 * 60, to: 7 * 60 }, readMarkers: true, presence: true };
const awake = { mutedUntil: null, level: 'all', settings: null } as const;

test('muted until later, or for ever: nothing; when the time is over, again', () => {
  expect(isTold({ ...awake, mutedUntil: now + 1 }, true, now)).toBe(false);
  expect(isTold({ ...awake, mutedUntil: 'forever' }, true, now)).toBe(false);
  expect(isTold({ ...awake, mutedUntil: now }, false, now)).toBe(true);
});

test('mentions only, and nothing', () => {
  expect(isTold({ ...awake, level: 'mentions' }, false, now)).toBe(false);
  expect(isTold({ ...awake, level: 'mentions' }, true, now)).toBe(true);
  expect(isTold({ ...awake, level: 'none' }, true, now)).toBe(false);
});

test('in quiet hours nothing, by the clock of the zone, over the night that is an hour short', () => {
  expect(isTold({ ...awake, settings }, true, now)).toBe(false);
  expect(isTold({ ...awake, settings }, true, Date.parse('2026-03-29T05:00:00Z'))).toBe(true);
  expect(
    isTold({ ...awake, settings: { ...settings, zone: 'America/New_York' } }, true, Date.parse('2026-03-29T05:00:00Z')),
  ).toBe(false);
  expect(isTold({ ...awake, settings: { ...settings, quiet: null } }, false, now)).toBe(true);
});
