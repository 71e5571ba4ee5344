/**
 * The chats in memory, read when they are first asked for. Always holds: a chat whose work failed half-way is forgotten, so
 * that the next one who asks reads what is on disk. A work refuses before it changes anything, or calls `forget`.
 */
import type { ChatId, LogId } from '../../protocol/ids.ts';
import { Fault, Refused, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Statements } from '../db/statements.ts';
import type { HeldChat } from './held.ts';
import { loadChat, readChatRow, readChatRowById } from './load.ts';
import type { People } from './people.ts';

const KEPT = 5_000;
const KEPT_LOGS = 100_000;

export interface Cache {
  /** Undefined: not here. `from` must be the work's `tx` inside a work. */
  find(from: Statements, chatId: ChatId): HeldChat | undefined;
  byNumber(from: Statements, id: number): HeldChat;
  byLog(from: Statements, logId: LogId): HeldChat | undefined;
  add(held: HeldChat): void;
  forget(chatId: ChatId): void;
  /** A work on one chat; a fault or a bug in it makes the chat be read anew. */
  work<T>(chatId: ChatId, run: (tx: Tx) => T): Promise<T>;
  /** Chats in memory, for what has to be done to all that are touched. */
  all(): Iterable<HeldChat>;
  /** PROTOCOL 3.8, kept over a `forget`. */
  confirm(held: HeldChat): void;
}

/** `onUnclosed`: a chat was read in which something waits for its block, and no timer goes. */
export function createCache(db: Database, people: People, onUnclosed: (chatId: ChatId) => void): Cache {
  const chats = new Map<ChatId, HeldChat>();
  const byNumber = new Map<number, HeldChat>();
  const chatOfLog = new Map<LogId, ChatId>();
  const confirmed = new Set<ChatId>();

  function keep(held: HeldChat): HeldChat {
    held.confirmed ||= confirmed.has(held.chatId);
    chats.set(held.chatId, held);
    byNumber.set(held.id, held);
    if (chats.size > KEPT) dropOldest();
    if (isUnclosed(held)) onUnclosed(held.chatId);
    return held;
  }

  function dropOldest(): void {
    for (const held of chats.values()) {
      if (chats.size <= KEPT) return;
      // What waits for its block has a timer that would work on a chat nobody holds.
      if (!isUnclosed(held)) forget(held.chatId);
    }
  }

  function forget(chatId: ChatId): void {
    const held = chats.get(chatId);
    if (!held) return;
    for (const log of held.logs.values()) log.closing?.cancel();
    chats.delete(chatId);
    byNumber.delete(held.id);
  }

  function find(from: Statements, chatId: ChatId): HeldChat | undefined {
    const held = chats.get(chatId);
    if (held) return held;
    const row = readChatRow(from, chatId);
    return row && keep(loadChat(from, row, people));
  }

  function chatIdOfLog(from: Statements, logId: LogId): ChatId | undefined {
    const known = chatOfLog.get(logId);
    if (known) return known;
    const row = from
      .prepare<[string], { chatId: ChatId }>(
        'SELECT chatId FROM chat WHERE id = (SELECT chat FROM chatLog WHERE logId = ?)',
      )
      .one(logId);
    if (!row) return undefined;
    if (chatOfLog.size >= KEPT_LOGS) chatOfLog.clear();
    chatOfLog.set(logId, row.chatId);
    return row.chatId;
  }

  return {
    find,
    byNumber(from, id) {
      const held = byNumber.get(id);
      if (held) return held;
      const row = readChatRowById(from, id);
      if (!row) throw new Error(`bug: chat ${id} is not here`);
      return keep(loadChat(from, row, people));
    },
    byLog(from, logId) {
      const chatId = chatIdOfLog(from, logId);
      return chatId && find(from, chatId);
    },
    add: keep,
    forget,
    async work(chatId, run) {
      try {
        return await db.write((tx) => {
          try {
            return run(tx);
          } catch (error) {
            // At once: the next work of the same transaction must not see what this one left behind.
            if (!(error instanceof Refused)) forget(chatId);
            throw error;
          }
        });
      } catch (error) {
        if (error instanceof Fault) for (const each of [...chats.keys()]) forget(each);
        throw error;
      }
    },
    all: () => chats.values(),
    confirm(held) {
      confirmed.add(held.chatId);
      held.confirmed = true;
    },
  };
}

function isUnclosed({ logs }: HeldChat): boolean {
  for (const log of logs.values()) if (log.open.length > 0) return true;
  return false;
}

/** A work on one chat whose refusals are values. */
export async function workOrRefuse<T>(cache: Cache, chatId: ChatId, run: (tx: Tx) => T): Promise<Result<T>> {
  try {
    return { ok: true, value: await cache.work(chatId, run) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, refusal: error.refusal };
  }
}
