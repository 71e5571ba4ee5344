/**
 * The libp2p node behind the link: TCP first, WebSocket as a fall-back, noise, yamux, and nothing else of libp2p: no
 * discovery, no routing, no relay, no identify (a dial names key and address, and nobody else is told).
 */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { webSockets } from '@libp2p/websockets';
import { createLibp2p, type Libp2p } from 'libp2p';
import { LIMITS } from '../../../protocol/limits.ts';
import { LINK_BOUNDS } from '../../link-bounds.ts';
import { boundedYamux } from './muxer.ts';

const CONNECTIONS = 4096;
/**
 * The defaults (10 at once, 5 a second and address) fail most of the dials when many nodes come back together. What one
 * address can keep pending until the time-out is less than all there is.
 */
const PENDING_INBOUND = 1024;
const INBOUND_PER_SECOND_AND_ADDRESS = 128;
const UPGRADE_TIMEOUT_MS = 5_000;
/** So that one address that swallows everything leaves time for others. */
const ADDRESS_DIAL_TIMEOUT_MS = 4_000;
/** A peer that vanished without a word is found out within `interval + timeout`. */
const LIVENESS = { pingInterval: 30_000, pingTimeout: { minTimeout: 20_000, maxTimeout: 20_000 } };

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** `ws` answers on path `/` and is meant to stand behind a proxy that ends TLS. */
  readonly transport?: 'tcp' | 'ws';
}

/** Not started. `seed`: 32 bytes, the operational key. */
export async function createNode(seed: Uint8Array, listen: readonly ListenAddress[]): Promise<Libp2p> {
  const node = await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', seed),
    addresses: { listen: listen.map(listenMultiaddr) },
    transports: [tcp({ listenOpts: { noDelay: true, keepAlive: true } }), webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [boundedYamux()],
    connectionMonitor: LIVENESS,
    connectionManager: {
      maxConnections: CONNECTIONS,
      maxIncomingPendingConnections: PENDING_INBOUND,
      inboundConnectionThreshold: INBOUND_PER_SECOND_AND_ADDRESS,
      inboundUpgradeTimeout: UPGRADE_TIMEOUT_MS,
      dialTimeout: LINK_BOUNDS.dialTimeoutMs,
      addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
      maxPeerAddrsToDial: LIMITS.endpoints,
      addressSorter: () => 0,
      resolvers: {},
    },
  });
  // The library would write down every peer that ever came, at each stream: strangers could fill the memory, and a call
  // costs a quarter more. Nothing here reads it back.
  Object.assign(node.peerStore, { merge: async () => undefined });
  return node;
}

function listenMultiaddr({ host, port, transport = 'tcp' }: ListenAddress): string {
  const family = host.includes(':') ? 'ip6' : 'ip4';
  return `/${family}/${host}/tcp/${port}${transport === 'ws' ? '/ws' : ''}`;
}
