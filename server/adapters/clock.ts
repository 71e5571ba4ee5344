/**
 * The system clock behind the `Clock` port.
 * A delay of any length holds (timers of the platform end at 2^31 ms); a fault in `run` is logged, never thrown.
 */
import type { Clock, Log, Timer } from '../ports.ts';

/** The longest delay that `setTimeout` keeps; anything above fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export function createSystemClock({ log }: { log: Log }): Clock {
  return { now: () => Date.now(), after: (delayMs, run) => startTimer(delayMs, () => guarded(run, log)) };
}

async function guarded(run: () => void | Promise<void>, log: Log): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.error('timer.failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function startTimer(delayMs: number, run: () => void): Timer {
  if (!(delayMs > 0)) {
    const immediate = setImmediate(run);
    return { cancel: () => clearImmediate(immediate) };
  }
  let left = delayMs;
  let timeout: NodeJS.Timeout;
  const step = (): void => {
    const part = Math.min(left, LONGEST_TIMEOUT_MS);
    left -= part;
    timeout = setTimeout(left > 0 ? step : run, part);
  };
  step();
  return { cancel: () => clearTimeout(timeout) };
}
