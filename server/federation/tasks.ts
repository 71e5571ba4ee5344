/**
 * What one connection still has to send: frames are made only when the connection takes them, so nothing is queued in memory
 * that is on disk anyway (PROTOCOL 5.1, 5.2).
 */
import type { Frame } from '../../protocol/sync/frames.ts';

export type Frames = Generator<Frame, void, void>;

export interface Tasks {
  /** Frames that are to go after everything that is waiting. */
  add(frames: Frames): void;
  /** Sends as much as the connection takes. `send` gives false when it wants no more for now. */
  pump(send: (frame: Frame) => boolean): void;
  readonly length: number;
}

/** A peer that asks for more than this at once is asking again for the same. */
const MOST = 1_000;

export function createTasks(): Tasks {
  const waiting: Frames[] = [];
  let isPumping = false;

  function pump(send: (frame: Frame) => boolean): void {
    if (isPumping) return;
    isPumping = true;
    try {
      for (;;) {
        const next = waiting[0]?.next();
        if (!next) return;
        if (next.done) waiting.shift();
        else if (!send(next.value)) return;
      }
    } finally {
      isPumping = false;
    }
  }

  return {
    add(frames) {
      if (waiting.length < MOST) waiting.push(frames);
    },
    pump,
    get length() {
      return waiting.length;
    },
  };
}
