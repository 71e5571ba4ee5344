import { expect, test } from 'vitest';
import type { Connection } from '../ports.ts';
import { createDoors, hostOf } from './doors.ts';

const PARTNER = new Uint8Array(32).fill(7);

function setUp() {
  let nowMs = 0;
  const clock = { now: () => nowMs, after: () => ({ cancel: () => {} }) };
  const closed: string[] = [];
  const doors = createDoors({ clock, isPartner: (key) => key[0] === 7 });
  const from = (host: string, remoteKey = new Uint8Array(32)): Connection => ({
    remoteKey,
    inbound: true,
    remoteAddress: `/ip4/${host}/tcp/1`,
    send: () => true,
    call: async () => new Uint8Array(),
    fetch: async () => new Uint8Array(),
    close: () => void closed.push(host),
  });
  return { doors, from, closed, pass: (ms: number) => (nowMs += ms) };
}

test('sixteen strangers may wait from one address, a partner always', () => {
  const { doors, from } = setUp();
  const entered = Array.from({ length: 16 }, () => doors.enter(from('192.0.2.1')));
  expect(entered.every((leave) => leave !== null)).toBe(true);
  expect(doors.enter(from('192.0.2.1'))).toBeNull();
  expect(doors.enter(from('192.0.2.2'))).not.toBeNull();
  expect(doors.enter(from('192.0.2.1', PARTNER))).not.toBeNull();
  entered[0]?.();
  expect(doors.enter(from('192.0.2.1'))).not.toBeNull();
});

test('where 256 wait in all, the one that has waited longest goes', () => {
  const { doors, from, closed } = setUp();
  for (let i = 0; i < 256; i += 1) doors.enter(from(`192.0.2.${i}`));
  expect(closed).toEqual([]);
  expect(doors.enter(from('198.51.100.1'))).not.toBeNull();
  expect(closed).toEqual(['192.0.2.0']);
});

test('chains of strangers are verified at a bounded rate, from one address and in all; those of partners always', () => {
  const { doors, from, pass } = setUp();
  const granted = (host: string, count: number) =>
    Array.from({ length: count }, () => doors.mayVerify(from(host))).filter(Boolean).length;
  expect(granted('192.0.2.1', 100)).toBe(20);
  expect(granted('192.0.2.2', 100)).toBe(20);
  expect(granted('192.0.2.3', 100)).toBe(10);
  expect(granted('192.0.2.4', 100)).toBe(0);
  expect(doors.mayVerify(from('192.0.2.1', PARTNER))).toBe(true);
  pass(1_000);
  expect(granted('192.0.2.5', 100)).toBe(5);
});

test.each([
  ['/ip4/192.0.2.1/tcp/4440', 'ip4/192.0.2.1'],
  ['/ip6/2001:db8:1:2:3:4:5:6/tcp/4440', 'ip6/2001:db8:1:2'],
  ['/ip6/2001:db8::1/tcp/4440', 'ip6/2001:db8:0:0'],
  ['/ip6/::1/tcp/4440', 'ip6/0:0:0:0'],
  ['/memory/acme', 'memory/acme'],
])('%s is of %s', (address, host) => {
  expect(hostOf(address)).toBe(host);
});
