/**
 * The `Link` port over libp2p. One `/conclave/sync/1` stream of frames per connection, opened by the side that dialled;
 * calls beside it. The key of the other side is proven by noise and must be the one that was dialled. PROTOCOL 5.1.
 *
 * Two nodes that dial each other at once get two connections: choosing one is for the caller, who knows both keys. An
 * inbound connection is shown to `accept` before any byte of it is read; one refused may look alive to the dialler for a
 * moment, so "connected" is for the first frame to say.
 */
import { publicKeyFromRaw } from '@libp2p/crypto/keys';
import type { Connection as Libp2pConnection, PeerId, Stream } from '@libp2p/interface';
import { peerIdFromPublicKey } from '@libp2p/peer-id';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import type { Libp2p } from 'libp2p';
import { Fault } from '../../../protocol/result.ts';
import { LINK_BOUNDS } from '../../link-bounds.ts';
import type { Connection, ConnectionHandlers, Link, Log } from '../../ports.ts';
import { BLOB, inboundStreams, RPC } from './calls.ts';
import { createNode, type ListenAddress } from './node.ts';
import { Peer } from './peer.ts';

const SYNC_PROTOCOL = '/conclave/sync/1';

export interface Libp2pLinkOptions {
  /** 32 bytes: the Ed25519 seed of the operational key. */
  readonly privateKeySeed: Uint8Array;
  readonly listen: readonly ListenAddress[];
  /** Multiaddr text told to others instead of the addresses listened on. */
  readonly announce?: readonly string[];
  readonly log: Log;
}

export async function createLibp2pLink(options: Libp2pLinkOptions): Promise<Link> {
  const { log, announce = [] } = options;
  const node = await createNode(options.privateKeySeed, options.listen);
  const peers = new Map<Libp2pConnection, Peer>();
  const inTurn = createTurns();
  let isClosed = false;
  await handleStreams(node, peers);

  const track = (libp2p: Libp2pConnection): Peer | null => {
    const remoteKey = ed25519KeyOf(libp2p.remotePeer);
    if (remoteKey === null) return null;
    const peer = new Peer(libp2p, remoteKey, log);
    peers.set(libp2p, peer);
    libp2p.addEventListener('close', () => void peers.delete(libp2p));
    return peer;
  };

  return {
    listen: async (accept) => {
      node.addEventListener('connection:open', ({ detail: libp2p }) => {
        const peer = isClosed ? null : track(libp2p);
        if (isClosed) libp2p.abort(new Error('this node stops'));
        else if (peer === null) libp2p.abort(new Error('not an Ed25519 key'));
        else if (peer.connection.inbound) welcome(peer, libp2p, accept, log);
      });
      await node.start();
    },
    dial: (remoteKey, addresses, open) => {
      const peerId = peerIdFromPublicKey(publicKeyFromRaw(remoteKey));
      return inTurn(peerId.toString(), () => dial(node, peers, peerId, addresses, open));
    },
    addresses: () => (announce.length > 0 ? announce : node.getMultiaddrs().map(withoutPeerId)),
    close: async () => {
      isClosed = true;
      for (const peer of peers.values()) peer.connection.close('this node stops');
      await node.stop();
    },
  };
}

async function handleStreams(node: Libp2p, peers: ReadonlyMap<Libp2pConnection, Peer>): Promise<void> {
  const onSync = (stream: Stream, libp2p: Libp2pConnection): void => {
    const peer = peers.get(libp2p);
    if (peer?.connection.inbound) peer.attach(stream);
    else libp2p.abort(new Error('only the side that dialled opens the stream of frames'));
  };
  await node.handle(SYNC_PROTOCOL, onSync, { maxInboundStreams: 2 });
  for (const lane of [RPC, BLOB])
    await node.handle(lane.protocol, (stream, libp2p) => void peers.get(libp2p)?.serve(stream, lane), {
      maxInboundStreams: inboundStreams(lane),
    });
}

function welcome(peer: Peer, libp2p: Libp2pConnection, accept: Parameters<Link['listen']>[0], log: Log): void {
  let handlers: ConnectionHandlers | null = null;
  try {
    handlers = accept(peer.connection);
  } catch (error) {
    log.error('link.handler_failed', { handler: 'accept', error: String(error) });
  }
  if (handlers !== null) {
    peer.start(handlers);
    return;
  }
  peer.end('refused');
  libp2p.abort(new Error('refused'));
}

async function dial(
  node: Libp2p,
  peers: ReadonlyMap<Libp2pConnection, Peer>,
  peerId: PeerId,
  addresses: readonly string[],
  open: (connection: Connection) => ConnectionHandlers,
): Promise<Connection> {
  const targets = addresses.flatMap((address) => parseTarget(address, peerId));
  if (targets.length === 0) throw new Fault('dial: no address that can be dialled');
  const signal = AbortSignal.timeout(LINK_BOUNDS.dialTimeoutMs);
  let libp2p: Libp2pConnection | null = null;
  try {
    libp2p = await node.dial(targets, { force: true, signal });
    const stream = await libp2p.newStream(SYNC_PROTOCOL, { signal });
    const peer = peers.get(libp2p);
    if (peer === undefined) throw new Error('the connection ended');
    peer.start(open(peer.connection));
    peer.attach(stream);
    return peer.connection;
  } catch (error) {
    if (libp2p !== null) libp2p.abort(new Error('dial failed'));
    throw new Fault(`dial: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Without those that would go through another peer, or to another than `peerId`. */
function parseTarget(address: string, peerId: PeerId): Multiaddr[] {
  try {
    const parsed = multiaddr(address);
    const names = parsed.getComponents().map((component) => component.name);
    return names.includes('p2p') || names.includes('p2p-circuit') ? [] : [parsed.encapsulate(`/p2p/${peerId}`)];
  } catch {
    return [];
  }
}

function ed25519KeyOf(peerId: PeerId): Uint8Array | null {
  return peerId.type === 'Ed25519' ? peerId.publicKey.raw : null;
}

function withoutPeerId(address: Multiaddr): string {
  return address.toString().replace(/\/p2p\/\w+$/, '');
}

/** Work for the same key one after another: the library would join two dials under way into one connection. */
function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, mine);
    const done = (): void => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(done, done);
    return mine;
  };
}
