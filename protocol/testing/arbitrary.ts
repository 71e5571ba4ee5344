/** For tests only: arbitrary values of the protocol's shapes, for fast-check. Each fits well within its limits. */
import fc from 'fast-check';
import type { Act, Cause, Cut } from '../chat/act.ts';
import type { Genesis } from '../chat/genesis.ts';
import type { HubIntent, Intent, Policy } from '../chat/intent.ts';
import type { Signed } from '../codec.ts';
import { type IdKind, type IdOf, idFromBytes, idLength } from '../ids.ts';
import type { Block } from '../log/block.ts';
import type { EntryHeader, EraseBody, FinBody, MessageBody, RequestBody } from '../log/entry.ts';
import type { Answer, Bundle, Call, Frame, ReceiptList } from '../sync/frames.ts';

const few = { maxLength: 3 };
const anyUint = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 23, 24, 255, 256, 65_536, 2 ** 32, 2 ** 53 - 1));
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const upTo = (maxLength: number) => fc.uint8Array({ maxLength });
const idOf = <K extends IdKind>(kind: K): fc.Arbitrary<IdOf[K]> =>
  exactly(idLength(kind)).map((bytes) => idFromBytes(kind, bytes));
const [org, account, device] = [idOf('org'), idOf('account'), idOf('device')];
const [chatId, logId, entryId, requestId] = [idOf('chat'), idOf('log'), idOf('entry'), idOf('request')];
const v = fc.constant(1 as const);
const role = fc.constantFrom(1, 2, 3);
const plainText = fc.string({ maxLength: 12 });
const hash = exactly(32);
const member = { org, account };
const signed: fc.Arbitrary<Signed> = fc.record({ bytes: upTo(60), signature: exactly(64) });
const is = <const K extends string>(name: K) => fc.constant(name);

const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  post: role,
  invite: role,
  look: role,
  grantHistory: role,
  outsiders: fc.boolean(),
});

const founded = { v, random: hash, suite: fc.nat(255), ...member, opKey: hash, keySeq: anyUint, hlc: anyUint };
const side = fc.record({ ...member, enrolHash: upTo(32) });
export const anyGenesis: fc.Arbitrary<Genesis> = fc.oneof(
  fc.record({ is: is('general'), ...founded, policy: anyPolicy }),
  fc.record({ is: is('public'), ...founded, policy: anyPolicy }),
  fc.record({ is: is('private'), ...founded, policy: anyPolicy }),
  fc.record({ is: is('direct'), v, suite: fc.nat(255), a: side, b: side }),
);

const span = fc.record({ from: anyUint, to: fc.option(anyUint) });
const anyIntent: fc.Arbitrary<Intent> = fc.oneof(
  fc.record({
    is: is('invite'),
    ...member,
    role,
    history: fc.array(span, few),
    orgChain: upTo(40),
    identity: upTo(40),
  }),
  fc.record({ is: is('accept'), identity: upTo(40) }),
  fc.record({ is: is('withdraw'), ...member }),
  fc.record({ is: is('remove'), ...member }),
  fc.record({ is: is('role'), ...member, role }),
  fc.record({ is: is('policy'), policy: anyPolicy }),
  fc.record({ is: is('look'), hash, length: fc.nat(65_536) }),
  fc.record({ is: is('keys'), identity: upTo(40) }),
  fc.record({ is: is('readmit'), ...member, identity: upTo(40) }),
  fc.record({ is: is('rekey') }),
  fc.record({ is: is('grant'), ...member, history: fc.array(span, few) }),
  fc.record({ is: is('rewrap') }),
  fc.record({ is: is('supply'), ...member }),
);
const anyHubIntent: fc.Arbitrary<HubIntent> = fc.oneof(
  fc.record({ is: is('refuse'), logId, seq: anyUint, code: fc.nat(65_535) }),
  fc.record({ is: is('expire'), ...member }),
  fc.record({ is: is('transfer'), org }),
  fc.record({ is: is('tick') }),
  fc.record({ is: is('setAside'), logId, seq: anyUint }),
);

const author = { account, device };
const devSig = upTo(64);
export const anyMessage: fc.Arbitrary<MessageBody> = fc.record({
  suite: fc.nat(255),
  entryId,
  logId,
  ...author,
  cpos: anyUint,
  chash: hash,
  authorTime: anyUint,
  alert: fc.record({ level: fc.nat(2), mentions: fc.array(fc.record(member), few) }),
  nonce: exactly(12),
  ciphertext: upTo(100),
  devSig,
});
export const anyRequest: fc.Arbitrary<RequestBody> = fc.record({
  v,
  chatId,
  ...author,
  requestId,
  base: fc.option(fc.record({ cpos: anyUint, chash: hash })),
  intents: fc.array(anyIntent, { minLength: 1, maxLength: 3 }),
  keyMaterial: upTo(40),
  devSig,
});
export const anyFin: fc.Arbitrary<FinBody> = fc.record({ v, chatId, ...author, devSig });
export const anyErase: fc.Arbitrary<EraseBody> = fc.record({
  v,
  chatId,
  ...author,
  targetLogId: logId,
  targetSeq: anyUint,
  devSig,
});

