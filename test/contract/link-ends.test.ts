/** The contract of the `Link` port (server/ports.ts), kept by the real and by the simulated link: how a connection ends. */
import { expect } from 'vitest';
import type { Connection } from '../../server/ports.ts';
import { contract, type Harness, join, type Recorder, recorder } from './link-harness.ts';

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

contract('a close within accept or open is told once, like any other', async (harness) => {
  const [a, b] = [await harness.createNode(), await harness.createNode()];
  const [atA, atB, atOpen] = [recorder(), recorder(), recorder()];
  const closing = (handlers: Recorder) => (connection: Connection) => {
    connection.close('at once');
    return handlers;
  };
  await a.link.listen(closing(atA));
  await b.link.listen(() => atB);
  await harness.drive(b.link.dial(a.publicKey, a.link.addresses(), () => recorder()).catch(() => {}));
  await harness.until(() => atA.closes.length === 1);
  await harness.drive(a.link.dial(b.publicKey, b.link.addresses(), closing(atOpen)));
  await harness.until(() => atOpen.closes.length === 1 && atB.closes.length === 1);
  await harness.settle();
  expect([atA.closes, atOpen.closes]).toEqual([['at once'], ['at once']]);
});

contract('a drain is not told from within close', async (harness) => {
  const { from, fromHandlers } = await join(harness);
  while (from.send(new Uint8Array(100_000)));
  from.close('enough');
  expect(fromHandlers.events).toEqual([]);
  await harness.until(() => fromHandlers.closes.length === 1);
  expect(fromHandlers.events).toEqual(['close']);
});

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
