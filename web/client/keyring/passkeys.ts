/**
 * Passkeys of an account (SEAL 3.2): what the browser is asked for, what its answer opens, and the list that lies in the vault. Always
 * holds: an answer counts only with the 32 bytes of the PRF, and only if it is this account's; what fails changes nothing.
 */
import { equalBytes } from '../../../protocol/bytes.ts';
import { type AccountId, idBytes, type OrgId } from '../../../protocol/ids.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { prfSalt, UNLOCKER_KINDS, type Unlocker } from '../../../protocol/seal/unlockers.ts';
import type { VaultInside } from '../../../protocol/seal/vault.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import type { Answer } from '../model.ts';
import type { PasskeyAnswer, PasskeyAsk, PasskeyView } from '../passkey.ts';
import type { Random } from '../ports.ts';
import { refused } from '../refusal.ts';
import { drawUnlocker } from './making.ts';
import { readPasskeys, type StoredPasskey, withPasskeys } from './settings.ts';

interface Who {
  readonly org: OrgId;
  readonly account: AccountId;
}

const NAME_LENGTH = 64;

/** `inside` null: the vault is closed, and which passkeys there are is not known. */
export function passkeyAsk({ account }: Who, inside: VaultInside | null): PasskeyAsk {
  const known = inside ? passkeysIn(inside).flatMap(({ credential }) => credential ?? []) : [];
  return { salt: prfSalt(account), user: idBytes(account), known };
}

/** Those that open the vault; of one that another program made, no more than that is known. */
export function passkeysIn({ unlockers, settings }: VaultInside): PasskeyView[] {
  const stored = new Map(readPasskeys(settings).map((each) => [each.id, each]));
  return unlockers.filter(isPasskey).map((each) => {
    const id = toBase64(each.id);
    const { name = '', addedAt = null, lastUsedAt = null, credential } = stored.get(id) ?? {};
    return { id, name, addedAt, lastUsedAt, credential: credential ? fromBase64(credential) : null };
  });
}

/** The 32 bytes that the vault is sealed with. Refuses `passkey_cancelled`, `passkey_without_prf`, `passkey_exists`, `passkey_of_other`. */
export function secretIn({ account }: Who, answer: PasskeyAnswer): Answer<Uint8Array> {
  if (answer.is !== 'got') return refused(`passkey_${answer.is}`);
  if (answer.user && !equalBytes(answer.user, idBytes(account))) return refused('passkey_of_other');
  return answer.secret.length === 32 ? { ok: true, value: answer.secret } : refused('passkey_without_prf');
}

/** The vault with one more. Refuses `passkey_exists`, `too_big` where there is no place, and what `secretIn` does. */
export async function withPasskey(
  inside: VaultInside,
  who: Who,
  { answer, name, random, now }: { answer: PasskeyAnswer; name: string; random: Random; now: number },
): Promise<Answer<VaultInside>> {
  const secret = secretIn(who, answer);
  if (!secret.ok) return secret;
  if (inside.unlockers.length >= LIMITS.unlockers) return refused('too_big', 'passkeys');
  const unlocker = await drawUnlocker(random, 'passkey', secret.value);
  if (inside.unlockers.some(({ publicKey }) => equalBytes(publicKey, unlocker.publicKey)))
    return refused('passkey_exists');
  const credential = answer.is === 'got' ? toBase64(answer.credential) : '';
  const entry = {
    id: toBase64(unlocker.id),
    name: name.slice(0, NAME_LENGTH),
    addedAt: now,
    lastUsedAt: null,
    credential,
  };
  const settings = withPasskeys(inside.settings, [...readPasskeys(inside.settings), entry]);
  return { ok: true, value: { ...inside, unlockers: [...inside.unlockers, unlocker], settings } };
}

/** The same object where there is no such passkey. */
export function withoutPasskey(inside: VaultInside, id: string): VaultInside {
  const unlockers = inside.unlockers.filter((each) => !isPasskey(each) || toBase64(each.id) !== id);
  if (unlockers.length === inside.unlockers.length) return inside;
  const rest = readPasskeys(inside.settings).filter((each) => each.id !== id);
  return { ...inside, unlockers, settings: withPasskeys(inside.settings, rest) };
}

/** Settings that say that this passkey was used now. */
export function afterUse(settings: Uint8Array, answer: PasskeyAnswer, now: number): Uint8Array {
  const credential = answer.is === 'got' ? toBase64(answer.credential) : null;
  const used = (each: StoredPasskey) => (each.credential === credential ? { ...each, lastUsedAt: now } : each);
  return withPasskeys(settings, readPasskeys(settings).map(used));
}

function isPasskey({ kind }: Unlocker): boolean {
  return kind === UNLOCKER_KINDS.passkey;
}
