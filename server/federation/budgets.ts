/**
 * How much one organisation may ask of this node (PROTOCOL 5.5): frames by weight, look-ups, new chats. Who is over the
 * budget for frames waits, which slows its own stream and nobody else's.
 */
import type { OrgId } from '../../protocol/ids.ts';
import type { Frame } from '../../protocol/sync/frames.ts';
import { createBuckets } from '../accounts/buckets.ts';
import type { Clock } from '../ports.ts';

export interface Budgets {
  /** Milliseconds to wait before the frame is dealt with; 0: none. */
  takeFrame(org: OrgId, frame: Frame): number;
  takeLookup(org: OrgId): boolean;
  takeInvitation(org: OrgId): boolean;
}

/** Entries a second that a peer may bring for long, and how many at once. */
const ENTRIES_A_SECOND = 20_000;
const ENTRIES_AT_ONCE = 200_000;

function weightOf(frame: Frame): number {
  if (frame.is === 'blocks') return 1 + frame.bundles.reduce((sum, { bodies }) => sum + 1 + bodies.length, 0);
  if (frame.is === 'control') return 1 + 8 * frame.acts.length;
  if (frame.is === 'heads') return 1 + frame.chats.length;
  if (frame.is === 'profiles') return 1 + 4 * frame.profiles.length;
  if (frame.is === 'pull') return 16;
  return 1;
}

export function createBudgets(clock: Clock): Budgets {
  const lookups = createBuckets({ clock, capacity: 120, refillMs: 1_000 });
  const invitations = createBuckets({ clock, capacity: 500, refillMs: 2_000 });
  const spent = new Map<OrgId, { left: number; atMs: number }>();

  return {
    takeFrame(org, frame) {
      const now = clock.now();
      const budget = spent.get(org) ?? { left: ENTRIES_AT_ONCE, atMs: now };
      // A clock that was put back takes nothing away.
      const refilled = budget.left + (Math.max(0, now - budget.atMs) * ENTRIES_A_SECOND) / 1_000;
      const left = Math.min(ENTRIES_AT_ONCE, refilled) - weightOf(frame);
      spent.set(org, { left, atMs: now });
      return left >= 0 ? 0 : Math.ceil((-left * 1_000) / ENTRIES_A_SECOND);
    },
    takeLookup: (org) => lookups.take(org) === 0,
    takeInvitation: (org) => invitations.take(org) === 0,
  };
}
