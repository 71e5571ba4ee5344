import { expect, test } from 'vitest';
import { idFromBytes } from '../../protocol/ids.ts';
import type { PushTarget } from '../ports.ts';
import { createPushDeliveries } from './deliveries.ts';

const [one, other] = [1, 2].map((fill) => idFromBytes('chat', new Uint8Array(32).fill(fill)));
const target: PushTarget = { endpoint: 'https://push.example/a', p256dh: new Uint8Array(65), auth: new Uint8Array(16) };
const turn = () => new Promise(setImmediate);

/** A clock that stands, and a service that answers as it is told. */
function world(answers: (number | 'down')[]) {
  const sent: { count: number; topic: string }[] = [];
  const gone: string[] = [];
  let timers: { atMs: number; run: () => unknown }[] = [];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const deliveries = createPushDeliveries({
    clock: {
      now: () => 0,
      after(atMs, run) {
        const timer = { atMs, run };
        timers.push(timer);
        return {
          cancel() {
            timers = timers.filter((each) => each !== timer);
          },
        };
      },
    },
    random: { bytes: (length) => new Uint8Array(length) },
    log,
    webPush: {
      async send({ note, topic }) {
        sent.push({ count: JSON.parse(new TextDecoder().decode(note)).count, topic });
        expect(note).toHaveLength(256);
        const status = answers.shift() ?? 201;
        if (status === 'down') throw new Error('down');
        return { status, retryAfterMs: null };
      },
    },
    keys: async () => ({ publicKey: new Uint8Array(65), privateKey: new Uint8Array(32) }),
    subject: () => 'mailto:a@b.example',
    gone: async (endpoint) => void gone.push(endpoint),
  });
  const later = async () => {
    const due = timers;
    timers = [];
    for (const { run } of due) run();
    for (let each = 0; each < 5; each++) await turn();
    return due.map(({ atMs }) => atMs);
  };
  const deliver = async (count: number, chat = one) => {
    deliveries.deliver(target, { chat: chat!, arrival: count, count });
    for (let each = 0; each < 5; each++) await turn();
  };
  return { deliver, later, sent, gone, counts: () => sent.map(({ count }) => count), pending: () => timers.length };
}

test('what is not taken now is tried again, later each time, and given up in the end', async () => {
  const { deliver, later, sent, pending } = world(Array.from({ length: 20 }, (_, n) => (n % 2 ? 503 : 'down')));
  await deliver(1);
  const delays: number[] = [];
  while (pending() > 0) delays.push(...(await later()));
  expect(sent).toHaveLength(7);
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
});

test('of one chat the newest alone waits, and another chat has a topic of its own', async () => {
  const { deliver, later, sent, counts } = world([503]);
  await deliver(1);
  await deliver(2);
  expect(await later()).toEqual([]);
  expect(counts()).toEqual([1, 2]);
  await deliver(3, other);
  expect(new Set(sent.map(({ topic }) => topic)).size).toBe(2);
});

test.each([404, 410])('%i: it is told no more, and not tried again', async (status) => {
  const { deliver, gone, pending } = world([status]);
  await deliver(1);
  expect(gone).toEqual([target.endpoint]);
  expect(pending()).toBe(0);
});

test('what is refused for good is not tried again', async () => {
  const { deliver, gone, pending } = world([413]);
  await deliver(1);
  expect([gone.length, pending()]).toEqual([0, 0]);
});
