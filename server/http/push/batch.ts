/**
 * What a socket will get at the end of the tick. Sockets that get the same pushes share one batch, and with it one encoded
 * frame. A frame is one text, or several as an array.
 */
import { Buffer } from 'node:buffer';

export interface Batch {
  readonly before: Batch | null;
  readonly text: string;
  readonly count: number;
  /** The batch that the last socket made of this one: the next one mostly adds the same text. */
  longer: Batch | null;
  frame: Buffer | null;
}

/** `first` stands for "nothing yet" of all sockets in one tick. */
export interface Batches {
  add(batch: Batch | null, text: string): Batch;
  /** For the next tick. */
  reset(): void;
}

export function createBatches(): Batches {
  let first: Batch | null = null;
  const make = (before: Batch | null, text: string): Batch => ({
    before,
    text,
    count: (before?.count ?? 0) + 1,
    longer: null,
    frame: null,
  });
  return {
    add(batch, text) {
      if (batch === null) {
        if (first?.text !== text) first = make(null, text);
        return first;
      }
      if (batch.longer?.text !== text) batch.longer = make(batch, text);
      return batch.longer;
    },
    reset() {
      first = null;
    },
  };
}

/** One whole WebSocket frame (RFC 6455, text, unmasked), ready for the wire. */
export function frameOf(batch: Batch): Buffer {
  batch.frame ??= textFrame(batch.count === 1 ? batch.text : `[${textsOf(batch).join(',')}]`);
  return batch.frame;
}

function textsOf(batch: Batch): string[] {
  const texts: string[] = [];
  for (let at: Batch | null = batch; at !== null; at = at.before) texts.push(at.text);
  return texts.reverse();
}

function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = 0x81;
  if (headBytes === 2) frame[1] = length;
  else if (headBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headBytes, 'utf8');
  return frame;
}
