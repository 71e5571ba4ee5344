/** Chance from the operating system behind the `Random` port. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../ports.ts';

export function createSystemRandom(): Random {
  return { bytes: (length) => new Uint8Array(randomBytes(length)) };
}
