/** After a new start: the account, from what this device has kept. Asks nobody anything. */
import type { Me } from '../../../protocol/api/shapes.ts';
import type { Phase } from '../model.ts';
import { openFromDevice } from './device.ts';
import { type KeyringParts, OpenKeyring } from './open-keyring.ts';
import { asAnswer } from './own-vault.ts';

export type Locked = Omit<Extract<Phase, { is: 'locked' }>, 'is' | 'me'>;

/** Who came in, and how far: `keyring` null: locked. */
export interface Entry {
  readonly me: Me;
  readonly keyring: OpenKeyring | null;
  readonly locked: Locked | null;
  /** Keys were just made: the recovery code, to be shown this once. */
  readonly code: string | null;
}

export const AFTER_LOCK: Locked = { after: 'lock', ways: ['password', 'code'], why: null };

export function locked(me: Me, how: Locked): Entry {
  return { me, keyring: null, locked: how, code: null };
}

/** Null: the device keeps nothing of this session. What it keeps of another goes. */
export async function reopenHere(parts: KeyringParts, me: Me): Promise<Entry | null> {
  const kept = await parts.keys.read();
  if (kept?.org !== me.org || kept.account !== me.account || kept.device !== me.device) {
    if (kept) await parts.keys.clear();
    return null;
  }
  const open = asAnswer(await openFromDevice(me, kept));
  if (!open.ok) return locked(me, { ...AFTER_LOCK, why: open.refusal });
  return { me, keyring: new OpenKeyring(parts, kept, open.value), locked: null, code: null };
}
