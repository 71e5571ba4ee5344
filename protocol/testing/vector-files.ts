/**
 * For tests and `npm run vectors`: the frozen examples, made with keys from numbers, so that every run makes the same
 * bytes. One file for each part of the protocol.
 */
import { encode as encodeCbor } from 'cborg';
import { act, type Cause } from '../chat/act.ts';
import { type Genesis, genesis } from '../chat/genesis.ts';
import { lookBody } from '../chat/look.ts';
import { decode, encode } from '../codec.ts';
import type { HashTag } from '../hash.ts';
import { hlcFromMs } from '../hlc.ts';
import { extendChain, verifyChain } from '../identity/organisation.ts';
import { signProfile } from '../identity/profile.ts';
import { formatTicket } from '../identity/ticket.ts';
import { LIMITS } from '../limits.ts';
import { block } from '../log/block.ts';
import { type RequestBody, requestBody } from '../log/entry.ts';
import { answer, call, type Frame, frame, receiptList } from '../sync/frames.ts';
import { cardVectors } from './card-vectors.ts';
import { bringIn, directTestChat, draftAct, foundTestChat, inviteOf, leave, logOf, say } from './chat.ts';
import { draftBlock, eraseOf, finOf, messageOf, requestOf } from './log.ts';
import { accountOf, bytesOf, idOf, keyOf, orgOf, START_MS, unwrap } from './orgs.ts';
import { sealVectors } from './seal-vectors.ts';
import { badVector, goodVector, type VectorFile } from './vectors.ts';

const [acme, globex, initech] = [orgOf(1), orgOf(2), orgOf(3)];
const ann = { org: acme, account: accountOf(1) };
const bea = { org: globex, account: accountOf(2) };
const cyd = { org: initech, account: accountOf(3) };
const text = (value: string) => new TextEncoder().encode(value);

function signedBy(org: typeof acme, tag: HashTag, bytes: Uint8Array) {
  return { tag, key: org.op.key, signature: org.signed(tag, bytes).signature };
}

function identity(): VectorFile {
  const organisation = unwrap(verifyChain(acme.chain));
  const { v: _v, seq: _seq, prev: _prev, ...content } = organisation.record;
  const week = { issuedAt: START_MS + 86_400_000, expiresAt: START_MS + 7 * 86_400_000 };
  const reissued = unwrap(extendChain(organisation, { ...content, ...week }, 0, acme.op.sign)).chainBytes;
  const rotated = unwrap(extendChain(organisation, { ...content, opKey: keyOf(99).key }, 1, acme.root.sign)).chainBytes;
  const ticket = { v: 1, orgId: acme.orgId, opKey: acme.op.key, endpoints: [], domain: 'org1.example' } as const;
  const ticketText = formatTicket({ ...ticket, token: bytesOf(16, 7) });
  const profile = { v: 1, orgId: acme.orgId, accountId: ann.account, version: 1 } as const;
  const shown = signProfile({ ...profile, localName: 'ann', displayName: 'Ann', state: 'active' }, acme.op.sign);
  const gone = signProfile({ ...profile, localName: '', displayName: '', state: 'erased' }, acme.op.sign);
  const named = signProfile({ ...profile, localName: 'ann', displayName: '', state: 'erased' }, acme.op.sign);
  const sign = (signed: typeof shown) => ({ tag: 'profile', key: acme.op.key, signature: signed.signature }) as const;
  const broken = acme.chain.slice();
  broken[broken.length - 1] = (broken.at(-1) as number) ^ 1;
  return {
    about: 'PROTOCOL 1: records, tickets and profiles',
    good: [
      goodVector('one record', 'record chain', acme.chain),
      goodVector('with a re-issue by the operational key', 'record chain', reissued),
      goodVector('with a new operational key, by the root key', 'record chain', rotated),
      goodVector('ticket', 'ticket', text(ticketText)),
      goodVector('profile', 'profile', shown.bytes, sign(shown)),
      goodVector('erased profile', 'profile', gone.bytes, sign(gone)),
    ],
    bad: [
      badVector('a signature with one bit changed', 'record chain', broken, 'bad_signature'),
      badVector('an empty chain', 'record chain', Uint8Array.of(0x80), 'bad_record'),
      badVector('a ticket with a letter changed', 'ticket', text(`${ticketText.slice(0, -1)}a`), 'bad_ticket'),
      badVector('an erased profile with a name', 'profile', named.bytes, 'malformed'),
    ],
  };
}

