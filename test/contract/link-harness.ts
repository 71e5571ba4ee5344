/** What the contract suite of the `Link` port needs of an implementation, and the two implementations. */
import { randomBytes } from 'node:crypto';
import { test, vi } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { createLibp2pLink } from '../../server/adapters/libp2p/link.ts';
import { createLog } from '../../server/adapters/log.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import type { Connection, ConnectionHandlers, Link } from '../../server/ports.ts';
import { createWorld } from '../world/world.ts';
import { dialRaw, framed, openSync } from './raw-peer.ts';

export interface TestNode {
  readonly link: Link;
  readonly publicKey: Uint8Array;
}

export interface Harness {
  createNode(): Promise<TestNode>;
  /** Until `isTrue`, however long it takes. */
  until(isTrue: () => boolean): Promise<void>;
  /** The outcome of something that needs the wire. */
  drive<T>(promise: Promise<T>): Promise<T>;
  /** For handlers: a promise that the test settles. */
  held<T>(promise: Promise<T>): Promise<T>;
  /** Until what is under way has arrived. */
  settle(): Promise<void>;
  /** A stranger connects and sends one frame of one byte more than is allowed. */
  sendOversized(to: TestNode): Promise<void>;
  stop(): Promise<void>;
}

export async function createRealHarness(): Promise<Harness> {
  const nodes: TestNode[] = [];
  const stops: (() => Promise<unknown>)[] = [];
  const until = (isTrue: () => boolean) => vi.waitUntil(isTrue, { timeout: 20_000, interval: 5 });
  const createNode = async (): Promise<TestNode> => {
    const seed = randomBytes(32);
    const log = createLog({ level: 'error', write: () => {} });
    const link = await createLibp2pLink({ privateKeySeed: seed, listen: [{ host: '127.0.0.1', port: 0 }], log });
    const node = { link, publicKey: createSigner(seed).publicKey };
    nodes.push(node);
    stops.push(() => link.close());
    return node;
  };
  return {
    createNode,
    until: async (isTrue) => void (await until(isTrue)),
    drive: (promise) => promise,
    held: (promise) => promise,
    settle: async () => {
      const [a, b] = [await createNode(), await createNode()];
      await a.link.listen(() => recorder());
      await b.link.listen(() => null);
      const connection = await b.link.dial(a.publicKey, a.link.addresses(), () => recorder());
      for (let i = 0; i < 5; i += 1) await connection.call(new Uint8Array(1), 5_000);
    },
    sendOversized: async (to) => {
      const raw = await dialRaw(to);
      stops.push(() => raw.stop());
      (await openSync(raw.connection)).send(framed(new Uint8Array(LIMITS.frameBytes + 1)));
    },
    stop: async () => void (await Promise.all(stops.map((stop) => stop()))),
  };
}

async function createSimulatedHarness(): Promise<Harness> {
  const world = createWorld('contract');
  let count = 0;
  const createNode = async (hostile = false): Promise<TestNode> => {
    count += 1;
    const publicKey = world.rng.bytes(32);
    return { link: world.linkFor(`node${count}`, publicKey, { hostile }), publicKey };
  };
  return {
    createNode: () => createNode(),
    until: (isTrue) => world.run({ until: isTrue }),
    drive: world.drive,
    held: world.outside,
    settle: () => world.run({ untilIdle: true }),
    sendOversized: async (to) => {
      const { link } = await createNode(true);
      const connection = await world.drive(link.dial(to.publicKey, to.link.addresses(), () => recorder()));
      connection.send(new Uint8Array(LIMITS.frameBytes + 1));
    },
    stop: async () => {},
  };
}

/** One sentence of the contract, over each link. */
export function contract(sentence: string, run: (harness: Harness) => Promise<void>): void {
  const links = { real: createRealHarness, simulated: createSimulatedHarness };
  test.each(Object.entries(links))(`%s link: ${sentence}`, async (_name, createHarness) => {
    const harness = await createHarness();
    try {
      await run(harness);
    } finally {
      await harness.stop();
    }
  });
}

/** Handlers that write down what they are told; a call answers with what was asked. */
export interface Recorder extends ConnectionHandlers {
  readonly frames: Uint8Array[];
  readonly closes: string[];
  /** Everything, in order. */
  readonly events: string[];
}

export function recorder(overrides: Partial<ConnectionHandlers> = {}): Recorder {
  const [frames, closes, events]: [Uint8Array[], string[], string[]] = [[], [], []];
  return {
    frames,
    closes,
    events,
    onFrame: (frame) => {
      frames.push(frame);
      events.push('frame');
      return overrides.onFrame?.(frame);
    },
    onCall: async (request) => {
      events.push('call');
      return overrides.onCall === undefined ? request : await overrides.onCall(request);
    },
    onFetch: async (request) => {
      events.push('fetch');
      return overrides.onFetch === undefined ? request : await overrides.onFetch(request);
    },
    onDrain: () => {
      events.push('drain');
      overrides.onDrain?.();
    },
    onClose: (reason) => {
      closes.push(reason);
      events.push('close');
    },
  };
}

export interface Joined {
  readonly from: Connection;
  readonly to: Connection;
  readonly fromHandlers: Recorder;
  readonly toHandlers: Recorder;
  readonly fromNode: TestNode;
  readonly toNode: TestNode;
}

/** Two nodes and one connection: `from` dialled. */
export async function join(
  harness: Harness,
  fromOverrides: Partial<ConnectionHandlers> = {},
  toOverrides: Partial<ConnectionHandlers> = {},
): Promise<Joined> {
  const [fromNode, toNode] = [await harness.createNode(), await harness.createNode()];
  const [fromHandlers, toHandlers] = [recorder(fromOverrides), recorder(toOverrides)];
  let to: Connection | undefined;
  await toNode.link.listen((connection) => {
    to = connection;
    return toHandlers;
  });
  await fromNode.link.listen(() => null);
  const dialled = fromNode.link.dial(toNode.publicKey, toNode.link.addresses(), () => fromHandlers);
  const from = await harness.drive(dialled);
  await harness.until(() => to !== undefined);
  return { from, to: to!, fromHandlers, toHandlers, fromNode, toNode };
}
