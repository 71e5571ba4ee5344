/** Log-ins between their first and second message: in memory, bounded in number and time, each used once. */
import { toBase32 } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import type { Clock, Random } from '../ports.ts';

export interface Attempts<T> {
  /** Its id, 128 random bits. Refuses (throws) `overloaded`. */
  add(attempt: T): string;
  /** Gone afterwards. */
  take(attemptId: string): T | undefined;
}

const LIFETIME_MS = 2 * 60_000;
const MOST = 10_000;

export function createAttempts<T>(clock: Clock, random: Random): Attempts<T> {
  const open = new Map<string, { attempt: T; endsAtMs: number }>();
  return {
    add(attempt) {
      const nowMs = clock.now();
      for (const [id, { endsAtMs }] of open) {
        if (endsAtMs > nowMs) break;
        open.delete(id);
      }
      if (open.size >= MOST) throw new Refused('overloaded', 'log-ins under way');
      const attemptId = toBase32(random.bytes(16));
      open.set(attemptId, { attempt, endsAtMs: nowMs + LIFETIME_MS });
      return attemptId;
    },
    take(attemptId) {
      const found = open.get(attemptId);
      open.delete(attemptId);
      return found && found.endsAtMs > clock.now() ? found.attempt : undefined;
    },
  };
}