function geneses(): VectorFile {
  const kinds = ['general', 'public', 'private'] as const;
  const founded = kinds.map((kind) => ({ kind, bytes: foundTestChat(kind, ann, [acme]).genesis }));
  const direct = directTestChat(ann, bea).genesis;
  const value = unwrap(decode(genesis, direct, LIMITS.genesisBytes)) as Extract<Genesis, { is: 'direct' }>;
  const swapped = encode(genesis, { ...value, a: value.b, b: value.a });
  const withHash = encode(genesis, { ...value, a: { ...value.a, enrolHash: bytesOf(32, 1) } });
  const privately = unwrap(decode(genesis, founded[2]?.bytes ?? direct, LIMITS.genesisBytes));
  const weak = encode(genesis, { ...privately, opKey: new Uint8Array(32) } as Genesis);
  return {
    about: 'PROTOCOL 4.1: genesis; `hash` is the id of the chat, the signature is the founder’s',
    good: [
      ...founded.map(({ kind, bytes }) => goodVector(kind, 'genesis', bytes, signedBy(acme, 'genesis', bytes))),
      goodVector('direct', 'genesis', direct),
    ],
    bad: [
      badVector('direct, the sides out of order', 'genesis', swapped, 'malformed'),
      badVector('direct, suite 0 with a hash of an account', 'genesis', withHash, 'malformed'),
      badVector('private, with a key of small order', 'genesis', weak, 'bad_key'),
      badVector('of an unknown kind', 'genesis', encodeCbor([9, 1]), 'unknown_version'),
      badVector('of a newer version', 'genesis', encodeCbor([2, 2, 0, []]), 'unknown_version'),
    ],
  };
}

function bodies(): VectorFile {
  const chat = foundTestChat('private', ann, [acme, globex]);
  const { chatId } = chat.state;
  const { logId } = logOf(chat, acme);
  const cited = { cpos: 0, chash: chat.state.head.hash };
  const intents: RequestBody['intents'] = [
    inviteOf(bea, 2),
    { is: 'accept', identity: new Uint8Array() },
    { is: 'withdraw', org: globex.orgId, account: bea.account },
    { is: 'remove', org: globex.orgId, account: bea.account },
    { is: 'role', org: globex.orgId, account: bea.account, role: 3 },
    { is: 'policy', policy: { post: 1, invite: 2, look: 2, grantHistory: 3, outsiders: false } },
    { is: 'look', hash: bytesOf(32, 5), length: 70 },
    { is: 'keys', identity: bytesOf(5, 1) },
    { is: 'readmit', org: globex.orgId, account: bea.account, identity: bytesOf(5, 1) },
    { is: 'rekey' },
    { is: 'grant', org: globex.orgId, account: bea.account, history: [{ from: 1, to: null }] },
    { is: 'rewrap' },
    { is: 'supply', org: globex.orgId, account: bea.account },
  ];
  const request = requestOf(ann.account, chatId, 1, intents);
  const look = { suite: 0, ...cited, nonce: bytesOf(12, 1), ciphertext: text('{}'), devSig: new Uint8Array() };
  const empty = encode(requestBody, { ...request.request, intents: [] });
  const message = messageOf(ann.account, logId, cited, 1, 'Guten Tag').body;
  return {
    about:
      'PROTOCOL 3.4, 4.2, 4.3: bodies of entries, and a look; `hash` is the commitment in the header or in the intent',
    good: [
      goodVector('message', 'message', message),
      goodVector('request with an intent of each kind', 'request', request.body),
      goodVector('fin', 'fin', finOf(ann.account, chatId).body),
      goodVector('erase', 'erase', eraseOf(ann.account, chatId, logId, 4).body),
      goodVector('look', 'look', encode(lookBody, look)),
    ],
    bad: [
      badVector('a request without an intent', 'request', empty, 'malformed'),
      badVector('a message cut short', 'message', message.slice(0, -1), 'malformed'),
      badVector('a message with a byte more', 'message', Uint8Array.of(...message, 0), 'malformed'),
      badVector('a fin of a newer version', 'fin', encodeCbor([2]), 'unknown_version'),
    ],
  };
}

