/** For tests only: keys from a number, and an organisation made with them. */
import * as noble from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { firstChain, type Organisation, type RecordContent } from '../identity/organisation.ts';
import type { Sign } from '../identity/record.ts';
import type { Result } from '../result.ts';

noble.hashes.sha512 = sha512;

export interface Pair {
  readonly key: Uint8Array;
  readonly sign: Sign;
}

export function pairOf(number: number): Pair {
  const seed = new Uint8Array(32).fill(number);
  return { key: noble.getPublicKey(seed), sign: (message) => noble.sign(message, seed) };
}

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail ?? ''}`);
  return result.value;
}

export const ISSUED_MS = Date.UTC(2026, 10, 24);
export const root = pairOf(1);
export const operational = pairOf(2);

export function contentOf(change: Partial<RecordContent> = {}): RecordContent {
  return {
    rootKeys: [root.key],
    opKey: operational.key,
    name: 'Acme',
    domains: ['acme.example'],
    endpoints: ['/ip4/203.0.113.7/tcp/4440'],
    features: ['suite0'],
    issuedAt: ISSUED_MS,
    expiresAt: ISSUED_MS + 6 * 86_400_000,
    ...change,
  };
}

export function acme(change: Partial<RecordContent> = {}): Organisation {
  return unwrap(firstChain(contentOf(change), root.sign));
}
