/**
 * What an account keeps for itself: muted, pinned, hidden, marked unread, drafts, settings. Always holds: of several changes of one key
 * the one that was decided last stays, whichever came first, and nothing is decided later than now; a chat that the account
 * is not in is refused like one that never was (P2); drafts are bytes that the node cannot read.
 */
import type { PersonalChange, PersonalRow, PersonalSettings } from '../../protocol/api/personal.ts';
import type { AccountId, ChatId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ok, Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Statements } from '../db/statements.ts';
import type { Tx } from '../db/work.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Clock } from '../ports.ts';

/** What decides whether somebody is told of a message. */
export interface Attention {
  readonly mutedUntil: number | 'forever' | null;
  readonly level: 'all' | 'mentions' | 'none';
  readonly settings: PersonalSettings | null;
}

export interface Personal {
  /** Everything that changed after a revision, oldest change first, and the newest revision. */
  after(account: AccountId, revision: number): { rows: PersonalRow[]; revision: number };
  /** All or none. What stands then, of the keys that were to change. Refuses `not_found`, `too_big`. */
  change(account: AccountId, changes: readonly PersonalChange[]): Promise<Result<PersonalRow[]>>;
  attention(account: AccountId, chat: ChatId): Attention;
  /** The account is in the chat no more. */
  forget(account: AccountId, chat: ChatId): Promise<void>;
  /** Rows as they stand after a change, once it is on disk. */
  onChange(listener: (account: AccountId, rows: readonly PersonalRow[]) => void): void;
}

interface PersonalParts {
  readonly db: Database;
  readonly clock: Clock;
  /** The same answer, by the same query, for a chat of others and for none. */
  readonly isSeen: (account: AccountId, chat: ChatId) => boolean;
}

interface StoredRow {
  readonly chatId: ChatId | '';
  readonly key: string;
  readonly revision: number;
  readonly atMs: number;
  readonly value: string;
}

export function createPersonal({ db, clock, isSeen }: PersonalParts): Personal {
  const listeners = new Set<(account: AccountId, rows: readonly PersonalRow[]) => void>();

  function put(tx: Tx, account: AccountId, { chat, key, value, at }: PersonalChange, nowMs: number): PersonalRow {
    const chatId: ChatId | '' = chat ?? '';
    const before = tx.one(rowOf(account, chatId, key));
    const atMs = Math.min(at, nowMs);
    if (before && before.atMs > atMs) return rowView(before);
    if (key === 'draft' && value !== null) checkDrafts(tx, account, chatId, value.length);
    const row = { chatId, key, atMs, value: JSON.stringify(value), revision: newestRevision(tx, account) + 1 };
    tx.run(
      sql
        .insertInto('personal')
        .values({ accountId: account, ...row })
        .onConflict((taken) => taken.columns(['accountId', 'chatId', 'key']).doUpdateSet(row)),
    );
    return rowView(row);
  }

  return {
    after(account, revision) {
      const rows = db.read.all(rowsOf(account).where('revision', '>', revision).orderBy('revision'));
      return { rows: rows.map(rowView), revision: rows.at(-1)?.revision ?? newestRevision(db.read, account) };
    },
    async change(account, changes) {
      if (changes.some(({ chat }) => chat !== null && !isSeen(account, chat))) return refuse('not_found');
      const nowMs = clock.now();
      const done = await writeOrRefuse(db, (tx) => changes.map((change) => put(tx, account, change, nowMs)));
      if (!done.ok) return done;
      for (const listener of listeners) listener(account, done.value);
      return ok(done.value);
    },
    attention(account, chat) {
      const of = (chatId: ChatId | '', key: string) => {
        const row = db.read.one(rowOf(account, chatId, key));
        return row ? JSON.parse(row.value) : null;
      };
      return { mutedUntil: of(chat, 'mutedUntil'), level: of(chat, 'level') ?? 'all', settings: of('', 'settings') };
    },
    forget: (account, chat) =>
      db.write((tx) => {
        tx.run(sql.deleteFrom('personal').where('accountId', '=', account).where('chatId', '=', chat));
      }),
    onChange: (listener) => void listeners.add(listener),
  };
}

function rowsOf(account: AccountId) {
  return sql
    .selectFrom('personal')
    .select(['chatId', 'key', 'revision', 'atMs', 'value'])
    .where('accountId', '=', account);
}

function rowOf(account: AccountId, chatId: ChatId | '', key: string) {
  return rowsOf(account).where('chatId', '=', chatId).where('key', '=', key);
}

/** What was parsed when it came in is whole. */
function rowView({ chatId, key, revision, value }: StoredRow): PersonalRow {
  return { chat: chatId === '' ? null : chatId, key, value: JSON.parse(value), revision } as PersonalRow;
}

function newestRevision(on: Statements, account: AccountId): number {
  return on.one(rowsOf(account).orderBy('revision', 'desc').limit(1))?.revision ?? 0;
}

/** Base64 of what one account may have in drafts, all together. */
const DRAFT_LETTERS = Math.ceil((LIMITS.draftBytesPerAccount * 4) / 3);

/** Refuses (throws) `too_big`. */
function checkDrafts(tx: Tx, account: AccountId, chatId: ChatId | '', letters: number): void {
  const others = tx.all(rowsOf(account).where('key', '=', 'draft').where('chatId', '!=', chatId));
  const sum = others.reduce((length, { value }) => length + value.length - '""'.length, letters);
  if (sum > DRAFT_LETTERS) throw new Refused('too_big', 'drafts');
}
