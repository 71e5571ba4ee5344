/**
 * The entries of one chat: what they say, which are shown, and how many are kept. A body is opened once for as long as its entry
 * is the same object.
 */

import type { Entry, Me } from '../../protocol/api/shapes.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { decodeBody, type MessageBody, SUITE } from '../../protocol/log/entry.ts';
import { fromBase64 } from './base64.ts';
import { type Content, openContent } from './content.ts';
import { type Chat, entryKey, isMe, isSealed, type Known, type Preview } from './desk.ts';
import { STORE } from './keys.ts';
import { comparePlaces, type Place } from './order.ts';
import type { Change } from './ports.ts';

/** What a chat that is not open keeps. */
export const KEPT_ENTRIES = 120;
const SPARE_ENTRIES = 40;
/** Longer on the way than this is said (PROTOCOL 6). */
const LATE_MS = 5 * 60_000;
const PREVIEW_LENGTH = 160;

interface Opened {
  readonly body: MessageBody | null;
  /** Of what is not sealed; `newer` for what is. */
  readonly content: Content;
}
const opened = new WeakMap<Entry, Opened>();
/** What sealed messages say, once they were opened (opening.ts). */
const unsealed = new WeakMap<Entry, Content>();

/** A message's body and, where it is not sealed, what it says; `unreadable` for what is not one. */
export function openEntry(entry: Entry): Opened {
  let found = opened.get(entry);
  if (!found) {
    found = openBody(entry);
    opened.set(entry, found);
  }
  return found;
}

function openBody(entry: Entry): Opened {
  const unreadable: Opened = { body: null, content: { is: 'unreadable' } };
  if (entry.kind !== 'message' || entry.body === null) return unreadable;
  const read = decodeBody('message', fromBase64(entry.body));
  if (!read.ok) return unreadable;
  const body = read.value.body as MessageBody;
  return body.account === entry.account ? { body, content: openContent(body) } : unreadable;
}

/** What it says, as far as it was opened. In a sealed chat nothing that is clear is anybody's word. */
export function contentOf(chat: Chat, entry: Entry): Content {
  const { body, content } = openEntry(entry);
  if (!body || !isSealed(chat)) return content;
  if (body.suite !== SUITE.sealed) return { is: 'unreadable' };
  return unsealed.get(entry) ?? { is: 'closed' };
}

export function setContent(entry: Entry, content: Content): void {
  unsealed.set(entry, content);
}

/** `now` is the time (ms) when it came live; null for what is read back. */
export function knownFrom(entry: Entry, now: number | null): Known {
  const late = now !== null && now - hlcMs(entry.hlc) > LATE_MS;
  return { entry, entryId: openEntry(entry).body?.entryId ?? null, lateAt: late ? now : null };
}

/** Puts it in place of what was known of the same entry; what only the earlier one knew is kept. */
export function putEntry(entries: Map<string, Known>, known: Known): Known {
  const key = entryKey(known.entry.log, known.entry.seq);
  const before = entries.get(key);
  const merged = before
    ? { ...known, entryId: known.entryId ?? before.entryId, lateAt: before.lateAt ?? known.lateAt }
    : known;
  entries.set(key, merged);
  return merged;
}

export function isInWindow(window: { floor: Place | null; complete: boolean }, place: Place): boolean {
  return window.complete || (window.floor !== null && comparePlaces(place, window.floor) >= 0);
}

/** In display order: what the window holds without gaps. */
export function windowOf(chat: Chat): Known[] {
  const all = [...(chat.entries?.values() ?? [])].filter(({ entry }) => isInWindow(chat, entry));
  return all.sort((a, b) => comparePlaces(a.entry, b.entry));
}

/** Does it alert this account: 0 no, 1 as any message, 2 by name? Once it is open, as its content says (SEAL 5.1). */
export function alertFor(me: Me, chat: Chat, { entry }: Known): 0 | 1 | 2 {
  const { body } = openEntry(entry);
  if (!body || entry.void !== null || isMe(me, entry.org, entry.account)) return 0;
  const content = contentOf(chat, entry);
  const said = isSealed(chat) && content.is === 'text' ? content.alert : body.alert;
  const { level, mentions } = said ?? { level: 1, mentions: [] };
  if (level === 0) return 0;
  return level === 2 && mentions.some(({ org, account }) => isMe(me, org, account)) ? 2 : 1;
}

/** For the chat list; null: it is not a message that can be shown in short. */
export function previewOf(chat: Chat, { entry }: Known): Preview | null {
  const content = contentOf(chat, entry);
  if (entry.void !== null || entry.kind !== 'message' || entry.body === null) return null;
  const { hlc, org, seq, account } = entry;
  const place = { hlc, org, seq, account };
  if (isSealed(chat))
    return ['newer', 'unreadable'].includes(content.is) ? null : { ...place, text: '', sealed: entry };
  return content.is === 'text' ? { ...place, text: shortText(content.text), sealed: null } : null;
}

export function shortText(text: string): string {
  return text.slice(0, PREVIEW_LENGTH);
}

export function newestPreview(chat: Chat, entries: Iterable<Known>): Preview | null {
  let newest: Preview | null = null;
  for (const known of entries) {
    if (newest && comparePlaces(known.entry, newest) < 0) continue;
    newest = previewOf(chat, known) ?? newest;
  }
  return newest;
}

/** Forgets all but the newest of a chat, in the store and, if nobody looks at it, in memory. */
export function trimEntries(chat: Chat): Change[] {
  const { record } = chat;
  const kept = windowOf({ ...chat, ...record });
  if (kept.length <= KEPT_ENTRIES + SPARE_ENTRIES) return [];
  const floor = placeOf(kept.at(-KEPT_ENTRIES) as Known);
  const dropped = kept.slice(0, -KEPT_ENTRIES);
  chat.record = { ...record, floor, complete: false };
  if (chat.watchers === 0) {
    chat.floor = floor;
    chat.complete = false;
    for (const { entry } of dropped) chat.entries?.delete(entryKey(entry.log, entry.seq));
  }
  return dropped.map(({ entry }) => ({ key: STORE.entry(entry.chat, entry.log, entry.seq), drop: true }));
}

export function placeOf({ entry }: Known): Place {
  return { hlc: entry.hlc, org: entry.org, seq: entry.seq };
}
