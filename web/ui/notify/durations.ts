/** For how long one can mute, and until when that is. */
import { tomorrowMorning } from '../../../protocol/zone.ts';
import { locale } from '../text/text.ts';

const HOUR_MS = 3_600_000;

export const DURATIONS = ['hour', 'hours', 'tomorrow', 'forever'] as const;
export type Duration = (typeof DURATIONS)[number];

export function until(duration: Duration, now: number, zone: string): number | 'forever' {
  if (duration === 'forever') return 'forever';
  if (duration === 'tomorrow') return tomorrowMorning(now, zone);
  return now + (duration === 'hour' ? 1 : 8) * HOUR_MS;
}

/** The one that this browser stands in; what a person chose goes before it. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "Wed 08:00", as the clock on the wall of that zone has it. */
export function whenThere(atMs: number, zone: string): string {
  const options = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const;
  return new Intl.DateTimeFormat(locale, options).format(atMs);
}
