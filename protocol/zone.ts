/**
 * Clocks on the wall of an IANA zone, from moments in UTC: pure, by the tables that Intl has. Always holds: a day has the hours that
 * it has there (23, 25, or half an hour less), and "08:00" is what the clock on the wall says.
 */
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Formats are dear to make, and there are few zones. */
const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 64;

/** A time of the day in minutes since midnight, 0 to 1439; to `to` from `from`, over midnight where it is smaller. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** When muting "until tomorrow" ends. */
const MORNING_MINUTES = 8 * 60;

export function isZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** What the clock on the wall says, in minutes since midnight. Throws where the zone is none. */
export function minutesAt(atMs: number, zone: string): number {
  return Math.floor((wallMs(atMs, zone) % DAY_MS) / MINUTE_MS);
}

/** `from` belongs to the quiet hours, `to` does not; both the same: no hours. */
export function isQuiet({ from, to }: QuietHours, atMs: number, zone: string): boolean {
  const now = minutesAt(atMs, zone);
  return from <= to ? from <= now && now < to : from <= now || now < to;
}

/** 08:00 of the day after the one that it is there at `atMs`, as ms since the epoch. */
export function tomorrowMorning(atMs: number, zone: string): number {
  const wall = wallMs(atMs, zone);
  return momentOf(wall - (wall % DAY_MS) + DAY_MS + MORNING_MINUTES * MINUTE_MS, zone);
}

/** The wall clock's reading as if it were UTC. */
function wallMs(atMs: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The moment at which the wall clock reads so; where it jumps over that, the moment of the jump's other side. */
function momentOf(wall: number, zone: string): number {
  const first = wall - (wallMs(wall, zone) - wall);
  return first - (wallMs(first, zone) - wall);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(zone, made);
  return made;
}
