/**
 * Padding (Padmé, SEAL 1.3): clear text, one byte 0x80, zeros. Of a length only its first few bits stay visible, at a cost of
 * 12 % at most. Always holds: what `unpad` accepts is exactly what `pad` of the result gives.
 */
import { ok, type Result, refuse } from '../result.ts';

const LEAST = 32;
const MARK = 0x80;

/** Length with padding of `length` bytes without. */
export function paddedLength(length: number): number {
  const marked = length + 1;
  if (marked <= LEAST) return LEAST;
  const exponent = Math.floor(Math.log2(marked));
  const step = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1));
  return Math.ceil(marked / step) * step;
}

export function pad(clear: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedLength(clear.length));
  padded.set(clear);
  padded[clear.length] = MARK;
  return padded;
}

/** Refuses `not_canonical`. */
export function unpad(padded: Uint8Array): Result<Uint8Array> {
  const length = padded.findLastIndex((byte) => byte !== 0);
  if (length < 0 || padded[length] !== MARK || paddedLength(length) !== padded.length) {
    return refuse('not_canonical', 'padding');
  }
  return ok(padded.slice(0, length));
}
