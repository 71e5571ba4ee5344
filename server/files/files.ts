/**
 * Files of this node (P10, PROTOCOL 5.8a): the one place where the parts of this folder meet. Own accounts upload and read, chats
 * name, other nodes fetch.
 */
import type { AccountId, ChatId, Hash } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { BlobNames } from '../chats/blob-names.ts';
import type { Database } from '../db/database.ts';
import type { BlobStore, Clock, Log, Random, Timer } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';
import { createReadings, type FileReading } from './readings.ts';
import { createRoom, type FileLimits } from './room.ts';
import { createUploads, type Uploads } from './uploads.ts';

export interface Files {
  readonly uploads: Uploads;
  /**
   * A file for an account. Refuses `not_found` (no such chat or blob, or not for the account: one answer), `blob_away`,
   * `blob_gone`. Whoever gets it closes it.
   */
  open(account: AccountId, chatId: ChatId, hash: Hash): Promise<Result<FileReading>>;
  quota(account: AccountId): { maxBytes: number; used: number; quota: number };
  totals(): { count: number; bytes: number; quota: number };
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface FilesUses {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: BlobStore;
  readonly catalogue: Catalogue;
  readonly limits: FileLimits;
  readonly names: BlobNames;
}

const EXPIRE_EVERY_MS = 60 * 60_000;

export function createFiles(uses: FilesUses): Files {
  const { db, clock, log, store, catalogue, limits, names } = uses;
  const room = createRoom({ read: db.read, store, catalogue, limits });
  const uploads = createUploads({ ...uses, room });
  const readings = createReadings({ store, catalogue });
  let timer: Timer | undefined;

  async function open(account: AccountId, chatId: ChatId, hash: Hash): Promise<Result<FileReading>> {
    const orgs = names.forAccount(account, chatId, hash);
    if (orgs.length === 0) return refuse('not_found');
    const here = catalogue.isHeld(db.read, chatId, hash) ? await readings.open(chatId, hash) : undefined;
    return here ? ok(here) : refuse('blob_away');
  }

  async function expire(): Promise<void> {
    timer = clock.after(EXPIRE_EVERY_MS, expire);
    await uploads.expire();
    await catalogue.collect();
  }

  return {
    uploads,
    open,
    quota: (account) => ({
      maxBytes: limits.maxBytes,
      used: room.used(db.read, account),
      quota: limits.accountBytes,
    }),
    totals: () => ({ ...catalogue.totals(), quota: limits.nodeBytes }),
    async start() {
      await catalogue
        .sweep(uploads.parts())
        .catch((error: unknown) => log.warn('files.sweep', { error: String(error) }));
      await expire();
    },
    async stop() {
      timer?.cancel();
      await uploads.stop();
    },
  };
}
