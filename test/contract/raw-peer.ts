/** A peer made of bare libp2p, without our checks: for what no node of ours would send. */
import { randomBytes } from 'node:crypto';
import { generateKeyPairFromSeed, publicKeyFromRaw } from '@libp2p/crypto/keys';
import type { Connection, Stream } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { peerIdFromPublicKey } from '@libp2p/peer-id';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p, type Libp2p } from 'libp2p';
import { encodeFrames } from '../../server/adapters/libp2p/frames.ts';
import type { Link } from '../../server/ports.ts';

export interface RawPeer {
  readonly node: Libp2p;
  readonly publicKey: Uint8Array;
  readonly connection: Connection;
  stop(): Promise<void>;
}

export async function dialRaw(to: { link: Link; publicKey: Uint8Array }): Promise<RawPeer> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', randomBytes(32));
  const node = await createLibp2p({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  });
  const peerId = peerIdFromPublicKey(publicKeyFromRaw(to.publicKey));
  const connection = await node.dial(multiaddr(`${to.link.addresses()[0]}/p2p/${peerId}`));
  return { node, publicKey: privateKey.publicKey.raw, connection, stop: async () => void (await node.stop()) };
}

export function openSync(connection: Connection): Promise<Stream> {
  return connection.newStream('/conclave/sync/1');
}

export function openRpc(connection: Connection): Promise<Stream> {
  return connection.newStream('/conclave/rpc/1');
}

export function framed(frame: Uint8Array): Uint8Array {
  return encodeFrames([frame]);
}
