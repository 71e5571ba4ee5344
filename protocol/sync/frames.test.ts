import { describe, expect, test } from 'vitest';
import { decode, encode, type Shape } from '../codec.ts';
import { LIMITS } from '../limits.ts';
import { codecProperties } from '../properties.ts';
import { anyAnswer, anyCall, anyFrame, anyReceiptList } from '../testing/arbitrary.ts';
import { bytesOf, idOf } from '../testing/orgs.ts';
import { answer, type Bundle, call, type Frame, frame, receiptList } from './frames.ts';

describe('PROTOCOL 5.1: frames', () => {
  test('keep the properties of the codec', () => codecProperties(frame, anyFrame, LIMITS.frameBytes));
  test('so do look-ups', () => codecProperties(call, anyCall, LIMITS.callRequestBytes));
  test('so do their answers', () => codecProperties(answer, anyAnswer, LIMITS.callAnswerBytes));
  test('so do receipts', () => codecProperties(receiptList, anyReceiptList, LIMITS.frameBytes));
  test('one of an unknown kind is named as such', () => {
    expect(decode(frame, Uint8Array.of(0x82, 0x18, 0xc8, 0), LIMITS.frameBytes)).toMatchObject({
      refusal: { code: 'unknown_version' },
    });
  });
});

const many = <T>(count: number, item: T): T[] => new Array<T>(count).fill(item);
const signed = (bytes: number) => ({ bytes: new Uint8Array(bytes), signature: bytesOf(64, 1) });
const hello = {
  is: 'hello',
  v: 1,
  chain: new Uint8Array(),
  instances: [],
  features: [],
  token: new Uint8Array(),
} as const;
const [chatId, logId] = [idOf('chat', 1), idOf('log', 1)];
const bundleOf = (bodies: number): Bundle => ({ block: signed(1), bodies: many(bodies, null) });
const control = {
  is: 'control',
  chatId,
  genesis: new Uint8Array(),
  founderSignature: new Uint8Array(),
  acts: [],
  looks: [],
} as const;
const perChat = LIMITS.organisationsPerChat * 4;
const headOf = (logs: number) => ({
  chatId,
  cpos: 0,
  chash: bytesOf(32, 1),
  logs: many(logs, { logId, blockSeq: 1, seq: 1, hash: bytesOf(32, 1) }),
});

const limits: [string, number, (count: number) => Frame][] = [
  ['chain of a hello', LIMITS.chainBytes, (n) => ({ ...hello, chain: new Uint8Array(n) })],
  ['instances', LIMITS.instances, (n) => ({ ...hello, instances: many(n, bytesOf(8, 1)) })],
  ['features', LIMITS.features, (n) => ({ ...hello, features: many(n, 'x') })],
  ['length of a feature', LIMITS.featureBytes, (n) => ({ ...hello, features: ['x'.repeat(n)] })],
  ['token', 16, (n) => ({ ...hello, token: new Uint8Array(n) })],
  ['acts', LIMITS.actsPerFrame, (n) => ({ ...control, acts: many(n, signed(1)) })],
  ['length of an act', LIMITS.actBytes, (n) => ({ ...control, acts: [signed(n)] })],
  ['looks', LIMITS.actsPerFrame, (n) => ({ ...control, looks: many(n, new Uint8Array(1)) })],
  ['length of a look', LIMITS.lookBytes, (n) => ({ ...control, looks: [new Uint8Array(n)] })],
  ['genesis', LIMITS.genesisBytes, (n) => ({ ...control, genesis: new Uint8Array(n) })],
  ['signature of the founder', 64, (n) => ({ ...control, founderSignature: new Uint8Array(n) })],
  ['blocks', LIMITS.blocksPerFrame, (n) => ({ is: 'blocks', bundles: many(n, bundleOf(1)), looks: [] })],
  ['bodies of a block', LIMITS.blockEntries, (n) => ({ is: 'blocks', bundles: [bundleOf(n)], looks: [] })],
  [
    'length of a block',
    LIMITS.blockBytes,
    (n) => ({ is: 'blocks', bundles: [{ block: signed(n), bodies: [] }], looks: [] }),
  ],
  [
    'length of a body',
    LIMITS.bodyBytes,
    (n) => ({ is: 'blocks', bundles: [{ block: signed(1), bodies: [new Uint8Array(n)] }], looks: [] }),
  ],
  ['chats with heads', LIMITS.headsPerFrame, (n) => ({ is: 'heads', chats: many(n, headOf(1)) })],
  ['heads of a chat', perChat, (n) => ({ is: 'heads', chats: [headOf(n)] })],
  ['logs to pull', perChat, (n) => ({ is: 'pull', chatId, fromCpos: null, logs: many(n, { logId, fromBlock: 1 }) })],
  ['profiles', LIMITS.profilesPerFrame, (n) => ({ is: 'profiles', profiles: many(n, signed(1)) })],
  ['length of a profile', LIMITS.profileBytes, (n) => ({ is: 'profiles', profiles: [signed(n)] })],
  ['bundles', LIMITS.organisationsPerChat, (n) => ({ is: 'keyBundles', chatId, bundles: many(n, new Uint8Array(1)) })],
  ['length of a bundle', LIMITS.bundleBytes, (n) => ({ is: 'keyBundles', chatId, bundles: [new Uint8Array(n)] })],
  ['bundles that lack', LIMITS.hashesPerFrame, (n) => ({ is: 'lackBundles', chatId, hashes: many(n, bytesOf(32, 1)) })],
  [
    'bundles that are here',
    LIMITS.hashesPerFrame,
    (n) => ({ is: 'haveBundles', chatId, hashes: many(n, bytesOf(32, 1)) }),
  ],
  ['chain of a record', LIMITS.chainBytes, (n) => ({ is: 'record', chain: new Uint8Array(n) })],
];

