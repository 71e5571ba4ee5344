import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hlcMs } from '../../../protocol/hlc.ts';
import type { OrgId } from '../../../protocol/ids.ts';
import { comparePlaces, type Place } from '../order.ts';
import { isToWalk, nextBefore, reachedMs, UNBEGUN, type Walk, walkAfter, walkAgain, walked, withKeys } from './walk.ts';

const ORG = 'bvyhcrmsuqxlh2rpzjrgkvulv6tkyyqzvqzgsbtuhyqqfcqvkxba' as OrgId;
const place = (n: number): Place => ({ hlc: n * 1024 * 1000, org: ORG, seq: n });

/** A chat of so many messages, as pages of three, with some that have no key. */
function pageOf(count: number, walk: Walk, closed: ReadonlySet<number>, seen: Set<number>) {
  const before = nextBefore(walk);
  const all = Array.from({ length: count }, (_, i) => place(i + 1));
  const older = all.filter((each) => before === null || comparePlaces(each, before) < 0);
  const places = older.slice(-3);
  for (const { seq } of places) if (!closed.has(seq)) seen.add(seq);
  return { places, closed: places.filter(({ seq }) => closed.has(seq)), more: older.length > 3 };
}

function walkAll(count: number, from: Walk, closed: ReadonlySet<number>, seen: Set<number>): Walk {
  let walk = from;
  for (let steps = 0; isToWalk(walk); steps++) {
    if (steps > count * 4 + 8) throw new Error('it does not end');
    walk = walkAfter(walk, pageOf(count, walk, closed, seen));
  }
  return walk;
}

describe('the walk through a history', () => {
  test('says how far it is', () => {
    const seen = new Set<number>();
    expect(reachedMs(UNBEGUN)).toBe(null);
    const first = walkAfter(UNBEGUN, pageOf(8, UNBEGUN, new Set(), seen));
    expect(reachedMs(first)).toBe(hlcMs(place(6).hlc));
    expect([...seen].sort()).toEqual([6, 7, 8]);
    expect(reachedMs(walkAll(8, first, new Set(), seen))).toBe(0);
    expect(seen.size).toBe(8);
  });

  test('of an empty chat is over at once', () => {
    expect(isToWalk(walkAfter(UNBEGUN, { places: [], closed: [], more: false }))).toBe(false);
  });

  test('is taken again from the newest where more of the past is open', () => {
    const seen = new Set<number>();
    const whole = walkAll(5, UNBEGUN, new Set(), seen);
    const again = walkAgain(whole, { from: null, to: null });
    expect([isToWalk(again), reachedMs(again), nextBefore(again)]).toEqual([true, null, null]);
    const later = new Set<number>();
    walkAll(9, again, new Set(), later);
    expect(later.size).toBe(9);
  });

  test('meets everything once there are keys, whatever had none, and wherever it was taken up again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 }),
        (count, without, stops) => {
          const seen = new Set<number>();
          const closed = new Set(without);
          let walk = UNBEGUN;
          for (const steps of stops) {
            for (let i = 0; i < steps && isToWalk(walk); i++) walk = walkAfter(walk, pageOf(count, walk, closed, seen));
            walk = walkAgain(walk, walked(walk));
          }
          walk = withKeys(walkAll(count, walk, closed, seen));
          walk = walkAll(count, walk, new Set(), seen);
          expect([seen.size, walk.closed]).toEqual([count, null]);
        },
      ),
    );
  });
});
