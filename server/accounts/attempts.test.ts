import { expect, test } from 'vitest';
import type { Clock, Random } from '../ports.ts';
import { createAttempts } from './attempts.ts';
import { createSecret, hashSecret } from './secrets.ts';

function counting(): Random {
  let count = 0;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      new DataView(bytes.buffer).setUint32(0, ++count);
      return bytes;
    },
  };
}

test('log-ins under way are bounded in number, and those that took too long make room', () => {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, after: () => ({ cancel() {} }) };
  const attempts = createAttempts<number>(clock, counting());
  const first = attempts.add(0);
  for (let at = 1; at < 10_000; at++) attempts.add(at);
  expect(() => attempts.add(-1)).toThrow('overloaded');
  expect(attempts.take(first)).toBe(0);
  attempts.add(-1);
  nowMs += 2 * 60_000;
  expect(attempts.take(attempts.add(-2))).toBe(-2);
  for (let at = 0; at < 10_000; at++) attempts.add(at);
});

test('a secret is hashed with its kind', () => {
  const { text, hash } = createSecret('link', counting());
  expect(text).toHaveLength(32);
  expect(hash).toEqual(hashSecret('link', text));
  expect(hash).not.toEqual(hashSecret('session', text));
});
