/**
 * What files lie here, for which chats, and whose room they take (PROTOCOL 5.8a). Always holds: a row of a blob is written when
 * its bytes are on the disk, and gone before they are; what no chat names and no fresh upload holds is dropped; that a blob is
 * here for one chat says nothing to another.
 */
import type { AccountId, ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Statements } from '../db/statements.ts';
import type { BlobStore, Clock } from '../ports.ts';

export interface Catalogue {
  // What chats ask and tell, within the transaction of an entry (server/chats/named-blobs.ts).
  named(tx: Tx, chatId: ChatId, org: OrgId, hash: Hash): void;
  unnamed(tx: Tx, chatId: ChatId, hash: Hash): void;
  owns(from: Statements, account: AccountId, hash: Hash): boolean;
  isHeld(from: Statements, chatId: ChatId, hash: Hash): boolean;

  bytesOf(hash: Hash): number | undefined;
  /** The part, synced, becomes whole; what `alongside` writes is in the same transaction. */
  keep(part: string, hash: Hash, bytes: number, alongside: (tx: Tx) => void): Promise<void>;
  /** An account's own. */
  own(tx: Tx, account: AccountId, hash: Hash): void;
  /** Lets go of an upload that no chat names. */
  disown(tx: Tx, account: AccountId, hash: Hash): void;
  /** It has come for this chat. */
  hold(tx: Tx, chatId: ChatId, hash: Hash): void;
  /** Blobs that entries of this organisation name and that have not come. */
  wantedFrom(org: OrgId, limit: number): { chatId: ChatId; hash: Hash }[];
  /** Drops what nothing names and nobody has just uploaded. */
  collect(): Promise<void>;
  /** What a crash left behind: files without a row, parts without an upload. */
  sweep(partsInUse: ReadonlySet<string>): Promise<void>;
  /** Whole ones. */
  totals(): { count: number; bytes: number };
  ownedBytes(from: Statements, account: AccountId): number;
  /** A blob is to be had, or to be fetched, no more in that chat (null: in none). */
  onGone(listener: (hash: Hash, chatId: ChatId | null) => void): void;
  /** An entry of another organisation names a blob that is not here. */
  onWanted(listener: (chatId: ChatId, hash: Hash, org: OrgId) => void): void;
}

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly store: BlobStore;
  readonly self: { readonly orgId: OrgId };
}

const UNUSED = `SELECT hash FROM blob WHERE NOT EXISTS (SELECT 1 FROM chatBlob WHERE chatBlob.hash = blob.hash AND held = 1)
  AND NOT EXISTS (SELECT 1 FROM upload WHERE upload.hash = blob.hash)`;

