import { expect, test } from 'vitest';
import type { Clock } from '../ports.ts';
import { createBuckets } from './buckets.ts';
import { addressGroup } from './lockouts.ts';

function standing(): Clock & { nowMs: number } {
  return {
    nowMs: 1_000_000,
    now() {
      return this.nowMs;
    },
    after: () => ({ cancel() {} }),
  };
}

test('a bucket gives its capacity at once, then one each refill', () => {
  const clock = standing();
  const buckets = createBuckets({ clock, capacity: 3, refillMs: 100 });
  expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 100]);
  expect(buckets.take('b')).toBe(0);
  clock.nowMs += 99;
  expect(buckets.take('a')).toBe(1);
  clock.nowMs += 1;
  expect(buckets.take('a')).toBe(0);
  expect(buckets.take('a')).toBe(100);
  clock.nowMs += 10_000;
  expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 100]);
});

test('a refund gives one back, and clearing fills it up', () => {
  const buckets = createBuckets({ clock: standing(), capacity: 2, refillMs: 100 });
  buckets.take('a');
  buckets.take('a');
  buckets.refund('a');
  expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 100]);
  buckets.clear('a');
  expect([1, 2, 3].map(() => buckets.take('a'))).toEqual([0, 0, 100]);
});

test('a clock set back keeps nobody waiting for longer than filling takes', () => {
  const clock = standing();
  const buckets = createBuckets({ clock, capacity: 2, refillMs: 100 });
  buckets.take('a');
  clock.nowMs -= 500_000;
  expect(buckets.take('a')).toBeLessThanOrEqual(200);
});

test('a flood of keys does not fill up an emptied bucket, and the keys beyond the bound share one', () => {
  const clock = standing();
  const buckets = createBuckets({ clock, capacity: 1, refillMs: 100, maxKeys: 3 });
  for (const key of ['victim', 'b', 'c', 'd']) expect(buckets.take(key)).toBe(0);
  expect(buckets.take('e')).toBe(100);
  expect(buckets.take('victim')).toBe(100);
  clock.nowMs += 100;
  expect(buckets.take('e')).toBe(0);
});

test('addresses of one IPv6 network count as one, and IPv4 within IPv6 as IPv4', () => {
  expect(addressGroup('2001:db8::1')).toBe(addressGroup('2001:db8::ffff:1'));
  expect(addressGroup('2001:db8::1')).not.toBe(addressGroup('2001:db8:0:1::1'));
  expect(addressGroup('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(addressGroup('nonsense')).toBe('unknown');
});
