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

export function withSettings(settings: Uint8Array, change: Partial<VaultSettings>): Uint8Array {
  return utf8(JSON.stringify({ ...readLoose(settings), ...change }));
}
