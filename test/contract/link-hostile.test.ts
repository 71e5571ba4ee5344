/** What no node of ours would send, against the real link: it may end its own connection, never another's, never the node. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Stream } from '@libp2p/interface';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import {
  createRealHarness,
  type Harness,
  type Joined,
  join,
  type Recorder,
  recorder,
  type TestNode,
} from './link-harness.ts';
import { dialRaw, framed, openRpc, openSync, type RawPeer } from './raw-peer.ts';

let harness: Harness;
let hub: TestNode;
let handlers: Recorder[];
let raws: RawPeer[];

beforeEach(async () => {
  harness = await createRealHarness();
  handlers = [];
  raws = [];
  hub = await harness.createNode();
  await hub.link.listen(() => {
    const recorded = recorder();
    handlers.push(recorded);
    return recorded;
  });
});

afterEach(async () => {
  await Promise.all(raws.map((raw) => raw.stop()));
  await harness.stop();
});

async function attack(): Promise<RawPeer> {
  const raw = await dialRaw(hub);
  raws.push(raw);
  return raw;
}

async function expectHubWorks(): Promise<void> {
  const friend = await harness.createNode();
  await friend.link.listen(() => null);
  const connection = await friend.link.dial(hub.publicKey, hub.link.addresses(), () => recorder());
  expect(await connection.call(Uint8Array.of(1, 2), 5_000)).toEqual(Uint8Array.of(1, 2));
}

function openSocket(): Promise<Socket> {
  const port = Number(hub.link.addresses()[0]!.split('/').at(-1));
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => resolve(socket));
    socket.on('error', () => {});
  });
}

test('garbage on the port disturbs nobody and is never accepted', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, openSocket));
  for (const socket of sockets) socket.write(randomBytes(5_000));
  const tls = await openSocket();
  tls.write(Buffer.from('16030100', 'hex'));
  await expectHubWorks();
  expect(handlers).toHaveLength(1);
  for (const socket of [...sockets, tls]) socket.destroy();
});

test('a frame that is cut short ends the connection and is not handed over', async () => {
  const raw = await attack();
  const stream = await openSync(raw.connection);
  stream.send(framed(Uint8Array.of(1)));
  stream.send(framed(new Uint8Array(1_000)).subarray(0, 500));
  await harness.until(() => handlers[0]?.frames.length === 1);
  await raw.connection.close();
  await harness.until(() => handlers[0]?.closes.length === 1);
  expect(handlers[0]!.events).toEqual(['frame', 'close']);
});

test('bytes that come one by one make the frame they are', async () => {
  const stream = await openSync((await attack()).connection);
  for (const byte of framed(Uint8Array.of(1, 2, 3))) {
    stream.send(Uint8Array.of(byte));
    await new Promise((turned) => setImmediate(turned));
  }
  await harness.until(() => handlers[0]?.frames.length === 1);
  expect(handlers[0]!.frames[0]).toEqual(Uint8Array.of(1, 2, 3));
});

test('a length above the limit ends the connection before the frame is there', async () => {
  const stream = await openSync((await attack()).connection);
  stream.send(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
  await harness.until(() => handlers[0]?.closes.length === 1);
  expect(handlers[0]!.closes).toEqual(['frame too large']);
  await expectHubWorks();
});

test.each(['close', 'abort'] as const)('a stream of frames that ends by %s ends its connection', async (way) => {
  const stream = await openSync((await attack()).connection);
  stream.send(framed(Uint8Array.of(1)));
  await harness.until(() => handlers[0]?.frames.length === 1);
  if (way === 'close') await stream.close();
  else stream.abort(new Error('of the attacker'));
  await harness.until(() => handlers[0]?.closes.length === 1);
});

test('a second stream of frames ends the connection', async () => {
  const raw = await attack();
  await openSync(raw.connection);
  await openSync(raw.connection).catch(() => {});
  await harness.until(() => handlers[0]?.closes.length === 1);
});

test('the side that was dialled may not open a stream of frames', async () => {
  const raw = await attack();
  const joined = await joinRaw(raw);
  const inbound = raw.node.getConnections().find((connection) => connection.direction === 'inbound');
  await openSync(inbound!).catch(() => {});
  await harness.until(() => joined.closes.length === 1);
});

/** The hub dials the attacker. */
async function joinRaw(raw: RawPeer): Promise<Recorder> {
  const recorded = recorder();
  await raw.node.handle('/conclave/sync/1', () => {});
  const address = raw.node
    .getMultiaddrs()[0]!
    .toString()
    .replace(/\/p2p\/\w+$/, '');
  await hub.link.dial(raw.publicKey, [address], () => recorded);
  return recorded;
}

