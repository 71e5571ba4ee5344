/**
 * Is there room for a file (PROTOCOL 5.8a)? Asked before it comes. Always holds: what is promised to uploads and fetches that are
 * not complete counts as taken.
 */
import type { AccountId } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import { sealedFileBytes } from '../../protocol/seal/files.ts';
import type { Statements } from '../db/statements.ts';
import type { BlobStore } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';

/** Bytes. */
export interface FileLimits {
  /** Of a file before it is sealed. */
  readonly maxBytes: number;
  readonly accountBytes: number;
  readonly nodeBytes: number;
  /** Of the disk that files leave free. */
  readonly freeBytes: number;
}

export interface Room {
  /** Of a file as it is uploaded. */
  readonly mostBytes: number;
  used(from: Statements, account: AccountId): number;
  /** Refuses `file_too_big`, `node_full`, `disk_full`. */
  forFile(bytes: number): Promise<Result<void>>;
  /** Refuses `account_full`. */
  forAccount(from: Statements, account: AccountId, bytes: number): Result<void>;
  /** Promised to a fetch; the function gives it back. */
  reserve(bytes: number): () => void;
}

interface Uses {
  readonly read: Statements;
  readonly store: BlobStore;
  readonly catalogue: Catalogue;
  readonly limits: FileLimits;
}

export function createRoom({ read, store, catalogue, limits }: Uses): Room {
  let reserved = 0;
  const mostBytes = sealedFileBytes(limits.maxBytes);

  const promised = (from: Statements, account: AccountId) =>
    from
      .prepare<[string], { bytes: number }>(
        'SELECT coalesce(sum(bytes), 0) AS bytes FROM upload WHERE account = ? AND hash IS NULL',
      )
      .one(account)?.bytes ?? 0;
  const promisedToAll = () =>
    read.prepare<[], { bytes: number }>('SELECT coalesce(sum(bytes), 0) AS bytes FROM upload WHERE hash IS NULL').one()
      ?.bytes ?? 0;

  const used = (from: Statements, account: AccountId) => promised(from, account) + catalogue.ownedBytes(from, account);

  return {
    mostBytes,
    used,
    async forFile(bytes) {
      if (bytes > mostBytes) return refuse('file_too_big', String(limits.maxBytes));
      if (catalogue.totals().bytes + promisedToAll() + reserved + bytes > limits.nodeBytes) return refuse('node_full');
      return (await store.freeBytes()) - bytes < limits.freeBytes ? refuse('disk_full') : ok(undefined);
    },
    forAccount(from, account, bytes) {
      const left = Math.max(0, limits.accountBytes - used(from, account));
      return bytes > left ? refuse('account_full', String(left)) : ok(undefined);
    },
    reserve(bytes) {
      reserved += bytes;
      return () => {
        reserved -= bytes;
      };
    },
  };
}
