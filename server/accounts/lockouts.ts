/**
 * Slows down guessing. A guess counts when it starts (the client learns from the first answer whether it was right), and is given
 * back when the log-in succeeds. Always holds: names without an account are locked like those with one.
 */
import ipaddr from 'ipaddr.js';
import { Refused } from '../../protocol/result.ts';
import type { Clock } from '../ports.ts';
import { createBuckets } from './buckets.ts';

export interface Lockouts {
  /** Refuses (throws) `locked_out`, with the detail `retryAfterMs=N`. */
  guess(name: string, address: string): void;
  succeeded(name: string, address: string): void;
  /** Forgets the failures against a name: its person got a new password. */
  forgive(name: string): void;
}

const MINUTE_MS = 60_000;
export const GUESSES_PER_NAME = 10;
export const GUESSES_PER_ADDRESS = 60;

export function createLockouts(clock: Clock): Lockouts {
  const names = createBuckets({ clock, capacity: GUESSES_PER_NAME, refillMs: MINUTE_MS });
  const addresses = createBuckets({ clock, capacity: GUESSES_PER_ADDRESS, refillMs: MINUTE_MS / 6 });
  return {
    guess(name, address) {
      const retryAfterMs = addresses.take(addressGroup(address)) || names.take(name);
      if (retryAfterMs > 0) throw new Refused('locked_out', `retryAfterMs=${retryAfterMs}`);
    },
    succeeded(name, address) {
      names.refund(name);
      addresses.refund(addressGroup(address));
    },
    forgive: (name) => names.clear(name),
  };
}

/** One person holds a whole /64 of IPv6, so that counts as one address. */
export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return parsed.toByteArray().slice(0, 8).join('.');
}
