/** A file of any size, read in parts: a `Blob` of a browser or of node. Nothing here holds it whole. */
import { Fault } from '../../../protocol/result.ts';

/** What is read from a file at once. */
export const PIECE_BYTES = 1_048_576;

/** From `from` to before `to`, or to its end. Throws `Fault` where it cannot be read: it was altered or taken away. */
export async function readPart(file: Blob, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  const end = Math.min(to, file.size);
  const bytes = await file
    .slice(from, end)
    .arrayBuffer()
    .catch((error: unknown) => {
      throw new Fault('the file cannot be read', { cause: error });
    });
  if (bytes.byteLength !== Math.max(0, end - from)) throw new Fault('the file has become shorter');
  return new Uint8Array(bytes);
}

export function text4(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
