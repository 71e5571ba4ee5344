/**
 * The outbox: what is written here lies in the store before anything else happens, and leaves it only when the own node has it,
 * is refused for good, or is discarded. One message of a chat is on its way at a time, so that they keep their order; it is sealed
 * each time it is sent, always under the entry id that it was written with, so that a second copy never counts.
 */

import type { RefusalReply, Stored } from '../../protocol/api/shapes.ts';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Fault } from '../../protocol/result.ts';
import { STORE } from './keys.ts';
import type { Answer } from './model.ts';
import type { Change, Clock, Random, Store, Timer } from './ports.ts';

export interface Queued {
  readonly chat: ChatId;
  readonly entryId: EntryId;
  readonly text: string;
  readonly mentions: readonly MemberRef[];
  /** When it was written (ms). */
  readonly at: number;
  /** Grows from one to the next. */
  readonly order: number;
  readonly refusal: RefusalReply | null;
}

export interface Outbox {
  /** Reads what an earlier run left. */
  open(): Promise<void>;
  add(message: Pick<Queued, 'chat' | 'entryId' | 'text' | 'mentions'>): Promise<void>;
  /** Sends again what was refused. */
  retry(entryId: EntryId): Promise<void>;
  discard(entryId: EntryId): Promise<void>;
  /** The node has it, as its log shows: to be written together with the entry. */
  confirm(entryId: EntryId): Change | null;
  /** In the order they were written. */
  items(chat: ChatId): readonly Queued[];
  isSending(entryId: EntryId): boolean;
  count(): number;
  /** Tries everything now: the connection is back. */
  flush(): void;
  close(): void;
}

export interface OutboxParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** Seals at the head that is known now and submits. Refuses `stale_head` for the next try. Throws `Fault`. */
  readonly submit: (message: Queued) => Promise<Answer<Stored>>;
  /** The head was not the node's any more. */
  readonly refreshHead: (chat: ChatId) => Promise<void>;
  /** The node has it: writes the entry and, in the same go, what `confirm` gives. */
  readonly stored: (message: Queued, stored: Stored) => Promise<void>;
  readonly changed: (chat: ChatId) => void;
  /** A bug: it is told, and the message stays. */
  readonly report: (error: unknown) => void;
}

/** Refusals that pass by themselves; `not_signed_in` ends the session elsewhere and keeps what waits. */
const PASSING: readonly RefusalCode[] = ['rate_limited', 'overloaded', 'not_running', 'not_signed_in'];
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
const STALE_AT_ONCE = 4;

interface Lane {
  busy: boolean;
  tries: number;
  timer: Timer | null;
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { store, clock, random, changed } = parts;
  const items = new Map<EntryId, Queued>();
  const lanes = new Map<ChatId, Lane>();
  let order = 0;
  let closed = false;

  function laneOf(chat: ChatId): Lane {
    const lane = lanes.get(chat) ?? { busy: false, tries: 0, timer: null };
    lanes.set(chat, lane);
    return lane;
  }

  function itemsOf(chat: ChatId): Queued[] {
    return [...items.values()].filter((item) => item.chat === chat).sort((a, b) => a.order - b.order);
  }

  function nextOf(chat: ChatId): Queued | undefined {
    return itemsOf(chat).find((item) => item.refusal === null);
  }

  async function put(item: Queued): Promise<void> {
    items.set(item.entryId, item);
    await store.write([{ key: STORE.outboxItem(item.entryId), value: item }]);
    changed(item.chat);
  }

  function pump(chat: ChatId): void {
    const lane = laneOf(chat);
    if (lane.busy || closed || !nextOf(chat)) return;
    lane.timer?.cancel();
    lane.timer = null;
    lane.busy = true;
    void drain(chat, lane).finally(() => {
      lane.busy = false;
      changed(chat);
      if (!lane.timer) pump(chat);
    });
  }

  async function drain(chat: ChatId, lane: Lane): Promise<void> {
    for (let item = nextOf(chat); item && !closed; item = nextOf(chat)) {
      changed(chat);
      if (await isDone(item)) lane.tries = 0;
      else return retryLater(chat, lane);
    }
  }

  /** False: try again later. */
  async function isDone(item: Queued): Promise<boolean> {
    try {
      return await settle(item);
    } catch (error) {
      if (!(error instanceof Fault)) parts.report(error);
      return false;
    }
  }

  async function settle(item: Queued): Promise<boolean> {
    for (let stale = 0; stale < STALE_AT_ONCE && items.has(item.entryId); stale++) {
      const answer = await parts.submit(item);
      if (closed) return false;
      if (answer.ok) {
        await parts.stored(item, answer.value);
        return true;
      }
      if (answer.refusal.code !== 'stale_head') return refused(item, answer.refusal);
      await parts.refreshHead(item.chat);
    }
    return !items.has(item.entryId);
  }

  async function refused(item: Queued, refusal: RefusalReply): Promise<boolean> {
    if (PASSING.includes(refusal.code)) return false;
    if (items.has(item.entryId)) await put({ ...item, refusal });
    return true;
  }

  function retryLater(chat: ChatId, lane: Lane): void {
    const jitter = 0.5 + (random.bytes(1)[0] as number) / 512;
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** lane.tries) * jitter;
    lane.tries = Math.min(lane.tries + 1, 10);
    lane.timer = clock.after(delayMs, () => {
      lane.timer = null;
      pump(chat);
    });
  }

  return {
    async open() {
      for (const item of (await store.list(STORE.outbox)) as Queued[]) {
        if (!items.has(item.entryId)) items.set(item.entryId, item);
        order = Math.max(order, item.order);
      }
      for (const chat of new Set([...items.values()].map((item) => item.chat))) pump(chat);
    },
    async add(message) {
      if (items.has(message.entryId)) return;
      const at = clock.now();
      order = Math.max(order + 1, at * 16);
      await put({ ...message, at, order, refusal: null });
      pump(message.chat);
    },
    async retry(entryId) {
      const item = items.get(entryId);
      if (!item) return;
      await put({ ...item, refusal: null });
      pump(item.chat);
    },
    async discard(entryId) {
      const item = items.get(entryId);
      if (!item) return;
      items.delete(entryId);
      await store.write([{ key: STORE.outboxItem(entryId), drop: true }]);
      changed(item.chat);
    },
    confirm(entryId) {
      const item = items.get(entryId);
      if (!item) return null;
      items.delete(entryId);
      changed(item.chat);
      return { key: STORE.outboxItem(entryId), drop: true };
    },
    items: itemsOf,
    isSending: (entryId) => {
      const item = items.get(entryId);
      return item !== undefined && laneOf(item.chat).busy && nextOf(item.chat)?.entryId === entryId;
    },
    count: () => items.size,
    flush() {
      for (const [chat, lane] of lanes) {
        lane.tries = 0;
        lane.timer?.cancel();
        lane.timer = null;
        pump(chat);
      }
    },
    close() {
      closed = true;
      for (const lane of lanes.values()) lane.timer?.cancel();
    },
  };
}