describe('PROTOCOL 2.4: limits of frames, at them and one past them', () => {
  test.each(limits)('%s: %i', (_, limit, make) => {
    expect(decode(frame, encode(frame, make(limit)), LIMITS.frameBytes).ok).toBe(true);
    expect(decode(frame, encode(frame, make(limit + 1)), LIMITS.frameBytes)).toMatchObject({
      refusal: { code: 'too_big' },
    });
  });

  test('receipts of one list, which fits in its frame', () => {
    const listOf = (n: number) =>
      encode(receiptList, { v: 1, to: idOf('org', 1), receipts: many(n, { logId, seq: Number.MAX_SAFE_INTEGER }) });
    const full = listOf(LIMITS.receiptsPerFrame);
    expect(decode(receiptList, full, LIMITS.frameBytes).ok).toBe(true);
    expect(decode(receiptList, listOf(LIMITS.receiptsPerFrame + 1), LIMITS.frameBytes).ok).toBe(false);
    const receipts = { is: 'receipts', receipts: { bytes: full, signature: bytesOf(64, 1) } } as const;
    expect(decode(frame, encode(frame, receipts), LIMITS.frameBytes).ok).toBe(true);
  });

  test('look-ups and answers', () => {
    const name = (n: number) => encode(call, { is: 'find', name: 'x'.repeat(n) });
    const search = (n: number) => encode(call, { is: 'search', text: 'x'.repeat(n) });
    const people = (n: number) => encode(answer, { is: 'people', profiles: many(n, signed(LIMITS.profileBytes)) });
    const cases: [Shape<never>, (n: number) => Uint8Array, number, number][] = [
      [call as Shape<never>, name, LIMITS.localNameBytes, LIMITS.callRequestBytes],
      [call as Shape<never>, search, LIMITS.searchTextBytes, LIMITS.callRequestBytes],
      [answer as Shape<never>, people, LIMITS.profilesPerAnswer, LIMITS.callAnswerBytes],
    ];
    for (const [shape, make, limit, maxBytes] of cases) {
      expect(decode(shape, make(limit), maxBytes).ok).toBe(true);
      expect(decode(shape, make(limit + 1), maxBytes)).toMatchObject({ refusal: { code: 'too_big' } });
    }
  });

  test('the largest block goes with all its bodies in one frame', () => {
    const bodies = many(LIMITS.blockBodyBytes / LIMITS.bodyBytes, new Uint8Array(LIMITS.bodyBytes));
    const bundle = { block: signed(LIMITS.blockBytes), bodies };
    const bytes = encode(frame, { is: 'blocks', bundles: [bundle], looks: [] });
    expect(decode(frame, bytes, LIMITS.frameBytes).ok).toBe(true);
  });
});
