/**
 * E(0) of a direct chat (SEAL 4.2): both sides derive it from the user keys of both `enrol` cards, so that it needs no wrap and
 * no hub to begin.
 */
import { type ChatId, idBytes } from '../ids.ts';
import { ok, type Result } from '../result.ts';
import { derive } from './derive.ts';
import { sharedSecret } from './x25519.ts';

/** `ownSecret`: the private UK₁; `otherKey`: the public UK₁ of the other side's `enrol` card. Refuses `bad_key`. */
export async function directSecret(
  chatId: ChatId,
  ownSecret: Uint8Array,
  otherKey: Uint8Array,
): Promise<Result<Uint8Array>> {
  const shared = await sharedSecret(ownSecret, otherKey);
  return shared.ok ? ok(derive(shared.value, 'direct', idBytes(chatId))) : shared;
}
