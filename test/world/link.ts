/**
 * The simulated `Link`: the same port as the real one, between the nodes of one world. Addresses are `/memory/NAME`.
 * As with the real link, a connection that `accept` refuses may look alive to the dialler for a moment (the seed says).
 */
import { Fault } from '../../protocol/result.ts';
import { LINK_BOUNDS } from '../../server/link-bounds.ts';
import type { Connection, ConnectionHandlers, Link } from '../../server/ports.ts';
import { createPair, type Pair } from './pair.ts';
import type { Life, Wire } from './wire.ts';

type Accept = Parameters<Link['listen']>[0];
type Open = Parameters<Link['dial']>[2];

/** Everything that is connected, and who listens. */
export interface Net {
  readonly wire: Wire;
  readonly listeners: Map<string, { life: Life; accept: Accept }>;
  readonly pairs: Set<Pair>;
}

export function createNet(wire: Wire): Net {
  return { wire, listeners: new Map(), pairs: new Set() };
}

/** Pairs that are not over; those that are get forgotten. */
export function livePairs(net: Net): Pair[] {
  for (const pair of net.pairs) if (pair.isOver()) net.pairs.delete(pair);
  return [...net.pairs];
}

export function createWorldLink(net: Net, life: Life, isAlive: () => boolean): Link {
  const stopListening = (): void => {
    if (net.listeners.get(life.name)?.life === life) net.listeners.delete(life.name);
  };
  let isClosed = false;
  return {
    listen: async (accept) => {
      if (isAlive()) net.listeners.set(life.name, { life, accept });
    },
    dial: (remoteKey, addresses, open) => {
      const dialled = Promise.withResolvers<Connection>();
      const openUnlessClosed: Open = (connection) => {
        if (isClosed) throw new Fault('this node stops');
        return open(connection);
      };
      dial(net, life, remoteKey, addresses, openUnlessClosed, dialled);
      return net.wire.events.outside(dialled.promise);
    },
    addresses: () => [`/memory/${life.name}`],
    close: async () => {
      isClosed = true;
      stopListening();
      for (const { dialler, acceptor } of livePairs(net)) {
        for (const side of [dialler, acceptor]) if (side.life === life) side.connection.close('this node stops');
      }
    },
  };
}

function dial(
  net: Net,
  life: Life,
  remoteKey: Uint8Array,
  addresses: readonly string[],
  open: Open,
  dialled: PromiseWithResolvers<Connection>,
): void {
  const { events, faults, rng } = net.wire;
  const names = addresses.flatMap((address) => /^\/memory\/(.+)$/.exec(address)?.slice(1) ?? []);
  const isSilent = (name: string): boolean => faults.isCut(life.name, name) || faults.isCut(name, life.name);
  const soon = (
    label: string,
    run: () => void,
    delayMs = rng.int(...faults.of(life.name, names[0] ?? '').delayMs),
  ): void => {
    events.add({ delayMs, kind: 'link', owner: life, label: `${life.name} ${label}`, run });
  };
  const fail = (why: string, delayMs?: number): void => {
    soon('dial fails', () => dialled.reject(new Fault(`dial: ${why}`)), delayMs);
  };
  soon(`dials ${names.join()}`, () => {
    const name = names.find((each) => each !== life.name && !isSilent(each) && isListening(net, each, remoteKey));
    if (name === undefined || rng.chance(faults.of(life.name, name).dialLoss)) {
      fail('no address answers as that key', names.some(isSilent) ? LINK_BOUNDS.dialTimeoutMs : undefined);
      return;
    }
    const pair = connect(net, life, name);
    if (pair === null) {
      fail('refused');
      return;
    }
    soon('dialled', () => {
      if (pair.dialler.isOpen) finish(pair, open, dialled);
      else dialled.reject(new Fault('dial: the connection ended'));
    });
  });
}

function isListening(net: Net, name: string, remoteKey: Uint8Array): boolean {
  const listener = net.listeners.get(name);
  return listener !== undefined && Buffer.compare(listener.life.publicKey, remoteKey) === 0;
}

/** `null`: refused at once. A refused pair that is returned ends by itself. */
function connect(net: Net, life: Life, name: string): Pair | null {
  const listener = net.listeners.get(name)!;
  const pair = createPair(net.wire, life, listener.life);
  net.pairs.add(pair);
  const { acceptor } = pair;
  acceptor.later(0, `accepts ${life.name}`, () => {
    let handlers: ConnectionHandlers | null = null;
    try {
      handlers = listener.accept(acceptor.connection);
    } finally {
      if (handlers !== null) acceptor.start(handlers);
      else {
        acceptor.silence();
        pair.lose('closed by the other side');
      }
    }
  });
  return pair;
}

function finish(pair: Pair, open: Open, dialled: PromiseWithResolvers<Connection>): void {
  const { dialler } = pair;
  try {
    dialler.start(open(dialler.connection));
    dialled.resolve(dialler.connection);
  } catch (error) {
    dialler.connection.close('dial failed');
    dialled.reject(new Fault('dial failed', { cause: error }));
  }
}
