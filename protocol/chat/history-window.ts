/**
 * History windows (SEAL 4.9): what people choose (none, since a day, the last so many, all) as spans of whole segments. Always
 * holds: what comes out is what `openedBy` allows, so no window is refused that was made here for the same head.
 */
import { hlcMs } from '../hlc.ts';
import type { Cpos } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { HistorySpan } from './intent.ts';
import { openedBy } from './openings.ts';
import type { ChatState, Member, TimedSegment } from './state.ts';

export type HistoryWindow =
  | { readonly is: 'none' }
  /** From the first segment at or after 00:00 UTC of the day; `dayMs`: that instant. */
  | { readonly is: 'since'; readonly dayMs: number }
  /** The fewest whole segments that hold `entries` of them. */
  | { readonly is: 'last'; readonly entries: number }
  | { readonly is: 'all' };

export interface OpenedWindow {
  /** For the intent; empty where nothing is opened. */
  readonly history: readonly HistorySpan[];
  /** When the first segment in it began, milliseconds; null where nothing is opened. A direct chat's first has no clock: 0. */
  readonly sinceMs: number | null;
  /** Entries in it, by the counts handed in. */
  readonly entries: number;
}

/** `count`: entries of people in the segment that begins at `at`, as far as the granter knows. */
export function openWindow(
  state: ChatState,
  granter: Member,
  window: HistoryWindow,
  count: (at: Cpos) => number,
): OpenedWindow {
  const first = firstOf(state, window, count);
  const runs = runsFrom(state, granter, first).slice(-LIMITS.historySpans);
  const history = runs.map(({ from, to }) => ({ from, to }));
  const chosen = runs.flatMap(({ segments }) => segments);
  const sinceMs = chosen[0] ? hlcMs(chosen[0].hlc) : null;
  return { history, sinceMs, entries: chosen.reduce((sum, { at }) => sum + count(at), 0) };
}

/** Index of the segment from which on the window lies. */
function firstOf({ segments }: ChatState, window: HistoryWindow, count: (at: Cpos) => number): number {
  if (window.is === 'none') return segments.length;
  if (window.is === 'all') return 0;
  if (window.is === 'since') {
    const index = segments.findIndex(({ hlc }) => hlcMs(hlc) >= window.dayMs);
    return index === -1 ? segments.length : index;
  }
  let left = window.entries;
  let index = segments.length;
  while (index > 0 && left > 0) {
    index -= 1;
    left -= count(segments[index]?.at ?? 0);
  }
  return index;
}

interface Run extends HistorySpan {
  readonly segments: readonly TimedSegment[];
}

/** From segment `first` on: the longest spans that the granter may open, each up to a rekey or the present. */
function runsFrom(state: ChatState, granter: Member, first: number): Run[] {
  const { segments } = state;
  const runs: Run[] = [];
  for (let start = first; start < segments.length; ) {
    const end = endOfRun(state, granter, start);
    if (end === null) {
      start += 1;
      continue;
    }
    const next = segments[end];
    const from = segments[start]?.at ?? 0;
    runs.push({ from, to: next ? next.at - 1 : null, segments: segments.slice(start, end) });
    start = end;
  }
  return runs;
}

/** Index of the segment that the longest run from `start` ends before; null: the granter may open none. */
function endOfRun(state: ChatState, granter: Member, start: number): number | null {
  const { segments, head } = state;
  const from = segments[start]?.at ?? 0;
  for (let end = segments.length; end > start; end--) {
    const next = segments[end];
    if (next && next.kind !== 'rekey') continue;
    if (openedBy(state, granter, [{ from, to: next ? next.at - 1 : null }], head.cpos + 1)) return end;
  }
  return null;
}
