/**
 * Token buckets: so many at once, then one more every `refillMs`. Always holds: memory is bounded, and being flooded with new keys
 * never fills up a bucket that was emptied: keys beyond the bound share one.
 */
import type { Clock } from '../ports.ts';

export interface BucketOptions {
  readonly clock: Clock;
  readonly capacity: number;
  readonly refillMs: number;
  readonly maxKeys?: number;
}

export interface Buckets {
  /** Takes one. 0: there was one. Else nothing was taken, and this many milliseconds until there is. */
  take(key: string): number;
  /** Puts one back. */
  refund(key: string): void;
  /** Fills it up. */
  clear(key: string): void;
}

const OVERFLOW = '';

export function createBuckets({ clock, capacity, refillMs, maxKeys = 20_000 }: BucketOptions): Buckets {
  /** When the bucket will be full again; a full one is not kept. */
  const fullAt = new Map<string, number>();

  function slot(key: string, now: number): string {
    if (fullAt.has(key) || fullAt.size < maxKeys) return key;
    for (const [other, at] of fullAt) if (at <= now) fullAt.delete(other);
    return fullAt.size < maxKeys ? key : OVERFLOW;
  }

  return {
    take(key) {
      const now = clock.now();
      const at = slot(key, now);
      // A clock set back must not empty a bucket for longer than filling it takes.
      const full = Math.min(Math.max(fullAt.get(at) ?? now, now), now + capacity * refillMs);
      const waitMs = full + refillMs - (now + capacity * refillMs);
      if (waitMs > 0) return waitMs;
      fullAt.set(at, full + refillMs);
      return 0;
    },
    refund(key) {
      const at = fullAt.get(key);
      if (at !== undefined) fullAt.set(key, at - refillMs);
    },
    clear(key) {
      fullAt.delete(key);
    },
  };
}
