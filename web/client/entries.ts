/**
 * The entries of one chat: what they say, which are shown, and how many are kept. A body is opened once for as long as its entry
 * is the same object.
 */

import type { Entry, Me } from '../../protocol/api/shapes.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { decodeBody, type MessageBody, SUITE } from '../../protocol/log/entry.ts';
import { fromBase64 } from './base64.ts';
import { type Content, openContent } from './content.ts';
import { type Chat, entryKey, isMe, isSealed, type Known } from './desk.ts';
import { STORE } from './keys.ts';
import { comparePlaces, type Place } from './order.ts';
import type { Change } from './ports.ts';

/** What a chat that is not open keeps. */
export const KEPT_ENTRIES = 120;
const SPARE_ENTRIES = 40;
/** Edits, reactions and pins that are kept before that. */
const KEPT_QUIET = 2_000;
/** Longer on the way than this is said (PROTOCOL 6). */
const LATE_MS = 5 * 60_000;

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
  const { body } = openEntry(entry);
  const quiet = entry.quiet ?? body?.alert.level === 0;
  return { entry, entryId: body?.entryId ?? null, lateAt: late ? now : null, ...(quiet ? { quiet } : {}) };
}

/** Puts it in place of what was known of the same entry; what only the earlier one knew is kept. */
export function putEntry(entries: Map<string, Known>, known: Known): Known {
  const key = entryKey(known.entry.log, known.entry.seq);
  const before = entries.get(key);
  const merged = before
    ? {
        ...known,
        entryId: known.entryId ?? before.entryId,
        lateAt: before.lateAt ?? known.lateAt,
        quiet: (known.quiet || before.quiet) ?? false,
      }
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
  if (content.is === 'aside') return 0;
  const said = isSealed(chat) && content.is === 'text' ? content.alert : body.alert;
  const { level, mentions } = said ?? { level: 1, mentions: [] };
  if (level === 0) return 0;
  return level === 2 && mentions.some(({ org, account }) => isMe(me, org, account)) ? 2 : 1;
}

/**
 * Forgets all but the newest of a chat, in the store and, if nobody looks at it, in memory. What was said of other messages is kept
 * longer: they may be read again when they are far back, and have to be shown as they are now.
 */
export function trimEntries(chat: Chat): Change[] {
  const { record } = chat;
  const kept = windowOf({ ...chat, ...record });
  if (kept.length <= KEPT_ENTRIES + SPARE_ENTRIES) return [];
  const floor = placeOf(kept.at(-KEPT_ENTRIES) as Known);
  const dropped = [...kept.slice(0, -KEPT_ENTRIES).filter(({ quiet }) => !quiet), ...looseQuiet(chat, floor)];
  chat.record = { ...record, floor, complete: false };
  if (chat.watchers === 0) {
    chat.floor = floor;
    chat.complete = false;
    for (const { entry } of dropped) chat.entries?.delete(entryKey(entry.log, entry.seq));
  }
  return dropped.map(({ entry }) => ({ key: STORE.entry(entry.chat, entry.log, entry.seq), drop: true }));
}

/** The oldest of the quiet ones before the window that are too many. */
function looseQuiet(chat: Chat, floor: Place): Known[] {
  const isLoose = ({ quiet, entry }: Known) => quiet && comparePlaces(entry, floor) < 0;
  const loose = [...(chat.entries?.values() ?? [])].filter(isLoose).sort((a, b) => comparePlaces(a.entry, b.entry));
  return loose.slice(0, Math.max(0, loose.length - KEPT_QUIET));
}

export function placeOf({ entry }: Known): Place {
  return { hlc: entry.hlc, org: entry.org, seq: entry.seq };
}
