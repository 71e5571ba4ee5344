/**
 * Takes pushes in: each changes the desk, and what a frame changed is in the store before the next position is kept, so a resumed
 * connection begins from what is really here. Taking the same push twice changes nothing, and the order in which entries of
 * different logs come does not matter: a message counts as unread only past the arrival that its chat's line stands at.
 */
import type { ChatSummary, ErasedBy } from '../../protocol/api/shapes.ts';
import type { Push } from '../../protocol/api/socket.ts';
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { ChatKeys } from './chat-keys.ts';
import { type Chat, type Desk, entryKey, isMe, isSealed, type Known } from './desk.ts';
import { alertFor, knownFrom, putEntry, trimEntries, windowOf } from './entries.ts';
import { STORE } from './keys.ts';
import type { LateSearch } from './late-search.ts';
import type { Ledger } from './ledger.ts';
import { addDelivery, keptEntry, type Library } from './library.ts';
import type { Opening } from './opening.ts';
import { comparePlaces, type Place } from './order.ts';
import type { Personal } from './personal.ts';
import type { Change, Clock, Store } from './ports.ts';
import { newestPreview, previewOf, withEdit } from './preview.ts';

export interface IntakeParts {
  readonly desk: Desk;
  readonly library: Library;
  readonly ledger: Ledger;
  /** Null: there are no keys here. */
  readonly seal: { readonly keys: ChatKeys; readonly opening: Opening } | null;
  readonly store: Store;
  readonly clock: Clock;
  readonly personal: Pick<Personal, 'take'>;
  /** The outbox lets go of it, in the same write. */
  readonly confirm: (entryId: EntryId) => Change | null;
  readonly changed: (chat: Chat | null) => void;
  readonly search: Pick<LateSearch, 'take' | 'drop' | 'gone'>;
}

export interface Intake {
  take(pushes: readonly Push[], live: boolean): Promise<void>;
  /** An own message that the node has just acknowledged. */
  takeOwn(chat: Chat, known: Known): Promise<void>;
}

type Of<T extends Push['t']> = Extract<Push, { t: T }>;
const TYPING_MS = 6_000;

/** What one frame changed. */
interface Frame {
  readonly live: boolean;
  readonly changes: Change[];
  readonly chats: Set<Chat>;
  readonly came: Map<Chat, Known[]>;
}

export function createIntake(parts: IntakeParts): Intake {
  return new Frames(parts);
}

