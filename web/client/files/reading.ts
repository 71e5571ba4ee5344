/**
 * A sealed file on its way in: any part of it, opened while it comes (SEAL 5.4). Always holds: what is handed out is what its author
 * sealed, at its place; a file that is altered, cut or under another key ends in a refusal, and only one whose last chunk has opened
 * ends well.
 */
import { Fault, Refused } from '../../../protocol/result.ts';
import {
  FILE_CHUNK_BYTES,
  FILE_HEADER_BYTES,
  type FileOpener,
  openFile,
  sealedFileBytes,
} from '../../../protocol/seal/files.ts';
import { fromBase64 } from '../base64.ts';
import { joined } from './sealing.ts';
import type { SealedBlob } from './views.ts';

/** Bytes of a blob as the node has them. Throws `Refused` as the node refuses, and `Fault` where it cannot be reached. */
export type FetchBlob = (
  blob: string,
  from: number,
  to: number,
  signal: AbortSignal,
) => Promise<{ readonly stream: ReadableStream<Uint8Array>; readonly total: number }>;

export interface ReadingParts {
  readonly fetchBlob: FetchBlob;
  readonly pause: (ms: number) => Promise<void>;
}

export interface Reading {
  readonly size: number;
  /** Clear bytes from `from` to before `to`. It errors with `Refused`, or with `Fault` when the node stays away. */
  stream(from?: number, to?: number): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** For what is small. Throws as `stream` does. */
  bytes(from?: number, to?: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Sealed chunks that are opened at the same time. */
const OPENED_AT_ONCE = 16;
const TRIES = 6;
const FIRST_PAUSE_MS = 500;

export function readSealed(sealed: SealedBlob, parts: ReadingParts): Reading {
  let opener: Promise<FileOpener> | null = null;
  const open = (signal: AbortSignal) => {
    opener ??= openHeader(sealed, parts, signal).catch((error: unknown) => {
      opener = null;
      throw error;
    });
    return opener;
  };

  function stream(from = 0, to = sealed.size): ReadableStream<Uint8Array<ArrayBuffer>> {
    const stopped = new AbortController();
    const chunks = clearChunks(sealed, parts, open, { from, to: Math.min(to, sealed.size) }, stopped.signal);
    return new ReadableStream(
      {
        async pull(controller) {
          const next = await chunks.next();
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        },
        cancel: () => stopped.abort(),
      },
      { highWaterMark: 1 },
    );
  }

  return {
    size: sealed.size,
    stream,
    async bytes(from, to) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream(from, to) as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
      return joined(chunks);
    },
  };
}

async function openHeader(
  { key, size, blob }: SealedBlob,
  parts: ReadingParts,
  signal: AbortSignal,
): Promise<FileOpener> {
  const sealedBytes = sealedFileBytes(size);
  const header = await retried(parts, async () => {
    const { stream, total } = await parts.fetchBlob(blob, 0, FILE_HEADER_BYTES, signal);
    if (total !== sealedBytes) throw new Refused('cannot_open', 'length');
    return wholeOf(stream, FILE_HEADER_BYTES);
  });
  const opened = await openFile(fromBase64(key), header, sealedBytes);
  if (!opened.ok) throw new Refused(opened.refusal.code, opened.refusal.detail);
  return opened.value;
}

async function wholeOf(stream: ReadableStream<Uint8Array>, length: number): Promise<Uint8Array> {
  const pieces = await piecesOf(stream, length).next();
  if (pieces.done || pieces.value.length < length) throw new Fault('the node stopped in the middle');
  return pieces.value;
}

/** Tries again what the network did not give; what was refused stays so. */
async function retried<T>({ pause }: ReadingParts, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault) || tries >= TRIES) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
    }
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

async function* clearChunks(
  { blob }: SealedBlob,
  parts: ReadingParts,
  open: (signal: AbortSignal) => Promise<FileOpener>,
  { from, to }: Range,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const opener = await open(signal);
  if (to < opener.clearBytes && from >= to) return;
  // Who reads to the end opens the last chunk too, though it may be empty: it alone proves that nothing is missing.
  const last = to >= opener.clearBytes ? opener.chunks - 1 : Math.floor((to - 1) / FILE_CHUNK_BYTES);
  let index = Math.floor(from / FILE_CHUNK_BYTES);
  for (let tries = 1; index <= last; ) {
    try {
      for await (const opened of openedFrom(blob, opener, { first: index, last }, parts.fetchBlob, signal)) {
        tries = 1;
        for (const clear of opened) {
          const start = index * FILE_CHUNK_BYTES;
          index++;
          const wanted = clear.subarray(Math.max(0, from - start), Math.max(0, to - start));
          if (wanted.length > 0) yield wanted as Uint8Array<ArrayBuffer>;
        }
      }
    } catch (error) {
      if (!(error instanceof Fault) || tries >= TRIES || signal.aborted) throw error;
      await parts.pause(FIRST_PAUSE_MS * 2 ** (tries++ - 1));
    }
  }
}

/** Chunks first to last of one answer of the node, several at a time. Throws `Fault` where it ends before. */
async function* openedFrom(
  blob: string,
  opener: FileOpener,
  { first, last }: { readonly first: number; readonly last: number },
  fetchBlob: FetchBlob,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array[], void> {
  const end = opener.place(last).offset + opener.place(last).length;
  const { stream } = await fetchBlob(blob, opener.place(first).offset, end, signal);
  const full = opener.place(0).length;
  let index = first;
  for await (const piece of piecesOf(stream, full * OPENED_AT_ONCE)) {
    const work: Promise<Uint8Array>[] = [];
    for (let at = 0; at < piece.length; at += full) {
      work.push(openedChunk(opener, index + work.length, piece.subarray(at, at + full)));
    }
    index += work.length;
    yield await Promise.all(work);
  }
  if (index <= last) throw new Fault('the node stopped in the middle');
}

async function openedChunk(opener: FileOpener, index: number, sealed: Uint8Array): Promise<Uint8Array> {
  if (index >= opener.chunks) throw new Refused('cannot_open', 'length');
  // What the connection cut off is not what somebody altered.
  if (sealed.length < opener.place(index).length) throw new Fault('the node stopped in the middle');
  const clear = await opener.openChunk(index, sealed);
  if (!clear.ok) throw new Refused(clear.refusal.code, clear.refusal.detail);
  return clear.value;
}

/** The stream in pieces of this length; the last may be shorter. */
async function* piecesOf(stream: ReadableStream<Uint8Array>, length: number): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  let waiting: Uint8Array[] = [];
  let have = 0;
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) break;
      waiting.push(value);
      have += value.length;
      if (have < length) continue;
      const all = joined(waiting);
      let at = 0;
      for (; at + length <= all.length; at += length) yield all.subarray(at, at + length);
      waiting = [all.subarray(at)];
      have = all.length - at;
    }
    if (have > 0) yield joined(waiting);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch (error) {
    throw error instanceof Refused ? error : new Fault('the connection broke', { cause: error });
  }
}
