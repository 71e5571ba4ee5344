/**
 * Frames on a stream of bytes: four bytes of length (big-endian), then that many bytes.
 * A length above the limit is found out before any byte of its frame is kept. PROTOCOL 5.1.
 */

const LENGTH_BYTES = 4;

/** What `frame` takes on the wire. */
export function wireBytes(frame: Uint8Array): number {
  return LENGTH_BYTES + frame.length;
}

/** All of `frames`, each behind its length, as one piece of memory: one write for many frames. */
export function encodeFrames(frames: readonly Uint8Array[]): Uint8Array {
  const total = frames.reduce((sum, frame) => sum + wireBytes(frame), 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setUint32(at, frame.length);
    bytes.set(frame, at + LENGTH_BYTES);
    at += wireBytes(frame);
  }
  return bytes;
}

export interface FrameReader {
  push(chunk: Uint8Array): void;
  /** The next whole frame, in memory of its own. After `too_large` the stream is of no more use. */
  next(): Uint8Array | 'incomplete' | 'too_large';
  /** Bytes pushed and not yet handed out. */
  bufferedBytes(): number;
}

export function createFrameReader(limitBytes: number): FrameReader {
  const chunks: Uint8Array[] = [];
  let buffered = 0;
  let frameLength: number | null = null;

  /** Call only with `length <= buffered`. */
  const take = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const chunk = chunks[0]!;
      const part = chunk.subarray(0, length - at);
      bytes.set(part, at);
      at += part.length;
      if (part.length === chunk.length) chunks.shift();
      else chunks[0] = chunk.subarray(part.length);
    }
    buffered -= length;
    return bytes;
  };

  return {
    push: (chunk) => {
      if (chunk.length === 0) return;
      chunks.push(chunk);
      buffered += chunk.length;
    },
    next: () => {
      if (frameLength === null) {
        if (buffered < LENGTH_BYTES) return 'incomplete';
        frameLength = new DataView(take(LENGTH_BYTES).buffer).getUint32(0);
      }
      if (frameLength > limitBytes) return 'too_large';
      if (buffered < frameLength) return 'incomplete';
      const frame = take(frameLength);
      frameLength = null;
      return frame;
    },
    bufferedBytes: () => buffered,
  };
}
