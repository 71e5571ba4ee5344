/**
 * Deterministic CBOR (RFC 8949 §4.2) as fixed-position arrays: no maps, floats, tags or indefinite lengths (PROTOCOL 2.1).
 * A shape says what a value looks like in memory and on the wire. Always holds: what `decode` accepts is exactly what
 * `encode` of the result gives, so every accepted value has one spelling. Hostile bytes only ever give refusals.
 */
import { decode as cborDecode, encode as cborEncode } from 'cborg';
import { equalBytes } from './bytes.ts';
import { type IdKind, type IdOf, idBytes, idFromBytes, isId } from './ids.ts';
import { Refused, type Result, refusing } from './result.ts';

/** `read` refuses `malformed` (naming `at`) or returns the value; `write` gives what cborg encodes. */
export interface Shape<T> {
  read(raw: unknown, at: string): T;
  write(value: T): unknown;
}
/** For constraints: a shape is invariant in its type. */
// biome-ignore lint/suspicious/noExplicitAny: no other type accepts every shape.
type AnyShape = Shape<any>;
export type TypeOf<S> = S extends Shape<infer T> ? T : never;

const DECODE = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  useMaps: true,
} as const;

function malformed(at: string): never {
  throw new Refused('malformed', at);
}

/** Bytes of `value`. A value that the shape would not read back is a bug of the caller, and throws. */
export function encode<T>(shape: Shape<T>, value: T): Uint8Array {
  const made = cborEncode(shape.write(value));
  // Under node cborg may give a Buffer, whose `slice` shares its memory where a Uint8Array's copies.
  return new Uint8Array(made.buffer, made.byteOffset, made.length);
}

/** Refuses `too_big`, `malformed`, `not_canonical`, and what the shape refuses. Size is checked before anything is read. */
export function decode<T>(shape: Shape<T>, bytes: Uint8Array, maxBytes: number): Result<T> {
  return refusing(() => decodeOrThrow(shape, bytes, maxBytes));
}

/** As `decode`; throws `Refused`. For use inside `refusing`. */
export function decodeOrThrow<T>(shape: Shape<T>, bytes: Uint8Array, maxBytes: number): T {
  if (bytes.length > maxBytes) throw new Refused('too_big', `${bytes.length} of ${maxBytes} bytes`);
  const value = shape.read(rawFrom(bytes), '$');
  if (!equalBytes(cborEncode(shape.write(value)), bytes)) throw new Refused('not_canonical');
  return value;
}

function rawFrom(bytes: Uint8Array): unknown {
  try {
    return cborDecode(bytes, DECODE);
  } catch {
    return malformed('cbor');
  }
}

/** An unsigned integer, 0..max (2^53-1 unless told). */
export function uint(max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return {
    read: (raw, at) =>
      typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && !Object.is(raw, -0) && raw <= max
        ? raw
        : malformed(at),
    write: (value) => value,
  };
}

/** The format's version: any other than `known` is refused `unknown_version`. */
export function version<V extends number>(known: V): Shape<V> {
  return {
    read(raw, at) {
      if (raw === known) return known;
      if (typeof raw === 'number' && raw > known) throw new Refused('unknown_version', `${at}: ${raw}`);
      return malformed(at);
    },
    write: (value) => value,
  };
}

export const bool: Shape<boolean> = {
  read: (raw, at) => (typeof raw === 'boolean' ? raw : malformed(at)),
  write: (value) => value,
};

/** Exactly `length` bytes. */
export function bytes(length: number): Shape<Uint8Array> {
  return {
    read: (raw, at) => (raw instanceof Uint8Array && raw.length === length ? raw : malformed(at)),
    write: (value) => value,
  };
}

export function bytesUpTo(max: number): Shape<Uint8Array> {
  return {
    read(raw, at) {
      if (!(raw instanceof Uint8Array)) return malformed(at);
      if (raw.length > max) throw new Refused('too_big', at);
      return raw;
    },
    write: (value) => value,
  };
}

