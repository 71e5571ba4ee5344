/** Work for later, each kind at most once at a time; who is to be told; waiting for a condition with an end. */
import type { Clock, Timer } from '../ports.ts';

export interface Later {
  /** Runs once, after the delay, however often it is asked for until then. */
  once(name: string, delayMs: number, run: () => void | Promise<void>): void;
  stop(): void;
}

export function createLater(clock: Clock): Later {
  const timers = new Map<string, Timer>();
  let isStopped = false;
  return {
    once(name, delayMs, run) {
      if (isStopped || timers.has(name)) return;
      const timer = clock.after(delayMs, () => {
        timers.delete(name);
        return run();
      });
      timers.set(name, timer);
    },
    stop() {
      isStopped = true;
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

export interface Listeners<A extends unknown[]> {
  /** Gives what ends it. */
  listen(listener: (...args: A) => void): () => void;
  tell(...args: A): void;
}

export function createListeners<A extends unknown[]>(): Listeners<A> {
  const listeners = new Set<(...args: A) => void>();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(...args) {
      for (const listener of listeners) listener(...args);
    },
  };
}

/** The first value that is not undefined, asked after each call of `check`; undefined when the time is over. */
export function until<T>(
  clock: Clock,
  timeoutMs: number,
  listen: (check: () => void) => () => void,
  ask: () => T | undefined,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const finish = (value: T | undefined) => {
      stopListening();
      timer.cancel();
      resolve(value);
    };
    const stopListening = listen(() => {
      const value = ask();
      if (value !== undefined) finish(value);
    });
    const timer = clock.after(timeoutMs, () => finish(undefined));
  });
}