function acts(): VectorFile {
  const chat = foundTestChat('private', ann, [acme, globex, initech]);
  bringIn(chat, ann, bea);
  say(chat, bea, 'hello');
  leave(chat, bea);
  const hubCauses: Cause[] = [
    { is: 'hub', intent: { is: 'refuse', logId: logOf(chat, acme).logId, seq: 9, code: 34 } },
    { is: 'hub', intent: { is: 'expire', org: initech.orgId, account: cyd.account } },
    { is: 'hub', intent: { is: 'transfer', org: globex.orgId } },
    { is: 'hub', intent: { is: 'tick' } },
  ];
  const later = { is: 'request', logId: idOf('log', 1), seq: 3, index: 1, body: new Uint8Array() } as const;
  const byHub = [...hubCauses, later].map((cause) => encode(act, draftAct(chat, cause)));
  const ordered = chat.acts.map(({ signed }) => signed.bytes);
  const names = [
    'invite',
    'accept',
    'leave by fin',
    'refusal',
    'expiry',
    'transfer',
    'tick',
    'second intent of a request',
  ];
  const good = [...ordered, ...byHub].map((bytes, i) =>
    goodVector(names[i] as string, 'act', bytes, signedBy(acme, 'act', bytes)),
  );
  const repeated = encode(act, draftAct(chat, { ...later, body: finOf(ann.account, chat.state.chatId).body }));
  const unread = encode(act, draftAct(chat, { is: 'fin', logId: later.logId, seq: 1, body: Uint8Array.of(1) }));
  return {
    about: 'PROTOCOL 4.1: acts, signed by the hub',
    good,
    bad: [
      badVector('a body with a later intent', 'act', repeated, 'malformed'),
      badVector('a fin that is none', 'act', unread, 'malformed'),
      badVector('of a newer version', 'act', encodeCbor([2, 0]), 'unknown_version'),
    ],
  };
}

function blocks(): VectorFile {
  const chat = foundTestChat('private', ann, [acme]);
  say(chat, ann, 'one');
  const log = logOf(chat, acme);
  const cited = { cpos: 0, chash: chat.state.head.hash };
  const two = [1, 2].map((n) => messageOf(ann.account, log.logId, cited, n, 'two'));
  const hlc = hlcFromMs(chat.nowMs + 1_000);
  const second = draftBlock(log, cited, two, hlc);
  const request = draftBlock(
    log,
    cited,
    [requestOf(ann.account, chat.state.chatId, 1, [{ is: 'accept', identity: new Uint8Array() }])],
    hlc,
  );
  const mixed = {
    ...second,
    entries: [...second.entries.slice(0, 1), { ...request.entries[0], hlc: hlc + 1 } as never],
  };
  const first = log.blocks[0]?.read.signed.bytes as Uint8Array;
  const bad = (name: string, change: Partial<typeof second>, code: 'malformed' | 'bad_chain' | 'bad_clock') =>
    badVector(name, 'block', encode(block, { ...second, ...change }), code);
  const good = (name: string, bytes: Uint8Array) => goodVector(name, 'block', bytes, signedBy(acme, 'block', bytes));
  return {
    about: 'PROTOCOL 3.2: blocks, signed by the node of their log',
    good: [
      good('the first', first),
      good('the next, with two messages', encode(block, second)),
      good('with a request', encode(block, request)),
    ],
    bad: [
      bad('without an entry', { entries: [] }, 'malformed'),
      bad('a request among messages', mixed, 'malformed'),
      bad('fewer entries before it than blocks', { firstSeq: 1 }, 'malformed'),
      bad('below the position before', { prevCpos: 1 }, 'bad_chain'),
      bad('the first, with one before it', { blockSeq: 1, firstSeq: 1 }, 'bad_chain'),
      bad('entries that go back in time', { entries: second.entries.toReversed() }, 'bad_clock'),
      bad('closed before its last entry', { hlc }, 'bad_clock'),
      badVector('of a newer version', 'block', encodeCbor([2]), 'unknown_version'),
    ],
  };
}

