/**
 * Takes pushes in: each changes the desk, and what a frame changed is in the store before the next position is kept, so a resumed
 * connection begins from what is really here. Taking the same push twice changes nothing, and the order in which entries of
 * different logs come does not matter: a message counts as unread only past the arrival that its chat's line stands at.
 */
import type { Push } from '../../protocol/api/socket.ts';
import { memberKey } from '../../protocol/chat/state.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { type Chat, type Desk, entryKey, isMe, type Known } from './desk.ts';
import { alertFor, knownFrom, newestPreview, previewOf, putEntry, trimEntries, windowOf } from './entries.ts';
import { STORE } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { keptEntry, type Library } from './library.ts';
import { comparePlaces } from './order.ts';
import type { Change, Clock, Store } from './ports.ts';

export interface IntakeParts {
  readonly desk: Desk;
  readonly library: Library;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly clock: Clock;
  /** The outbox lets go of it, in the same write. */
  readonly confirm: (entryId: EntryId) => Change | null;
  readonly changed: (chat: Chat | null) => void;
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
}

export function createIntake(parts: IntakeParts): Intake {
  const { desk, library, ledger, store, clock, changed } = parts;

  async function takeEntry(push: Of<'entry'>, frame: Frame): Promise<void> {
    const chat = await library.chat(push.chat);
    if (!chat) return;
    const { t: _, ...entry } = push;
    await addEntry(chat, knownFrom(entry, frame.live ? clock.now() : null), frame);
    const { summary } = chat.record;
    if (push.arrival <= summary.lastArrival || push.kind !== 'message' || push.void) return;
    chat.record = { ...chat.record, summary: countUp(chat, entry) };
  }

  async function addEntry(chat: Chat, known: Known, frame: Frame): Promise<void> {
    const entries = await library.entries(chat);
    const merged = putEntry(entries, known);
    frame.changes.push(...keptEntry(chat, merged));
    frame.chats.add(chat);
    const preview = previewOf(merged);
    if (preview && (!chat.record.preview || comparePlaces(preview, chat.record.preview) >= 0)) {
      chat.record = { ...chat.record, preview };
    }
    const { org, account } = known.entry;
    stopTyping(chat, memberKey(org, account));
    if (merged.entryId && isMe(desk.me, org, account)) {
      const dropped = parts.confirm(merged.entryId);
      if (dropped) frame.changes.push(dropped);
    }
  }

  function countUp(chat: Chat, entry: Known['entry']) {
    const { summary } = chat.record;
    const alert = alertFor(desk.me, { entry, entryId: null, lateAt: null });
    return {
      ...summary,
      lastArrival: entry.arrival,
      lastTime: Math.max(summary.lastTime, hlcMs(entry.hlc)),
      unread: summary.unread + (alert > 0 ? 1 : 0),
      mentions: summary.mentions + (alert === 2 ? 1 : 0),
    };
  }

  /** An entry that was known changes: it does not count any more, or its body is erased. */
  async function changeEntry(
    push: Of<'void' | 'erased'>,
    frame: Frame,
    change: (known: Known) => Known,
  ): Promise<void> {
    const chat = desk.chats.get(push.chat);
    if (!chat) return;
    const entries = await library.entries(chat);
    const key = entryKey(push.log, push.seq);
    const before = entries.get(key);
    if (!before) return;
    const after = change(before);
    entries.set(key, after);
    frame.changes.push(...keptEntry(chat, after));
    frame.chats.add(chat);
    const { summary, preview } = chat.record;
    if (preview && comparePlaces(preview, after.entry) === 0) {
      chat.record = { ...chat.record, preview: newestPreview(windowOf(chat)) };
    }
    if (push.t === 'void' && before.entry.void === null && after.entry.arrival > summary.readTo) uncount(chat, before);
  }

  function uncount(chat: Chat, known: Known): void {
    const alert = alertFor(desk.me, known);
    const { summary } = chat.record;
    const unread = Math.max(0, summary.unread - (alert > 0 ? 1 : 0));
    const mentions = Math.max(0, summary.mentions - (alert === 2 ? 1 : 0));
    chat.record = { ...chat.record, summary: { ...summary, unread, mentions } };
  }

  async function takeAct(push: Of<'act'>): Promise<void> {
    const chat = await library.chat(push.chat);
    if (chat) await ledger.take(chat, push, push.looks);
  }

  function takeRead(push: Of<'read'>, frame: Frame): void {
    const chat = desk.chats.get(push.chat);
    if (!chat || push.to < chat.record.summary.readTo) return;
    const { summary } = chat.record;
    const mentions = push.unread === 0 ? 0 : Math.min(summary.mentions, push.unread);
    chat.record = { ...chat.record, summary: { ...summary, readTo: push.to, unread: push.unread, mentions } };
    frame.chats.add(chat);
  }

  function takeChat(push: Of<'chat'>, frame: Frame): void {
    const before = desk.chats.get(push.summary.chat)?.record.summary;
    const chat = library.addChat(push.summary);
    // The own control log may be ahead of a line that was made earlier.
    if (before && before.head.cpos > push.summary.head.cpos) {
      const { head, logId, look, members, organisations } = before;
      chat.record = { ...chat.record, summary: { ...push.summary, head, logId, look, members, organisations } };
    }
    chat.version++;
    frame.chats.add(chat);
  }

  function takeGone(chat: ChatId, frame: Frame): void {
    const gone = desk.chats.get(chat);
    if (!gone) return;
    desk.chats.delete(chat);
    frame.chats.delete(gone);
    frame.changes.push({ key: STORE.chat(chat), drop: true });
    frame.changes.push({ dropAll: STORE.control(chat) }, { dropAll: STORE.entries(chat) });
    changed(gone);
  }

  function takeDelivery(push: Of<'delivery'>): void {
    const chat = desk.chats.get(push.chat);
    if (!chat) return;
    const key = `${push.log}/${push.org}` as const;
    const steps = chat.delivery.get(key) ?? [];
    if ((steps.at(-1)?.seq ?? 0) >= push.seq) return;
    chat.delivery.set(key, [...steps.slice(-200), { seq: push.seq, at: push.at }]);
    chat.version++;
    changed(chat);
  }

  function takeTyping({ chat: id, org, account }: Of<'typing'>): void {
    const chat = desk.chats.get(id);
    if (!chat || isMe(desk.me, org, account)) return;
    const key = memberKey(org, account);
    chat.typing.get(key)?.cancel();
    const timer = clock.after(TYPING_MS, () => {
      chat.typing.delete(key);
      changed(chat);
    });
    chat.typing.set(key, timer);
    changed(chat);
  }

  function stopTyping(chat: Chat, key: ReturnType<typeof memberKey>): void {
    chat.typing.get(key)?.cancel();
    chat.typing.delete(key);
  }

  async function takeOne(push: Push, frame: Frame): Promise<void> {
    switch (push.t) {
      case 'entry':
        return takeEntry(push, frame);
      case 'act':
        return takeAct(push);
      case 'void':
        return changeEntry(push, frame, (known) => voided(known, push.code as RefusalCode));
      case 'erased':
        return changeEntry(push, frame, (known) => ({ ...known, entry: { ...known.entry, body: null } }));
      case 'read':
        return takeRead(push, frame);
      case 'chat':
        return takeChat(push, frame);
      case 'gone':
        return takeGone(push.chat, frame);
      case 'delivery':
        return takeDelivery(push);
      case 'typing':
        return takeTyping(push);
      case 'person':
        desk.people.set(memberKey(push.person.org, push.person.account), push.person);
        desk.version++;
        frame.changes.push({ key: STORE.person(`${push.person.org}/${push.person.account}`), value: push.person });
        return;
      case 'organisation':
        desk.organisations.set(push.organisation.org, push.organisation);
        desk.version++;
        frame.changes.push({ key: STORE.organisation(push.organisation.org), value: push.organisation });
        return;
      default:
        // `ready` and what newer nodes say.
        return;
    }
  }

  async function write(frame: Frame, session: Change[]): Promise<void> {
    const trimmed = [...frame.chats].flatMap(trimEntries);
    const records = [...frame.chats].map((chat) => ({ key: STORE.chat(chat.record.summary.chat), value: chat.record }));
    const changes = [...frame.changes, ...trimmed, ...records, ...session];
    if (changes.length > 0) await store.write(changes);
    for (const chat of frame.chats) changed(chat);
  }

  return {
    async take(pushes, live) {
      const frame: Frame = { live, changes: [], chats: new Set() };
      let arrival = desk.arrival;
      for (const push of pushes) {
        if ('arrival' in push && push.t !== 'stored') {
          if (push.arrival < desk.arrival) continue;
          arrival = Math.max(arrival, push.arrival);
        }
        await takeOne(push, frame);
      }
      const session = { key: STORE.session, value: { me: desk.me, arrival } };
      await write(frame, arrival > desk.arrival ? [session] : []);
      desk.arrival = arrival;
      changed(null);
    },
    async takeOwn(chat, known) {
      const frame: Frame = { live: true, changes: [], chats: new Set([chat]) };
      const entries = await library.entries(chat);
      // The push may have come first, and is the truer one.
      if (!entries.has(entryKey(known.entry.log, known.entry.seq))) await addEntry(chat, known, frame);
      const dropped = known.entryId && parts.confirm(known.entryId);
      if (dropped) frame.changes.push(dropped);
      const lastTime = Math.max(chat.record.summary.lastTime, hlcMs(known.entry.hlc));
      chat.record = { ...chat.record, summary: { ...chat.record.summary, lastTime } };
      await write(frame, []);
    },
  };
}

function voided(known: Known, code: RefusalCode): Known {
  return { ...known, entry: { ...known.entry, void: known.entry.void ?? code } };
}
