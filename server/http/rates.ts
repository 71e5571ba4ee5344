/**
 * How often somebody may ask: per account once signed in, per address before. Always holds: taken before any work in the
 * database but the look-up of the session itself. Refusals carry `retryAfterMs=N`.
 */
import type { AccountId } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import { type Buckets, createBuckets } from '../accounts/buckets.ts';
import { addressGroup } from '../accounts/lockouts.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../ports.ts';

export interface Rates {
  /** One request of an account, or one message on its socket. Refuses `rate_limited`, as all do. */
  account(account: AccountId): Result<void>;
  /** One request of somebody not signed in. */
  stranger(address: string): Result<void>;
  /** One step of a log-in or sign-up: costs the node cryptography. */
  entrance(address: string): Result<void>;
  /** One completion of a name, which may ask partners. */
  search(account: AccountId): Result<void>;
  /** One address of another organisation. */
  lookup(account: AccountId): Result<void>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Keeps the cryptography of strangers off the node; guessing is slowed down by `lockouts`. An office behind one address logs in at nine. */
const ENTRANCES_PER_MINUTE = 300;
const SEARCHES_PER_MINUTE = 240;

export function createRates(clock: Clock, limits: Config['limits']): Rates {
  const perWhile = (count: number, whileMs: number) =>
    createBuckets({ clock, capacity: count, refillMs: whileMs / count });
  const accounts = perWhile(limits.requestsPerMinute, MINUTE_MS);
  const strangers = perWhile(limits.requestsPerMinute, MINUTE_MS);
  const entrances = perWhile(Math.min(ENTRANCES_PER_MINUTE, limits.requestsPerMinute), MINUTE_MS);
  const searches = perWhile(Math.min(SEARCHES_PER_MINUTE, limits.requestsPerMinute), MINUTE_MS);
  const lookups = perWhile(limits.lookupsPerHour, HOUR_MS);
  return {
    account: (account) => take(accounts, account),
    stranger: (address) => take(strangers, addressGroup(address)),
    entrance: (address) => take(entrances, addressGroup(address)),
    search: (account) => take(searches, account),
    lookup: (account) => take(lookups, account),
  };
}

function take(buckets: Buckets, key: string): Result<void> {
  const retryAfterMs = Math.ceil(buckets.take(key));
  return retryAfterMs > 0 ? refuse('rate_limited', `retryAfterMs=${retryAfterMs}`) : ok(undefined);
}
