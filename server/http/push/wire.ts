/**
 * One open WebSocket: what is to be sent is collected and leaves in one write at the end of the tick, written past the
 * library, which would frame it anew for every receiver. Always holds: what waits for a slow client is bounded.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Batch, type Batches, frameOf } from './batch.ts';

export interface Wire {
  isOpen(): boolean;
  /** Text of one push, at the end of this tick. */
  push(text: string): void;
  /** Characters that `push` has collected and nobody has written yet. */
  collected(): number;
  /** Writes what is collected; resolves when the client has taken all of it, or is gone. */
  settle(): Promise<void>;
  close(code: number, reason: string): void;
}

export interface WireUses {
  readonly batches: Batches;
  /** The wire has something to send: call `flush` at the end of the tick. */
  readonly onDirty: (flush: () => void) => void;
  /** The bound was passed: nothing more is sent. */
  readonly onSlow: () => void;
}

/** Beyond what one tick brings. */
const MOST_WAITING_BYTES = 1024 * 1024;

export function createWire(socket: WebSocket, raw: Duplex, { batches, onDirty, onSlow }: WireUses): Wire {
  let batch: Batch | null = null;
  let collected = 0;
  const isOpen = () => socket.readyState === socket.OPEN && !raw.destroyed;

  function flush(): void {
    if (batch === null) return;
    const frame = frameOf(batch);
    batch = null;
    collected = 0;
    if (!isOpen()) return;
    if (raw.writableLength > MOST_WAITING_BYTES) onSlow();
    else raw.write(frame);
  }

  return {
    isOpen,
    push(text) {
      if (batch === null) onDirty(flush);
      batch = batches.add(batch, text);
      collected += text.length;
    },
    collected: () => collected,
    settle() {
      flush();
      return drained(raw);
    },
    close(code, reason) {
      flush();
      socket.close(code, reason);
    },
  };
}

function drained(raw: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (!raw.writableNeedDrain || raw.destroyed) return resolve();
    const done = () => {
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.on('drain', done);
    raw.on('close', done);
  });
}
