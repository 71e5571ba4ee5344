/**
 * Sealed looks (SEAL 5.2). The key is of the position that the look names; the chat's id is additional data, so that a look of one
 * chat opens in no other.
 */
import { concatBytes } from '../bytes.ts';
import { type LookBody, lookBody } from '../chat/look.ts';
import { encode, fields, hash32, uint } from '../codec.ts';
import { verify } from '../ed25519.ts';
import { type ChatId, idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { SUITE } from '../log/entry.ts';
import { ok, type Result, refuse } from '../result.ts';
import { openAes, sealAes } from './aes.ts';
import { pad, unpad } from './padding.ts';
import { sign } from './sign.ts';
import type { Base } from './wrap.ts';

const lookHead = fields({ suite: uint(255), cpos: uint(), chash: hash32 });
const NONE = new Uint8Array();

function lookAad(chatId: ChatId, { suite, cpos, chash }: Pick<LookBody, 'suite' | 'cpos' | 'chash'>): Uint8Array {
  return concatBytes(idBytes(chatId), encode(lookHead, { suite, cpos, chash }));
}

/**
 * The look's bytes. `at`: the position whose secret gives `lookKey`, and its hash (at the founding, of the base); `nonce`: 12 random
 * bytes. Refuses `too_big`.
 */
export async function sealLook(
  chatId: ChatId,
  at: Base,
  lookKey: Uint8Array,
  nonce: Uint8Array,
  content: Uint8Array,
  device: CryptoKey,
): Promise<Result<Uint8Array>> {
  const head = { suite: SUITE.sealed, ...at };
  const ciphertext = await sealAes(lookKey, nonce, lookAad(chatId, head), pad(content));
  const unsigned = { ...head, nonce, ciphertext, devSig: NONE };
  const devSig = await sign('look', encode(lookBody, unsigned), device);
  const made = encode(lookBody, { ...unsigned, devSig });
  return made.length <= LIMITS.lookBytes ? ok(made) : refuse('too_big', 'look');
}

/** The content. `deviceKey`: of the device whose request names the look. Refuses as `openMessage` does. */
export async function openLook(
  chatId: ChatId,
  body: LookBody,
  lookKey: Uint8Array,
  deviceKey: Uint8Array,
): Promise<Result<Uint8Array>> {
  if (body.suite !== SUITE.sealed) return refuse('suite_not_allowed', 'look');
  const signed = await verify('look', encode(lookBody, { ...body, devSig: NONE }), deviceKey, body.devSig);
  if (!signed) return refuse('bad_signature', 'device');
  const padded = await openAes(lookKey, body.nonce, lookAad(chatId, body), body.ciphertext);
  return padded ? unpad(padded) : refuse('cannot_open', 'look');
}
