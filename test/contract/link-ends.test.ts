/** The contract of the `Link` port (server/ports.ts), kept by the real and by the simulated link: how a connection ends. */
import { expect } from 'vitest';
import { contract, type Harness, join } from './link-harness.ts';

contract('a handler that throws ends its connection on both sides', async (harness) => {
  const onFrame = (): void => {
    throw new Error('of the handler');
  };
  const { from, fromHandlers, toHandlers } = await join(harness, {}, { onFrame });
  from.send(Uint8Array.of(1));
  from.send(Uint8Array.of(2));
  await harness.until(() => fromHandlers.closes.length === 1 && toHandlers.closes.length === 1);
  expect(toHandlers.frames).toHaveLength(1);
});

contract('the end is not told from within close', async (harness) => {
  const { from, fromHandlers } = await join(harness);
  from.close('enough');
  expect(fromHandlers.closes).toEqual([]);
  await harness.until(() => fromHandlers.closes.length === 1);
});

contract('nothing is called after the end, and sending does nothing', async (harness) => {
  const { from, to, fromHandlers, toHandlers } = await join(harness);
  for (let i = 0; i < 50; i += 1) to.send(new Uint8Array(10_000));
  from.close('enough');
  await harness.until(() => fromHandlers.closes.length === 1 && toHandlers.closes.length === 1);
  expect(from.send(Uint8Array.of(1))).toBe(false);
  expect(to.send(Uint8Array.of(1))).toBe(false);
  await harness.settle();
  expect(fromHandlers.events.at(-1)).toBe('close');
  expect(toHandlers.events.at(-1)).toBe('close');
});

contract('a connection may end while a handler is at work', async (harness) => {
  const gate = Promise.withResolvers<void>();
  const { from, toHandlers } = await join(harness, {}, { onFrame: () => harness.held(gate.promise) });
  from.send(Uint8Array.of(1));
  from.send(Uint8Array.of(2));
  await harness.until(() => toHandlers.frames.length === 1);
  from.close('enough');
  await harness.until(() => toHandlers.closes.length === 1);
  gate.resolve();
  await harness.settle();
  expect(toHandlers.events).toEqual(['frame', 'close']);
});

contract('closing the link ends its connections on both sides', async (harness) => {
  const { fromNode, fromHandlers, toHandlers } = await join(harness);
  await fromNode.link.close();
  await harness.until(() => fromHandlers.closes.length === 1 && toHandlers.closes.length === 1);
});

contract('a close by the side that dialled is seen once on both, with its last frames', (harness) =>
  expectCloseSeenOnce(harness, 'from'),
);

contract('a close by the side that was dialled is seen once on both, with its last frames', (harness) =>
  expectCloseSeenOnce(harness, 'to'),
);

async function expectCloseSeenOnce(harness: Harness, side: 'from' | 'to'): Promise<void> {
  const joined = await join(harness);
  const { fromHandlers, toHandlers } = joined;
  const [own, other] = side === 'from' ? [fromHandlers, toHandlers] : [toHandlers, fromHandlers];
  joined[side].send(Uint8Array.of(9));
  joined[side].close('enough');
  joined[side].close('again');
  await harness.until(() => own.closes.length > 0 && other.closes.length > 0);
  await harness.settle();
  expect(own.closes).toEqual(['enough']);
  expect(other.events).toEqual(['frame', 'close']);
}
