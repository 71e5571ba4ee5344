/** Time and chance as browsers and node have them. */
import type { Clock, Random } from '../ports.ts';

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export function createSystemClock(report: (error: unknown) => void): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, run) {
      const guarded = async () => {
        try {
          await run();
        } catch (error) {
          report(error);
        }
      };
      const timer = setTimeout(guarded, Math.min(delayMs, LONGEST_TIMEOUT_MS));
      return { cancel: () => clearTimeout(timer) };
    },
  };
}

export const systemRandom: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
