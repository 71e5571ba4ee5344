/** The one table of what the store holds, and under which key. Values are plain data that can be cloned. */
import type { ChatId, EntryId, LogId } from '../../protocol/ids.ts';

export const STORE = {
  /** `Session`: who is signed in, and the arrival position up to which everything is stored. */
  session: 'session',
  chats: 'chat/',
  chat: (chat: ChatId) => `chat/${chat}`,
  /** Position 0 holds the genesis and the look in force, every other its act. */
  control: (chat: ChatId) => `control/${chat}/`,
  controlAt: (chat: ChatId, cpos: number) => `control/${chat}/${String(cpos).padStart(10, '0')}`,
  /** The own wraps of a sealed chat, by position; they open with the account's user keys only. */
  wraps: (chat: ChatId) => `wrap/${chat}/`,
  wrap: (chat: ChatId, cpos: number) => `wrap/${chat}/${String(cpos).padStart(10, '0')}`,
  entries: (chat: ChatId) => `entry/${chat}/`,
  entry: (chat: ChatId, log: LogId, seq: number) => `entry/${chat}/${log}/${seq}`,
  /** Queued messages: `clear` keeps them until somebody else signs in. */
  outbox: 'outbox/',
  outboxItem: (entryId: EntryId) => `outbox/${entryId}`,
  /** Files that lie sealed on this device until their message is stored, by their place there. */
  uploads: 'upload/',
  upload: (id: string) => `upload/${id}`,
  /** What the account keeps for itself. */
  personal: 'personal/',
  personalRow: (key: string) => `personal/${key}`,
  people: 'person/',
  person: (key: string) => `person/${key}`,
  organisations: 'organisation/',
  organisation: (org: string) => `organisation/${org}`,
} as const;
