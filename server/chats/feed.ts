/**
 * The arrival order of this node: the one order in which things became known here (PROTOCOL 6). Everything that is sent,
 * to clients or to peers, is sent along it and only once it is on disk.
 * Always holds: an item is published after its commit; positions only grow; a position that is taken back leaves a hole.
 */

import type { ReadAct } from '../../protocol/chat/act.ts';
import type { Arrival, OrgId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { HeldChat, HeldLog } from './held.ts';

export const EVENTS = { act: 1, block: 2, void: 3, erased: 4, read: 5, seat: 6, profile: 7, wraps: 8 } as const;
export type EventKind = keyof typeof EVENTS;

export interface EntryRow {
  readonly arrival: Arrival;
  readonly chat: number;
  readonly log: number;
  readonly seq: number;
  readonly kind: number;
  readonly person: number;
  readonly cpos: number;
  readonly hlc: number;
  readonly alert: number;
  readonly state: number;
  readonly body: Uint8Array | null;
  /** In sealed chats, of messages and erasures: which device wrote it. */
  readonly device: Uint8Array | null;
  /** Hashes of the blobs that a message names, one after the other; null: none. */
  readonly blobs: Uint8Array | null;
}

export interface EventRow {
  readonly arrival: Arrival;
  readonly kind: number;
  readonly chat: number;
  readonly a: number;
  readonly b: number;
}

/** What became known, as listeners get it after the commit. */
export type Item =
  | {
      readonly is: 'entry';
      readonly arrival: Arrival;
      readonly held: HeldChat;
      readonly log: HeldLog;
      readonly row: EntryRow;
    }
  | {
      readonly is: 'act';
      readonly arrival: Arrival;
      readonly held: HeldChat;
      readonly read: ReadAct;
      readonly looks: readonly Uint8Array[];
    }
  | {
      readonly is: 'block';
      readonly arrival: Arrival;
      readonly held: HeldChat;
      readonly log: HeldLog;
      readonly blockSeq: number;
    }
  | {
      readonly is: 'void';
      readonly arrival: Arrival;
      readonly held: HeldChat;
      readonly log: HeldLog;
      readonly seq: number;
      readonly code: RefusalCode;
    }
  | {
      readonly is: 'erased';
      readonly arrival: Arrival;
      readonly held: HeldChat;
      readonly log: HeldLog;
      readonly seq: number;
    }
  | {
      readonly is: 'read';
      readonly arrival: Arrival;
      readonly held: HeldChat;
      readonly person: number;
      readonly to: Arrival;
    }
  | { readonly is: 'seat'; readonly arrival: Arrival; readonly held: HeldChat; readonly person: number }
  /** Keys have come for own members; `cpos`: of the act that brings them. */
  | { readonly is: 'wraps'; readonly arrival: Arrival; readonly held: HeldChat; readonly cpos: number }
  | { readonly is: 'profile'; readonly arrival: Arrival; readonly person: number }
  /** Of the moment: asked for again after a reconnection. */
  | {
      readonly is: 'receipt';
      readonly held: HeldChat;
      readonly log: HeldLog;
      readonly org: OrgId;
      readonly seq: number;
      readonly atMs: number;
    };

export interface Feed {
  /** The next position, within a work of the database. */
  next(): Arrival;
  /** Stores an event at the next position. */
  event(tx: Tx, kind: EventKind, chat: number, a: number, b: number): Arrival;
  /** After the commit, in order. */
  publish(tx: Tx, item: Item): void;
  /** At once: for what is of the moment and on no disk. */
  tell(item: Item): void;
  listen(listener: (item: Item) => void): () => void;
  /** The newest position handed out. */
  latest(): Arrival;
  eventsAfter(after: Arrival, limit: number): EventRow[];
}

export function createFeed(db: Database): Feed {
  const newest = (table: 'entry' | 'event') =>
    db.read.prepare<[], { at: number | null }>(`SELECT max(arrival) AS at FROM ${table}`).one()?.at ?? 0;
  let latest = Math.max(newest('entry'), newest('event'));
  const listeners = new Set<(item: Item) => void>();

  function next(): Arrival {
    latest += 1;
    return latest;
  }

  function tell(item: Item): void {
    for (const listener of listeners) listener(item);
  }

  return {
    next,
    event(tx, kind, chat, a, b) {
      const arrival = next();
      tx.prepare('INSERT INTO event (arrival, kind, chat, a, b) VALUES (?, ?, ?, ?, ?)').run(
        arrival,
        EVENTS[kind],
        chat,
        a,
        b,
      );
      return arrival;
    },
    publish: (tx, item) => tx.afterCommit(() => tell(item)),
    tell,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    latest: () => latest,
    eventsAfter: (after, limit) =>
      db.read
        .prepare<[number, number], EventRow>(
          'SELECT arrival, kind, chat, a, b FROM event WHERE arrival > ? ORDER BY arrival LIMIT ?',
        )
        .all(after, limit),
  };
}