/** UTF-8 text of at most `maxBytes` bytes. */
export function text(maxBytes: number): Shape<string> {
  return {
    read(raw, at) {
      if (typeof raw !== 'string' || !raw.isWellFormed()) return malformed(at);
      if (raw.length > maxBytes || new TextEncoder().encode(raw).length > maxBytes) throw new Refused('too_big', at);
      return raw;
    },
    write: (value) => value,
  };
}

/** An id: its raw bytes on the wire, its prefixed text in memory. */
export function id<K extends IdKind>(kind: K): Shape<IdOf[K]> {
  return {
    read: (raw, at) => (raw instanceof Uint8Array ? idFromBytes(kind, raw) : malformed(at)),
    write: (value) => (isId(kind, value) ? idBytes(value) : malformed(kind)),
  };
}

export function list<T>(item: Shape<T>, max: number): Shape<readonly T[]> {
  return {
    read(raw, at) {
      if (!Array.isArray(raw)) return malformed(at);
      if (raw.length > max) throw new Refused('too_big', at);
      return raw.map((each, i) => item.read(each, `${at}[${i}]`));
    },
    write: (value) => value.map((each) => item.write(each)),
  };
}

/** CBOR null, or the shape. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    read: (raw, at) => (raw === null ? null : shape.read(raw, at)),
    write: (value) => (value === null ? null : shape.write(value)),
  };
}

type Fields = Record<string, Shape<never> | Shape<unknown>>;
type ObjectOf<F> = { readonly [K in keyof F]: TypeOf<F[K]> };

/** A fixed-position array; in memory an object with these fields, in this order. */
export function fields<F extends Record<string, AnyShape>>(shape: F): Shape<ObjectOf<F>> {
  const entries = Object.entries(shape as Fields) as [string, Shape<unknown>][];
  return {
    read(raw, at) {
      if (!Array.isArray(raw)) return malformed(at);
      const value: Record<string, unknown> = {};
      // Fields first: an unknown version is named as such even when its array is longer.
      for (const [i, [name, each]] of entries.entries()) value[name] = each.read(raw[i], `${at}.${name}`);
      if (raw.length !== entries.length) malformed(at);
      return value as ObjectOf<F>;
    },
    write: (value) => entries.map(([name, each]) => each.write(value[name])),
  };
}

/** One of several: an array that begins with the alternative's number; in memory the fields and `is`. */
export function oneOf<A extends Record<string, readonly [number, Record<string, AnyShape>]>>(
  alternatives: A,
): Shape<OneOf<A>> {
  const byNumber = new Map<number, { is: string; number: number; shape: AnyShape }>();
  const byName = new Map<string, { is: string; number: number; shape: AnyShape }>();
  for (const [is, [number, shape]] of Object.entries(alternatives)) {
    const entry = { is, number, shape: fields(shape) };
    byNumber.set(number, entry);
    byName.set(is, entry);
  }
  return {
    read(raw, at) {
      if (!Array.isArray(raw)) return malformed(at);
      const found = byNumber.get(raw[0]);
      if (!found) throw new Refused('unknown_version', `${at}: kind`);
      return { is: found.is, ...found.shape.read(raw.slice(1), `${at}.${found.is}`) };
    },
    write(value) {
      const found = byName.get((value as { is: string }).is);
      if (!found) return malformed('kind');
      return [found.number, ...(found.shape.write(value) as unknown[])];
    },
  };
}
export type OneOf<A extends Record<string, readonly [number, Record<string, AnyShape>]>> = {
  [K in keyof A]: { readonly is: K } & ObjectOf<A[K][1]>;
}[keyof A];

/** 32 bytes: SHA-256 or an Ed25519 public key. */
export const hash32 = bytes(32);
/** An Ed25519 signature. */
export const signature64 = bytes(64);

/** Bytes kept as they came, and the signature over them (PROTOCOL 2.2). */
export interface Signed {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** `[bytes, signature]`, both kept as they came. */
export function signed(maxBytes: number): Shape<Signed> {
  return fields({ bytes: bytesUpTo(maxBytes), signature: signature64 });
}
