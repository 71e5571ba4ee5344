/**
 * The files of all messages that wait in the outbox. Each is sealed once, to the disk of this device, and then uploaded from there, so that
 * a lost connection, a reload or another tab goes on with the same bytes: no file is needed again, and no nonce comes twice under one
 * key whatever happens to the file meanwhile. Always holds: a file that was not sealed to its end leaves nothing behind that is sent.
 */
import type { ChatId, EntryId } from '../../../protocol/ids.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import { assert, Fault, Refused } from '../../../protocol/result.ts';
import { sealedFileBytes } from '../../../protocol/seal/files.ts';
import { fromBase64 } from '../base64.ts';
import { STORE } from '../keys.ts';
import type { Queued } from '../outbox.ts';
import { type Clock, jitter, type Random, type Store, type Timer } from '../ports.ts';
import type { FileContent } from './file-content.ts';
import type { FilePorts } from './ports.ts';
import { blobsIn, contentOf, type QueuedBlob, type QueuedFile, queuedFile } from './queued.ts';
import { sealStream } from './sealing.ts';
import { endUpload, type RunningUpload, startUpload } from './upload.ts';
import type { OutgoingFile, UploadView } from './views.ts';

export interface UploadsParts {
  readonly ports: FilePorts;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** What waits in the outbox, of all chats, in its order. */
  readonly waiting: () => readonly Queued[];
  readonly changed: (chat: ChatId) => void;
  /** All files of a message of this chat are on the node. */
  readonly ready: (chat: ChatId) => void;
  readonly refuse: (entryId: EntryId, code: RefusalCode, detail?: string) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** Of a blob that lies sealed on this device. */
interface Spooled {
  readonly id: string;
  /** SHA-256 of the sealed bytes. */
  readonly blob: string;
  readonly url: string | null;
  readonly complete: boolean;
}

interface Going {
  readonly is: 'reading' | 'uploading';
  sent: number;
  total: number;
  readonly stop: () => void;
}

/** Refusals that pass by themselves. */
const PASSING: readonly string[] = [
  'rate_limited',
  'overloaded',
  'not_running',
  'not_signed_in',
  'upload_offset',
  'too_many_uploads',
];
const AT_ONCE = 2;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 20_000;
/** How often those who watch are told of bytes. */
const TELL_MS = 150;

export class Uploads {
  readonly #parts: UploadsParts;
  readonly #spooled = new Map<string, Spooled>();
  readonly #going = new Map<string, Going>();
  readonly #retries = new Map<string, { tries: number; timer: Timer | null }>();
  #toldAt = 0;
  #restored = false;
  #closed = false;

  constructor(parts: UploadsParts) {
    this.#parts = parts;
  }

