/**
 * Hybrid logical clock (PROTOCOL 3.5): `milliseconds * 1024 + counter`, one integer below 2^53 until the year 2248.
 * Always holds: the clock of one log strictly increases; it is never drawn ahead of the wall clock by more than the limit.
 */
import type { Hlc } from './ids.ts';
import { LIMITS } from './limits.ts';

const COUNTERS = 1024;

export function hlcFromMs(ms: number): Hlc {
  return Math.floor(ms) * COUNTERS;
}

/** Milliseconds since the Unix epoch. */
export function hlcMs(hlc: Hlc): number {
  return Math.floor(hlc / COUNTERS);
}

/** The next stamp after everything seen: greater than `last` and `seen`, not below the wall clock `nowMs`. */
export function nextHlc(nowMs: number, last: Hlc, seen: Hlc = 0): Hlc {
  return Math.max(hlcFromMs(nowMs), last + 1, seen + 1);
}

/** May a stamp from outside be taken now? Otherwise it is held until the clock gets there (PROTOCOL 3.5). */
export function isHlcAhead(hlc: Hlc, nowMs: number): boolean {
  return hlcMs(hlc) > nowMs + LIMITS.clockAheadMs;
}