export function createCatalogue({ db, clock, store, self }: Uses): Catalogue {
  const { read } = db;
  const gone = new Set<(hash: Hash, chatId: ChatId | null) => void>();
  const wanted = new Set<(chatId: ChatId, hash: Hash, org: OrgId) => void>();
  const inTurn = createTurns();

  function named(tx: Tx, chatId: ChatId, org: OrgId, hash: Hash): void {
    const held = org === self.orgId;
    const { changes } = tx
      .prepare(
        `INSERT INTO chatBlob (chat, hash, held, org) VALUES (?, ?, ?, ?)
         ON CONFLICT (hash, chat) DO UPDATE SET held = 1 WHERE excluded.held = 1 AND held = 0`,
      )
      .run(chatId, hash, held, org);
    if (changes === 0 || held) return;
    tx.afterCommit(() => {
      for (const listener of wanted) listener(chatId, hash, org);
    });
  }

  function unnamed(tx: Tx, chatId: ChatId, hash: Hash): void {
    tx.prepare('DELETE FROM chatBlob WHERE chat = ? AND hash = ?').run(chatId, hash);
    tx.afterCommit(() => tell(hash, chatId));
    // What was named once is not kept for its upload's sake.
    if (!isNamed(tx, hash)) tx.prepare('DELETE FROM upload WHERE hash = ?').run(hash);
    dropUnused(tx, hash);
  }

  function isNamed(tx: Tx, hash: Hash): boolean {
    return (
      tx.prepare<[Uint8Array], { one: number }>('SELECT 1 AS one FROM chatBlob WHERE hash = ? LIMIT 1').one(hash) !==
      undefined
    );
  }

  function tell(hash: Hash, chatId: ChatId | null): void {
    for (const listener of gone) listener(hash, chatId);
  }

  function dropUnused(tx: Tx, hash: Hash): void {
    const unused = tx.prepare<[Uint8Array], { hash: Hash }>(`${UNUSED} AND hash = ?`).one(hash);
    if (!unused) return;
    tx.prepare('DELETE FROM blob WHERE hash = ?').run(hash);
    tx.afterCommit(() => {
      tell(hash, null);
      void removeFile(hash);
    });
  }

  /** A crash before it leaves a file without a row, which the next start sweeps. */
  function removeFile(hash: Hash): Promise<void> {
    return inTurn(hash, async () => {
      if (bytesOf(hash) === undefined) await store.removeBlob(hash);
    }).catch(() => undefined);
  }

  function bytesOf(hash: Hash): number | undefined {
    return read.prepare<[Uint8Array], { bytes: number }>('SELECT bytes FROM blob WHERE hash = ?').one(hash)?.bytes;
  }

  function keep(part: string, hash: Hash, bytes: number, alongside: (tx: Tx) => void): Promise<void> {
    return inTurn(hash, async () => {
      await store.keep(part, hash);
      await db.write((tx) => {
        tx.prepare('INSERT OR IGNORE INTO blob (hash, bytes, atMs) VALUES (?, ?, ?)').run(hash, bytes, clock.now());
        alongside(tx);
      });
    });
  }

  async function collect(): Promise<void> {
    const rows = read.prepare<[], { hash: Hash }>(`${UNUSED} LIMIT 1000`).all();
    if (rows.length > 0)
      await db.write((tx) => {
        for (const { hash } of rows) dropUnused(tx, hash);
      });
  }

  async function sweep(partsInUse: ReadonlySet<string>): Promise<void> {
    for (const part of await store.parts()) if (!partsInUse.has(part)) await store.removePart(part);
    for (const hash of await store.blobs()) if (bytesOf(hash) === undefined) await removeFile(hash);
  }

  return {
    named,
    unnamed,
    owns: (from, account, hash) =>
      from
        .prepare<[string, Uint8Array], { one: number }>('SELECT 1 AS one FROM blobOwner WHERE account = ? AND hash = ?')
        .one(account, hash) !== undefined,
    isHeld: (from, chatId, hash) =>
      from
        .prepare<[Uint8Array, string], { one: number }>(
          'SELECT 1 AS one FROM chatBlob WHERE hash = ? AND chat = ? AND held = 1',
        )
        .one(hash, chatId) !== undefined,
    bytesOf,
    keep,
    own: (tx, account, hash) =>
      void tx.prepare('INSERT OR IGNORE INTO blobOwner (hash, account) VALUES (?, ?)').run(hash, account),
    disown(tx, account, hash) {
      if (isNamed(tx, hash)) return;
      tx.prepare('DELETE FROM blobOwner WHERE hash = ? AND account = ?').run(hash, account);
      dropUnused(tx, hash);
    },
    hold: (tx, chatId, hash) =>
      void tx.prepare('UPDATE chatBlob SET held = 1 WHERE hash = ? AND chat = ?').run(hash, chatId),
    wantedFrom: (org, limit) =>
      read
        .prepare<[string, number], { chat: ChatId; hash: Hash }>(
          'SELECT chat, hash FROM chatBlob WHERE held = 0 AND org = ? LIMIT ?',
        )
        .all(org, limit)
        .map(({ chat, hash }) => ({ chatId: chat, hash })),
    collect,
    sweep,
    totals: () =>
      read
        .prepare<[], { count: number; bytes: number }>(
          'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM blob',
        )
        .one() ?? { count: 0, bytes: 0 },
    ownedBytes: (from, account) =>
      from
        .prepare<[string], { bytes: number }>(
          `SELECT coalesce(sum(blob.bytes), 0) AS bytes FROM blobOwner JOIN blob ON blob.hash = blobOwner.hash
           WHERE blobOwner.account = ?`,
        )
        .one(account)?.bytes ?? 0,
    onGone: (listener) => void gone.add(listener),
    onWanted: (listener) => void wanted.add(listener),
  };
}

/** What is done to one file is done one after the other. */
function createTurns(): <T>(hash: Hash, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (hash, work) => {
    const key = hash.toHex();
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, mine);
    const done = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(done, done);
    return mine;
  };
}
