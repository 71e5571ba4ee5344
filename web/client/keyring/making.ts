/**
 * New keys of an account: at sign-up, at the first log-in of an account without any, and after a reset (SEAL 3.4). Always holds:
 * card, vault and envelopes are of one piece, and go to the node together.
 */

import type { Card } from '../../../protocol/identity/card.ts';
import type { Identity } from '../../../protocol/identity/identity-chain.ts';
import { type DeviceId, idFromBytes } from '../../../protocol/ids.ts';
import type { MemberRef } from '../../../protocol/log/entry.ts';
import { ok, type Result } from '../../../protocol/result.ts';
import { formatRecoveryCode, parseRecoveryCode } from '../../../protocol/seal/recovery-code.ts';
import {
  makeUnlocker,
  sealEnvelopes,
  UNLOCKER_KINDS,
  type Unlocker,
  type UnlockerKind,
} from '../../../protocol/seal/unlockers.ts';
import { sealVault, type VaultInside } from '../../../protocol/seal/vault.ts';
import type { Random } from '../ports.ts';
import { makeCard } from './cards.ts';
import type { Written } from './kept.ts';
import { LOST_KEY } from './opening.ts';
import { withSettings } from './settings.ts';

export interface MakingParts {
  readonly random: Random;
  /** Milliseconds. */
  readonly now: number;
}

export interface Before {
  readonly identity: Identity;
  /** Of the vault that nobody can open any more; 0: there was none. */
  readonly version: number;
}

export interface MadeKeys {
  readonly written: Written & { readonly card: Uint8Array; readonly envelopes: NonNullable<Written['envelopes']> };
  readonly vaultKey: Uint8Array;
  /** As it is shown, once. */
  readonly code: string;
}

export function drawDevice(random: Random): DeviceId {
  return idFromBytes('device', random.bytes(16));
}

export async function drawUnlocker(random: Random, kind: UnlockerKind, secret: Uint8Array): Promise<Unlocker> {
  return makeUnlocker(kind, random.bytes(16), secret);
}

/** A new recovery code, as it is shown. */
export function drawCode(random: Random): string {
  return formatRecoveryCode(random.bytes(20));
}

/** `code` as it was shown or typed. Refuses `wrong_code`. */
export async function codeUnlocker(random: Random, code: string): Promise<Result<Unlocker>> {
  const secret = parseRecoveryCode(code);
  return secret.ok ? ok(await drawUnlocker(random, 'code', secret.value)) : secret;
}

/** The unlockers with `next` in place of all of its kind. */
export function replaced({ unlockers }: VaultInside, kind: UnlockerKind, next: Unlocker): Unlocker[] {
  return [...unlockers.filter((each) => each.kind !== UNLOCKER_KINDS[kind]), next];
}

/**
 * `before`: what a reset leaves behind; null: the account has no keys yet. `exportKey` null: nobody has typed the password, and
 * the code alone opens the vault. Refuses `too_big` (an account reset too often).
 */
export async function makeKeys(
  member: MemberRef,
  before: Before | null,
  device: Card['devices'][number],
  exportKey: Uint8Array | null,
  { random, now }: MakingParts,
): Promise<Result<MadeKeys>> {
  const [uikSeed, vaultKey, secret] = [random.bytes(32), random.bytes(32), random.bytes(20)];
  // A generation is never used twice, so after a reset the keys that are lost have their places still.
  const lost = Array.from({ length: before?.identity.ukGen ?? 0 }, () => LOST_KEY);
  const uks = [...lost, random.bytes(32)];
  const change = before ? 'reset' : 'enrol';
  const made = await makeCard(member, before?.identity ?? null, { change, uikSeed, uks, devices: [device], now });
  const unlockers = [await drawUnlocker(random, 'code', secret)];
  if (exportKey) unlockers.push(await drawUnlocker(random, 'password', exportKey));
  const settings = withSettings(new Uint8Array(), { recoveryKept: false });
  const inside: VaultInside = { uikSeed, uks, cardSeq: made.seq, unlockers, known: [], settings };
  const version = (before?.version ?? 0) + 1;
  const vault = await sealVault(member, version, vaultKey, random.bytes(12), inside);
  if (!vault.ok) return vault;
  const envelopes = await sealEnvelopes(member, unlockers, vaultKey, (length) => random.bytes(length));
  if (!envelopes.ok) return envelopes;
  const written = { card: made.card, vault: vault.value, envelopes: envelopes.value };
  return ok({ written, vaultKey, code: formatRecoveryCode(secret) });
}
