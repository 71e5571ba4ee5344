/**
 * For tests only: what must hold for every shape of the codec (PROTOCOL 2.1), whatever it describes. Decoding undoes encoding, no
 * accepted byte string has a second spelling, and hostile bytes only ever give refusals.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { concatBytes, equalBytes } from './bytes.ts';
import { decode, encode, type Shape } from './codec.ts';
import type { Result } from './result.ts';

/** Checks `shape` with values of `arbitrary` that fit in `maxBytes`. Throws with fast-check's counter-example. */
export function codecProperties<T>(shape: Shape<T>, arbitrary: fc.Arbitrary<T>, maxBytes: number): void {
  const encoded = arbitrary.map((value) => encode(shape, value));
  fc.assert(fc.property(arbitrary, (value) => decodesToItself(shape, value, maxBytes)));
  fc.assert(fc.property(encoded, (bytes) => hasOneSpelling(shape, bytes, maxBytes)));
  hostileProperties(
    (bytes) => decode(shape, bytes, maxBytes),
    encoded,
    (value) => encode(shape, value),
  );
}

/**
 * Checks any function that reads bytes from outside: random bytes, and damaged ones of `valid`, only give refusals. With
 * `encodeAgain`, what is accepted none the less must be exactly what encoding its value gives.
 */
export function hostileProperties<T>(
  read: (bytes: Uint8Array) => Result<T>,
  valid: fc.Arbitrary<Uint8Array>,
  encodeAgain?: (value: T) => Uint8Array,
): void {
  const hostile = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged(valid));
  fc.assert(
    fc.property(hostile, (bytes) => {
      const result = read(bytes);
      if (result.ok && encodeAgain) expect(equalBytes(encodeAgain(result.value), bytes)).toBe(true);
    }),
  );
}

function decodesToItself<T>(shape: Shape<T>, value: T, maxBytes: number): void {
  expect(decode(shape, encode(shape, value), maxBytes)).toEqual({ ok: true, value });
}

function hasOneSpelling<T>(shape: Shape<T>, bytes: Uint8Array, maxBytes: number): void {
  for (const other of otherSpellings(bytes)) {
    if (other.length <= maxBytes) expect(decode(shape, other, maxBytes).ok).toBe(false);
  }
}

/** Truncated, lengthened, or with a few bytes changed. */
function damaged(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
  return fc.oneof(
    fc.tuple(valid, fc.nat()).map(([bytes, at]) => bytes.slice(0, at % bytes.length)),
    fc.tuple(valid, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([bytes, more]) => concatBytes(bytes, more)),
    fc.tuple(valid, changes).map(([bytes, list]) => {
      const copy = bytes.slice();
      for (const [at, flip] of list) copy[at % copy.length] = (copy[at % copy.length] as number) ^ flip;
      return copy;
    }),
  );
}

interface Head {
  readonly at: number;
  readonly length: number;
  readonly major: number;
  readonly argument: number;
}

/** The item heads of canonical CBOR, strings' contents left out. */
function headsOf(bytes: Uint8Array): Head[] {
  const heads: Head[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const [major, minor] = [first >> 5, first & 31];
    const extra = minor < 24 ? 0 : 2 ** (minor - 24);
    const argument = bytes.subarray(at + 1, at + 1 + extra).reduce((sum, byte) => sum * 256 + byte, extra ? 0 : minor);
    heads.push({ at, length: 1 + extra, major, argument });
    at += 1 + extra + (major === 2 || major === 3 ? argument : 0);
  }
  return heads;
}

/** The same value by other CBOR that is not canonical: longer heads, floats, indefinite strings, a tag, a doubled end. */
function* otherSpellings(bytes: Uint8Array): Generator<Uint8Array> {
  for (const head of headsOf(bytes)) {
    const before = bytes.subarray(0, head.at);
    const after = bytes.subarray(head.at + head.length);
    if (head.major < 6) for (const longer of longerHeads(head)) yield concatBytes(before, longer, after);
    if (head.major === 0) yield concatBytes(before, float64(head.argument), after);
    if (head.major === 2 || head.major === 3) {
      const content = after.subarray(0, head.argument);
      const chunk = concatBytes(bytes.subarray(head.at, head.at + head.length), content);
      const open = Uint8Array.of((head.major << 5) | 31);
      yield concatBytes(before, open, chunk, Uint8Array.of(0xff), after.subarray(head.argument));
    }
    yield concatBytes(before, Uint8Array.of(0xc1), bytes.subarray(head.at));
  }
}

function longerHeads({ major, argument, length }: Head): Uint8Array[] {
  return [1, 2, 4, 8]
    .filter((size) => size + 1 > length)
    .map((size) => {
      const head = new Uint8Array(1 + size);
      head[0] = (major << 5) | (24 + Math.log2(size));
      for (let i = size, rest = argument; i > 0; i--, rest = Math.floor(rest / 256)) head[i] = rest % 256;
      return head;
    });
}

function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0xfb);
  view.setFloat64(1, value);
  return bytes;
}
