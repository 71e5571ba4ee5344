/**
 * Sealed messages (SEAL 5.1). The key is the content secret's for that device; everything before the nonce is additional data.
 * Always holds: what opens was written by the device under that head, and is padded in the one way.
 */
import { encode } from '../codec.ts';
import { idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { type MessageBody, type MessageHead, messageHead, SUITE } from '../log/entry.ts';
import { ok, type Result, refuse } from '../result.ts';
import { openAes, sealAes } from './aes.ts';
import { isSignedBy, signBody } from './body.ts';
import { derive } from './derive.ts';
import { pad, unpad } from './padding.ts';

function messageKey(contentSecret: Uint8Array, head: MessageHead): Uint8Array {
  return derive(contentSecret, 'message', idBytes(head.device));
}

/**
 * The body's bytes. `contentSecret`: C(cpos) of the head that it cites; `nonce`: 12 random bytes; `content`: UTF-8 JSON.
 * Refuses `too_big`.
 */
export async function sealMessage(
  head: Omit<MessageHead, 'suite'>,
  contentSecret: Uint8Array,
  nonce: Uint8Array,
  content: Uint8Array,
  device: CryptoKey,
): Promise<Result<Uint8Array>> {
  const whole = { suite: SUITE.sealed, ...head };
  const aad = encode(messageHead, whole);
  const ciphertext = await sealAes(messageKey(contentSecret, whole), nonce, aad, pad(content));
  const body = await signBody('message', { ...whole, nonce, ciphertext }, device);
  return body.length <= LIMITS.bodyBytes ? ok(body) : refuse('too_big', 'content');
}

/**
 * The content. `deviceKey`: pinned for the author at the position cited. Refuses `suite_not_allowed`, `bad_signature`,
 * `cannot_open`, `not_canonical`.
 */
export async function openMessage(
  body: MessageBody,
  contentSecret: Uint8Array,
  deviceKey: Uint8Array,
): Promise<Result<Uint8Array>> {
  if (body.suite !== SUITE.sealed) return refuse('suite_not_allowed', 'message');
  if (!(await isSignedBy({ kind: 'message', body }, deviceKey))) return refuse('bad_signature', 'device');
  const aad = encode(messageHead, body);
  const padded = await openAes(messageKey(contentSecret, body), body.nonce, aad, body.ciphertext);
  return padded ? unpad(padded) : refuse('cannot_open', 'message');
}
