/**
 * Files that own accounts upload, piece by piece (PROTOCOL 5.8a; tus 1.0 is spoken by server/http/files/). Always holds: what is
 * acknowledged is on the disk; an upload has one writer, the newest; nobody but its account learns that it is there; it is whole
 * under its hash, or it is not a file.
 */
import type { AccountId, ChatId, Hash } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault, ok, type Result, refuse } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { BlobStore, Clock, Random } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';
import { type Growing, gather, openGrowing } from './growing.ts';
import type { Room } from './room.ts';

/** Whole ones that no message names are kept as long. */
const LIFETIME_MS = 24 * 60 * 60_000;
/** Of what has not been acknowledged a killed node may lose so much. */
const CHECKPOINT_BYTES = 64 * 1024 * 1024;
/** Open without a writer, so that going on need not read everything again. */
const MOST_IDLE = 256;

export interface UploadState {
  readonly id: string;
  readonly bytes: number;
  readonly offset: number;
  readonly expiresMs: number;
  /** Once it is whole. */
  readonly hash: Hash | null;
}

export interface Uploads {
  /** Refuses `file_too_big`, `account_full`, `node_full`, `disk_full`, `too_many_uploads`, `bad_input` (nothing in it). */
  create(account: AccountId, bytes: number, chatId: ChatId | null): Promise<Result<UploadState>>;
  /** Where it stands; whoever still writes has stopped. Refuses `not_found`, as all do. */
  find(account: AccountId, id: string): Promise<Result<UploadState>>;
  /** Goes on at `offset` until `body` ends or fails. Refuses `upload_offset`, `malformed` (more than was said). */
  write(account: AccountId, id: string, offset: number, body: AsyncIterable<Uint8Array>): Promise<Result<UploadState>>;
  remove(account: AccountId, id: string): Promise<Result<null>>;
  /** What is coming in now under this id, for nodes that fetch along. */
  growing(id: string): { readonly chatId: ChatId | null; readonly growing: Growing } | undefined;
  /** Ends what is out of date. */
  expire(): Promise<void>;
  /** Names of parts that are somebody's. */
  parts(): Set<string>;
  stop(): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly account: AccountId;
  readonly chat: ChatId | null;
  readonly bytes: number;
  readonly synced: number;
  readonly touchedMs: number;
  readonly hash: Hash | null;
}

/** An upload in memory. */
interface Open {
  readonly growing: Growing;
  readonly chatId: ChatId | null;
  /** Ends the writer; resolves when what it had is kept. */
  stop: (() => Promise<void>) | null;
}

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: BlobStore;
  readonly catalogue: Catalogue;
  readonly room: Room;
}