function framesOf(): Frame[] {
  const chat = foundTestChat('private', ann, [acme, globex]);
  bringIn(chat, ann, bea);
  say(chat, ann, 'hello');
  const { chatId, head } = chat.state;
  const log = logOf(chat, acme);
  const [one, other] = [log.blocks[0]?.read.signed, log.blocks[1]?.read.signed] as never as [never, never];
  const bundle = { block: one, bodies: [log.blocks[0]?.bodies[0] ?? null] };
  const { logId, head: at } = log;
  const receipts = acme.signed(
    'receipt',
    encode(receiptList, { v: 1, to: globex.orgId, receipts: [{ logId, seq: 2 }] }),
  );
  const none = new Uint8Array();
  return [
    {
      is: 'hello',
      v: 1,
      chain: acme.chain,
      instances: [bytesOf(8, 2), bytesOf(8, 1)],
      features: ['suite0'],
      token: none,
    },
    { is: 'welcome', knownInstance: true },
    { is: 'goodbye' },
    {
      is: 'control',
      chatId,
      genesis: chat.genesis,
      founderSignature: acme.signed('genesis', chat.genesis).signature,
      acts: chat.acts.map(({ signed }) => signed),
      looks: [],
    },
    { is: 'blocks', bundles: [bundle, { ...bundle, bodies: [null] }], looks: [text('a look')] },
    { is: 'mark', upTo: 12 },
    { is: 'ack', upTo: 12 },
    { is: 'receipts', receipts },
    {
      is: 'heads',
      chats: [
        {
          chatId,
          cpos: head.cpos,
          chash: head.hash,
          logs: [{ logId, blockSeq: at.blockSeq, seq: at.seq, hash: at.hash }],
        },
      ],
    },
    { is: 'pull', chatId, fromCpos: 1, logs: [{ logId, fromBlock: 2 }] },
    { is: 'profiles', profiles: [] },
    { is: 'record', chain: acme.chain },
    { is: 'proof', proof: { one, other } },
    { is: 'typing', chatId, account: ann.account },
    { is: 'keyBundles', chatId, bundles: [text('a bundle')] },
    { is: 'lackBundles', chatId, hashes: [bytesOf(32, 1)] },
    { is: 'haveBundles', chatId, hashes: [bytesOf(32, 1), bytesOf(32, 2)] },
  ];
}

function frames(): VectorFile {
  const receipts = encode(receiptList, { v: 1, to: globex.orgId, receipts: [{ logId: idOf('log', 1), seq: 2 }] });
  const calls = [
    encode(call, { is: 'find', name: 'ann' }),
    encode(call, { is: 'search', text: 'an' }),
    encode(call, { is: 'flush', logId: idOf('log', 1) }),
    encode(call, { is: 'identities', accounts: [ann.account] }),
  ];
  const answers = [
    encode(answer, { is: 'people', profiles: [] }),
    encode(answer, { is: 'head', blockSeq: 3, seq: 7 }),
    encode(answer, { is: 'nothing' }),
    encode(answer, { is: 'identities', identities: [{ account: ann.account, chain: text('a chain') }] }),
  ];
  return {
    about: 'PROTOCOL 5: frames, receipts, look-ups and their answers',
    good: [
      ...framesOf().map((value) => goodVector(value.is, 'frame', encode(frame, value))),
      goodVector('receipts', 'receipt list', receipts, signedBy(acme, 'receipt', receipts)),
      ...calls.map((bytes, i) => goodVector(['find', 'search', 'flush', 'identities'][i] as string, 'call', bytes)),
      ...answers.map((bytes, i) =>
        goodVector(['people', 'head', 'nothing', 'identities'][i] as string, 'answer', bytes),
      ),
    ],
    bad: [
      badVector('of an unknown kind', 'frame', encodeCbor([200]), 'unknown_version'),
      badVector('a hello of a newer version', 'frame', encodeCbor([0, 2]), 'unknown_version'),
      badVector('a mark without its position', 'frame', encodeCbor([5]), 'malformed'),
      badVector('a mark with more', 'frame', encodeCbor([5, 1, 1]), 'malformed'),
      badVector('a position that is no whole number', 'frame', encodeCbor([5, 1.5]), 'malformed'),
      badVector('a position as a float', 'frame', Uint8Array.of(0x82, 0x05, 0xf9, 0x3c, 0x00), 'not_canonical'),
      badVector('a position below zero', 'frame', encodeCbor([5, -1]), 'malformed'),
      badVector('a position in a longer head', 'frame', Uint8Array.of(0x82, 0x05, 0x18, 0x01), 'malformed'),
      badVector('a map', 'frame', encodeCbor({ a: 1 }), 'malformed'),
    ],
  };
}

/** File name (without `.json`) to contents. */
export async function makeVectors(): Promise<Record<string, VectorFile>> {
  return {
    identity: identity(),
    genesis: geneses(),
    bodies: bodies(),
    acts: acts(),
    blocks: blocks(),
    frames: frames(),
    seal: await sealVectors(),
    'identity-cards': await cardVectors(),
  };
}
