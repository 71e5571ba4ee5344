/**
 * The way in of one connection: whole frames, in order, one at a time. While a handler works, at most one frame, one
 * window of the muxer and `READ_AHEAD_BYTES` are held; then the stream is paused and the other side stops sending.
 */
import type { Stream, StreamMessageEvent } from '@libp2p/interface';
import { LIMITS } from '../../../protocol/limits.ts';
import { createFrameReader } from './frames.ts';

const READ_AHEAD_BYTES = 128 * 1024;

export interface ReceiverEvents {
  onFrame(frame: Uint8Array): void | Promise<void>;
  /** The other side broke the framing. Nothing follows. */
  onBroken(reason: string): void;
  /** `onFrame` threw. Nothing follows. */
  onFault(error: unknown): void;
}

/** Reads `stream` until the returned function is called. */
export function startReceiver(stream: Stream, events: ReceiverEvents): () => void {
  const reader = createFrameReader(LIMITS.frameBytes);
  let isBusy = false;
  let stopped = false;

  const fail = (error: unknown): void => {
    if (stopped) return;
    stopped = true;
    events.onFault(error);
  };

  const handOver = (frame: Uint8Array): void => {
    try {
      const handled = events.onFrame(frame);
      if (handled === undefined) return;
      isBusy = true;
      handled.then(() => {
        isBusy = false;
        pump();
      }, fail);
    } catch (error) {
      fail(error);
    }
  };

  const pump = (): void => {
    while (!isBusy && !stopped) {
      const frame = reader.next();
      if (frame === 'incomplete') break;
      if (frame === 'too_large') {
        stopped = true;
        events.onBroken('frame too large');
        return;
      }
      handOver(frame);
    }
    if (!stopped) setPaused(stream, isBusy && reader.bufferedBytes() > READ_AHEAD_BYTES);
  };

  const onMessage = (event: StreamMessageEvent): void => {
    if (stopped) return;
    const data = event.data;
    if (data instanceof Uint8Array) reader.push(data);
    else for (const chunk of data) reader.push(chunk);
    pump();
  };
  stream.addEventListener('message', onMessage);
  return () => {
    stopped = true;
    stream.removeEventListener('message', onMessage);
  };
}

function setPaused(stream: Stream, isPaused: boolean): void {
  if (isPaused && stream.readStatus === 'readable') stream.pause();
  if (!isPaused && stream.readStatus === 'paused') stream.resume();
}
