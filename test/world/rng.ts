/**
 * Chance from a seed: xoshiro128**, seeded by SHA-256 of a text. The same seed gives the same numbers for ever; streams
 * of different names are independent, so that one more draw in one place moves nothing in another.
 */
import { createHash } from 'node:crypto';

export interface Rng {
  /** 0 <= x < 1. */
  float(): number;
  /** A whole number, both ends included. */
  int(least: number, most: number): number;
  /** `true` in this share of the draws: 0 never, 1 always. */
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** An independent stream; the same name gives the same one. */
  fork(name: string): Rng;
}

export function createRng(seed: string): Rng {
  const next = xoshiro128(createHash('sha256').update(seed).digest());
  const float = (): number => next() / 2 ** 32;
  const int = (least: number, most: number): number => least + Math.floor(float() * (most - least + 1));
  return {
    float,
    int,
    chance: (share) => float() < share,
    pick: (from) => from[int(0, from.length - 1)]!,
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
    fork: (name) => createRng(`${seed}/${name}`),
  };
}

/** Blackman and Vigna, "Scrambled linear pseudorandom number generators": 32 bits a call. */
function xoshiro128(seed: Buffer): () => number {
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => seed.readUInt32LE(at)) as [number, number, number, number];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
