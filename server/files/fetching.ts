/**
 * Files that are with other organisations (PROTOCOL 5.8a): fetched in pieces from whoever of the chat has them, kept when their
 * hash is right, and read while they come. Always holds: a file is fetched once at a time; what does not have its hash is
 * thrown away and its sender counted; what no live entry names any more is fetched no further.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import type { ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault, ok, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import type { BlobStore, Log } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';
import { type Growing, openGrowing } from './growing.ts';
import { decodeAnswer, encodeRequest, type PieceAnswer } from './pieces.ts';
import type { FileReading } from './readings.ts';
import type { Room } from './room.ts';

/** Pieces asked for ahead of what is written: with their size, what a fetch holds in memory. */
const AHEAD = 6;
const TIMEOUT_MS = 30_000;

/** The way to the other nodes. Federation does it. */
export interface PieceSource {
  /** Organisations of the chat that can be asked now, those first that are named. */
  reachable(chatId: ChatId, first: readonly OrgId[]): OrgId[];
  /** Rejects with a `Fault` when nothing comes. */
  ask(org: OrgId, request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** It sent what is not the file. */
  blame(org: OrgId): void;
}

export interface Fetching {
  /** Read as it comes. Refuses `blob_away`, `blob_gone`, and what `Room` does. */
  open(chatId: ChatId, hash: Hash, named: readonly OrgId[]): Promise<Result<FileReading>>;
  /** Until it is here, or is not to be had now. */
  fetch(chatId: ChatId, hash: Hash, named: readonly OrgId[]): Promise<void>;
  stop(): Promise<void>;
}

interface Fetch {
  readonly growing: Growing;
  readonly done: Promise<void>;
  isStopped: boolean;
}

interface Uses {
  readonly db: Database;
  readonly log: Log;
  readonly store: BlobStore;
  readonly catalogue: Catalogue;
  readonly room: Room;
  readonly source: PieceSource;
}

export function createFetching({ db, log, store, catalogue, room, source }: Uses): Fetching {
  const running = new Map<string, Fetch>();
  const starting = new Map<string, Promise<Result<Fetch>>>();
  catalogue.onGone((hash, chatId) => {
    if (chatId === null) return;
    const fetch = running.get(keyOf(chatId, hash));
    if (fetch) end(fetch, 'the file was let go');
  });

  function end(fetch: Fetch, reason: string): void {
    fetch.isStopped = true;
    fetch.growing.fail(reason);
  }

  async function ask(org: OrgId, chatId: ChatId, hash: Hash, offset: number): Promise<PieceAnswer> {
    const answered = await source.ask(org, encodeRequest({ v: 1, chatId, hash, offset }), TIMEOUT_MS);
    const answer = decodeAnswer(answered, offset);
    if (answer) return answer;
    source.blame(org);
    throw new Fault('what a node sent is no piece of a file');
  }

  /** The first of them that has it. */
  async function find(
    chatId: ChatId,
    hash: Hash,
    named: readonly OrgId[],
  ): Promise<Result<{ org: OrgId; bytes: number }>> {
    let isAway = false;
    const orgs = source.reachable(chatId, named);
    for (const org of orgs) {
      const answer = await ask(org, chatId, hash, 0).catch(() => null);
      if (answer?.is === 'piece') return ok({ org, bytes: answer.bytes });
      isAway ||= answer?.is !== 'unknown';
    }
    isAway ||= named.some((org) => !orgs.includes(org));
    return isAway ? refuse('blob_away', named.join(',')) : refuse('blob_gone');
  }

  async function start(chatId: ChatId, hash: Hash, named: readonly OrgId[]): Promise<Result<Fetch>> {
    const found = await find(chatId, hash, named);
    if (!found.ok) return found;
    const { org, bytes } = found.value;
    const fits = await room.forFile(bytes);
    if (!fits.ok) return fits;
    const key = keyOf(chatId, hash);
    const giveBack = room.reserve(bytes);
    const part = partOf(chatId, hash);
    const growing = await openGrowing(store, part, bytes, 0);
    const done = Promise.withResolvers<void>();
    const fetch: Fetch = { growing, done: done.promise, isStopped: false };
    running.set(key, fetch);
    void pull(fetch, org, chatId, hash, part)
      .catch((error: unknown) => {
        log.debug('files.fetch_failed', { error: String(error) });
        growing.fail('the file does not come any more');
      })
      .finally(async () => {
        running.delete(key);
        giveBack();
        await growing.close().catch(() => undefined);
        await store.removePart(part).catch(() => undefined);
        done.resolve();
      });
    return ok(fetch);
  }

  async function pull(fetch: Fetch, org: OrgId, chatId: ChatId, hash: Hash, part: string): Promise<void> {
    const { growing } = fetch;
    const asked: Promise<PieceAnswer>[] = [];
    let next = 0;
    while (growing.here() < growing.bytes && !fetch.isStopped) {
      for (; asked.length < AHEAD && next < growing.bytes; next += LIMITS.blobPieceBytes) {
        const answer = ask(org, chatId, hash, next);
        // One that failed first leaves the others without anybody who waits.
        answer.catch(() => undefined);
        asked.push(answer);
      }
      const answer = await asked.shift();
      if (answer?.is !== 'piece' || answer.bytes !== growing.bytes) throw new Fault('a node has the file no more');
      await growing.write([answer.piece]);
    }
    if (fetch.isStopped) return;
    if (!equalBytes(growing.hash(), hash)) {
      source.blame(org);
      throw new Fault('the file does not have its hash');
    }
    await growing.sync();
    await catalogue.keep(part, hash, growing.bytes, (tx) => catalogue.hold(tx, chatId, hash));
  }

  async function begin(chatId: ChatId, hash: Hash, named: readonly OrgId[]): Promise<Result<Fetch>> {
    const key = keyOf(chatId, hash);
    const known = running.get(key);
    if (known) return ok(known);
    const begun = starting.get(key) ?? start(chatId, hash, named).finally(() => starting.delete(key));
    starting.set(key, begun);
    return begun;
  }

  return {
    async open(chatId, hash, named) {
      const fetch = await begin(chatId, hash, named);
      return fetch.ok ? ok(readingOf(fetch.value)) : fetch;
    },
    async fetch(chatId, hash, named) {
      if (catalogue.isHeld(db.read, chatId, hash)) return;
      const fetch = await begin(chatId, hash, named);
      if (fetch.ok) await fetch.value.done;
    },
    async stop() {
      for (const fetch of running.values()) end(fetch, 'this node stops');
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

function keyOf(chatId: ChatId, hash: Hash): string {
  return `${chatId}/${hash.toHex()}`;
}

/** Two chats fetch the same file each for itself. */
function partOf(chatId: ChatId, hash: Hash): string {
  return `fetch-${chatId.slice(5, 15)}-${hash.toHex().slice(0, 48)}`;
}

function readingOf({ growing }: Fetch): FileReading {
  return { bytes: growing.bytes, here: growing.here, read: growing.read, close: async () => undefined };
}
