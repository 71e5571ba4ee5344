import { describe, expect, test } from 'vitest';
import { encode, type Signed } from '../codec.ts';
import { LIMITS } from '../limits.ts';
import { codecProperties, hostileProperties } from '../properties.ts';
import { anyBlock } from '../testing/arbitrary.ts';
import { draftBlock, finOf, messageOf, openTestLog, signBlock, type TestLog, writeBlock } from '../testing/log.ts';
import { accountOf, bytesOf, idOf, orgOf, unwrap } from '../testing/orgs.ts';
import {
  type Block,
  block,
  blockHash,
  countForBlock,
  lastSeq,
  logIdOf,
  NO_HASH,
  type ReadBlock,
  readBlock,
} from './block.ts';
import { checkForkProof, continueChain, EMPTY_LOG, headOf, placeOf } from './chain.ts';
import { ENTRY_KINDS } from './entry.ts';

const acme = orgOf(1);
const account = accountOf(1);
const chatId = idOf('chat', 1);
const logId = logIdOf(chatId, acme.orgId, 0);
const citing = (cpos: number) => ({ cpos, chash: bytesOf(32, cpos) });
const text = (cpos: number, number: number) => messageOf(account, logId, citing(cpos), number, 'text');

/** Blocks of 1, 2, 1, 1 entries, citing 1, 1, 4, 9; the first entries' clocks are 10, 20, 30, 40. */
function fourBlocks(): TestLog & { at(n: number): ReadBlock } {
  const log = openTestLog(acme, logId);
  writeBlock(log, citing(1), [text(1, 1)], 10);
  writeBlock(log, citing(1), [text(1, 2), text(1, 3)], 20);
  writeBlock(log, citing(4), [text(4, 4)], 30);
  writeBlock(log, citing(9), [text(9, 5)], 40);
  return Object.assign(log, { at: (n: number) => log.blocks[n - 1]?.read as ReadBlock });
}

const log = fourBlocks();

/** Block `n` of the log with a change, signed. */
function changed(n: number, change: Partial<Block>): ReadBlock {
  return unwrap(readBlock(signBlock(acme, { ...log.at(n).block, ...change })));
}

function codeOf(result: { ok: boolean; refusal?: { code: string } }): string {
  return result.refusal?.code ?? 'ok';
}

