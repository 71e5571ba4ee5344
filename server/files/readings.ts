/**
 * Files as they are read, by own accounts and by other nodes, in pieces. Always holds: what is let go is read no further, also
 * by whoever has begun.
 */
import type { ChatId, Hash } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault } from '../../protocol/result.ts';
import type { BlobStore } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';

export interface FileReading {
  /** Of the whole. */
  readonly bytes: number;
  /** So many are on this node. */
  here(): number;
  /** From `from` up to, not including, `to`. Rejects with a `Fault` when they do not come. */
  read(from: number, to: number): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

export interface Readings {
  /** What lies whole here; undefined: nothing does. */
  open(chatId: ChatId, hash: Hash): Promise<FileReading | undefined>;
}

interface Uses {
  readonly store: BlobStore;
  readonly catalogue: Catalogue;
}

export function createReadings({ store, catalogue }: Uses): Readings {
  const open = new Map<string, Set<() => void>>();
  catalogue.onGone((hash, chatId) => {
    const key = hash.toHex();
    if (chatId !== null) for (const end of open.get(`${key}/${chatId}`) ?? []) end();
  });

  function watch(key: string, end: () => void): () => void {
    const ends = open.get(key) ?? new Set();
    open.set(key, ends.add(end));
    return () => {
      ends.delete(end);
      if (ends.size === 0) open.delete(key);
    };
  }

  return {
    async open(chatId, hash) {
      const file = await store.openBlob(hash);
      if (!file) return undefined;
      let isGone = false;
      const forget = watch(`${hash.toHex()}/${chatId}`, () => {
        isGone = true;
      });
      return {
        bytes: file.bytes,
        here: () => file.bytes,
        async *read(from, to) {
          for (let at = from; at < to; ) {
            const piece = await file.read(at, Math.min(LIMITS.blobPieceBytes, to - at));
            if (isGone) throw new Fault('the file was let go');
            at += piece.length;
            yield piece;
          }
        },
        close() {
          forget();
          return file.close();
        },
      };
    },
  };
}
