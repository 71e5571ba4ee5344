/**
 * The items of a conversation, oldest first: messages in display order with the notices of the control log between them, then what waits
 * in the outbox. An item is the same object until something of it changes, so that screens and messages between tabs stay small.
 * Of several copies of one message (the same author and entry id) the first that counts is shown (PROTOCOL 3.4).
 */

import type { Entry } from '../../protocol/api/shapes.ts';
import { type Chat, type Desk, isMe, type Known } from './desk.ts';
import { contentOf, windowOf } from './entries.ts';
import type { FileView } from './files/views.ts';
import { keyWaitOf } from './key-wait.ts';
import { messageKey, queuedView, type Surroundings, storedView } from './message-views.ts';
import type { ItemView, MessageView } from './model.ts';
import { noticesOf } from './notices.ts';
import type { Outbox, Queued } from './outbox.ts';
import { gatherRemarks, targetKey } from './remarks.ts';
import type { SaidText } from './said.ts';

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

/** Something that can be opened still is, newest first; it and what is before it is not among the items yet. */
export function isOpening(chat: Chat): boolean {
  return chat.seal !== null && windowOf(chat).some(({ entry }) => isClosed(chat, entry));
}

function isClosed(chat: Chat, entry: Entry): boolean {
  return entry.kind === 'message' && contentOf(chat, entry).is === 'closed';
}

export function surroundingsOf(desk: Desk, chat: Chat, outbox: Outbox): Surroundings {
  const queued = outbox.items(chat.record.summary.chat);
  let index: Map<string, Known | Queued> | null = null;
  return {
    desk,
    chat,
    keyWait: keyWaitOf(desk, chat),
    remarks: gatherRemarks(desk, chat, queued),
    isSending: (entryId) => outbox.isSending(entryId),
    find: (key) => {
      index ??= indexOf(desk, chat, queued);
      return index.get(key);
    },
  };
}

function indexOf({ me }: Desk, chat: Chat, queued: readonly Queued[]): Map<string, Known | Queued> {
  const index = new Map<string, Known | Queued>();
  for (const one of queued) if (one.said.type === 'text') index.set(ownKey(me, one), one);
  for (const known of firstOfEach(chat.entries?.values() ?? [])) index.set(messageKey(known), known);
  return index;
}

function ownKey({ org, account }: Desk['me'], { entryId }: Queued): string {
  return targetKey({ org, account, entry: entryId });
}

export function itemsOf(around: Surroundings, outbox: Outbox, memory: ItemMemory): ItemView[] {
  const { desk, chat } = around;
  const all = firstOfEach(windowOf(chat));
  const closed = chat.seal ? all.findLastIndex(({ entry }) => isClosed(chat, entry)) : -1;
  const from = all[closed]?.entry.hlc ?? 0;
  const messages = all.slice(closed + 1).filter((known) => isShown(chat, known));
  const firstUnread = firstUnreadOf(desk, messages, memory);
  const fixed = `${desk.version} ${chat.version} ${JSON.stringify(around.keyWait)}`;
  const items: ItemView[] = [];
  const notices = noticesOf(desk, chat).filter(({ hlc }) => hlc > from);
  let next = 0;
  for (const known of messages) {
    for (let notice = notices[next]; notice && notice.hlc <= known.entry.hlc; notice = notices[++next]) {
      items.push(notice.view);
    }
    const key = messageKey(known);
    const first = known === firstUnread;
    const stamp = `${fixed} ${first} ${deliveryStamp(chat, memory, key, known)} ${saidStamp(around, key, known)}`;
    items.push(remembered(memory, known, stamp, key, () => storedView(around, known, first)));
  }
  for (const notice of notices.slice(next)) items.push(notice.view);
  const here = new Set(messages.map(messageKey));
  for (const queued of outbox.items(chat.record.summary.chat)) {
    const key = ownKey(desk.me, queued);
    if (!isText(queued) || here.has(key)) continue;
    const files = outbox.files(queued);
    const state = `${around.isSending(queued.entryId)} ${stampOf(files)}`;
    const stamp = `${fixed} ${state} ${saidStamp(around, key, queued)}`;
    items.push(remembered(memory, queued, stamp, key, () => queuedView(around, queued, files, key)));
  }
  return items;
}

function stampOf(files: readonly FileView[]): string {
  return files.map(({ id, upload }) => `${id} ${upload?.is} ${upload?.sent}`).join();
}

function isText(queued: Queued): queued is Queued & { readonly said: SaidText } {
  return queued.said.type === 'text';
}

/** What is said of another message is shown there. What is quiet and cannot be read is taken for that. */
function isShown(chat: Chat, { entry, quiet }: Known): boolean {
  const { is } = contentOf(chat, entry);
  return is !== 'aside' && (is === 'text' || !quiet);
}

/** Changes with what was said of the message, and of the one that it answers. */
function saidStamp(around: Surroundings, key: string, message: Known | Queued): string {
  const { chat } = around;
  const content = 'entry' in message ? contentOf(chat, message.entry) : message.said;
  const said = 'is' in content ? content.is : 'queued';
  const answered = 'replyTo' in content && content.replyTo ? targetKey(content.replyTo) : null;
  return `${said} ${remarksStamp(around, key)} ${answered === null ? '' : answeredStamp(around, answered)}`;
}

function remarksStamp({ remarks, isSending }: Surroundings, key: string): string {
  const found = remarks.get(key);
  if (!found) return '';
  const sending = found.strays.find((one) => 'queued' in one && isSending(one.queued.entryId));
  return `${found.stamp}${sending ? 'sending' : ''}`;
}

function answeredStamp(around: Surroundings, key: string): string {
  const found = around.find(key);
  if (!found) return 'missing';
  const is = 'entry' in found ? `${found.entry.body === null} ${contentOf(around.chat, found.entry).is}` : 'queued';
  return `${is} ${remarksStamp(around, key)}`;
}

/** Changes with each receipt until everybody has the message; only own ones show it. */
function deliveryStamp(chat: Chat, { views }: ItemMemory, key: string, { entry }: Known): string | number {
  const view = views.get(key)?.view;
  const delivery = [...(view?.delivery ?? []), ...(view?.erasure?.delivery ?? [])];
  const { logId } = chat.record.summary;
  if (
    (entry.log !== logId && entry.erasedBy?.log !== logId) ||
    (delivery.length > 0 && delivery.every(({ has }) => has))
  )
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

/** One copy of each message: the first that counts, else the first. */
function firstOfEach(all: Iterable<Known>): Known[] {
  const first = new Map<string, Known>();
  for (const known of all) {
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
