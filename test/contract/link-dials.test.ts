/** The contract of the `Link` port (server/ports.ts), kept by the real and by the simulated link: dialling and accepting. */
import { expect } from 'vitest';
import { Fault } from '../../protocol/result.ts';
import type { Connection } from '../../server/ports.ts';
import { contract, join, recorder } from './link-harness.ts';

contract('the sides know each other by key, and which of them dialled', async (harness) => {
  const { from, to, fromNode, toNode } = await join(harness);
  expect(from.remoteKey).toEqual(toNode.publicKey);
  expect(to.remoteKey).toEqual(fromNode.publicKey);
  expect([from.inbound, to.inbound]).toEqual([false, true]);
  expect(from.remoteAddress).toBe(toNode.link.addresses()[0]);
});

contract('frames that are sent within accept and open arrive', async (harness) => {
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

contract('a dial of another key than the one that listens is rejected', async (harness) => {
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

contract('a dial tries the addresses in turn and rejects when none answers', async (harness) => {
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

contract('a dial of oneself is rejected', async (harness) => {
  const { toNode } = await join(harness);
  const dial = toNode.link.dial(toNode.publicKey, toNode.link.addresses(), () => recorder());
  await expect(harness.drive(dial)).rejects.toThrow(Fault);
});

contract('a connection that accept refuses rejects the dial or ends, and carries nothing', async (harness) => {
  const [a, b] = [await harness.createNode(), await harness.createNode()];
  await a.link.listen(() => null);
  await b.link.listen(() => null);
  const atB = recorder();
  const dial = b.link.dial(a.publicKey, a.link.addresses(), () => atB);
  const outcome = await harness.drive(dial.catch((error: unknown) => error));
  if (!(outcome instanceof Fault)) await harness.until(() => atB.closes.length === 1);
  expect(atB.frames).toEqual([]);
});

contract('two nodes that dial each other at once get two connections that work', async (harness) => {
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

contract('two dials of one node by one other give two connections', async (harness) => {
  const { fromNode, toNode, fromHandlers } = await join(harness);
  const open = () => recorder();
  const dials = [1, 2].map(() => fromNode.link.dial(toNode.publicKey, toNode.link.addresses(), open));
  const [first, second] = await harness.drive(Promise.all(dials));
  first!.close('enough');
  expect(await harness.drive(second!.call(Uint8Array.of(1), 5_000))).toHaveLength(1);
  expect(fromHandlers.closes).toEqual([]);
});

contract('forty nodes that dial at once from one address all get through', async (harness) => {
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

contract('closing the link ends dials under way, and the next ones', async (harness) => {
  const { fromNode, toNode } = await join(harness);
  const opened: string[] = [];
  const open = () => {
    opened.push('opened');
    return recorder();
  };
  const dial = fromNode.link.dial(toNode.publicKey, toNode.link.addresses(), open);
  const outcome = expect(harness.drive(dial)).rejects.toThrow(Fault);
  await fromNode.link.close();
  await outcome;
  await expect(harness.drive(fromNode.link.dial(toNode.publicKey, toNode.link.addresses(), open))).rejects.toThrow(
    Fault,
  );
  expect(opened).toEqual([]);
});
