/**
 * Frames between nodes (PROTOCOL 5): what travels on the long-lived stream of a pair of nodes, and the look-ups beside it.
 * Everything durable in them (acts, blocks, bodies, profiles, records) is kept and forwarded as the bytes that came.
 */

import { signedAct } from '../chat/act.ts';
import {
  bool,
  bytes,
  bytesUpTo,
  fields,
  hash32,
  id,
  list,
  nullable,
  oneOf,
  signed,
  type TypeOf,
  text,
  uint,
  version,
} from '../codec.ts';
import { LIMITS } from '../limits.ts';
import { signedBlock } from '../log/block.ts';
import { forkProof } from '../log/chain.ts';

const chain = bytesUpTo(LIMITS.chainBytes);
const body = nullable(bytesUpTo(LIMITS.bodyBytes));

/** A block and the bodies of its entries, in their order; null where a body was erased. */
export const bundle = fields({ block: signedBlock, bodies: list(body, LIMITS.blockEntries) });
export type Bundle = TypeOf<typeof bundle>;

const logHead = fields({ logId: id('log'), blockSeq: uint(), seq: uint(), hash: hash32 });
export const chatHeads = fields({
  chatId: id('chat'),
  cpos: uint(),
  chash: hash32,
  logs: list(logHead, LIMITS.organisationsPerChat * 4),
});
export type ChatHeads = TypeOf<typeof chatHeads>;

export const frame = oneOf({
  /** First, both ways. `token`: of a ticket, or empty. `instances`: newest first (PROTOCOL 3.7). */
  hello: [
    0,
    {
      v: version(1),
      chain,
      instances: list(bytes(8), LIMITS.instances),
      features: list(text(LIMITS.featureBytes), LIMITS.features),
      token: bytesUpTo(16),
    },
  ],
  /** The other side may exchange. `knownInstance` false: another installation of it was here before. */
  welcome: [1, { knownInstance: bool }],
  /** The one answer to whoever may not, whatever the reason. */
  goodbye: [2, {}],
  /** `genesis` empty: the receiver has it. `founderSignature` is over the genesis, empty for direct chats. */
  control: [
    3,
    {
      chatId: id('chat'),
      genesis: bytesUpTo(LIMITS.genesisBytes),
      founderSignature: bytesUpTo(64),
      acts: list(signedAct, LIMITS.actsPerFrame),
      looks: list(bytesUpTo(LIMITS.lookBytes), LIMITS.actsPerFrame),
    },
  ],
  blocks: [
    4,
    { bundles: list(bundle, LIMITS.blocksPerFrame), looks: list(bytesUpTo(LIMITS.lookBytes), LIMITS.actsPerFrame) },
  ],
  /** Everything up to this position of the sender's arrival order has been sent. */
  mark: [5, { upTo: uint() }],
  /** All frames before the mark have been dealt with, and what they brought is on disk. */
  ack: [6, { upTo: uint() }],
  /** A signed `receiptList`. */
  receipts: [7, { receipts: signed(LIMITS.receiptsPerFrame * 64 + 256) }],
  heads: [8, { chats: list(chatHeads, LIMITS.headsPerFrame) }],
  /** Acts from `fromCpos` on (null: none) and, of each log, blocks from `fromBlock` on. */
  pull: [
    9,
    {
      chatId: id('chat'),
      fromCpos: nullable(uint()),
      logs: list(fields({ logId: id('log'), fromBlock: uint() }), LIMITS.organisationsPerChat * 4),
    },
  ],
  profiles: [10, { profiles: list(signed(LIMITS.profileBytes), LIMITS.profilesPerFrame) }],
  record: [11, { chain }],
  proof: [12, { proof: forkProof }],
  typing: [13, { chatId: id('chat'), account: id('account') }],
  /** Bundles of key material: to the hub beside the request that names them, from it beside the act (SEAL 4.1). */
  keyBundles: [14, { chatId: id('chat'), bundles: list(bytesUpTo(LIMITS.bundleBytes), LIMITS.organisationsPerChat) }],
  /** Hashes of bundles that are named to the sender and not there. */
  lackBundles: [15, { chatId: id('chat'), hashes: list(hash32, LIMITS.hashesPerFrame) }],
  /** Hashes of bundles that the sender has on its disk: nobody need keep them for it. */
  haveBundles: [16, { chatId: id('chat'), hashes: list(hash32, LIMITS.hashesPerFrame) }],
});
export type Frame = TypeOf<typeof frame>;
export type FrameOf<K extends Frame['is']> = Extract<Frame, { is: K }>;

/** `[v, receiver of the receipts, [[logId, seq]]]`: everything up to `seq` is stored or erased (PROTOCOL 5.6). */
export const receiptList = fields({
  v: version(1),
  to: id('org'),
  receipts: list(fields({ logId: id('log'), seq: uint() }), LIMITS.receiptsPerFrame),
});
export type ReceiptList = TypeOf<typeof receiptList>;

/** Look-ups, on `/conclave/rpc/1`: one request, one answer. */
export const call = oneOf({
  /** Who is `name`? The empty answer is the same for "nobody" and "not for you". */
  find: [0, { name: text(LIMITS.localNameBytes) }],
  search: [1, { text: text(LIMITS.searchTextBytes) }],
  /** The hub, before a cut: close the open block of your log and say where it stands. */
  flush: [2, { logId: id('log') }],
  /** Identity chains of these accounts of yours. Who is left out is nobody, not for you, or has no keys. */
  identities: [3, { accounts: list(id('account'), LIMITS.identitiesPerCall) }],
});
export type Call = TypeOf<typeof call>;

export const answer = oneOf({
  people: [0, { profiles: list(signed(LIMITS.profileBytes), LIMITS.profilesPerAnswer) }],
  head: [1, { blockSeq: uint(), seq: uint() }],
  nothing: [2, {}],
  identities: [
    3,
    {
      identities: list(
        fields({ account: id('account'), chain: bytesUpTo(LIMITS.identityBytes) }),
        LIMITS.identitiesPerCall,
      ),
    },
  ],
});
export type Answer = TypeOf<typeof answer>;
