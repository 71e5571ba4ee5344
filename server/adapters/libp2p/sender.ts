/**
 * The way out of one connection: frames queue here and leave in one write for each turn of the event loop,
 * as far as the stream takes them. Bounded: see `LINK_BOUNDS`.
 */
import type { Stream } from '@libp2p/interface';
import { LINK_BOUNDS } from '../../link-bounds.ts';
import { encodeFrames, wireBytes } from './frames.ts';

/** Most of one write, unless a single frame is larger: what a window of the muxer takes at a time. */
const WRITE_BYTES = 256 * 1024;

export interface Sender {
  /** As `Connection.send`. */
  send(frame: Uint8Array): boolean;
  /** From now on frames leave by this stream; called once. */
  attach(stream: Stream): void;
  /** Writes at once what the stream takes, as before a close. */
  flush(): void;
  /** Drops what is queued. */
  stop(): void;
}

export function createSender(events: { onDrain(): void; onOverflow(): void }): Sender {
  const queue = createQueue();
  let stream: Stream | null = null;
  let stopped = false;
  let isScheduled = false;
  let isFlushing = false;
  let owesDrain = false;

  const waitingBytes = (): number => queue.bytes() + (stream?.writeBufferLength ?? 0);

  const write = (to: Stream): void => {
    isFlushing = true;
    try {
      while (queue.bytes() > 0 && to.writeStatus === 'writable' && !to.writableNeedsDrain)
        to.send(encodeFrames(queue.take()));
    } catch {
      // The stream ended under us; its `close` event tells the connection.
    } finally {
      isFlushing = false;
    }
  };

  const turn = (): void => {
    isScheduled = false;
    if (stopped || stream === null) return;
    write(stream);
    if (owesDrain && waitingBytes() <= LINK_BOUNDS.sendLowBytes) {
      owesDrain = false;
      events.onDrain();
    }
  };

  const schedule = (): void => {
    if (isScheduled || stopped || stream === null) return;
    isScheduled = true;
    setImmediate(turn);
  };

  const onRoom = (): void => {
    if (!isFlushing && (queue.bytes() > 0 || owesDrain)) schedule();
  };

  return {
    send: (frame) => {
      if (stopped) return false;
      queue.push(frame);
      schedule();
      if (waitingBytes() > LINK_BOUNDS.sendMostBytes) events.onOverflow();
      else if (waitingBytes() <= LINK_BOUNDS.sendHighBytes) return true;
      owesDrain = true;
      return false;
    },
    attach: (to) => {
      stream = to;
      to.addEventListener('drain', onRoom);
      to.addEventListener('idle', onRoom);
      schedule();
    },
    flush: () => {
      if (!stopped && stream !== null) write(stream);
    },
    stop: () => {
      stopped = true;
      queue.clear();
    },
  };
}

function createQueue() {
  let frames: Uint8Array[] = [];
  let bytes = 0;
  return {
    /** With what each frame costs on the wire, so that many frames of nothing count too. */
    bytes: (): number => bytes,
    push: (frame: Uint8Array): void => {
      frames.push(frame);
      bytes += wireBytes(frame);
    },
    /** Whole frames for one write. */
    take: (): Uint8Array[] => {
      let count = 0;
      let taken = 0;
      while (count < frames.length && (count === 0 || taken + wireBytes(frames[count]!) <= WRITE_BYTES)) {
        taken += wireBytes(frames[count]!);
        count += 1;
      }
      bytes -= taken;
      return frames.splice(0, count);
    },
    clear: (): void => {
      frames = [];
      bytes = 0;
    },
  };
}
