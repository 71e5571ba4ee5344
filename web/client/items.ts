/**
 * The items of a conversation, oldest first: messages in display order with the notices of the control log between them, then what waits
 * in the outbox. An item is the same object until something of it changes, so that screens and messages between tabs stay small.
 * Of several copies of one message (the same author and entry id) the first that counts is shown (PROTOCOL 3.4).
 */

import type { Entry } from '../../protocol/api/shapes.ts';
import { utf8 } from '../../protocol/bytes.ts';
import { ROLES } from '../../protocol/chat/intent.ts';
import { roleAt } from '../../protocol/chat/state.ts';
import { taggedHash } from '../../protocol/hash.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { type EntryId, idFromBytes } from '../../protocol/ids.ts';
import type { Content } from './content.ts';
import { deliveryOf } from './delivery.ts';
import { type Chat, type Desk, entryKey, isMe, type Known } from './desk.ts';
import { contentOf, windowOf } from './entries.ts';
import { fileViewOf } from './files/file-content.ts';
import type { FileView } from './files/views.ts';
import { keyWaitOf } from './key-wait.ts';
import type { ItemView, KeyWait, MessageView } from './model.ts';
import { noticesOf } from './notices.ts';
import type { Outbox, Queued } from './outbox.ts';
import { personView } from './people.ts';
import { refusalOf } from './refusal.ts';

/** What one open conversation keeps between two looks at it. */
export interface ItemMemory {
  readonly views: Map<string, { readonly stamp: string; readonly known: Known | Queued; readonly view: MessageView }>;
  /** Read up to this arrival when the conversation was opened; what comes while it is open is not marked as new. */
  readonly readTo: number;
}

export function createItemMemory(chat: Chat): ItemMemory {
  const { unread, readTo } = chat.record.summary;
  return { views: new Map(), readTo: unread > 0 ? readTo : Number.POSITIVE_INFINITY };
}

/** The author's copies of one message have one key, which it has from the moment it is written. */
export function messageKey({ entry, entryId }: Known): string {
  return entryId === null ? entryKey(entry.log, entry.seq) : `${entry.org}/${entry.account}/${entryId}`;
}

/** Something that can be opened still is, newest first; it and what is before it is not among the items yet. */
export function isOpening(chat: Chat): boolean {
  return chat.seal !== null && windowOf(chat).some(({ entry }) => isClosed(chat, entry));
}

function isClosed(chat: Chat, entry: Entry): boolean {
  return entry.kind === 'message' && contentOf(chat, entry).is === 'closed';
}

export function itemsOf(desk: Desk, chat: Chat, outbox: Outbox, memory: ItemMemory): ItemView[] {
  const all = shownMessages(chat);
  const closed = chat.seal ? all.findLastIndex(({ entry }) => isClosed(chat, entry)) : -1;
  const from = all[closed]?.entry.hlc ?? 0;
  const messages = all.slice(closed + 1);
  const firstUnread = firstUnreadOf(desk, messages, memory);
  const keyWait = keyWaitOf(desk, chat);
  const fixed = `${desk.version} ${chat.version} ${JSON.stringify(keyWait)}`;
  const items: ItemView[] = [];
  const notices = noticesOf(desk, chat).filter(({ hlc }) => hlc > from);
  let next = 0;
  for (const known of messages) {
    for (let notice = notices[next]; notice && notice.hlc <= known.entry.hlc; notice = notices[++next]) {
      items.push(notice.view);
    }
    const key = messageKey(known);
    const first = known === firstUnread;
    const stamp = `${fixed} ${first} ${contentOf(chat, known.entry).is} ${deliveryStamp(chat, memory, key, known)}`;
    items.push(remembered(memory, known, stamp, key, () => storedView(desk, chat, known, first, keyWait)));
  }
  for (const notice of notices.slice(next)) items.push(notice.view);
  const here = new Set(messages.map(messageKey));
  for (const queued of outbox.items(chat.record.summary.chat)) {
    const key = `${desk.me.org}/${desk.me.account}/${queued.entryId}`;
    if (here.has(key)) continue;
    const sending = outbox.isSending(queued.entryId);
    const files = outbox.files(queued);
    const view = () => queuedView(desk, queued, files, key, sending, keyWait);
    items.push(remembered(memory, queued, `${fixed} ${sending} ${stampOf(files)}`, key, view));
  }
  return items;
}

function stampOf(files: readonly FileView[]): string {
  return files.map(({ id, upload }) => `${id} ${upload?.is} ${upload?.sent}`).join();
}

