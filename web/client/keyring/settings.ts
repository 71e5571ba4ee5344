/** The part of the vault that is the client's own JSON (SEAL 3.1). What a newer client wrote there is kept. */
import { utf8 } from '../../../protocol/bytes.ts';

export interface VaultSettings {
  /** The recovery code was written down, and confirmed by typing it. */
  readonly recoveryKept: boolean;
}

function readLoose(settings: Uint8Array): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(new TextDecoder().decode(settings));
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

export function readSettings(settings: Uint8Array): VaultSettings {
  return { recoveryKept: readLoose(settings).recoveryKept === true };
}

/** What the list of passkeys shows; the keys themselves stand among the unlockers. Both ids base64url. */
export interface StoredPasskey {
  readonly id: string;
  readonly name: string;
  readonly addedAt: number;
  readonly lastUsedAt: number | null;
  readonly credential: string;
}

export function readPasskeys(settings: Uint8Array): StoredPasskey[] {
  const { passkeys } = readLoose(settings);
  return Array.isArray(passkeys) ? passkeys.filter(isStored) : [];
}

export function withPasskeys(settings: Uint8Array, passkeys: readonly StoredPasskey[]): Uint8Array {
  return utf8(JSON.stringify({ ...readLoose(settings), passkeys }));
}

function isStored(each: unknown): each is StoredPasskey {
  if (typeof each !== 'object' || each === null) return false;
  const { id, name, addedAt, lastUsedAt, credential } = each as Record<string, unknown>;
  const isTexts = [id, name, credential].every((text) => typeof text === 'string');
  return isTexts && typeof addedAt === 'number' && (lastUsedAt === null || typeof lastUsedAt === 'number');
}

export function withSettings(settings: Uint8Array, change: Partial<VaultSettings>): Uint8Array {
  return utf8(JSON.stringify({ ...readLoose(settings), ...change }));
}
