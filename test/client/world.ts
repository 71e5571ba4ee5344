// Time and chance for the messenger's tests: a clock that stands until it is told to run, and chance from a seed.
// Parts that are loaded when they are needed, read beforehand: reading takes time that the clock here knows nothing of.
import '../../web/client/erasing.ts';
import '../../web/client/membership.ts';
import type { Clock, Random, Timer } from '../../web/client/ports.ts';
import '../../web/client/sending.ts';

export interface World extends Clock {
  readonly random: Random;
  /** 0 up to, not including, 1. */
  chance(): number;
  /** Lets everything under way come to rest, then fires timers in order, until `isDone`. Throws if that never comes. */
  until(isDone: () => boolean, what?: string): Promise<void>;
  /** Lets everything under way come to rest, timers for now included. */
  rest(): Promise<void>;
  setTime(ms: number): void;
}

export function createWorld(seed: number): World {
  let now = 1_800_000_000_000;
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  let order = 0;
  const timers = new Map<number, { at: number; run: () => void | Promise<void> }>();

  function chance(): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  }

  function after(delayMs: number, run: () => void | Promise<void>): Timer {
    const id = order++;
    timers.set(id, { at: now + delayMs, run });
    return { cancel: () => timers.delete(id) };
  }

  async function settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  function fireNext(latest: number): boolean {
    const due = [...timers].sort(([a, one], [b, other]) => one.at - other.at || a - b)[0];
    if (!due || due[1].at > latest) return false;
    timers.delete(due[0]);
    now = Math.max(now, due[1].at);
    void due[1].run();
    return true;
  }

  async function rest(): Promise<void> {
    do await settle();
    while (fireNext(now));
  }

  return {
    now: () => now,
    after,
    chance,
    random: { bytes: (length) => Uint8Array.from({ length }, () => Math.floor(chance() * 256)) },
    rest,
    async until(isDone, what = 'it') {
      for (let steps = 0; steps < 5_000; steps++) {
        await rest();
        if (isDone()) return;
        if (!fireNext(Number.POSITIVE_INFINITY)) break;
      }
      throw new Error(`${what} never came`);
    },
    setTime(ms) {
      now = ms;
    },
  };
}
