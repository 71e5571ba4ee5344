/**
 * Which entries name a blob (PROTOCOL 5.8a). Always holds: what no live entry of a chat names any more is let go in the same
 * transaction.
 */
import type { AccountId, ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import { ENTRY_KINDS } from '../../protocol/log/entry.ts';
import type { Tx } from '../db/batch.ts';
import type { Statements } from '../db/statements.ts';
import type { EntryRow } from './feed.ts';
import { type HeldChat, type HeldLog, MISSING } from './held.ts';

const HASH_BYTES = 32;

/** What keeps the bytes: the files of this node. All within the transaction of the entry. */
export interface BlobKeeping {
  /** A live entry of that organisation's log names the blob. */
  named(tx: Tx, chatId: ChatId, org: OrgId, hash: Hash): void;
  /** No live entry of the chat names it any more. */
  unnamed(tx: Tx, chatId: ChatId, hash: Hash): void;
  /** Did the account upload it, and is it whole? */
  owns(from: Statements, account: AccountId, hash: Hash): boolean;
  /** Is it here for that chat? */
  isHeld(from: Statements, chatId: ChatId, hash: Hash): boolean;
}

export interface NamedBlobs {
  /** A new entry is stored. */
  note(tx: Tx, held: HeldChat, log: HeldLog, row: EntryRow): void;
  /** An entry counts no more, or is erased. */
  drop(tx: Tx, held: HeldChat, log: HeldLog, seq: number): void;
}

export function packBlobs(entry: { readonly kind: number; readonly blobs: readonly Hash[] }): Uint8Array | null {
  return entry.kind === ENTRY_KINDS.message && entry.blobs.length > 0 ? Buffer.concat(entry.blobs) : null;
}

export function unpackBlobs(packed: Uint8Array | null): Hash[] {
  const hashes: Hash[] = [];
  for (let at = 0; packed && at < packed.length; at += HASH_BYTES) hashes.push(packed.slice(at, at + HASH_BYTES));
  return hashes;
}

function isLive({ state }: Pick<EntryRow, 'state'>): boolean {
  return state === 0 || state === MISSING;
}

/** Entries that name a blob, and count. */
export const LIVE = `SELECT entry.* FROM entryBlob JOIN entry ON entry.arrival = entryBlob.arrival
  WHERE entryBlob.blob = ? AND entry.state IN (0, ${MISSING})`;

export function createNamedBlobs(keeping: BlobKeeping): NamedBlobs {
  return {
    note(tx, held, log, row) {
      if (!row.blobs || !isLive(row)) return;
      const insert = tx.prepare('INSERT OR IGNORE INTO entryBlob (blob, arrival) VALUES (?, ?)');
      for (const hash of unpackBlobs(row.blobs)) {
        insert.run(hash, row.arrival);
        keeping.named(tx, held.chatId, log.org, hash);
      }
    },
    drop(tx, held, log, seq) {
      const row = tx
        .prepare<[number, number], Pick<EntryRow, 'blobs'>>('SELECT blobs FROM entry WHERE log = ? AND seq = ?')
        .one(log.id, seq);
      const other = tx.prepare<[Uint8Array, number], EntryRow>(`${LIVE} AND entry.chat = ? LIMIT 1`);
      for (const hash of unpackBlobs(row?.blobs ?? null))
        if (!other.one(hash, held.id)) keeping.unnamed(tx, held.chatId, hash);
    },
  };
}