class Frames implements Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  async take(pushes: readonly Push[], live: boolean): Promise<void> {
    const { desk, changed } = this.#parts;
    const frame: Frame = { live, changes: [], chats: new Set(), came: new Map() };
    let arrival = desk.arrival;
    for (const push of pushes) {
      if ('arrival' in push && push.t !== 'stored') {
        if (push.arrival < desk.arrival) continue;
        arrival = Math.max(arrival, push.arrival);
      }
      await this.#takeOne(push, frame);
    }
    const session = { key: STORE.session, value: { me: desk.me, arrival } };
    await this.#write(frame, arrival > desk.arrival ? [session] : []);
    desk.arrival = arrival;
    changed(null);
  }

  async takeOwn(chat: Chat, known: Known): Promise<void> {
    const frame: Frame = { live: true, changes: [], chats: new Set([chat]), came: new Map() };
    const entries = await this.#parts.library.entries(chat);
    // The push may have come first, and is the truer one.
    if (!entries.has(entryKey(known.entry.log, known.entry.seq))) await this.#addEntry(chat, known, frame);
    const dropped = known.entryId && this.#parts.confirm(known.entryId);
    if (dropped) frame.changes.push(dropped);
    const lastTime = Math.max(chat.record.summary.lastTime, hlcMs(known.entry.hlc));
    if (!known.quiet) changeSummary(chat, { lastTime });
    await this.#write(frame, []);
  }

  async #write(frame: Frame, session: Change[]): Promise<void> {
    const trimmed = [...frame.chats].flatMap(trimEntries);
    const records = [...frame.chats].map((chat) => ({ key: STORE.chat(chat.record.summary.chat), value: chat.record }));
    const changes = [...frame.changes, ...trimmed, ...records, ...session];
    if (changes.length > 0) await this.#parts.store.write(changes);
    for (const chat of frame.chats) this.#parts.changed(chat);
    for (const [chat, known] of frame.came) this.#parts.search.take(chat, known);
  }

  async #takeOne(push: Push, frame: Frame): Promise<void> {
    switch (push.t) {
      case 'entry':
        return this.#takeEntry(push, frame);
      case 'act':
        return this.#takeAct(push);
      case 'void':
        return this.#changeEntry(push, frame, (known) => voided(known, push.code as RefusalCode));
      case 'erased':
        return this.#changeEntry(push, frame, (known) => erased(known, push.by));
      case 'read':
        return this.#takeRead(push, frame);
      case 'chat':
        return this.#takeChat(push, frame);
      case 'personal':
        return this.#parts.personal.take(push.rows);
      case 'wraps':
        return this.#takeWraps(push);
      case 'gone':
        return this.#takeGone(push.chat, frame);
      case 'delivery':
      case 'typing':
        return this.#takeOfTheMoment(push);
      case 'person':
      case 'organisation':
        return this.#takeSomebody(push, frame);
      default:
        // `ready`, and what newer nodes say.
        return;
    }
  }

  async #takeEntry(push: Of<'entry'>, frame: Frame): Promise<void> {
    const chat = await this.#parts.library.chat(push.chat);
    if (!chat) return;
    const { t: _, ...entry } = push;
    const known = await this.#addEntry(chat, knownFrom(entry, frame.live ? this.#parts.clock.now() : null), frame);
    const { summary } = chat.record;
    if (entry.arrival <= summary.lastArrival || entry.kind !== 'message' || entry.void !== null) return;
    const alert = alertFor(this.#parts.desk.me, chat, known);
    changeSummary(chat, {
      lastArrival: entry.arrival,
      lastTime: known.quiet ? summary.lastTime : Math.max(summary.lastTime, hlcMs(entry.hlc)),
      unread: summary.unread + (alert > 0 ? 1 : 0),
      mentions: summary.mentions + (alert === 2 ? 1 : 0),
    });
  }

  async #addEntry(chat: Chat, known: Known, frame: Frame): Promise<Known> {
    const { desk, library, confirm } = this.#parts;
    const merged = putEntry(await library.entries(chat), known);
    frame.changes.push(...keptEntry(chat, merged));
    frame.chats.add(chat);
    frame.came.set(chat, [...(frame.came.get(chat) ?? []), merged]);
    const preview = previewOf(chat, merged);
    if (preview && (!chat.record.preview || comparePlaces(preview, chat.record.preview) >= 0)) {
      chat.record = { ...chat.record, preview };
    }
    if (merged.quiet) noteAside(chat);
    const { org, account } = known.entry;
    stopTyping(chat, memberKey(org, account));
    const isOwn = merged.entryId !== null && isMe(desk.me, org, account) && (await this.#isTrue(chat, merged));
    const dropped = isOwn && merged.entryId ? confirm(merged.entryId) : null;
    if (dropped) frame.changes.push(dropped);
    return merged;
  }

  /** Only what is really the own message lets go of what waits to be sent: a node could put something else in its place. */
  async #isTrue(chat: Chat, { entry }: Known): Promise<boolean> {
    const { seal } = this.#parts;
    return !isSealed(chat) || (seal !== null && (await seal.opening.isAuthentic(chat, entry)));
  }

  /** An entry that was known changes: it does not count any more, or its body is erased. */
  async #changeEntry(push: Of<'void' | 'erased'>, frame: Frame, change: (known: Known) => Known): Promise<void> {
    this.#parts.search.drop(push);
    const chat = this.#parts.desk.chats.get(push.chat);
    if (!chat) return;
    const entries = await this.#parts.library.entries(chat);
    const key = entryKey(push.log, push.seq);
    const before = entries.get(key);
    if (!before) return;
    const after = change(before);
    entries.set(key, after);
    frame.changes.push(...keptEntry(chat, after));
    frame.chats.add(chat);
    const { summary, preview } = chat.record;
    const isShown = (place: Place | undefined) => place !== undefined && comparePlaces(place, after.entry) === 0;
    if (preview && (isShown(preview) || isShown(preview.edit))) {
      chat.record = { ...chat.record, preview: newestPreview(chat, windowOf(chat)) };
    }
    if (after.quiet) chat.asides++;
    if (push.t !== 'void' || before.entry.void !== null || after.entry.arrival <= summary.readTo) return;
    const alert = alertFor(this.#parts.desk.me, chat, before);
    changeSummary(chat, {
      unread: Math.max(0, summary.unread - (alert > 0 ? 1 : 0)),
      mentions: Math.max(0, summary.mentions - (alert === 2 ? 1 : 0)),
    });
  }

  async #takeAct(push: Of<'act'>): Promise<void> {
    const chat = await this.#parts.library.chat(push.chat);
    if (chat) await this.#parts.ledger.take(chat, push, push.looks);
  }

  async #takeWraps({ chat: id, cpos }: Of<'wraps'>): Promise<void> {
    const chat = await this.#parts.library.chat(id);
    if (chat) await this.#parts.seal?.keys.wrapsCame(chat, cpos);
  }

  #takeRead({ chat: id, to, unread }: Of<'read'>, frame: Frame): void {
    const chat = this.#parts.desk.chats.get(id);
    if (!chat || to < chat.record.summary.readTo) return;
    changeSummary(chat, { readTo: to, unread, mentions: Math.min(chat.record.summary.mentions, unread) });
    frame.chats.add(chat);
  }

  async #takeChat({ summary }: Of<'chat'>, frame: Frame): Promise<void> {
    const before = this.#parts.desk.chats.get(summary.chat)?.record.summary;
    const chat = this.#parts.library.addChat(summary);
    // The own control log may be ahead of a line that was made earlier.
    if (before && before.head.cpos > summary.head.cpos) {
      const { head, logId, look, members, organisations } = before;
      changeSummary(chat, { head, logId, look, members, organisations });
    }
    chat.version++;
    frame.chats.add(chat);
    // An act that concerns this account comes as its new line alone.
    if (chat.control && chat.control.state.head.cpos < summary.head.cpos) await this.#parts.ledger.open(chat);
  }

  #takeGone(id: ChatId, frame: Frame): void {
    const { desk, changed } = this.#parts;
    const gone = desk.chats.get(id);
    if (!gone) return;
    desk.chats.delete(id);
    frame.chats.delete(gone);
    this.#parts.search.gone(id);
    frame.changes.push({ key: STORE.chat(id), drop: true });
    frame.changes.push({ dropAll: STORE.control(id) }, { dropAll: STORE.entries(id) }, { dropAll: STORE.wraps(id) });
    changed(gone);
  }

  #takeOfTheMoment(push: Of<'delivery' | 'typing'>): void {
    const { desk, clock, changed } = this.#parts;
    const chat = desk.chats.get(push.chat);
    if (!chat) return;
    if (push.t === 'delivery') addDelivery(chat, push);
    else if (!isMe(desk.me, push.org, push.account)) {
      const key = memberKey(push.org, push.account);
      stopTyping(chat, key);
      const stop = () => {
        stopTyping(chat, key);
        changed(chat);
      };
      chat.typing.set(key, clock.after(TYPING_MS, stop));
    }
    changed(chat);
  }

  #takeSomebody(push: Of<'person' | 'organisation'>, frame: Frame): void {
    const { desk } = this.#parts;
    desk.version++;
    if (push.t === 'person') {
      const { org, account } = push.person;
      desk.people.set(memberKey(org, account), push.person);
      frame.changes.push({ key: STORE.person(memberKey(org, account)), value: push.person });
    } else {
      desk.organisations.set(push.organisation.org, push.organisation);
      frame.changes.push({ key: STORE.organisation(push.organisation.org), value: push.organisation });
    }
  }
}

function changeSummary(chat: Chat, changes: Partial<ChatSummary>): void {
  chat.record = { ...chat.record, summary: { ...chat.record.summary, ...changes } };
}

function stopTyping(chat: Chat, key: MemberKey): void {
  chat.typing.get(key)?.cancel();
  chat.typing.delete(key);
}

function voided(known: Known, code: RefusalCode): Known {
  return { ...known, entry: { ...known.entry, void: known.entry.void ?? code } };
}

function erased(known: Known, by: ErasedBy | undefined): Known {
  return { ...known, entry: { ...known.entry, body: null, ...(by ? { erasedBy: by } : {}) } };
}

/** An edit may be of what stands in the list. */
function noteAside(chat: Chat): void {
  chat.asides++;
  const { preview } = chat.record;
  if (preview) chat.record = { ...chat.record, preview: withEdit(chat, preview) };
}
