/**
 * Opens what is sealed: messages that somebody is about to see, looks, and what stands in short in the list (SEAL 5.1, 5.2). Always
 * holds: what is shown was signed by a device that the control log pins for its author at the position cited, and stands where its
 * author put it; what has no key yet is tried again when keys come, and nothing is opened twice.
 */

import type { Entry } from '../../protocol/api/shapes.ts';
import { equalBytes } from '../../protocol/bytes.ts';
import { decodeLook } from '../../protocol/chat/look.ts';
import { deviceKeyFor, pinAt } from '../../protocol/chat/pins.ts';
import type { ChatState } from '../../protocol/chat/state.ts';
import { type Hash, idBytes } from '../../protocol/ids.ts';
import { decodeBody, type MessageBody, type RequestBody } from '../../protocol/log/entry.ts';
import { isSignedBy } from '../../protocol/seal/body.ts';
import { openLook } from '../../protocol/seal/look.ts';
import { openMessage } from '../../protocol/seal/message.ts';
import { fromBase64 } from './base64.ts';
import type { ChatKeys } from './chat-keys.ts';
import type { ChatSeal } from './chat-seal.ts';
import { type Content, readContent, readLook } from './content.ts';
import type { Control } from './control.ts';
import { type Chat, isSealed, type Known } from './desk.ts';
import { contentOf, openEntry, setContent, windowOf } from './entries.ts';
import { closedEdits, newestPreview, withEdit } from './preview.ts';

export interface Opening {
  /** Opens the newest of these that are not open, `most` at a time; how many it opened. Throws `Fault`. */
  messages(chat: Chat, known: readonly Known[], most: number): Promise<number>;
  /** All that is quiet and closed. Throws `Fault`. */
  asides(chat: Chat): Promise<void>;
  /** Did a device of its author write it? Asks for no key. */
  isAuthentic(chat: Chat, entry: Entry): Promise<boolean>;
  /** The chat's look and the newest message of its line. True: something is to be seen that was not. Throws `Fault`. */
  line(chat: Chat): Promise<boolean>;
}

/** Changes of the newest message that are opened for the list. */
const MOST_EDITS = 60;

/** The keys, and their version, with which an entry was tried in vain. */
const tried = new WeakMap<Entry, { readonly seal: ChatSeal; readonly version: number }>();

export function createOpening({ keys }: { keys: ChatKeys }): Opening {
  return {
    async messages(chat, known, most) {
      if (!isSealed(chat)) return 0;
      const closed = known.filter(({ entry }) => isToOpen(chat, entry)).slice(-most);
      if (closed.length === 0) return 0;
      const seal = await keys.open(chat, new Set(closed.map(({ entry }) => entry.cpos)));
      if (!seal) return 0;
      for (const { entry } of closed) await openOne(chat, seal, entry);
      return closed.length;
    },
    async asides(chat) {
      const quiet = [...(chat.entries?.values() ?? [])].filter((known) => known.quiet);
      await this.messages(chat, quiet, quiet.length);
    },
    async isAuthentic(chat, entry) {
      const { body } = openEntry(entry);
      const deviceKey = body && chat.control ? deviceKeyOf(chat, chat.control.state, entry, body) : null;
      return body !== null && deviceKey !== null && isSignedBy({ kind: 'message', body }, deviceKey);
    },
    async line(chat) {
      if (!isSealed(chat)) return false;
      const look = await openLine(keys, chat);
      const preview = await openPreview(keys, chat);
      const { preview: shown } = chat.record;
      if (!shown) return look || preview;
      await this.messages(chat, closedEdits(chat, shown), MOST_EDITS);
      const edited = withEdit(chat, shown);
      chat.record = edited === shown ? chat.record : { ...chat.record, preview: edited };
      return look || preview || edited !== shown;
    },
  };
}

/** Is it closed, and is there something new to try it with? */
function isToOpen(chat: Chat, entry: Entry): boolean {
  const { is } = contentOf(chat, entry);
  if (is === 'closed') return true;
  const seal = chat.seal;
  if (is !== 'key' || !seal) return false;
  const last = tried.get(entry);
  return last?.seal !== seal || last.version !== seal.version;
}

async function openOne(chat: Chat, seal: ChatSeal, entry: Entry): Promise<void> {
  const { body } = openEntry(entry);
  const content = body ? await read(chat, seal, entry, body) : ({ is: 'unreadable' } as const);
  if (content.is === 'key') tried.set(entry, { seal, version: seal.version });
  setContent(entry, content);
}

