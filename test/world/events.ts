/**
 * What happens in the world, one event at a time: the next begins when whatever the last one set going has ended, or
 * waits for another event (`outside`). That is what makes a seed replay.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Timer } from '../../server/ports.ts';
import { createHeap } from './heap.ts';

/** Real time after which a handler that neither ends nor waits for the world is a bug. */
const STUCK_MS = 20_000;
const KEPT_LINES = 5_000;

export interface Happening {
  readonly delayMs: number;
  /** `link`: something under way between nodes. `timer`: anything else. Only the first keeps the world from being idle. */
  readonly kind: 'link' | 'timer';
  /** Whose code runs; its events die with it. */
  readonly owner: object;
  /** For the trace and for people. */
  readonly label: string;
  readonly bytes?: Uint8Array;
  run(): void | Promise<void>;
}

interface Queued extends Happening {
  readonly at: number;
  readonly order: number;
  isCancelled: boolean;
}

interface Task {
  readonly owner: object;
  readonly label: string;
  /** Promises it awaits that only another event can settle. */
  waiting: number;
}

export interface Thrown {
  readonly at: number;
  readonly label: string;
  readonly error: unknown;
}

export interface Events {
  /** Simulated milliseconds. */
  now(): number;
  /** Only forwards. */
  advanceTo(at: number): void;
  add(happening: Happening): Timer;
  /** Runs the next event and all it set going. `false`: there is none. */
  step(): Promise<boolean>;
  /** Until every handler has ended or waits for another event. */
  quiet(): Promise<void>;
  /** When the next event is due; `null`: none is queued. */
  nextAt(): number | null;
  linkEvents(): number;
  /** Its events never happen, its handlers are waited for no more. */
  kill(owner: object): void;
  /** For what a handler awaits and only another event can settle; without it the world would wait for the handler. */
  outside<T>(promise: Promise<T>): Promise<T>;
  readonly thrown: Thrown[];
  note(line: string, bytes?: Uint8Array): void;
  /** Of everything that happened so far, in order, with the bytes. */
  digest(): string;
  recent(count: number): string[];
}

export function createEvents(startMs: number): Events {
  const heap = createHeap<Queued>((a, b) => a.at - b.at || a.order - b.order);
  const tasks = createTasks();
  const trace = createTrace();
  const dead = new WeakSet<object>();
  let now = startMs;
  let order = 0;
  let linkEvents = 0;

  const drop = (queued: Queued): void => {
    if (queued.kind === 'link' && !queued.isCancelled) linkEvents -= 1;
    queued.isCancelled = true;
  };
  const skipCancelled = (): Queued | undefined => {
    let top = heap.peek();
    while (top !== undefined && (top.isCancelled || dead.has(top.owner))) {
      drop(top);
      heap.pop();
      top = heap.peek();
    }
    return top;
  };

  return {
    now: () => now,
    advanceTo: (at) => {
      now = Math.max(now, at);
    },
    add: (happening) => {
      if (dead.has(happening.owner)) return { cancel: () => {} };
      order += 1;
      const queued = { ...happening, at: now + Math.max(0, happening.delayMs), order, isCancelled: false };
      heap.push(queued);
      if (queued.kind === 'link') linkEvents += 1;
      return { cancel: () => drop(queued) };
    },
    step: async () => {
      const queued = skipCancelled();
      if (queued === undefined) return false;
      heap.pop();
      drop(queued);
      now = queued.at;
      trace.note(`${now} ${queued.label}`, queued.bytes);
      tasks.start(queued.owner, queued.label, now, queued.run);
      await tasks.quiet();
      return true;
    },
    quiet: tasks.quiet,
    nextAt: () => skipCancelled()?.at ?? null,
    linkEvents: () => {
      skipCancelled();
      return linkEvents;
    },
    kill: (owner) => {
      dead.add(owner);
      tasks.kill(owner);
      for (const queued of heap.items()) if (queued.owner === owner) drop(queued);
    },
    outside: tasks.outside,
    thrown: tasks.thrown,
    note: (line, bytes) => trace.note(`${now} ${line}`, bytes),
    digest: trace.digest,
    recent: trace.recent,
  };
}

function createTasks() {
  const current = new AsyncLocalStorage<Task>();
  const alive = new Set<Task>();
  const thrown: Thrown[] = [];
  let change = Promise.withResolvers<void>();

  const changed = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };

  const start = (owner: object, label: string, at: number, run: () => void | Promise<void>): void => {
    const task: Task = { owner, label, waiting: 0 };
    alive.add(task);
    const ended = (): void => {
      alive.delete(task);
      changed();
    };
    current
      .run(task, async () => run())
      .then(ended, (error) => {
        thrown.push({ at, label, error });
        ended();
      });
  };

  const outside = async <T>(promise: Promise<T>): Promise<T> => {
    const task = current.getStore();
    if (task === undefined) return await promise;
    task.waiting += 1;
    changed();
    try {
      return await promise;
    } finally {
      task.waiting -= 1;
      changed();
    }
  };

  /** Until every handler has ended or waits for another event. */
  const quiet = async (): Promise<void> => {
    for (;;) {
      await new Promise((turned) => setImmediate(turned));
      const working = [...alive].find((task) => task.waiting === 0);
      if (working === undefined) return;
      await orStuck(change.promise, working.label);
    }
  };

  const kill = (owner: object): void => {
    for (const task of alive) if (task.owner === owner) alive.delete(task);
    changed();
  };
  return { start, outside, quiet, kill, thrown };
}

async function orStuck(change: Promise<void>, label: string): Promise<void> {
  let timeout: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    const error = new Error(`the handler of "${label}" neither ends nor waits for the world (see Events.outside)`);
    timeout = setTimeout(() => reject(error), STUCK_MS);
  });
  try {
    await Promise.race([change, stuck]);
  } finally {
    clearTimeout(timeout);
  }
}

function createTrace() {
  const hash = createHash('sha256');
  const lines: string[] = [];
  return {
    note: (line: string, bytes?: Uint8Array): void => {
      hash.update(`${line}\n`);
      if (bytes !== undefined) hash.update(bytes);
      lines.push(line);
      if (lines.length > 2 * KEPT_LINES) lines.splice(0, KEPT_LINES);
    },
    digest: (): string => hash.copy().digest('hex'),
    recent: (count: number): string[] => lines.slice(-count),
  };
}
