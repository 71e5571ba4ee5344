/** The contract of the `Link` port (server/ports.ts), kept by the real and by the simulated link: frames and back-pressure. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { LINK_BOUNDS } from '../../server/link-bounds.ts';
import { contract, join, recorder } from './link-harness.ts';

contract('frames arrive once and in order, both ways, sent in one tick or in many', async (harness) => {
  const { from, to, fromHandlers, toHandlers } = await join(harness);
  for (let i = 0; i < 200; i += 1) {
    from.send(Uint8Array.of(i));
    to.send(Uint8Array.of(i, i));
    if (i % 50 === 0) await harness.until(() => toHandlers.frames.length > i && fromHandlers.frames.length > i);
  }
  await harness.until(() => toHandlers.frames.length >= 200 && fromHandlers.frames.length >= 200);
  await harness.settle();
  expect(toHandlers.frames.map(([first]) => first)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(fromHandlers.frames.map(([first]) => first)).toEqual(Array.from({ length: 200 }, (_, i) => i));
});

contract('a frame of nothing and a frame at the limit arrive whole', async (harness) => {
  const { from, toHandlers } = await join(harness);
  const largest = randomBytes(LIMITS.frameBytes);
  from.send(new Uint8Array());
  from.send(largest);
  await harness.until(() => toHandlers.frames.length === 2);
  expect(toHandlers.frames[0]).toHaveLength(0);
  expect(Buffer.compare(toHandlers.frames[1]!, largest)).toBe(0);
});

contract('sending a frame above the limit is a bug of the sender', async (harness) => {
  const { from } = await join(harness);
  expect(() => from.send(new Uint8Array(LIMITS.frameBytes + 1))).toThrow('bug');
});

contract('a frame above the limit ends its connection and disturbs no other', async (harness) => {
  const [hub, friend] = [await harness.createNode(), await harness.createNode()];
  const handlers = [recorder(), recorder()];
  let accepted = 0;
  await hub.link.listen(() => handlers[accepted++] ?? null);
  await friend.link.listen(() => null);
  const connection = await harness.drive(friend.link.dial(hub.publicKey, hub.link.addresses(), () => recorder()));
  await harness.sendOversized(hub);
  await harness.until(() => handlers[1]!.closes.length === 1);
  expect(handlers[1]).toMatchObject({ events: ['close'], closes: ['frame too large'] });
  connection.send(Uint8Array.of(7));
  await harness.until(() => handlers[0]!.frames.length === 1);
  expect(handlers[0]!.closes).toEqual([]);
});

contract('a slow handler stops the sender, and what waits arrives when it goes on', async (harness) => {
  const gate = Promise.withResolvers<void>();
  const frame = randomBytes(64 * 1024);
  let sent = 0;
  let isFilling = true;
  const fill = (): void => {
    while (isFilling) {
      sent += 1;
      if (!from.send(frame)) return;
    }
  };
  const slow = { onFrame: () => harness.held(gate.promise) };
  const { from, fromHandlers, toHandlers } = await join(harness, { onDrain: fill }, slow);
  fill();
  await harness.settle();
  isFilling = false;
  expect(toHandlers.frames).toHaveLength(1);
  // Queue, windows and read-ahead of both sides: bounded, however long the handler takes.
  expect(sent).toBeLessThan((8 * LINK_BOUNDS.sendHighBytes) / frame.length);
  gate.resolve();
  await harness.until(() => toHandlers.frames.length === sent);
  await harness.until(() => fromHandlers.events.at(-1) === 'drain');
});

contract('after `false` there is exactly one drain, and sending may go on', async (harness) => {
  const { from, fromHandlers, toHandlers } = await join(harness);
  let sent = 0;
  for (let round = 1; round <= 3; round += 1) {
    do sent += 1;
    while (from.send(new Uint8Array(100_000)));
    await harness.until(() => fromHandlers.events.length === round);
  }
  await harness.until(() => toHandlers.frames.length === sent);
  await harness.settle();
  expect(fromHandlers.events).toEqual(['drain', 'drain', 'drain']);
});

contract('who goes on sending after `false` loses the connection, not the memory', async (harness) => {
  const gate = Promise.withResolvers<void>();
  const { from, fromHandlers, toHandlers } = await join(harness, {}, { onFrame: () => harness.held(gate.promise) });
  for (let i = 0; i < 5; i += 1) from.send(new Uint8Array(LIMITS.frameBytes));
  await harness.until(() => fromHandlers.closes.length === 1);
  gate.resolve();
  await harness.until(() => toHandlers.closes.length === 1);
  expect(fromHandlers.closes).toEqual(['send queue overflow']);
});

contract('a handler that is at work is not handed the next frame', async (harness) => {
  let atOnce = 0;
  let most = 0;
  const gates: PromiseWithResolvers<void>[] = [];
  const onFrame = async (): Promise<void> => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await harness.held(gate.promise);
    atOnce -= 1;
  };
  const { from } = await join(harness, {}, { onFrame });
  for (let i = 0; i < 3; i += 1) from.send(Uint8Array.of(i));
  for (let i = 0; i < 3; i += 1) {
    await harness.until(() => gates.length === i + 1);
    gates[i]!.resolve();
  }
  await harness.until(() => atOnce === 0);
  expect(most).toBe(1);
});