async function read(chat: Chat, seal: ChatSeal, entry: Entry, body: MessageBody): Promise<Content> {
  const { control } = chat;
  // Its acts are not here yet: then neither is what it cites.
  if (!control || entry.cpos > control.state.head.cpos) return { is: 'key' };
  const hash = hashAt(control, entry.cpos);
  const isInPlace = body.logId === entry.log && body.cpos === entry.cpos && hash && equalBytes(body.chash, hash);
  const log = control.state.logs.get(entry.log);
  if (!isInPlace || log?.org !== entry.org) return { is: 'unreadable' };
  const deviceKey = deviceKeyOf(chat, control.state, entry, body);
  if (!deviceKey) return { is: 'unreadable' };
  const secret = seal.epochs.contentAt(entry.cpos, hash);
  if (!secret.ok) return { is: 'key' };
  const clear = await openMessage(body, secret.value, deviceKey);
  return clear.ok ? readContent(clear.value) : { is: 'unreadable' };
}

/** Null: there is no such act here. */
function hashAt({ state, noted }: Control, cpos: number): Hash | null {
  if (cpos === 0) return idBytes(state.chatId);
  return noted[cpos - 1]?.hash ?? null;
}

function deviceKeyOf(chat: Chat, state: ChatState, entry: Entry, { device }: MessageBody): Uint8Array | null {
  const pinned = pinAt(state, entry.org, entry.account, entry.cpos);
  const carried = pinned || state.kind !== 'direct' ? [] : carriedBefore(chat, entry);
  return deviceKeyFor(state, entry, device, entry.cpos, carried);
}

/** Identity chains that the author's requests before the entry carry in its log (SEAL 4.11). */
function carriedBefore(chat: Chat, entry: Entry): Uint8Array[] {
  const requests = [...(chat.entries?.values() ?? [])]
    .map((known) => known.entry)
    .filter(
      ({ kind, log, seq, account }) =>
        kind === 'request' && log === entry.log && account === entry.account && seq < entry.seq,
    )
    .sort((a, b) => a.seq - b.seq);
  return requests.flatMap(({ body }) => {
    const read = body === null ? null : decodeBody('request', fromBase64(body));
    const intents = read?.ok ? (read.value.body as RequestBody).intents : [];
    return intents.flatMap((intent) => (intent.is === 'keys' ? [intent.identity] : []));
  });
}

async function openLine(keys: ChatKeys, chat: Chat): Promise<boolean> {
  const bytes = chat.control?.founding.look ?? chat.record.summary.look;
  if (bytes === null || chat.openedLook?.bytes === bytes) return false;
  const body = decodeLook(fromBase64(bytes));
  if (!body.ok) return false;
  // Who came later has its key from a wrap, and nothing to derive it from.
  const { cpos } = body.value;
  const first = await keys.open(chat, [cpos]);
  const seal = first?.lookKeyAt(cpos) ? first : await keys.openAll(chat);
  const lookKey = seal?.lookKeyAt(cpos);
  if (!seal || !lookKey) return false;
  for (const deviceKey of lookAuthors(chat)) {
    const clear = await openLook(seal.state.chatId, body.value, lookKey, deviceKey);
    if (!clear.ok && clear.refusal.code === 'bad_signature') continue;
    chat.openedLook = { bytes, content: clear.ok ? readLook(clear.value) : null };
    return true;
  }
  return false;
}

/** Keys of the devices of who set the look, as pinned then. */
function lookAuthors({ control }: Chat): Uint8Array[] {
  const at = control?.state.look?.at;
  const outcome = at === undefined ? undefined : control?.noted[at - 1]?.outcome;
  if (!control || at === undefined || !outcome?.ok || outcome.change.is !== 'look') return [];
  const { org, account } = outcome.change.by;
  return (pinAt(control.state, org, account, at)?.devices ?? []).map(({ dk }) => dk);
}

async function openPreview(keys: ChatKeys, chat: Chat): Promise<boolean> {
  const { preview } = chat.record;
  const closed = [preview?.sealed, preview?.edit].filter((entry) => entry && isToOpen(chat, entry)) as Entry[];
  if (closed.length === 0) return false;
  const seal = await keys.open(chat, new Set(closed.map(({ cpos }) => cpos)));
  if (!seal) return false;
  for (const entry of closed) await openOne(chat, seal, entry);
  const { is } = contentOf(chat, closed[0] as Entry);
  // What cannot be shown in short gives way to what was before.
  if (closed[0] === preview?.sealed && ['unreadable', 'newer', 'aside'].includes(is)) {
    chat.record = { ...chat.record, preview: newestPreview(chat, windowOf(chat)) };
  }
  return is !== 'key';
}
