/**
 * Which positions a member may open, and so which segments' secrets it must have (SEAL 4.8, 4.9). Always holds: nobody is granted
 * what the granter may not open, and no limit of the granter is lost on the way.
 */
import type { Cpos, LogId } from '../ids.ts';
import type { HistorySpan } from './intent.ts';
import type { Segment } from './segment.ts';
import type { ChatState, Interval, Limit, Member, Opening } from './state.ts';

/** Up to where the log is open to who has this limit. A log that was sealed by then stands at its seal: frontiers name the open ones. */
export function reachOf(state: ChatState, { at, frontier }: Limit, logId: LogId): number {
  const named = frontier.get(logId);
  if (named !== undefined) return named;
  const sealed = state.logs.get(logId)?.sealed;
  return sealed && sealed.at <= at ? sealed.seq : 0;
}

/** None for an interval that lasts. */
export function limitsOf({ to, frontier }: Interval): Limit[] {
  return to === null ? [] : [{ at: to, frontier: frontier ?? new Map() }];
}

/** An invitation that ended without acceptance opens nothing. */
export function opensAnything(interval: Interval | undefined): boolean {
  return interval !== undefined && (interval.to === null || interval.accepted !== null);
}

/**
 * What the member's present keys may open: its intervals but for suspensions, and what was granted. After a reset only what
 * began with the admission.
 */
export function openingsOf(member: Member): Opening[] {
  const since = member.pins.findLast(({ reset }) => reset)?.at ?? 0;
  const own = member.intervals.filter(opensAnything).flatMap((interval) => withoutSuspensions(member, interval));
  const granted = member.grants.flatMap(({ at, interval: index, openings }) => {
    const interval = member.intervals[index];
    if (at < since || !interval || !opensAnything(interval)) return [];
    return openings.map((each) => ({ ...each, limits: [...each.limits, ...limitsOf(interval)] }));
  });
  return [...own.filter(({ from }) => from >= since), ...granted];
}

function withoutSuspensions({ suspensions }: Member, interval: Interval): Opening[] {
  const limits = limitsOf(interval);
  const end = interval.to === null ? null : interval.to - 1;
  let pieces: Opening[] = [{ from: interval.from, to: end, limits }];
  for (const { from, to } of suspensions) {
    pieces = pieces.flatMap((piece) => [
      ...clipped(piece, piece.from, from - 1),
      ...(to === null ? [] : clipped(piece, to, piece.to)),
    ]);
  }
  return pieces;
}

/** What of `opening` lies between the two, both included; nothing where they do not meet. */
function clipped(opening: Opening, from: Cpos, to: Cpos | null): Opening[] {
  const first = Math.max(opening.from, from);
  const last = to === null ? opening.to : Math.min(to, opening.to ?? to);
  return last !== null && last < first ? [] : [{ from: first, to: last, limits: opening.limits }];
}

/** Has the opening a position of the segment number `index`? */
function meets(state: ChatState, { from, to }: Opening, index: number): boolean {
  const next = state.segments[index + 1]?.at ?? null;
  const at = state.segments[index]?.at ?? 0;
  return (to === null || at <= to) && (next === null || from < next);
}

/** The segments that the member's present keys may open, in order. */
export function segmentsFor(state: ChatState, member: Member): Segment[] {
  const openings = openingsOf(member);
  return state.segments.filter((_, i) => openings.some((opening) => meets(state, opening, i)));
}

/**
 * Positions whose secrets a wrap for this member must hold: of each segment that it may open and that does not follow from one
 * before. What the two sides of a direct chat derive is in no wrap.
 */
export function secretsDue(state: ChatState, member: Member): Cpos[] {
  const mine = new Set(segmentsFor(state, member));
  return state.segments
    .filter((segment, i) => {
      if (!mine.has(segment) || segment.kind === 'direct') return false;
      const before = state.segments[i - 1];
      return segment.kind === 'rekey' || !before || !mine.has(before);
    })
    .map(({ at }) => at);
}

/**
 * What a grant by `granter`, ordered at position `at`, opens. Null: a span does not begin with a segment, does not end before a
 * rekey or just before `at` (what follows a segment otherwise would follow from its secret too), or the granter may not open all
 * of it.
 */
export function openedBy(
  state: ChatState,
  granter: Member,
  history: readonly HistorySpan[],
  at: Cpos,
): Opening[] | null {
  const mine = openingsOf(granter);
  const opened: Opening[] = [];
  for (const span of history) {
    const to = span.to ?? at - 1;
    const starts = state.segments.filter((segment) => span.from <= segment.at && segment.at <= to);
    if (starts[0]?.at !== span.from || !(to === at - 1 || isRekey(state, to + 1, at))) return null;
    const isMine = (p: Cpos) => mine.some((opening) => opening.from <= p && (opening.to === null || p <= opening.to));
    if (!starts.every((segment) => isMine(segment.at))) return null;
    opened.push(...mine.flatMap((opening) => clipped(opening, span.from, to)));
  }
  return opened;
}

function isRekey({ segments }: ChatState, p: Cpos, before: Cpos): boolean {
  return p < before && segments.some(({ at, kind }) => at === p && kind === 'rekey');
}