describe('PROTOCOL 3.2: a block', () => {
  const unsigned = (value: Block): Signed => ({ bytes: encode(block, value), signature: new Uint8Array(64) });
  const second = log.at(2).block;
  const first = log.at(1).block;
  const fin = draftBlock(openTestLog(acme, logId), citing(1), [finOf(account, chatId)], 10).entries;

  test('keeps the properties of the codec', () => codecProperties(block, anyBlock, LIMITS.blockBytes));
  test('hostile bytes are none', () => {
    const valid = anyBlock.map((value) => encode(block, value));
    hostileProperties((bytes) => readBlock({ bytes, signature: new Uint8Array(64) }), valid);
  });
  test('says its hash and its last number', () => {
    const read = unwrap(readBlock(unsigned(second)));
    expect(read.hash).toEqual(blockHash(encode(block, second)));
    expect(lastSeq(read.block)).toBe(3);
  });

  test.each<[string, Block, string]>([
    ['without an entry', { ...second, entries: [] }, 'malformed'],
    [
      'with requests among messages',
      { ...second, hlc: 99, entries: [...first.entries, ...fin.map((each) => ({ ...each, hlc: 50 }))] },
      'malformed',
    ],
    ['with number 0', { ...second, blockSeq: 0 }, 'malformed'],
    ['with fewer entries before it than blocks', { ...second, firstSeq: 1 }, 'malformed'],
    ['whose position is below the one before', { ...second, prevCpos: 2 }, 'bad_chain'],
    ['whose entries do not go on in time', { ...second, entries: second.entries.toReversed() }, 'bad_clock'],
    [
      'with two entries at one time',
      { ...second, entries: [second.entries[0], second.entries[0]] as never },
      'bad_clock',
    ],
    [
      'with an entry at no time',
      { ...first, entries: first.entries.map((each) => ({ ...each, hlc: 0 })) },
      'bad_clock',
    ],
    ['closed before its last entry', { ...second, hlc: 20 }, 'bad_clock'],
    ['that is the first and names one before', { ...first, prevHash: bytesOf(32, 1) }, 'bad_chain'],
    ['that is the first and begins later', { ...first, firstSeq: 2 }, 'bad_chain'],
    ['that is the first after a position', { ...first, prevCpos: 1 }, 'bad_chain'],
  ])('%s is refused', (_, value, code) => {
    expect(codeOf(readBlock(unsigned(value)))).toBe(code);
  });

  test('has so many entries and body bytes, and no more', () => {
    const entry = { ...(first.entries[0] as Block['entries'][0]), kind: ENTRY_KINDS.message };
    const entries = (count: number, bodyLength: number) =>
      codeOf(
        readBlock(
          unsigned({
            ...second,
            hlc: 1_000,
            entries: Array.from({ length: count }, (_, i) => ({ ...entry, bodyLength, hlc: i + 1 })),
          }),
        ),
      );
    expect(entries(LIMITS.blockEntries, 1)).toBe('ok');
    expect(entries(LIMITS.blockEntries + 1, 1)).toBe('too_big');
    expect(entries(LIMITS.blockBodyBytes / LIMITS.bodyBytes, LIMITS.bodyBytes)).toBe('ok');
    expect(entries(LIMITS.blockBodyBytes / LIMITS.bodyBytes + 1, LIMITS.bodyBytes)).toBe('too_big');
    expect(codeOf(readBlock({ bytes: new Uint8Array(LIMITS.blockBytes), signature: new Uint8Array(64) }))).not.toBe(
      'too_big',
    );
    expect(codeOf(readBlock({ bytes: new Uint8Array(LIMITS.blockBytes + 1), signature: new Uint8Array(64) }))).toBe(
      'too_big',
    );
  });

  test('its writer takes as many entries as may stand in one', () => {
    const entry = first.entries[0] as Block['entries'][0];
    const control = { ...entry, kind: ENTRY_KINDS.request };
    const many = (count: number, bodyLength: number) => Array.from({ length: count }, () => ({ ...entry, bodyLength }));
    expect(countForBlock(many(LIMITS.blockEntries + 5, 1))).toBe(LIMITS.blockEntries);
    expect(countForBlock(many(40, LIMITS.bodyBytes))).toBe(LIMITS.blockBodyBytes / LIMITS.bodyBytes);
    expect(countForBlock([entry, entry, control])).toBe(2);
    expect(countForBlock([control, entry])).toBe(1);
    expect(countForBlock([entry])).toBe(1);
  });

  test('the id of a log depends on chat, organisation and position', () => {
    const ids = [
      logId,
      logIdOf(chatId, acme.orgId, 1),
      logIdOf(idOf('chat', 2), acme.orgId, 0),
      logIdOf(chatId, orgOf(2).orgId, 0),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});

describe('PROTOCOL 3.5: the place of a block', () => {
  const head = headOf(log.at(2));
  test('by numbers and hashes', () => {
    expect([1, 2, 3, 4].map((n) => placeOf(head, log.at(n)))).toEqual(['known', 'known', 'extends', 'gap']);
    expect(placeOf(EMPTY_LOG, log.at(1))).toBe('extends');
    expect(placeOf(head, changed(2, { hlc: 22 }))).toBe('fork');
    expect(placeOf(head, changed(3, { prevHash: bytesOf(32, 1) }))).toBe('fork');
  });

  test('the head moves by exactly the block', () => {
    const next = unwrap(continueChain(head, log.at(3), false));
    expect(next).toEqual({ blockSeq: 3, seq: 4, hash: log.at(3).hash, cpos: 4, hlc: 30 });
    expect(next).toEqual(headOf(log.at(3)));
  });

  test.each<[string, Partial<Block>, string]>([
    ['a number', { blockSeq: 4 }, 'bad_chain'],
    ['an entry number', { firstSeq: 5 }, 'bad_chain'],
    ['a hash', { prevHash: bytesOf(32, 1) }, 'bad_chain'],
    ['a position before', { prevCpos: 0 }, 'bad_chain'],
    ['the time', { entries: log.at(3).block.entries.map((each) => ({ ...each, hlc: 21 })) }, 'bad_clock'],
  ])('%s that does not follow is refused', (_, change, code) => {
    expect(codeOf(continueChain(head, changed(3, change), false))).toBe(code);
  });
});

describe('PROTOCOL 3.2a: blocks that are jumped over', () => {
  const head = headOf(log.at(1));
  test('numbers may jump where the receiver says so, and not otherwise', () => {
    expect(unwrap(continueChain(head, log.at(4), true))).toEqual(headOf(log.at(4)));
    expect(codeOf(continueChain(head, log.at(4), false))).toBe('bad_chain');
  });

  test.each<[string, Partial<Block>, string]>([
    ['the position before goes back', { prevCpos: 0 }, 'bad_chain'],
    ['the time goes back', { entries: log.at(4).block.entries.map((each) => ({ ...each, hlc: 10 })) }, 'bad_clock'],
  ])('not where %s', (_, change, code) => {
    expect(codeOf(continueChain(headOf(log.at(1)), changed(4, change), true))).toBe(code);
  });

  test('every block that is jumped over holds an entry', () => {
    expect(codeOf(continueChain(headOf(log.at(2)), log.at(4), true))).toBe('ok');
    expect(codeOf(continueChain(headOf(log.at(2)), changed(4, { firstSeq: 4 }), true))).toBe('bad_chain');
  });

  test('not back, nor in place', () => {
    expect(codeOf(continueChain(headOf(log.at(3)), log.at(2), true))).toBe('bad_chain');
    expect(codeOf(continueChain(headOf(log.at(3)), log.at(3), true))).toBe('bad_chain');
  });

  test('the very next block is checked as ever', () => {
    expect(codeOf(continueChain(headOf(log.at(2)), changed(3, { prevHash: bytesOf(32, 1) }), true))).toBe('bad_chain');
  });
});

describe('PROTOCOL 3.6: the proof of a fork', () => {
  const prove = async (one: ReadBlock, other: ReadBlock, key = acme.op.key) =>
    codeOf(await checkForkProof({ one: one.signed, other: other.signed }, key));
  const twin = changed(3, { hlc: 31 });

  test('is one number twice', async () => {
    expect(await prove(log.at(3), twin)).toBe('ok');
    expect(await prove(twin, log.at(3))).toBe('ok');
  });
  test('is a next number that does not follow', async () => {
    expect(await prove(twin, log.at(4))).toBe('ok');
    expect(await prove(log.at(4), twin)).toBe('ok');
  });
  test('is nothing that an honest log may hold', async () => {
    for (const [a, b] of [
      [3, 3],
      [2, 3],
      [1, 3],
      [1, 4],
    ] as const)
      expect(await prove(log.at(a), log.at(b))).toBe('bad_chain');
    expect(await prove(log.at(3), changed(3, { logId: idOf('log', 9) }))).toBe('bad_chain');
  });
  test('needs both signatures by the key of the log', async () => {
    expect(await prove(log.at(3), twin, orgOf(2).op.key)).toBe('bad_signature');
    const forged = { ...twin, signed: { ...twin.signed, signature: log.at(3).signed.signature } };
    expect(await prove(log.at(3), forged)).toBe('bad_signature');
    expect(await prove(forged, log.at(3))).toBe('bad_signature');
  });
});

test('PROTOCOL 3.5: the empty log begins with zeros', () => {
  expect(EMPTY_LOG).toEqual({ blockSeq: 0, seq: 0, hash: NO_HASH, cpos: 0, hlc: 0 });
});
