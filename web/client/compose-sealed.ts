/**
 * What a client writes in a sealed chat, as bytes (SEAL 4.1, 5.1, 5.2): as in compose.ts, but signed by the device, and with what is
 * inside sealed. Nothing that is written here is ever clear.
 */
import { DEFAULT_POLICY, genesis } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { lookHash } from '../../protocol/chat/look.ts';
import { encode } from '../../protocol/codec.ts';
import { type ChatId, type EntryId, idFromBytes, type LogId } from '../../protocol/ids.ts';
import { type Alert, SUITE } from '../../protocol/log/entry.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import { signBody } from '../../protocol/seal/body.ts';
import { sealLook } from '../../protocol/seal/look.ts';
import { sealMessage } from '../../protocol/seal/message.ts';
import type { Base } from '../../protocol/seal/wrap.ts';
import type { Author, Cited } from './compose.ts';
import { type LookContent, lookContent } from './content.ts';
import type { Random } from './ports.ts';

const NONE = new Uint8Array(0);

export interface SigningAuthor extends Author {
  readonly deviceKey: CryptoKey;
}

/** What a request brings of keys: made for `base`, or nothing. */
export interface MaterialOf {
  readonly base: Base | null;
  readonly keyMaterial: Uint8Array;
}

/** The body's bytes. `contentSecret`: C(head.cpos). Refuses `too_big`. */
export function composeSealedMessage(
  random: Random,
  { account, device, deviceKey }: SigningAuthor,
  contentSecret: Uint8Array,
  input: { entryId: EntryId; logId: LogId; head: Cited; authorTime: number; alert: Alert; content: Uint8Array },
): Promise<Result<Uint8Array>> {
  const { head, content, ...rest } = input;
  const header = { ...rest, account, device, cpos: head.cpos, chash: head.chash };
  return sealMessage(header, contentSecret, random.bytes(12), content, deviceKey);
}

export function composeSignedRequest(
  random: Random,
  { account, device, deviceKey }: SigningAuthor,
  chatId: ChatId,
  intents: readonly Intent[],
  { base, keyMaterial }: MaterialOf = { base: null, keyMaterial: NONE },
): Promise<Uint8Array> {
  const requestId = idFromBytes('request', random.bytes(16));
  return signBody('request', { v: 1, chatId, account, device, requestId, base, intents, keyMaterial }, deviceKey);
}

export function composeSignedFin({ account, device, deviceKey }: SigningAuthor, chatId: ChatId): Promise<Uint8Array> {
  return signBody('fin', { v: 1, chatId, account, device }, deviceKey);
}

export function composeSignedErase(
  { account, device, deviceKey }: SigningAuthor,
  chatId: ChatId,
  targetLogId: LogId,
  targetSeq: number,
): Promise<Uint8Array> {
  return signBody('erase', { v: 1, chatId, account, device, targetLogId, targetSeq }, deviceKey);
}

/** The look's bytes, and the intent that asks for it. `at` names the secret of `lookKey`. Throws `Refused`: `too_big`. */
export async function composeSealedLook(
  random: Random,
  { deviceKey }: SigningAuthor,
  chatId: ChatId,
  at: Base,
  lookKey: Uint8Array,
  content: LookContent,
): Promise<{ bytes: Uint8Array; intent: Extract<Intent, { is: 'look' }> }> {
  const made = await sealLook(chatId, at, lookKey, random.bytes(12), lookContent(content), deviceKey);
  if (!made.ok) throw new Refused(made.refusal.code, made.refusal.detail);
  return { bytes: made.value, intent: { is: 'look', hash: lookHash(made.value), length: made.value.length } };
}

/** Genesis of a sealed private chat founded by `author`, whose node's key signs term 0. */
export function composeSealedGenesis(
  random: Random,
  { org, account }: Author,
  { opKey, keySeq, hlc }: { opKey: Uint8Array; keySeq: number; hlc: number },
): Uint8Array {
  const policy = DEFAULT_POLICY;
  const founded = {
    v: 1 as const,
    random: random.bytes(32),
    suite: SUITE.sealed,
    org,
    account,
    opKey,
    keySeq,
    hlc,
    policy,
  };
  return encode(genesis, { is: 'private', ...founded });
}