const anyHeader: fc.Arbitrary<EntryHeader> = fc.record({
  kind: fc.nat(3),
  ...author,
  bodyCommit: hash,
  bodyLength: fc.nat(65_536),
  blobs: fc.array(hash, few),
  hlc: anyUint,
});
export const anyBlock: fc.Arbitrary<Block> = fc.record({
  v,
  logId,
  keySeq: anyUint,
  blockSeq: anyUint,
  firstSeq: anyUint,
  prevHash: hash,
  prevCpos: anyUint,
  cpos: anyUint,
  chash: hash,
  hlc: anyUint,
  entries: fc.array(anyHeader, few),
});

const anyCuts: fc.Arbitrary<Cut[]> = fc.array(fc.record({ logId, seq: anyUint }), few);
const anyCause: fc.Arbitrary<Cause> = fc.oneof(
  fc.record({ is: is('request'), logId, seq: anyUint, index: anyUint, body: upTo(60) }),
  fc.record({ is: is('fin'), logId, seq: anyUint, body: upTo(60) }),
  fc.record({ is: is('hub'), intent: anyHubIntent }),
);
export const anyAct: fc.Arbitrary<Act> = fc.record({
  v,
  chatId,
  term: anyUint,
  keySeq: anyUint,
  cpos: anyUint,
  prevHash: hash,
  hlc: anyUint,
  cause: anyCause,
  cuts: anyCuts,
  frontier: anyCuts,
});

const looks = fc.array(upTo(40), few);
const anyBundle: fc.Arbitrary<Bundle> = fc.record({ block: signed, bodies: fc.array(fc.option(upTo(40)), few) });
const heads = fc.record({
  chatId,
  cpos: anyUint,
  chash: hash,
  logs: fc.array(fc.record({ logId, blockSeq: anyUint, seq: anyUint, hash }), few),
});
const profiles = fc.array(signed, few);
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    is: is('hello'),
    v,
    chain: upTo(60),
    instances: fc.array(exactly(8), few),
    features: fc.array(plainText, few),
    token: upTo(16),
  }),
  fc.record({ is: is('welcome'), knownInstance: fc.boolean() }),
  fc.record({ is: is('goodbye') }),
  fc.record({
    is: is('control'),
    chatId,
    genesis: upTo(60),
    founderSignature: upTo(64),
    acts: fc.array(signed, few),
    looks,
  }),
  fc.record({ is: is('blocks'), bundles: fc.array(anyBundle, few), looks }),
  fc.record({ is: is('mark'), upTo: anyUint }),
  fc.record({ is: is('ack'), upTo: anyUint }),
  fc.record({ is: is('receipts'), receipts: signed }),
  fc.record({ is: is('heads'), chats: fc.array(heads, few) }),
  fc.record({
    is: is('pull'),
    chatId,
    fromCpos: fc.option(anyUint),
    logs: fc.array(fc.record({ logId, fromBlock: anyUint }), few),
  }),
  fc.record({ is: is('profiles'), profiles }),
  fc.record({ is: is('record'), chain: upTo(60) }),
  fc.record({ is: is('proof'), proof: fc.record({ one: signed, other: signed }) }),
  fc.record({ is: is('typing'), chatId, account }),
  fc.record({ is: is('keyBundles'), chatId, bundles: looks }),
  fc.record({ is: is('lackBundles'), chatId, hashes: fc.array(hash, few) }),
  fc.record({ is: is('haveBundles'), chatId, hashes: fc.array(hash, few) }),
);
export const anyReceiptList: fc.Arbitrary<ReceiptList> = fc.record({
  v,
  to: org,
  receipts: fc.array(fc.record({ logId, seq: anyUint }), few),
});
export const anyCall: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ is: is('find'), name: plainText }),
  fc.record({ is: is('search'), text: plainText }),
  fc.record({ is: is('flush'), logId }),
  fc.record({ is: is('identities'), accounts: fc.array(account, few) }),
);
export const anyAnswer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ is: is('people'), profiles }),
  fc.record({ is: is('head'), blockSeq: anyUint, seq: anyUint }),
  fc.record({ is: is('nothing') }),
  fc.record({ is: is('identities'), identities: fc.array(fc.record({ account, chain: upTo(40) }), few) }),
);
