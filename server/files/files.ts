/**
 * Files of this node (P10, PROTOCOL 5.8a): the one place where the parts of this folder meet. Own accounts upload and read, chats
 * name, other nodes fetch.
 */
import type { AccountId, ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { BlobNames } from '../chats/blob-names.ts';
import type { Database } from '../db/database.ts';
import type { BlobStore, Clock, Log, Random, Timer } from '../ports.ts';
import { createAhead } from './ahead.ts';
import type { Catalogue } from './catalogue.ts';
import { createFetching, type PieceSource } from './fetching.ts';
import { createReadings, type FileReading } from './readings.ts';
import { createRoom, type FileLimits } from './room.ts';
import { createServing } from './serving.ts';
import { createUploads, type Uploads } from './uploads.ts';

export interface Files {
  readonly uploads: Uploads;
  /**
   * A file for an account. Refuses `not_found` (no such chat or blob, or not for the account: one answer), `blob_away`,
   * `blob_gone`. Whoever gets it closes it.
   */
  open(account: AccountId, chatId: ChatId, hash: Hash): Promise<Result<FileReading>>;
  /** What another organisation's node asks for: a piece, or that there is none for it. */
  serve(org: OrgId, request: Uint8Array): Promise<Uint8Array>;
  /** It can be reached: what is still with it is fetched. */
  onPeer(org: OrgId): void;
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
  readonly source: PieceSource;
  readonly self: { readonly orgId: OrgId };
}

const EXPIRE_EVERY_MS = 60 * 60_000;

export function createFiles(uses: FilesUses): Files {
  const { db, clock, log, store, catalogue, limits, names } = uses;
  const room = createRoom({ read: db.read, store, catalogue, limits });
  const uploads = createUploads({ ...uses, room });
  const readings = createReadings({ store, catalogue });
  const fetching = createFetching({ ...uses, room });
  const serve = createServing(uses);
  const ahead = createAhead({ ...uses, fetching });
  let timer: Timer | undefined;

  async function open(account: AccountId, chatId: ChatId, hash: Hash): Promise<Result<FileReading>> {
    const orgs = names.forAccount(account, chatId, hash);
    if (orgs.length === 0) return refuse('not_found');
    const here = catalogue.isHeld(db.read, chatId, hash) ? await readings.open(chatId, hash) : undefined;
    if (here) return ok(here);
    return fetching.open(
      chatId,
      hash,
      orgs.filter((org) => org !== uses.self.orgId),
    );
  }

  async function expire(): Promise<void> {
    timer = clock.after(EXPIRE_EVERY_MS, expire);
    await uploads.expire();
    await catalogue.collect();
  }

  return {
    uploads,
    open,
    serve,
    onPeer: ahead.onPeer,
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
      ahead.stop();
      await fetching.stop();
      await uploads.stop();
    },
  };
}
