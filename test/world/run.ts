/** How far the world runs: to a time, to a condition, or until nothing is under way. */
import type { Events } from './events.ts';

/** Simulated time after which a run that has not got there is a failure. */
const WITHIN_MS = 600_000;
/** Idle: nothing under way between nodes, and no timer due this soon. */
const QUIET_MS = 1_000;

export type Run =
  | { readonly forMs: number }
  | { readonly until: () => boolean; readonly withinMs?: number }
  | { readonly untilIdle: true; readonly quietMs?: number; readonly withinMs?: number };

export async function runWorld(events: Events, run: Run): Promise<void> {
  // What the test itself set going, or let go on, since the last run.
  await events.quiet();
  if ('forMs' in run) {
    await runTo(events, events.now() + run.forMs);
    return;
  }
  const deadline = events.now() + (run.withinMs ?? WITHIN_MS);
  const isThere = 'until' in run ? run.until : () => isIdle(events, run.quietMs ?? QUIET_MS);
  while (!isThere()) {
    const next = events.nextAt();
    if (next === null || next > deadline) throw new Error(`the world did not get there; last: ${lastLines(events)}`);
    await events.step();
  }
}

export async function drivePromise<T>(events: Events, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = (): void => {
    isSettled = true;
  };
  promise.then(settled, settled);
  await runWorld(events, { until: () => isSettled });
  return await promise;
}

/** Whose events are what the test itself does. */
export const TEST = {};

export async function actInWorld<T>(events: Events, run: () => T | Promise<T>): Promise<T> {
  let done: { readonly value: T } | { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    try {
      done = { value: await run() };
    } catch (error) {
      done = { error };
    }
  };
  events.add({ delayMs: 0, kind: 'timer', owner: TEST, label: 'the test', run: work });
  await runWorld(events, { until: () => done !== undefined });
  if (done && 'value' in done) return done.value;
  throw done?.error;
}

async function runTo(events: Events, end: number): Promise<void> {
  for (let next = events.nextAt(); next !== null && next <= end; next = events.nextAt()) await events.step();
  events.advanceTo(end);
}

function isIdle(events: Events, quietMs: number): boolean {
  const next = events.nextAt();
  return events.linkEvents() === 0 && (next === null || next - events.now() > quietMs);
}

function lastLines(events: Events): string {
  return `\n${events.recent(20).join('\n')}`;
}
