/**
 * Taps on a node's two wires, where they are not encrypted: its link to other nodes, and what its web clients say and hear.
 * Always holds: nothing reaches the other side that was not recorded first, and what was recorded is copied.
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Connection, ConnectionHandlers, Link } from '../../server/ports.ts';
import type { Place } from './hunt.ts';
import { createUnmasking } from './unmasking.ts';

type Way = 'in' | 'out';

/** Every frame and every call of a link, in a place of its own. */
export class LinkTap {
  readonly places: Place[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** The same link, heard. */
  around(link: Link): Link {
    return {
      listen: (accept) =>
        link.listen((connection) => {
          const handlers = accept(this.#connection(connection));
          return handlers && this.#handlers(handlers);
        }),
      dial: async (key, addresses, open) =>
        this.#connection(await link.dial(key, addresses, (each) => this.#handlers(open(this.#connection(each))))),
      addresses: () => link.addresses(),
      close: () => link.close(),
    };
  }

  heard(what: 'frame' | 'request' | 'answer', way: Way): Place[] {
    return this.places.filter(({ name }) => name === this.#placeOf(what, way));
  }

  readonly #known = new WeakMap<Connection, Connection>();

  /** One for each: who holds two of them compares them. */
  #connection(connection: Connection): Connection {
    const known = this.#known.get(connection);
    if (known) return known;
    const heard: Connection = {
      remoteKey: connection.remoteKey,
      inbound: connection.inbound,
      remoteAddress: connection.remoteAddress,
      send: (frame) => connection.send(this.#record('frame', 'out', frame)),
      call: async (request, timeoutMs) =>
        this.#record('answer', 'in', await connection.call(this.#record('request', 'out', request), timeoutMs)),
      fetch: async (request, timeoutMs) =>
        this.#record('answer', 'in', await connection.fetch(this.#record('request', 'out', request), timeoutMs)),
      close: (reason) => connection.close(reason),
    };
    this.#known.set(connection, heard);
    return heard;
  }

  #handlers(handlers: ConnectionHandlers): ConnectionHandlers {
    return {
      onFrame: (frame) => handlers.onFrame(this.#record('frame', 'in', frame)),
      onCall: async (request) =>
        this.#record('answer', 'out', await handlers.onCall(this.#record('request', 'in', request))),
      onFetch: async (request) =>
        this.#record('answer', 'out', await handlers.onFetch(this.#record('request', 'in', request))),
      onDrain: () => handlers.onDrain(),
      onClose: (reason) => handlers.onClose(reason),
    };
  }

  #record(what: 'frame' | 'request' | 'answer', way: Way, bytes: Uint8Array): Uint8Array {
    this.places.push({ name: this.#placeOf(what, way), bytes: Uint8Array.from(bytes) });
    return bytes;
  }

  #placeOf(what: string, way: Way): string {
    return `${this.#name} ${what} ${way}`;
  }
}

export interface WebTap {
  /** To be reached at instead of the node. */
  readonly address: string;
  /** A place for each connection and way. `socket`: what clients say in push sockets, without its mask. */
  heard(which?: Way | 'socket'): Place[];
  close(): Promise<void>;
}

/** Between web clients and the node at `address`, on a free port of loopback: HTTP and push sockets, as bytes. */
export async function tapWeb(name: string, address: string): Promise<WebTap> {
  const port = Number(new URL(address).port);
  const recorded: { readonly way: Way | 'socket'; readonly chunks: Buffer[] }[] = [];
  const open = new Set<Socket>();
  const record = (way: Way | 'socket') => {
    const chunks: Buffer[] = [];
    recorded.push({ way, chunks });
    return (bytes: Buffer) => void chunks.push(Buffer.from(bytes));
  };

  const server = createServer((client) => {
    const node = connect(port, '127.0.0.1');
    client.on('data', record('in')).on('data', createUnmasking(record('socket')));
    node.on('data', record('out'));
    pass(client, node);
    pass(node, client);
    for (const each of [client, node]) {
      open.add(each);
      each.on('close', () => open.delete(each));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port: own } = server.address() as { port: number };
  return {
    address: `http://127.0.0.1:${own}`,
    heard: (which) =>
      recorded
        .filter(({ way, chunks }) => chunks.length > 0 && (which === undefined || way === which))
        .map(({ way, chunks }) => ({ name: `${name} web ${way}`, bytes: Buffer.concat(chunks) })),
    close: () => {
      for (const each of open) each.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function pass(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
