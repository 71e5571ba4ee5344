/**
 * How far the history of one chat is in the index. Always holds: everything between the newest message and `from` is there, but
 * for what `again` names and what has no key yet (`closed`). Kept in the index itself, so that one that is lost begins anew.
 */
import { hlcMs } from '../../../protocol/hlc.ts';
import type { ChatId } from '../../../protocol/ids.ts';
import type { Place } from '../order.ts';
import { comparePlaces } from '../order.ts';

/** From `from` (in it; null: the newest) back to `to` (in it; null: the oldest). */
export interface Stretch {
  readonly from: Place | null;
  readonly to: Place | null;
}

export interface Walk {
  /** Null: not begun. */
  readonly from: Place | null;
  readonly isWhole: boolean;
  readonly again: Stretch | null;
  readonly closed: Stretch | null;
}

export interface Page {
  /** In any order. */
  readonly places: readonly Place[];
  /** Of `places`, those without a key. */
  readonly closed: readonly Place[];
  readonly more: boolean;
}

export const UNBEGUN: Walk = { from: null, isWhole: false, again: null, closed: null };

export const WALKS = 'walk/';
export function walkKey(chat: ChatId): string {
  return `${WALKS}${chat}`;
}

export function isToWalk(walk: Walk): boolean {
  return walk.again !== null || !walk.isWhole;
}

/** Where the next page ends, not in it; null: with the newest. */
export function nextBefore({ again, from }: Walk): Place | null {
  return again ? again.from && behind(again.from) : from;
}

/** `walk` is that for which the page was asked. */
export function walkAfter(walk: Walk, { places, closed, more }: Page): Walk {
  const oldest = places.toSorted(comparePlaces)[0] ?? null;
  const isEnd = !more || oldest === null;
  const next = { ...walk, closed: withClosed(walk.closed, closed) };
  if (!walk.again) return { ...next, from: oldest ?? walk.from, isWhole: isEnd };
  const { to } = walk.again;
  const isOver = isEnd || (to !== null && comparePlaces(oldest, to) <= 0);
  return { ...next, again: isOver ? null : { from: oldest, to } };
}

/** More is to be read than was, or something may have been missed. */
export function walkAgain(walk: Walk, stretch: Stretch): Walk {
  return isToBegin(walk) ? walk : { ...walk, again: walk.again ? joined(walk.again, stretch) : stretch };
}

/** All that was walked so far. */
export function walked({ from, isWhole }: Walk): Stretch {
  return { from: null, to: isWhole ? null : from };
}

/** There may be keys now for what was closed. */
export function withKeys(walk: Walk): Walk {
  return walk.closed ? { ...walkAgain(walk, walk.closed), closed: null } : walk;
}

/** Everything from this time on (ms) is in the index; null: nothing yet; 0: all. */
export function reachedMs(walk: Walk): number | null {
  const { again, from, isWhole } = walk;
  if (again && again.to === null) return again.from && hlcMs(again.from.hlc);
  if (isWhole) return 0;
  return from && hlcMs(from.hlc);
}

function isToBegin({ from, isWhole }: Walk): boolean {
  return from === null && !isWhole;
}

function withClosed(before: Stretch | null, places: readonly Place[]): Stretch | null {
  const sorted = places.toSorted(comparePlaces);
  const [oldest, newest] = [sorted[0], sorted.at(-1)];
  if (!oldest || !newest) return before;
  return before ? joined(before, { from: newest, to: oldest }) : { from: newest, to: oldest };
}

function joined(one: Stretch, other: Stretch): Stretch {
  const newer = one.from && other.from && (comparePlaces(one.from, other.from) > 0 ? one.from : other.from);
  const older = one.to && other.to && (comparePlaces(one.to, other.to) < 0 ? one.to : other.to);
  return { from: newer, to: older };
}

function behind(place: Place): Place {
  return { ...place, seq: place.seq + 1 };
}