/** Changes with each receipt until everybody has the message; only own ones show it. */
function deliveryStamp(chat: Chat, { views }: ItemMemory, key: string, { entry }: Known): string | number {
  const delivery = views.get(key)?.view.delivery ?? [];
  if (entry.log !== chat.record.summary.logId || (delivery.length > 0 && delivery.every(({ has }) => has)))
    return 'all';
  return chat.deliveries;
}

/** Of the views of earlier looks, those that would be the same are kept. */
function remembered(
  { views }: ItemMemory,
  known: Known | Queued,
  stamp: string,
  key: string,
  make: () => MessageView,
): MessageView {
  const before = views.get(key);
  if (before && before.known === known && before.stamp === stamp) return before.view;
  const made = make();
  const view = before && JSON.stringify(before.view) === JSON.stringify(made) ? before.view : made;
  views.set(key, { known, stamp, view });
  return view;
}

/** The messages of the window, one copy of each: the first that counts, else the first. */
function shownMessages(chat: Chat): Known[] {
  const first = new Map<string, Known>();
  for (const known of windowOf(chat)) {
    if (known.entry.kind !== 'message') continue;
    const key = messageKey(known);
    const before = first.get(key);
    if (!before) first.set(key, known);
    else if (before.entry.void !== null && known.entry.void === null) {
      // A later copy that counts stands at its own place.
      first.delete(key);
      first.set(key, known);
    }
  }
  return [...first.values()];
}

function firstUnreadOf(desk: Desk, messages: readonly Known[], { readTo }: ItemMemory): Known | undefined {
  return messages.find(
    ({ entry }) => entry.arrival > readTo && entry.void === null && !isMe(desk.me, entry.org, entry.account),
  );
}

function storedView(desk: Desk, chat: Chat, known: Known, firstUnread: boolean, keyWait: KeyWait | null): MessageView {
  const { entry } = known;
  const own = isMe(desk.me, entry.org, entry.account);
  const content = contentOf(chat, entry);
  const erased = entry.body === null;
  const text = content.is === 'text' ? content.text : null;
  const files = content.is === 'text' ? (content.files ?? []) : [];
  const instead = erased ? 'erased' : insteadOf(content);
  return {
    is: 'message',
    key: messageKey(known),
    entryId: known.entryId ?? standInId(known),
    author: personView(desk, entry.org, entry.account),
    own,
    at: hlcMs(entry.hlc),
    arrivedLate: known.lateAt,
    text,
    files: files.map((file, index) => fileViewOf(file, index, blobsNamed(entry))),
    instead,
    keyWait: instead === 'key' ? keyWait : null,
    state: entry.void === null ? { is: 'stored' } : { is: 'void', refusal: refusalOf(entry.void) },
    delivery: own && entry.void === null ? deliveryOf(desk, chat, known) : [],
    firstUnread,
    canErase: !erased && entry.void === null && mayErase(desk, chat, own),
  };
}

function blobsNamed(entry: Entry): readonly string[] {
  return entry.blobs ?? [];
}

/** Without keys on this device, what is closed stays so. */
function insteadOf({ is }: Content): MessageView['instead'] {
  if (is === 'text') return null;
  return is === 'closed' ? 'key' : is === 'aside' ? 'newer' : is;
}

/** A message whose body was erased before it came has an id all the same, which nobody else has. */
function standInId({ entry }: Known): EntryId {
  return idFromBytes('entry', taggedHash('body', utf8(entryKey(entry.log, entry.seq))).slice(0, 16));
}

function mayErase({ me }: Desk, { control, record }: Chat, own: boolean): boolean {
  if (!control || record.summary.logId === null) return false;
  const role = roleAt(control.state, me.org, me.account, control.state.head.cpos);
  return role >= (own ? ROLES.member : ROLES.moderator);
}

function queuedView(
  desk: Desk,
  { entryId, at, said, refusal }: Queued,
  files: readonly FileView[],
  key: string,
  sending: boolean,
  keyWait: KeyWait | null,
): MessageView {
  const waits = sending ? ({ is: 'sending' } as const) : ({ is: 'queued' } as const);
  return {
    is: 'message',
    key,
    entryId,
    author: personView(desk, desk.me.org, desk.me.account),
    own: true,
    at,
    arrivedLate: null,
    text: said.type === 'text' ? said.text : null,
    files,
    instead: null,
    keyWait: refusal || sending ? null : keyWait,
    state: refusal ? { is: 'refused', refusal } : waits,
    delivery: [],
    firstUnread: false,
    canErase: false,
  };
}
