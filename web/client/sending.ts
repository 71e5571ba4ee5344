/**
 * A queued message as the body that goes to the node: clear or sealed, under the head that is known now. Always holds: in a sealed
 * chat nothing leaves that is not sealed; what cannot be sealed yet stays queued (`no_key`).
 */
import { pinNow } from '../../protocol/chat/pins.ts';
import { whySuite } from '../../protocol/chat/validity.ts';
import { type Alert, decodeBody, type RequestBody } from '../../protocol/log/entry.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { ChatSeal } from './chat-seal.ts';
import { composeMessage } from './compose.ts';
import { composeSealedMessage } from './compose-sealed.ts';
import { type Chat, type Desk, isMe, isSealed } from './desk.ts';
import type { Executor } from './executor.ts';
import { blobsOf, type FileContent } from './files/file-content.ts';
import type { Library } from './library.ts';
import type { Answer } from './model.ts';
import type { Queued } from './outbox.ts';
import type { Random } from './ports.ts';
import { refused } from './refusal.ts';
import { namesDevice, ownSeat, type Requests, type SealParts, signingAuthor } from './requests.ts';
import { alertOf, type Said, saidBytes } from './said.ts';

export interface Composed {
  readonly body: string;
  readonly cpos: number;
  /** What it says, with its files. */
  readonly said: Said;
  /** The files that it names to the nodes. */
  readonly blobs: readonly string[];
}

interface SendingParts {
  readonly random: Random;
  readonly desk: Desk;
  readonly library: Library;
  readonly requests: Requests;
  /** Of a message whose files are all on the node: what it says of them. */
  readonly filesOf: (message: Queued) => readonly FileContent[];
  readonly seal: (SealParts & { readonly executor: Executor }) | null;
}

type Body = Promise<Answer<Composed>>;

/** Refuses what the chat's line says, `no_key` for the next try. Throws `Fault`. */
export function createSending({
  random,
  desk,
  library,
  requests,
  filesOf,
  seal,
}: SendingParts): (message: Queued) => Body {
  async function compose(message: Queued): Body {
    const chat = await library.chat(message.chat);
    if (!chat) return refused('not_found');
    const { logId, readOnly, kind, suite } = chat.record.summary;
    if (readOnly !== null || logId === null) return refused(readOnly ?? 'not_member');
    if (isSealed(chat)) return seal ? composeSealed(message, chat, seal) : refused('vault_locked');
    const notAllowed = whySuite(kind, suite);
    return notAllowed ? refused(notAllowed) : composeClear(message, chat);
  }

  async function composeClear(message: Queued, { record }: Chat): Body {
    const { head } = record.summary;
    const at = { cpos: head.cpos, chash: fromBase64(head.chash) };
    const body = composeMessage(random, desk.me, {
      ...headerOf(message, record),
      head: at,
      content: saidBytes(saidOf(message).said, message.said.type === 'edit' ? alertOf(message) : undefined),
    });
    return { ok: true, value: { body: toBase64(body), cpos: head.cpos, ...saidOf(message) } };
  }

  async function composeSealed(message: Queued, chat: Chat, parts: NonNullable<SendingParts['seal']>): Body {
    const { keyring, keys, executor } = parts;
    const before = await keys.open(chat);
    if (!before) return refused(chat.record.summary.readOnly ?? 'no_key');
    if (!(await isPinned(chat, before, parts))) return refused('no_key', 'own keys');
    await executor.rekeyFirst(chat, before);
    const seal = await keys.open(chat);
    if (!seal) return refused('no_key');
    const { cpos, hash: chash } = seal.state.head;
    const secret = seal.epochs.contentAt(cpos, chash);
    if (!secret.ok) return refused('no_key');
    const header = headerOf(message, chat.record);
    const content = saidBytes(saidOf(message).said, alertOf(message));
    const sealed = { ...header, head: { cpos, chash }, content };
    const body = await composeSealedMessage(random, signingAuthor(keyring), secret.value, sealed);
    if (!body.ok) return refused(body.refusal.code);
    return { ok: true, value: { body: toBase64(body.value), cpos, ...saidOf(message) } };
  }

  function saidOf(message: Queued): Pick<Composed, 'said' | 'blobs'> {
    const { said } = message;
    if (said.type !== 'text') return { said, blobs: [] };
    const files = [...(said.files ?? []), ...filesOf(message)];
    return files.length === 0 ? { said, blobs: [] } : { said: { ...said, files }, blobs: blobsOf(files) };
  }

  /** Does the chat know this device? If not, it is told first, and waited for (SEAL 4.5). */
  async function isPinned(chat: Chat, { state }: ChatSeal, { keyring }: SealParts): Promise<boolean> {
    const pinned = pinNow(ownSeat(state, keyring));
    if (namesDevice(pinned?.identity, keyring)) return true;
    // In a direct chat it is enough that the own log says so, until the hub has ordered it (SEAL 4.11).
    const isDirect = state.kind === 'direct' && !pinned;
    if (isDirect && (await hasStatedKeys(chat))) return true;
    const asked = await requests.ask(state.chatId, [{ is: 'keys', identity: keyring.identityChain() }]);
    return asked.ok && (isDirect || asked.value === 'ordered');
  }

  async function hasStatedKeys(chat: Chat): Promise<boolean> {
    for (const { entry } of (await library.entries(chat)).values()) {
      if (entry.kind !== 'request' || entry.body === null || !isMe(desk.me, entry.org, entry.account)) continue;
      const read = decodeBody('request', fromBase64(entry.body));
      const { device, intents } = read.ok ? (read.value.body as RequestBody) : { device: null, intents: [] };
      if (device === seal?.keyring.device && intents.some(({ is }) => is === 'keys')) return true;
    }
    return false;
  }

  return compose;
}

function headerOf(message: Queued, { summary }: Chat['record']) {
  const alert: Alert = message.said.type === 'text' ? alertOf(message) : { level: 0, mentions: [] };
  return {
    entryId: message.entryId,
    logId: summary.logId as NonNullable<typeof summary.logId>,
    authorTime: message.at,
    alert,
  };
}
