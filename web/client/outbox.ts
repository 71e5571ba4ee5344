/**
 * The outbox: what is written here lies in the store before anything else happens, and leaves it only when the own node has it,
 * is refused for good, or is discarded. One message of a chat is on its way at a time, so that they keep their order; it is sealed
 * each time it is sent, always under the entry id that it was written with, so that a second copy never counts.
 */

import type { RefusalReply, Stored } from '../../protocol/api/shapes.ts';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import { Fault } from '../../protocol/result.ts';
import type { QueuedFile } from './files/queued.ts';
import type { FileView } from './files/views.ts';
import { STORE } from './keys.ts';
import type { Answer } from './model.ts';
import { type Change, type Clock, jitter, type Random, type Store, type Timer } from './ports.ts';
import type { Said } from './said.ts';

export interface Queued {
  readonly chat: ChatId;
  readonly entryId: EntryId;
  readonly said: Said;
  readonly mentions: readonly MemberRef[];
  /** When it was written (ms). */
  readonly at: number;
  /** Grows from one to the next. */
  readonly order: number;
  readonly refusal: RefusalReply | null;
  /** Files that go with it. It waits until the node has them, and keeps nothing back meanwhile. */
  readonly files?: readonly QueuedFile[];
  /** Its files wait until somebody lets them go on. */
  readonly paused?: boolean;
}

export type Written = Pick<Queued, 'chat' | 'entryId' | 'said' | 'mentions' | 'files'>;

export interface Outbox {
  /** Reads what an earlier run left. */
  open(): Promise<void>;
  add(message: Written): Promise<void>;
  /** Sends again what was refused. */
  retry(entryId: EntryId): Promise<void>;
  discard(entryId: EntryId): Promise<void>;
  refuse(entryId: EntryId, refusal: RefusalReply): Promise<void>;
  /** What of its files is to be sent, and whether they wait. */
  change(entryId: EntryId, change: Pick<Queued, 'files' | 'paused'>): Promise<void>;
  item(entryId: EntryId): Queued | null;
  /** Of all chats, in the order they were written. */
  all(): readonly Queued[];
  /** The node has it, as its log shows: to be written together with the entry. */
  confirm(entryId: EntryId): Change | null;
  /** In the order they were written. */
  items(chat: ChatId): readonly Queued[];
  /** The files of a queued message, and how far they are. */
  files(message: Queued): readonly FileView[];
  isSending(entryId: EntryId): boolean;
  count(): number;
  /** Tries everything now, or what waits for one chat: the connection, or its key, is here. */
  flush(only?: ChatId): void;
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
  /** Does the node have its files? */
  readonly isReady: (message: Queued) => boolean;
  readonly files: (message: Queued) => readonly FileView[];
  /** One with files has left: it is stored, or given up. */
  readonly gone: (message: Queued, isStored: boolean) => void;
  /** A bug: it is told, and the message stays. */
  readonly report: (error: unknown) => void;
}

/** Refusals that pass by themselves; `not_signed_in` ends the session elsewhere and keeps what waits, `no_key` waits for the key. */
const PASSING: readonly string[] = [
  'rate_limited',
  'overloaded',
  'not_running',
  'not_signed_in',
  'no_key',
  'vault_locked',
  'blob_unknown',
];
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
const STALE_AT_ONCE = 4;

interface Lane {
  busy: boolean;
  tries: number;
  timer: Timer | null;
}

export function createOutbox(parts: OutboxParts): Outbox {
  return new Lanes(parts);
}

