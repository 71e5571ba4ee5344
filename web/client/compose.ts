/**
 * Everything that a client writes, as bytes: it composes, the node checks and wraps (PROTOCOL 3.4, 4.1, 4.2). Suite 0, so
 * `devSig` is empty and what would be sealed is clear; the nonce is random all the same, so that a commitment to an erased
 * text says nothing.
 */
import { DEFAULT_POLICY, type Genesis, genesis } from '../../protocol/chat/genesis.ts';
import type { Intent } from '../../protocol/chat/intent.ts';
import { lookBody, lookHash } from '../../protocol/chat/look.ts';
import { encode } from '../../protocol/codec.ts';
import {
  type AccountId,
  type ChatId,
  type DeviceId,
  type EntryId,
  type Hash,
  idFromBytes,
  type LogId,
  type OrgId,
} from '../../protocol/ids.ts';
import { type Alert, eraseBody, finBody, messageBody, requestBody, SUITE } from '../../protocol/log/entry.ts';
import { type LookContent, lookContent } from './content.ts';
import type { Random } from './ports.ts';

const NONE = new Uint8Array(0);

export interface Author {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly device: DeviceId;
}

/** The control log's head as the writer knows it. */
export interface Cited {
  readonly cpos: number;
  readonly chash: Hash;
}

export function composeMessage(
  random: Random,
  author: Author,
  input: { entryId: EntryId; logId: LogId; head: Cited; authorTime: number; alert: Alert; content: Uint8Array },
): Uint8Array {
  const { entryId, logId, head, authorTime, alert, content } = input;
  return encode(messageBody, {
    suite: SUITE.clear,
    entryId,
    logId,
    account: author.account,
    device: author.device,
    cpos: head.cpos,
    chash: head.chash,
    authorTime,
    alert,
    nonce: random.bytes(12),
    ciphertext: content,
    devSig: NONE,
  });
}

export function composeRequest(random: Random, author: Author, chatId: ChatId, intents: readonly Intent[]): Uint8Array {
  return encode(requestBody, {
    v: 1,
    chatId,
    account: author.account,
    device: author.device,
    requestId: idFromBytes('request', random.bytes(16)),
    base: null,
    intents,
    keyMaterial: NONE,
    devSig: NONE,
  });
}

export function composeFin(author: Author, chatId: ChatId): Uint8Array {
  return encode(finBody, { v: 1, chatId, account: author.account, device: author.device, devSig: NONE });
}

export function composeErase(author: Author, chatId: ChatId, targetLogId: LogId, targetSeq: number): Uint8Array {
  const { account, device } = author;
  return encode(eraseBody, { v: 1, chatId, account, device, targetLogId, targetSeq, devSig: NONE });
}

/** The look's bytes, and the intent that asks for it. */
export function composeLook(
  random: Random,
  head: Cited,
  content: LookContent,
): { bytes: Uint8Array; intent: Extract<Intent, { is: 'look' }> } {
  const bytes = encode(lookBody, {
    suite: SUITE.clear,
    cpos: head.cpos,
    chash: head.chash,
    nonce: random.bytes(12),
    ciphertext: lookContent(content),
    devSig: NONE,
  });
  return { bytes, intent: { is: 'look', hash: lookHash(bytes), length: bytes.length } };
}

/** Genesis of a chat founded by `author`, whose node's key signs term 0. */
export function composeGenesis(
  random: Random,
  author: Author,
  founding: { kind: 'public' | 'private'; opKey: Uint8Array; keySeq: number; hlc: number },
): Uint8Array {
  const value: Genesis = {
    is: founding.kind,
    v: 1,
    random: random.bytes(32),
    suite: SUITE.clear,
    org: author.org,
    account: author.account,
    opKey: founding.opKey,
    keySeq: founding.keySeq,
    hlc: founding.hlc,
    policy: DEFAULT_POLICY,
  };
  return encode(genesis, value);
}