  /** Reads what an earlier run left, and forgets what no message needs. */
  async restore(): Promise<void> {
    const { store, ports, waiting, refuse } = this.#parts;
    for (const each of (await store.list(STORE.uploads)) as Spooled[]) this.#spooled.set(each.id, each);
    const items = waiting();
    const needed = new Set(items.flatMap(({ files = [] }) => blobsIn(files)).map(({ id }) => id));
    const there = new Set(await ports.spools.names());
    for (const id of new Set([...this.#spooled.keys(), ...there])) {
      if (!needed.has(id) || !there.has(id)) await this.#forget(id);
    }
    this.#restored = true;
    for (const item of items) {
      const isLost = blobsIn(item.files ?? []).some(({ id }) => !this.#spooled.has(id));
      if (isLost && item.refusal === null) await refuse(item.entryId, 'file_lost');
    }
    for (const chat of new Set(items.map((item) => item.chat))) this.#parts.ready(chat);
    this.flush();
  }

  /** What the outbox keeps of them. */
  describe(files: readonly OutgoingFile[]): QueuedFile[] {
    return files.map((file) => queuedFile(this.#parts.random, file));
  }

  /** Seals what is not on this device yet; from then on the files themselves are not needed. Throws `Refused`, `Fault`. */
  async read({ chat, files = [] }: Pick<Queued, 'chat' | 'files'>, sources: readonly OutgoingFile[]): Promise<void> {
    assert(files.length === sources.length, 'files and their sources');
    for (const [index, file] of files.entries()) {
      const source = sources[index] as OutgoingFile;
      if (!this.#isWanted(file.id)) continue;
      if (file.thumb && source.thumb) await this.#readOne(chat, file.thumb, source.thumb.file);
      await this.#readOne(chat, file, source.file);
    }
    this.#parts.changed(chat);
    this.#pump();
  }

  isComplete({ files = [] }: Queued): boolean {
    return blobsIn(files).every(({ id }) => this.#spooled.get(id)?.complete);
  }

  /** What the message says of its files. Only when they are complete. */
  contents(files: readonly QueuedFile[]): FileContent[] {
    return files.map((file) => contentOf(file, (id) => this.#spooled.get(id)?.blob ?? ''));
  }

  progress(file: QueuedFile, isPaused: boolean): UploadView {
    const spooled = this.#spooled.get(file.id);
    const going = this.#going.get(file.id);
    const total = going?.total ?? file.size;
    if (spooled?.complete) return { is: 'done', sent: total, total };
    if (going) return { is: going.is, sent: Math.min(going.sent, total), total };
    if (!spooled && this.#restored) return { is: 'lost', sent: 0, total };
    return { is: isPaused ? 'paused' : 'waiting', sent: 0, total };
  }

  /** The node does not know them any more: they go again, from what lies here. */
  async again({ chat, files = [] }: Queued): Promise<void> {
    for (const { id } of blobsIn(files)) {
      const spooled = this.#spooled.get(id);
      if (spooled) await this.#keep({ ...spooled, url: null, complete: false });
    }
    this.#parts.changed(chat);
    this.#pump();
  }

  /** The message is stored, or given up: then the node is told that they are not wanted. */
  async gone(files: readonly QueuedFile[], isStored: boolean): Promise<void> {
    for (const { id } of blobsIn(files)) {
      const url = this.#spooled.get(id)?.url ?? null;
      this.#stop(id);
      await this.#forget(id);
      if (!isStored && url !== null) await endUpload(url, this.#parts.ports);
    }
    this.#pump();
  }

  paused({ chat, files = [] }: Queued): void {
    for (const { id } of blobsIn(files)) this.#stop(id);
    this.#parts.changed(chat);
    this.#pump();
  }

  /** Tries everything now: the connection is here. */
  flush(): void {
    for (const { timer } of this.#retries.values()) timer?.cancel();
    this.#retries.clear();
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    for (const id of [...this.#going.keys()]) this.#stop(id);
    for (const { timer } of this.#retries.values()) timer?.cancel();
  }

  async #readOne(chat: ChatId, { id, key, size }: QueuedBlob, file: Blob): Promise<void> {
    if (this.#spooled.has(id)) return;
    if (file.size !== size) throw new Refused('file_changed');
    let isStopped = false;
    const going: Going = {
      is: 'reading',
      sent: 0,
      total: size,
      stop: () => {
        isStopped = true;
      },
    };
    this.#going.set(id, going);
    const writer = await this.#parts.ports.spools.create(id, sealedFileBytes(size));
    const stream = sealStream(file, fromBase64(key), this.#parts.random);
    try {
      for await (const piece of stream.pieces) {
        await writer.write(piece);
        going.sent += piece.length;
        this.#tell(chat);
        if (this.#closed) throw new Fault('reading was stopped');
        if (isStopped) break;
      }
      await writer.end();
      if (isStopped) await this.#forget(id);
      else await this.#keep({ id, blob: stream.blob(), url: null, complete: false });
    } catch (error) {
      await writer.end().catch(() => undefined);
      await this.#forget(id);
      throw error;
    } finally {
      if (this.#going.get(id) === going) this.#going.delete(id);
    }
  }

  /** Somebody may have taken it out while others were read. */
  #isWanted(id: string): boolean {
    return this.#parts.waiting().some(({ files = [] }) => files.some((file) => file.id === id));
  }

  #pump(): void {
    if (this.#closed || !this.#restored) return;
    for (const item of this.#parts.waiting()) {
      if (item.refusal !== null || item.paused === true) continue;
      for (const { id } of blobsIn(item.files ?? [])) {
        const uploading = [...this.#going.values()].filter(({ is }) => is === 'uploading').length;
        if (uploading >= AT_ONCE) return;
        const spooled = this.#spooled.get(id);
        const isFree = !this.#going.has(id) && !this.#retries.get(id)?.timer;
        if (spooled && !spooled.complete && isFree) void this.#upload(item, spooled).catch(this.#parts.report);
      }
    }
  }

  async #upload(item: Queued, spooled: Spooled): Promise<void> {
    const { id, blob, url } = spooled;
    let running: RunningUpload | null = null;
    let isStopped = false;
    const going: Going = {
      is: 'uploading',
      sent: 0,
      total: Number.POSITIVE_INFINITY,
      stop: () => {
        isStopped = true;
        running?.stop();
      },
    };
    this.#going.set(id, going);
    try {
      const file = await this.#parts.ports.spools.open(id);
      if (!file) throw new Refused('file_lost');
      going.total = file.size;
      if (isStopped) return;
      const begun = (at: string) => {
        const now = this.#spooled.get(id);
        if (now) void this.#keep({ ...now, url: at }).catch(this.#parts.report);
      };
      const sent = (bytes: number) => {
        going.sent = bytes;
        this.#tell(item.chat);
      };
      running = startUpload({ chat: item.chat, file, blob, url, begun, sent }, this.#parts.ports);
      await running.done;
      const now = this.#spooled.get(id);
      if (now) await this.#keep({ ...now, complete: true });
      this.#retries.delete(id);
    } catch (error) {
      if (!isStopped) await this.#failed(item, id, error);
    } finally {
      if (this.#going.get(id) === going) this.#going.delete(id);
      this.#parts.changed(item.chat);
    }
    if (this.#closed) return;
    this.#parts.ready(item.chat);
    this.#pump();
  }

  async #failed({ entryId }: Queued, id: string, error: unknown): Promise<void> {
    if (error instanceof Refused && !PASSING.includes(error.refusal.code)) {
      await this.#parts.refuse(entryId, error.refusal.code, error.refusal.detail);
      return;
    }
    if (!(error instanceof Fault || error instanceof Refused)) this.#parts.report(error);
    const tries = this.#retries.get(id)?.tries ?? 0;
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries) * jitter(this.#parts.random);
    const timer = this.#parts.clock.after(delayMs, () => {
      this.#retries.set(id, { tries: Math.min(tries + 1, 10), timer: null });
      this.#pump();
    });
    this.#retries.set(id, { tries, timer });
  }

  #stop(id: string): void {
    this.#going.get(id)?.stop();
    this.#going.delete(id);
    this.#retries.get(id)?.timer?.cancel();
    this.#retries.delete(id);
  }

  async #keep(spooled: Spooled): Promise<void> {
    this.#spooled.set(spooled.id, spooled);
    await this.#parts.store.write([{ key: STORE.upload(spooled.id), value: spooled }]);
  }

  async #forget(id: string): Promise<void> {
    this.#spooled.delete(id);
    await this.#parts.ports.spools.remove(id);
    await this.#parts.store.write([{ key: STORE.upload(id), drop: true }]);
  }

  #tell(chat: ChatId): void {
    const now = this.#parts.clock.now();
    if (now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#parts.changed(chat);
  }
}