class Lanes implements Outbox {
  readonly #parts: OutboxParts;
  readonly #items = new Map<EntryId, Queued>();
  readonly #lanes = new Map<ChatId, Lane>();
  #order = 0;
  #closed = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  async open(): Promise<void> {
    for (const item of (await this.#parts.store.list(STORE.outbox)) as Queued[]) {
      if (!this.#items.has(item.entryId)) this.#items.set(item.entryId, item);
      this.#order = Math.max(this.#order, item.order);
    }
    for (const chat of new Set([...this.#items.values()].map((item) => item.chat))) this.#pump(chat);
  }

  async add(message: Written): Promise<void> {
    if (this.#items.has(message.entryId)) return;
    const at = this.#parts.clock.now();
    this.#order = Math.max(this.#order + 1, at * 16);
    await this.#put({ ...message, at, order: this.#order, refusal: null });
    this.#pump(message.chat);
  }

  async retry(entryId: EntryId): Promise<void> {
    const item = this.#items.get(entryId);
    if (!item) return;
    await this.#put({ ...item, refusal: null });
    this.#pump(item.chat);
  }

  async discard(entryId: EntryId): Promise<void> {
    const dropped = this.#drop(entryId, false);
    if (dropped) await this.#parts.store.write([dropped]);
  }

  async refuse(entryId: EntryId, refusal: RefusalReply): Promise<void> {
    const item = this.#items.get(entryId);
    if (item) await this.#put({ ...item, refusal });
  }

  async change(entryId: EntryId, change: Pick<Queued, 'files' | 'paused'>): Promise<void> {
    const item = this.#items.get(entryId);
    if (item) await this.#put({ ...item, ...change });
  }

  item(entryId: EntryId): Queued | null {
    return this.#items.get(entryId) ?? null;
  }

  all(): Queued[] {
    return [...this.#items.values()].sort((a, b) => a.order - b.order);
  }

  confirm(entryId: EntryId): Change | null {
    return this.#drop(entryId, true);
  }

  #drop(entryId: EntryId, isStored: boolean): Change | null {
    const item = this.#items.get(entryId);
    if (!item) return null;
    this.#items.delete(entryId);
    this.#parts.changed(item.chat);
    if (item.files) this.#parts.gone(item, isStored);
    return { key: STORE.outboxItem(entryId), drop: true };
  }

  items(chat: ChatId): Queued[] {
    return [...this.#items.values()].filter((item) => item.chat === chat).sort((a, b) => a.order - b.order);
  }

  files(message: Queued): readonly FileView[] {
    return this.#parts.files(message);
  }

  isSending(entryId: EntryId): boolean {
    const item = this.#items.get(entryId);
    return item !== undefined && this.#laneOf(item.chat).busy && this.#nextOf(item.chat)?.entryId === entryId;
  }

  count(): number {
    return this.#items.size;
  }

  flush(only?: ChatId): void {
    for (const [chat, lane] of this.#lanes) {
      if (only !== undefined && only !== chat) continue;
      lane.tries = 0;
      lane.timer?.cancel();
      lane.timer = null;
      this.#pump(chat);
    }
  }

  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) lane.timer?.cancel();
  }

  #laneOf(chat: ChatId): Lane {
    const lane = this.#lanes.get(chat) ?? { busy: false, tries: 0, timer: null };
    this.#lanes.set(chat, lane);
    return lane;
  }

  #nextOf(chat: ChatId): Queued | undefined {
    return this.items(chat).find((item) => item.refusal === null && this.#parts.isReady(item));
  }

  async #put(item: Queued): Promise<void> {
    await this.#parts.store.write([{ key: STORE.outboxItem(item.entryId), value: item }]);
    this.#items.set(item.entryId, item);
    this.#parts.changed(item.chat);
  }

  #pump(chat: ChatId): void {
    const lane = this.#laneOf(chat);
    if (lane.busy || this.#closed || !this.#nextOf(chat)) return;
    lane.timer?.cancel();
    lane.timer = null;
    lane.busy = true;
    void this.#drain(chat, lane).finally(() => {
      lane.busy = false;
      this.#parts.changed(chat);
      if (!lane.timer) this.#pump(chat);
    });
  }

  async #drain(chat: ChatId, lane: Lane): Promise<void> {
    for (let item = this.#nextOf(chat); item && !this.#closed; item = this.#nextOf(chat)) {
      this.#parts.changed(chat);
      if (!(await this.#isDone(item))) {
        this.#retryLater(chat, lane);
        return;
      }
      lane.tries = 0;
    }
  }

  /** False: try again later. */
  async #isDone(item: Queued): Promise<boolean> {
    try {
      return await this.#settle(item);
    } catch (error) {
      if (!(error instanceof Fault)) this.#parts.report(error);
      return false;
    }
  }

  async #settle(item: Queued): Promise<boolean> {
    for (let stale = 0; stale < STALE_AT_ONCE && this.#items.has(item.entryId); stale++) {
      const answer = await this.#parts.submit(item);
      if (this.#closed) return false;
      if (answer.ok) {
        await this.#parts.stored(item, answer.value);
        return true;
      }
      if (answer.refusal.code !== 'stale_head') return this.#refused(item, answer.refusal);
      await this.#parts.refreshHead(item.chat);
    }
    return !this.#items.has(item.entryId);
  }

  async #refused(item: Queued, refusal: RefusalReply): Promise<boolean> {
    if (PASSING.includes(refusal.code)) return false;
    if (this.#items.has(item.entryId)) await this.#put({ ...item, refusal });
    return true;
  }

  #retryLater(chat: ChatId, lane: Lane): void {
    const { clock, random } = this.#parts;
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** lane.tries) * jitter(random);
    lane.tries = Math.min(lane.tries + 1, 10);
    lane.timer = clock.after(delayMs, () => {
      lane.timer = null;
      this.#pump(chat);
    });
  }
}
