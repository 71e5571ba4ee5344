import { expect, test } from 'vitest';
import type { Frame } from '../../protocol/sync/frames.ts';
import { bytesOf, idOf } from '../../protocol/testing/orgs.ts';
import { createBudgets } from './budgets.ts';

const [ONE, OTHER] = [idOf('org', 1), idOf('org', 2)];
const signed = (length: number) => ({ bytes: new Uint8Array(length), signature: bytesOf(64, 1) });

function setUp() {
  let nowMs = 0;
  const budgets = createBudgets({ now: () => nowMs, after: () => ({ cancel: () => {} }) });
  return { budgets, pass: (ms: number) => (nowMs += ms) };
}

/** How many of them an organisation may bring before it has to wait. */
function atOnce(frame: Frame): number {
  const { budgets } = setUp();
  let count = 0;
  while (count < 300_000 && budgets.takeFrame(ONE, frame) === 0) count += 1;
  return count;
}

test('what costs much may come seldom', () => {
  const none = { founderSignature: new Uint8Array(), looks: [], genesis: new Uint8Array() };
  expect(atOnce({ is: 'record', chain: new Uint8Array(100) })).toBe(50);
  expect(atOnce({ is: 'typing', chatId: idOf('chat', 1), account: idOf('account', 1) })).toBe(2_000);
  // Acts bring record chains, which cost some 60 ms for 16 KiB at worst: some 50 of them.
  const acts = [signed(16 * 1_024)];
  expect(atOnce({ is: 'control', chatId: idOf('chat', 1), acts, ...none })).toBeLessThanOrEqual(50);
  // Some 200 MB of messages.
  const bundle = { block: signed(1_024), bodies: Array.from({ length: 31 }, () => new Uint8Array(64 * 1_024)) };
  expect(atOnce({ is: 'blocks', bundles: [bundle], looks: [] })).toBeLessThanOrEqual(100);
  const logs = Array.from({ length: 256 }, (_, i) => ({ logId: idOf('log', i), fromBlock: 1 }));
  expect(atOnce({ is: 'pull', chatId: idOf('chat', 1), fromCpos: null, logs })).toBeLessThan(200);
});

test('who owes waits, longer for more, and others do not', () => {
  const { budgets, pass } = setUp();
  budgets.chargeRequests(ONE, 3_000);
  const mark: Frame = { is: 'mark', upTo: 1 };
  expect(budgets.takeFrame(ONE, mark)).toBeGreaterThan(4_000);
  expect(budgets.takeFrame(OTHER, mark)).toBe(0);
  pass(6_000);
  expect(budgets.takeFrame(ONE, mark)).toBe(0);
});

test('look-ups, invitations, persons and flushes have an end', () => {
  const { budgets } = setUp();
  const ends = { takeLookup: 120, takeInvitation: 500, takePerson: 20_000, takeFlush: 1_000 } as const;
  for (const [name, most] of Object.entries(ends)) {
    const take = budgets[name as keyof typeof ends];
    let count = 0;
    while (take(ONE)) count += 1;
    expect([name, count]).toEqual([name, most]);
    expect(take(OTHER)).toBe(true);
  }
});
