/**
 * Did a device of its author write a message or an erasure (SEAL 4.5, 5.1)? Asked when it comes, off the main thread, and before
 * the work that stores it. Always holds: an answer names the key that it was given for; where another key counts by the time of
 * the work, it is asked anew. Requests are judged where they are ordered, and fins need no signature.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { deviceKeyFor } from '../../protocol/chat/pins.ts';
import type { SignedBy } from '../../protocol/chat/validity.ts';
import type { AccountId, DeviceId, OrgId } from '../../protocol/ids.ts';
import type { Body } from '../../protocol/log/entry.ts';
import { isSignedBy } from '../../protocol/seal/body.ts';
import type { Statements } from '../db/statements.ts';
import type { HeldChat, HeldLog } from './held.ts';

/** Where an entry stands, or would. */
export interface Written {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly cpos: number;
  /** Identity chains that its author carried in this log before it (SEAL 4.11). */
  readonly carried: readonly Uint8Array[];
}

/** `key` null: that device was not the author's. */
export interface Answer {
  readonly key: Uint8Array | null;
  readonly isGood: boolean;
}

export function needsDevice({ state }: HeldChat, kind: Body['kind']): boolean {
  return state.suite !== 0 && (kind === 'message' || kind === 'erase');
}

function keyOf({ state }: HeldChat, { org, account, device, cpos, carried }: Written): Uint8Array | null {
  return deviceKeyFor(state, { org, account }, device, cpos, carried);
}

export async function askDevice(held: HeldChat, written: Written, body: Body): Promise<Answer> {
  const key = keyOf(held, written);
  return { key, isGood: key !== null && (await isSignedBy(body, key)) };
}

/** What is said of the entry in its work; null: another key counts by now than the one that was asked with. */
export function signedBy(held: HeldChat, written: Written, answer: Answer): SignedBy | null {
  const key = keyOf(held, written);
  const isSame = key === null || answer.key === null ? key === answer.key : equalBytes(key, answer.key);
  const { device, carried } = written;
  return isSame ? { device, devSig: answer.isGood ? 'good' : 'bad', carried } : null;
}

/** In a direct chat: chains that this account's `keys` requests in this log carry before `seq`, in order. */
export function carriedBefore(
  from: Statements,
  held: HeldChat,
  log: HeldLog,
  person: number,
  seq: number,
): Uint8Array[] {
  if (held.state.kind !== 'direct' || held.state.suite === 0) return [];
  return from
    .prepare<[number, number, number], { identity: Uint8Array }>(
      'SELECT identity FROM carriedKeys WHERE log = ? AND person = ? AND seq < ? ORDER BY seq',
    )
    .all(log.id, person, seq)
    .map(({ identity }) => identity);
}

/** The chain that a `keys` request carries. */
export function carriedIn(body: Body | null): Uint8Array | null {
  if (body?.kind !== 'request') return null;
  for (const intent of body.body.intents) if (intent.is === 'keys') return intent.identity;
  return null;
}