export function createUploads({ db, clock, random, store, catalogue, room }: Uses): Uploads {
  const { read } = db;
  const open = new Map<string, Open>();
  const opening = new Map<string, Promise<Open>>();
  const completing = new Map<string, Promise<void>>();

  function rowOf(account: AccountId, id: string): Row | undefined {
    const row = read
      .prepare<[string, string], Row>('SELECT * FROM upload WHERE id = ? AND account = ?')
      .one(id, account);
    return row && row.touchedMs + LIFETIME_MS > clock.now() ? row : undefined;
  }

  function stateOf(row: Row): UploadState {
    const { id, bytes, hash, synced, touchedMs } = row;
    const offset = hash ? bytes : (open.get(id)?.growing.here() ?? synced);
    return { id, bytes, offset, hash, expiresMs: touchedMs + LIFETIME_MS };
  }

  async function create(account: AccountId, bytes: number, chatId: ChatId | null): Promise<Result<UploadState>> {
    if (!Number.isSafeInteger(bytes) || bytes < 1) return refuse('bad_input', 'Upload-Length');
    const fits = await room.forFile(bytes);
    if (!fits.ok) return fits;
    const id = Buffer.from(random.bytes(16)).toString('base64url');
    const made = await db.write((tx) => {
      const isOpen = tx.prepare<[string], { n: number }>(
        'SELECT count(*) AS n FROM upload WHERE account = ? AND hash IS NULL',
      );
      if ((isOpen.one(account)?.n ?? 0) >= LIMITS.openUploads) return refuse('too_many_uploads');
      const mine = room.forAccount(tx, account, bytes);
      if (!mine.ok) return mine;
      tx.prepare(
        'INSERT INTO upload (id, account, chat, bytes, synced, touchedMs, hash) VALUES (?, ?, ?, ?, 0, ?, NULL)',
      ).run(id, account, chatId, bytes, clock.now());
      return ok(undefined);
    });
    if (!made.ok) return made;
    return ok({ id, bytes, offset: 0, hash: null, expiresMs: clock.now() + LIFETIME_MS });
  }

  /** Two that come at once get the same. */
  async function opened(row: Row): Promise<Open> {
    const known = open.get(row.id);
    if (known) return known;
    const underWay = opening.get(row.id) ?? reopen(row).finally(() => opening.delete(row.id));
    opening.set(row.id, underWay);
    return underWay;
  }

  async function reopen(row: Row): Promise<Open> {
    const from = Math.min(row.synced, await store.partBytes(row.id));
    const made: Open = { growing: await openGrowing(store, row.id, row.bytes, from), chatId: row.chat, stop: null };
    open.set(row.id, made);
    await closeIdle();
    return made;
  }

  async function closeIdle(): Promise<void> {
    for (const [id, each] of open) {
      if (open.size <= MOST_IDLE) return;
      if (each.stop) continue;
      open.delete(id);
      await each.growing.close();
    }
  }

  async function find(account: AccountId, id: string): Promise<Result<UploadState>> {
    await open.get(id)?.stop?.();
    const row = rowOf(account, id);
    if (!row) return refuse('not_found');
    // A node that died after the last byte, or could not finish.
    if (!row.hash && row.synced === row.bytes) await complete(row, await opened(row));
    return ok(stateOf(rowOf(account, id) ?? row));
  }

  async function write(
    account: AccountId,
    id: string,
    offset: number,
    body: AsyncIterable<Uint8Array>,
  ): Promise<Result<UploadState>> {
    if (!rowOf(account, id)) return refuse('not_found');
    await open.get(id)?.stop?.();
    const row = rowOf(account, id);
    if (!row) return refuse('not_found');
    if (row.hash) return offset === row.bytes ? ok(stateOf(row)) : refuse('upload_offset');
    const file = await opened(row);
    // Another one was quicker, between the two looks.
    await file.stop?.();
    if (offset !== file.growing.here()) return refuse('upload_offset');
    const writing = takeIn(row, file, body);
    const written = await writing.done.catch((error: unknown) => afterFault(id, file, error));
    if (!written.ok) return written;
    if (file.growing.here() === row.bytes) await complete(row, file);
    return ok(stateOf(rowOf(account, id) ?? row));
  }

  /** What failed in the disk may have left the hash behind the bytes: read anew the next time. */
  async function afterFault(id: string, file: Open, error: unknown): Promise<Result<void>> {
    if (!file.growing.isSound()) {
      open.delete(id);
      await file.growing.close();
    }
    if (error instanceof Fault && error.message.endsWith('ENOSPC')) return refuse('disk_full');
    throw error;
  }

  function takeIn(row: Row, file: Open, body: AsyncIterable<Uint8Array>): { done: Promise<Result<void>> } {
    const stopped = Promise.withResolvers<'stopped'>();
    const done = pump(row, file.growing, body, stopped.promise).finally(() => {
      file.stop = null;
    });
    file.stop = async () => {
      stopped.resolve('stopped');
      await done.catch(() => undefined);
    };
    return { done };
  }

  async function pump(
    row: Row,
    growing: Growing,
    body: AsyncIterable<Uint8Array>,
    stopped: Promise<'stopped'>,
  ): Promise<Result<void>> {
    const pieces = gather(body);
    let checkpointAt = growing.here() + CHECKPOINT_BYTES;
    let isTooLong = false;
    try {
      for (;;) {
        const next = await Promise.race([pieces.next(), stopped]);
        if (next === 'stopped' || next.done) break;
        isTooLong = growing.here() + lengthOf(next.value) > row.bytes;
        if (isTooLong) break;
        await growing.write(next.value);
        if (growing.here() < checkpointAt) continue;
        checkpointAt += CHECKPOINT_BYTES;
        await checkpoint(row.id, growing);
      }
    } finally {
      void pieces.return(undefined).catch(() => undefined);
      await checkpoint(row.id, growing);
    }
    return isTooLong ? refuse('malformed', 'more bytes than were declared') : ok(undefined);
  }

  async function checkpoint(id: string, growing: Growing): Promise<void> {
    const here = growing.here();
    await growing.sync();
    await db.write((tx) =>
      tx.prepare('UPDATE upload SET synced = ?, touchedMs = ? WHERE id = ?').run(here, clock.now(), id),
    );
  }

  function complete(row: Row, file: Open): Promise<void> {
    const underWay = completing.get(row.id) ?? finish(row, file).finally(() => completing.delete(row.id));
    completing.set(row.id, underWay);
    return underWay;
  }

  async function finish(row: Row, { growing }: Open): Promise<void> {
    const hash = growing.hash();
    await catalogue.keep(row.id, hash, row.bytes, (tx) => {
      const { changes } = tx
        .prepare('UPDATE upload SET hash = ?, synced = bytes, touchedMs = ? WHERE id = ?')
        .run(hash, clock.now(), row.id);
      // Given up in the meantime: what nothing holds is collected.
      if (changes > 0) catalogue.own(tx, row.account, hash);
    });
    open.delete(row.id);
    await growing.close();
    await store.removePart(row.id);
  }

  async function remove(account: AccountId, id: string): Promise<Result<null>> {
    if (!rowOf(account, id)) return refuse('not_found');
    await open.get(id)?.stop?.();
    const row = rowOf(account, id);
    if (!row) return refuse('not_found');
    await db.write((tx) => forget(tx, row));
    await discard(id);
    return ok(null);
  }

  function forget(tx: Tx, { id, account, hash }: Row): void {
    tx.prepare('DELETE FROM upload WHERE id = ?').run(id);
    if (hash) catalogue.disown(tx, account, hash);
  }

  async function discard(id: string): Promise<void> {
    const file = open.get(id);
    open.delete(id);
    await file?.growing.close();
    await store.removePart(id);
  }

  async function expire(): Promise<void> {
    const rows = read
      .prepare<[number], Row>('SELECT * FROM upload WHERE touchedMs <= ? LIMIT 1000')
      .all(clock.now() - LIFETIME_MS)
      .filter(({ id }) => !open.get(id)?.stop);
    if (rows.length === 0) return;
    await db.write((tx) => {
      for (const row of rows) forget(tx, row);
    });
    for (const { id } of rows) await discard(id);
  }

  return {
    create,
    find,
    write,
    remove,
    growing(id) {
      const found = open.get(id);
      return found && { chatId: found.chatId, growing: found.growing };
    },
    expire,
    parts: () =>
      new Set(
        read
          .prepare<[], { id: string }>('SELECT id FROM upload WHERE hash IS NULL')
          .all()
          .map(({ id }) => id),
      ),
    async stop() {
      for (const each of open.values()) await each.stop?.();
      for (const each of open.values()) await each.growing.close();
      open.clear();
    },
  };
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
