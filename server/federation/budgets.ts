/**
 * How much one organisation may ask of this node (PROTOCOL 5.5): frames by weight, look-ups, new chats. Who is over the
 * budget for frames waits, which slows its own stream and nobody else's.
 */
import type { OrgId } from '../../protocol/ids.ts';
import type { Bundle, Frame } from '../../protocol/sync/frames.ts';
import { createBuckets } from '../accounts/buckets.ts';
import type { Clock } from '../ports.ts';

export interface Budgets {
  /** Milliseconds to wait before the frame is dealt with; 0: none. */
  takeFrame(org: OrgId, frame: Frame): number;
  /** The organisation brought requests that this node has to order: an act each, for everybody in the chat. */
  chargeRequests(org: OrgId, count: number): void;
  takeLookup(org: OrgId): boolean;
  takeInvitation(org: OrgId): boolean;
  /** One person of whom no profile was here. */
  takePerson(org: OrgId): boolean;
  /** One closing of an open block, for a hub that is about to cut. */
  takeFlush(org: OrgId): boolean;
}

/** Entries a second that a peer may bring for long, and how many at once. */
const ENTRIES_A_SECOND = 20_000;
const ENTRIES_AT_ONCE = 200_000;
const REQUEST_WEIGHT = 100;

/** In entries: what a frame costs to check and to keep. */
function weightOf(frame: Frame): number {
  switch (frame.is) {
    case 'blocks':
      return 1 + sum(frame.bundles, weightOfBundle) + sum(frame.looks, kibibytes);
    case 'control':
      return 1 + sum(frame.acts, ({ bytes }) => 8 + bytes.length / 4) + sum(frame.looks, kibibytes);
    case 'heads':
      return 1 + sum(frame.chats, ({ logs }) => 1 + logs.length);
    case 'profiles':
      return 1 + 4 * frame.profiles.length;
    case 'receipts':
      return 1 + frame.receipts.bytes.length / 256;
    case 'pull':
      return 16 + 4 * frame.logs.length;
    case 'keyBundles':
      return 1 + sum(frame.bundles, (bundle) => 8 + kibibytes(bundle));
    case 'lackBundles':
      return 16 + 64 * frame.hashes.length;
    case 'haveBundles':
      return 1 + frame.hashes.length;
    case 'record':
      return 4_000;
    case 'typing':
    case 'proof':
      return 100;
    default:
      return 1;
  }
}

function weightOfBundle({ block, bodies }: Bundle): number {
  return 1 + bodies.length + kibibytes(block.bytes) + sum(bodies, (body) => (body ? kibibytes(body) : 0));
}

function kibibytes({ length }: Uint8Array): number {
  return length / 1_024;
}

function sum<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((total, each) => total + of(each), 0);
}

export function createBudgets(clock: Clock): Budgets {
  const lookups = createBuckets({ clock, capacity: 120, refillMs: 1_000 });
  const invitations = createBuckets({ clock, capacity: 500, refillMs: 2_000 });
  const persons = createBuckets({ clock, capacity: 20_000, refillMs: 1_000 });
  const flushes = createBuckets({ clock, capacity: 1_000, refillMs: 100 });
  const spent = new Map<OrgId, { left: number; atMs: number }>();

  /** What is left of the organisation's budget after this; below 0: it owes. */
  function spend(org: OrgId, weight: number): number {
    const now = clock.now();
    const budget = spent.get(org) ?? { left: ENTRIES_AT_ONCE, atMs: now };
    // A clock that was put back takes nothing away.
    const refilled = budget.left + (Math.max(0, now - budget.atMs) * ENTRIES_A_SECOND) / 1_000;
    const left = Math.min(ENTRIES_AT_ONCE, refilled) - weight;
    spent.set(org, { left, atMs: now });
    return left;
  }

  return {
    takeFrame(org, frame) {
      const left = spend(org, weightOf(frame));
      return left >= 0 ? 0 : Math.ceil((-left * 1_000) / ENTRIES_A_SECOND);
    },
    chargeRequests: (org, count) => void spend(org, count * REQUEST_WEIGHT),
    takeLookup: (org) => lookups.take(org) === 0,
    takeInvitation: (org) => invitations.take(org) === 0,
    takePerson: (org) => persons.take(org) === 0,
    takeFlush: (org) => flushes.take(org) === 0,
  };
}
