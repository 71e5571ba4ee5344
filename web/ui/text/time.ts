/** Times as people say them; all take milliseconds since the epoch and answer in the person's own time zone. */
import { locale, text } from './text.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const longDayYear = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const plainDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' });
const plainDayYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

/** "09:31" */
export function clockTime(at: number): string {
  return clock.format(at);
}

const utcDate = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });

/** The day that it is in UTC: "3 March 2026" */
export function utcDay(at: number): string {
  return utcDate.format(at);
}

/** "24 Nov 2026, 09:31" */
export function wholeTime(at: number): string {
  return whole.format(at);
}

export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function daysAgo(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / dayMs);
}

/** For the chat list: "09:31", "Yesterday", "Mon", "3 Nov". */
export function shortWhen(at: number, now: number): string {
  const ago = daysAgo(at, now);
  if (ago <= 0) return clock.format(at);
  if (ago === 1) return text('time.yesterday');
  return ago < 7 ? weekday.format(at) : dayMonth.format(at);
}

/** Of a moment that may lie days back: "09:31", "Yesterday 09:31", "3 Nov 09:31". */
export function timeSince(at: number, now: number): string {
  return daysAgo(at, now) <= 0 ? clock.format(at) : `${shortWhen(at, now)} ${clock.format(at)}`;
}

/** For separators: "Today", "Yesterday", "Monday 16 November". */
export function dayName(at: number, now: number): string {
  const ago = daysAgo(at, now);
  if (ago === 0) return text('time.today');
  if (ago === 1) return text('time.yesterday');
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? longDay.format(at) : longDayYear.format(at);
}

/** "3 March", with the year where it is another one than now. */
export function dateName(at: number, now = Date.now()): string {
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? plainDay.format(at) : plainDayYear.format(at);
}

/** "14 min", "3 hours", "2 days" */
export function duration(ms: number): string {
  if (ms < minuteMs) return text('time.moment');
  if (ms < hourMs) return text('time.minutes', { count: Math.floor(ms / minuteMs) });
  if (ms < 2 * dayMs) return text('time.hours', { count: Math.floor(ms / hourMs) });
  return text('time.days', { count: Math.floor(ms / dayMs) });
}

const bytesUnits = ['size.bytes', 'size.kilobytes', 'size.megabytes', 'size.gigabytes'] as const;

/** "12.4 MB" */
export function size(bytes: number): string {
  const step = Math.min(bytesUnits.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const count = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(bytes / 1000 ** step);
  return text(bytesUnits[step] ?? 'size.bytes', { count });
}
