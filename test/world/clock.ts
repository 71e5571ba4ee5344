/** The clock of one node of the world: the world's time and what the node's clock is off by. Its timers die with the node. */
import type { Clock } from '../../server/ports.ts';
import type { Events } from './events.ts';

export interface WorldClock extends Clock {
  /** The wall clock jumps; timers under way keep their length. */
  jump(byMs: number): void;
}

export function createWorldClock(events: Events, owner: object, name: string): WorldClock {
  let offsetMs = 0;
  return {
    now: () => events.now() + offsetMs,
    // Whole milliseconds, as a machine's clock has.
    after: (delayMs, run) =>
      events.add({ delayMs: Math.ceil(delayMs), kind: 'timer', owner, label: `${name} timer`, run }),
    jump: (byMs) => {
      offsetMs += byMs;
    },
  };
}
