/** The contract of the `Link` port (server/ports.ts), kept by the real link over loopback and by the simulated one. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault } from '../../protocol/result.ts';
import { LINK_BOUNDS } from '../../server/link-bounds.ts';
import type { Connection } from '../../server/ports.ts';
import { createRealHarness, createSimulatedHarness, type Harness, join, recorder } from './link-harness.ts';

describe.each([
  ['real', createRealHarness],
  ['simulated', createSimulatedHarness],
])('the %s link', (_name, createHarness) => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await createHarness();
  });
  afterEach(() => harness.stop());

  test('frames arrive once and in order, both ways, sent in one tick or in many', async () => {
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

  test('the sides know each other by key, and which of them dialled', async () => {
    const { from, to, fromNode, toNode } = await join(harness);
    expect(from.remoteKey).toEqual(toNode.publicKey);
    expect(to.remoteKey).toEqual(fromNode.publicKey);
    expect([from.inbound, to.inbound]).toEqual([false, true]);
    expect(from.remoteAddress).toBe(toNode.link.addresses()[0]);
  });

  test('frames that are sent within accept and open arrive', async () => {
    const [a, b] = [await harness.createNode(), await harness.createNode()];
    const [atA, atB] = [recorder(), recorder()];
    await a.link.listen((connection) => {
      connection.send(Uint8Array.of(1));
      return atA;
    });
    await b.link.listen(() => null);
    const open = (connection: Connection) => {
      connection.send(Uint8Array.of(2));
      return atB;
    };
    await harness.drive(b.link.dial(a.publicKey, a.link.addresses(), open));
    await harness.until(() => atA.frames.length === 1 && atB.frames.length === 1);
  });

  test('a frame of nothing and a frame at the limit arrive whole', async () => {
    const { from, toHandlers } = await join(harness);
    const largest = randomBytes(LIMITS.frameBytes);
    from.send(new Uint8Array());
    from.send(largest);
    await harness.until(() => toHandlers.frames.length === 2);
    expect(toHandlers.frames[0]).toHaveLength(0);
    expect(Buffer.compare(toHandlers.frames[1]!, largest)).toBe(0);
  });

  test('sending a frame above the limit is a bug of the sender', async () => {
    const { from } = await join(harness);
    expect(() => from.send(new Uint8Array(LIMITS.frameBytes + 1))).toThrow('bug');
  });

  test('a frame above the limit ends its connection and disturbs no other', async () => {
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

  test('a slow handler stops the sender, and what waits arrives when it goes on', async () => {
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

  test('after `false` there is exactly one drain, and sending may go on', async () => {
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

  test('who goes on sending after `false` loses the connection, not the memory', async () => {
    const gate = Promise.withResolvers<void>();
    const { from, fromHandlers, toHandlers } = await join(harness, {}, { onFrame: () => harness.held(gate.promise) });
    for (let i = 0; i < 5; i += 1) from.send(new Uint8Array(LIMITS.frameBytes));
    await harness.until(() => fromHandlers.closes.length === 1);
    gate.resolve();
    await harness.until(() => toHandlers.closes.length === 1);
    expect(fromHandlers.closes).toEqual(['send queue overflow']);
  });

  test('a handler that is at work is not handed the next frame', async () => {
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

  test('a handler that throws ends its connection on both sides', async () => {
    const onFrame = (): void => {
      throw new Error('of the handler');
    };
    const { from, fromHandlers, toHandlers } = await join(harness, {}, { onFrame });
    from.send(Uint8Array.of(1));
    from.send(Uint8Array.of(2));
    await harness.until(() => fromHandlers.closes.length === 1 && toHandlers.closes.length === 1);
    expect(toHandlers.frames).toHaveLength(1);
  });

  test('a call is answered, from either side, and many at once', async () => {
    const { from, to } = await join(harness, { onCall: async () => Uint8Array.of(1) }, {});
    expect(await harness.drive(from.call(Uint8Array.of(4, 5), 5_000))).toEqual(Uint8Array.of(4, 5));
    expect(await harness.drive(to.call(Uint8Array.of(4, 5), 5_000))).toEqual(Uint8Array.of(1));
    const calls = Array.from({ length: 100 }, (_, i) => from.call(Uint8Array.of(i), 20_000));
    const answers = await harness.drive(Promise.all(calls));
    expect(answers.map(([first]) => first)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('a call carries a request and an answer at their limits', async () => {
    const answer = randomBytes(LIMITS.callAnswerBytes);
    const { from } = await join(harness, {}, { onCall: async () => answer });
    const got = await harness.drive(from.call(randomBytes(LIMITS.callRequestBytes), 10_000));
    expect(Buffer.compare(got, answer)).toBe(0);
    await expect(async () => from.call(new Uint8Array(LIMITS.callRequestBytes + 1), 1_000)).rejects.toThrow('bug');
  });

  test('an answer above its limit is not sent', async () => {
    const { from, to } = await join(harness, {}, { onCall: async () => new Uint8Array(LIMITS.callAnswerBytes + 1) });
    await expect(harness.drive(from.call(Uint8Array.of(1), 10_000))).rejects.toThrow('closed without an answer');
    expect(await harness.drive(to.call(Uint8Array.of(1), 10_000))).toHaveLength(1);
  });

  test('a call whose handler throws ends without an answer and leaves the connection alone', async () => {
    const onCall = async (): Promise<Uint8Array> => {
      throw new Error('of the handler');
    };
    const { from, toHandlers } = await join(harness, {}, { onCall });
    await expect(harness.drive(from.call(Uint8Array.of(1), 10_000))).rejects.toThrow(Fault);
    await expect(harness.drive(from.call(Uint8Array.of(1), 10_000))).rejects.toThrow('closed without an answer');
    from.send(Uint8Array.of(1));
    await harness.until(() => toHandlers.frames.length === 1);
  });

  test('a call that is not answered in time rejects, and so does one whose connection ends', async () => {
    const gate = Promise.withResolvers<Uint8Array>();
    const { from } = await join(harness, {}, { onCall: () => harness.held(gate.promise) });
    await expect(harness.drive(from.call(Uint8Array.of(1), 50))).rejects.toThrow('timed out');
    const pending = from.call(Uint8Array.of(1), 60_000);
    const outcome = expect(pending).rejects.toThrow('the connection ended');
    from.close('enough');
    await outcome;
    await expect(from.call(Uint8Array.of(1), 1_000)).rejects.toThrow(Fault);
    gate.resolve(new Uint8Array());
  });

  test.each(['from', 'to'] as const)(
    'a close by the side "%s" is seen once on both, with its last frames',
    async (side) => {
      const joined = await join(harness);
      const { fromHandlers, toHandlers } = joined;
      const other = side === 'from' ? toHandlers : fromHandlers;
      joined[side].send(Uint8Array.of(9));
      joined[side].close('enough');
      joined[side].close('again');
      await harness.until(() => fromHandlers.closes.length > 0 && toHandlers.closes.length > 0);
      await harness.settle();
      expect([...fromHandlers.closes, ...toHandlers.closes]).toHaveLength(2);
      expect((side === 'from' ? fromHandlers : toHandlers).closes).toEqual(['enough']);
      expect(other.events).toEqual(['frame', 'close']);
    },
  );

  test('the end is not told from within close', async () => {
    const { from, fromHandlers } = await join(harness);
    from.close('enough');
    expect(fromHandlers.closes).toEqual([]);
    await harness.until(() => fromHandlers.closes.length === 1);
  });

  test('nothing is called after the end, and sending does nothing', async () => {
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

  test('a connection may end while a handler is at work', async () => {
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

  test('closing the link ends its connections on both sides', async () => {
    const { fromNode, fromHandlers, toHandlers } = await join(harness);
    await fromNode.link.close();
    await harness.until(() => fromHandlers.closes.length === 1 && toHandlers.closes.length === 1);
  });

  test('a dial of another key than the one that listens is rejected', async () => {
    const { fromNode, toNode, toHandlers } = await join(harness);
    const third = await harness.createNode();
    const opened: string[] = [];
    const open = () => {
      opened.push('opened');
      return recorder();
    };
    const dial = fromNode.link.dial(third.publicKey, toNode.link.addresses(), open);
    await expect(harness.drive(dial)).rejects.toThrow(Fault);
    expect(opened).toEqual([]);
    expect(toHandlers.closes).toEqual([]);
  });

  test('a dial tries the addresses in turn and rejects when none answers', async () => {
    const { fromNode, toNode } = await join(harness);
    const nobody = ['/ip4/127.0.0.1/tcp/1', '/memory/nobody', 'not an address'];
    const open = () => recorder();
    const found = await harness.drive(
      fromNode.link.dial(toNode.publicKey, [...nobody, ...toNode.link.addresses()], open),
    );
    expect(found.remoteKey).toEqual(toNode.publicKey);
    await expect(harness.drive(fromNode.link.dial(toNode.publicKey, nobody, open))).rejects.toThrow(Fault);
    await expect(harness.drive(fromNode.link.dial(toNode.publicKey, [], open))).rejects.toThrow(Fault);
  });

  test('a dial of oneself is rejected', async () => {
    const { toNode } = await join(harness);
    const dial = toNode.link.dial(toNode.publicKey, toNode.link.addresses(), () => recorder());
    await expect(harness.drive(dial)).rejects.toThrow(Fault);
  });

  test('a connection that accept refuses rejects the dial or ends, and carries nothing', async () => {
    const [a, b] = [await harness.createNode(), await harness.createNode()];
    await a.link.listen(() => null);
    await b.link.listen(() => null);
    const atB = recorder();
    const dial = b.link.dial(a.publicKey, a.link.addresses(), () => atB);
    const outcome = await harness.drive(dial.catch((error: unknown) => error));
    if (!(outcome instanceof Fault)) await harness.until(() => atB.closes.length === 1);
    expect(atB.frames).toEqual([]);
  });

  test('two nodes that dial each other at once get two connections that work', async () => {
    const [a, b] = [await harness.createNode(), await harness.createNode()];
    const atA: Connection[] = [];
    const framesAtB: number[] = [];
    const keepA = (connection: Connection) => {
      atA.push(connection);
      return recorder();
    };
    const listenB = () => recorder({ onFrame: ([first]) => void framesAtB.push(first!) });
    await a.link.listen(keepA);
    await b.link.listen(listenB);
    const dials = [
      a.link.dial(b.publicKey, b.link.addresses(), keepA),
      b.link.dial(a.publicKey, a.link.addresses(), listenB),
    ];
    await harness.drive(Promise.all(dials));
    await harness.until(() => atA.length === 2);
    expect(atA.map((connection) => connection.inbound).sort()).toEqual([false, true]);
    for (const [i, connection] of atA.entries()) connection.send(Uint8Array.of(i));
    await harness.until(() => framesAtB.length === 2);
  });

  test('two dials of one node by one other give two connections', async () => {
    const { fromNode, toNode, fromHandlers } = await join(harness);
    const open = () => recorder();
    const dials = [1, 2].map(() => fromNode.link.dial(toNode.publicKey, toNode.link.addresses(), open));
    const [first, second] = await harness.drive(Promise.all(dials));
    first!.close('enough');
    expect(await harness.drive(second!.call(Uint8Array.of(1), 5_000))).toHaveLength(1);
    expect(fromHandlers.closes).toEqual([]);
  });

  test('forty nodes that dial at once from one address all get through', async () => {
    const hub = await harness.createNode();
    const handlers = recorder();
    await hub.link.listen(() => handlers);
    const nodes = await Promise.all(Array.from({ length: 40 }, () => harness.createNode()));
    await Promise.all(nodes.map(({ link }) => link.listen(() => null)));
    const dials = nodes.map(({ link }) => link.dial(hub.publicKey, hub.link.addresses(), () => recorder()));
    const connections = await harness.drive(Promise.all(dials));
    for (const connection of connections) connection.send(Uint8Array.of(1));
    await harness.until(() => handlers.frames.length === 40);
  });
});