test('a muxer frame that promises more than any window ends the connection, not the memory', async () => {
  const raw = await attack();
  await openSync(raw.connection);
  const muxer = raw.connection as unknown as { muxer: { send(bytes: Uint8Array): boolean } };
  // Version 0, data, no flags, stream 1, a length of 1 GiB; then more than a window of it.
  const header = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0x40, 0, 0, 0);
  muxer.muxer.send(header);
  const piece = new Uint8Array(64 * 1024);
  for (let sent = 0; sent < 64 && handlers[0]?.closes.length === 0; sent += 1) {
    try {
      muxer.muxer.send(piece);
    } catch {
      break;
    }
    await new Promise((turned) => setImmediate(turned));
  }
  await harness.until(() => handlers[0]?.closes.length === 1);
  await expectHubWorks();
});

test('muxer frames of any kind, in any state, end at most their own connection', async () => {
  for (let round = 0; round < 40; round += 1) {
    const raw = await attack();
    const stream = await openSync(raw.connection);
    const { muxer } = raw.connection as unknown as { muxer: { send(bytes: Uint8Array): boolean } };
    try {
      for (let i = 0; i < 8; i += 1) muxer.send(randomMuxerFrame());
      stream.send(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
      for (let i = 0; i < 8; i += 1) muxer.send(randomMuxerFrame());
      muxer.send(randomBytes(100));
    } catch {
      // Ended by the hub meanwhile.
    }
  }
  await harness.until(() => handlers.length === 40 && handlers.every(({ closes }) => closes.length === 1));
  await expectHubWorks();
});

/** Valid enough to be read: a known type, a stream that may exist, few flags, no data. */
function randomMuxerFrame(): Uint8Array {
  const [type, flags, stream, length] = randomBytes(4);
  return Uint8Array.of(0, type! % 4, 0, flags! % 16, 0, 0, 0, stream! % 4, 0, 0, 0, type! % 4 === 0 ? 0 : length! % 8);
}

test('a call above the limit, cut short, or of garbage is never served', async () => {
  const { connection } = await attack();
  await openSync(connection);
  const hostile: ((stream: Stream) => unknown)[] = [
    (stream) => stream.send(framed(new Uint8Array(LIMITS.callRequestBytes + 1))),
    (stream) => stream.send(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0)),
    (stream) => {
      stream.send(framed(new Uint8Array(100)).subarray(0, 50));
      return stream.close();
    },
    (stream) => stream.close(),
  ];
  for (const run of hostile) {
    const stream = await openRpc(connection);
    await run(stream);
    await harness.until(() => stream.status !== 'open');
  }
  const good = await openRpc(connection);
  good.send(framed(Uint8Array.of(5)));
  await harness.until(() => handlers[0]!.events.length === 1);
  expect(handlers[0]!.events).toEqual(['call']);
});

test('streams without end on one connection are bounded and leave other connections alone', async () => {
  const { connection } = await attack();
  await openSync(connection);
  const opened = await Promise.allSettled(Array.from({ length: 300 }, () => openRpc(connection)));
  const left = opened.filter((one) => one.status === 'fulfilled' && one.value.status === 'open').length;
  expect(left).toBeLessThanOrEqual(128);
  await expectHubWorks();
});

test('a peer that goes away within a call leaves nothing behind', async () => {
  const joined: Joined = await join(harness, { onCall: () => new Promise(() => {}) });
  const pending = joined.to.call(Uint8Array.of(1), 60_000).catch((error: Error) => error.message);
  await harness.until(() => joined.fromHandlers.events.includes('call'));
  await joined.fromNode.link.close();
  expect(await pending).toContain('the connection ended');
});
