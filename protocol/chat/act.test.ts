import { describe, expect, test } from 'vitest';
import { decode, encode } from '../codec.ts';
import { LIMITS } from '../limits.ts';
import { requestBody } from '../log/entry.ts';
import { codecProperties, hostileProperties } from '../properties.ts';
import { anyAct, anyGenesis } from '../testing/arbitrary.ts';
import { ask, directTestChat, draftAct, foundTestChat, inviteOf } from '../testing/chat.ts';
import { finOf, requestOf } from '../testing/log.ts';
import { accountOf, bytesOf, idOf, keyOf, orgOf, unwrap } from '../testing/orgs.ts';
import { type Act, act, actHash, type Cause, continuesControl, genesisHead, readAct } from './act.ts';
import { chatIdOf, compareMembers, decodeGenesis, directGenesis, firstHub, type Genesis, genesis } from './genesis.ts';

const [acme, globex] = [orgOf(1), orgOf(2)];
const ann = { org: acme, account: accountOf(1) };
const bea = { org: globex, account: accountOf(3) };
const logId = idOf('log', 1);
const chat = foundTestChat('private', ann, [acme, globex]);
const { chatId } = chat.state;
const request = requestOf(ann.account, chatId, 1, [inviteOf(bea)]).body;
const fin = finOf(ann.account, chatId).body;

function codeOf(result: { ok: boolean; refusal?: { code: string } }): string {
  return result.refusal?.code ?? 'ok';
}

function readCause(cause: Cause, change: Partial<Act> = {}) {
  return readAct(acme.signed('act', encode(act, draftAct(chat, cause, change))));
}

describe('PROTOCOL 4.1: an act', () => {
  test('keeps the properties of the codec', () => codecProperties(act, anyAct, LIMITS.actBytes));
  test('hostile bytes are none', () => {
    const valid = anyAct.map((value) => encode(act, value));
    hostileProperties((bytes) => readAct({ bytes, signature: new Uint8Array(64) }), valid);
  });

  test('brings the body with the first intent of a request, and only there', () => {
    const cause = { is: 'request', logId, seq: 1, index: 0, body: request } as const;
    expect(readCause(cause)).toMatchObject({ value: { fin: null, request: { account: ann.account } } });
    expect(codeOf(readCause({ ...cause, index: 1 }))).toBe('malformed');
    expect(readCause({ ...cause, index: 1, body: new Uint8Array() })).toMatchObject({ value: { request: null } });
    expect(codeOf(readCause({ ...cause, body: new Uint8Array() }))).toBe('malformed');
    expect(codeOf(readCause({ ...cause, body: fin }))).not.toBe('ok');
  });

  test('brings the body of a fin', () => {
    const cause = { is: 'fin', logId, seq: 1, body: fin } as const;
    expect(readCause(cause)).toMatchObject({ value: { request: null, fin: { account: ann.account } } });
    expect(codeOf(readCause({ ...cause, body: request }))).not.toBe('ok');
  });

  test('holds the largest request and all cuts, and no more', () => {
    const cuts = (count: number) => Array.from({ length: count }, () => ({ logId, seq: Number.MAX_SAFE_INTEGER }));
    const largest = largestRequest();
    expect(largest.length).toBe(LIMITS.bodyBytes);
    const cause = { is: 'request', logId, seq: 1, index: 0, body: largest } as const;
    const all = cuts(LIMITS.cutsPerAct);
    expect(codeOf(readCause(cause, { cuts: all, frontier: all }))).toBe('ok');
    expect(codeOf(readCause(cause, { cuts: cuts(LIMITS.cutsPerAct + 1) }))).toBe('too_big');
    const tooLong = { bytes: new Uint8Array(LIMITS.actBytes + 1), signature: new Uint8Array(64) };
    expect(codeOf(readAct(tooLong))).toBe('too_big');
  });

  function largestRequest(): Uint8Array {
    const value = unwrap(decode(requestBody, request, LIMITS.bodyBytes));
    const sized = (length: number) => encode(requestBody, { ...value, keyMaterial: new Uint8Array(length) });
    const overhead = sized(LIMITS.bodyBytes - 1_000).length - (LIMITS.bodyBytes - 1_000);
    // The head of the string is two bytes longer above 65,535: this stays below.
    return sized(LIMITS.bodyBytes - overhead);
  }
});

describe('PROTOCOL 4.1: what comes next in a control log', () => {
  const head = genesisHead(chatId, 5);
  const next = (change: Partial<Act>) => {
    const place = { cpos: 1, prevHash: head.hash, hlc: 6, term: 0 };
    const read = readCause({ is: 'fin', logId, seq: 1, body: fin }, { ...place, ...change });
    return codeOf(continuesControl(head, chatId, 0, unwrap(read)));
  };
  test.each<[string, Partial<Act>, string]>([
    ['the next', {}, 'ok'],
    ['of another chat', { chatId: idOf('chat', 9) }, 'bad_chain'],
    ['of another term', { term: 1 }, 'bad_chain'],
    ['of a later position', { cpos: 2 }, 'bad_chain'],
    ['of this position', { cpos: 0 }, 'bad_chain'],
    ['after another act', { prevHash: bytesOf(32, 1) }, 'bad_chain'],
    ['at the time of the one before', { hlc: 5 }, 'bad_clock'],
  ])('%s: %o -> %s', (_, change, code) => expect(next(change)).toBe(code));

  test('follows the genesis, whose hash is the id of the chat', () => {
    ask(chat, ann, [inviteOf(bea)]);
    const [first] = chat.acts;
    expect(chat.state.chatId).toBe(chatIdOf(chat.genesis));
    expect(first && codeOf(continuesControl(genesisHead(chatId, 0), chatId, 0, first))).toBe('ok');
    expect(chat.state.head.hash).toEqual(actHash((first as NonNullable<typeof first>).signed.bytes));
  });
});

describe('PROTOCOL 4.1: genesis', () => {
  test('keeps the properties of the codec', () => codecProperties(genesis, anyGenesis, LIMITS.genesisBytes));
  test('hostile bytes are none', () => {
    hostileProperties(
      decodeGenesis,
      anyGenesis.map((value) => encode(genesis, value)),
    );
  });

  test('names the key that signs term 0, and it must be one', () => {
    const founded = unwrap(decodeGenesis(chat.genesis));
    expect(firstHub(founded)).toBe(acme.orgId);
    expect(codeOf(decodeGenesis(encode(genesis, { ...founded, opKey: bytesOf(32, 1) } as Genesis)))).toBe('bad_key');
    expect(codeOf(decodeGenesis(encode(genesis, { ...founded, opKey: keyOf(9).key } as Genesis)))).toBe('ok');
  });

  test('of a direct chat is the same for both sides, and one for ever', () => {
    expect(directTestChat(ann, bea).genesis).toEqual(directTestChat(bea, ann).genesis);
    const value = unwrap(decodeGenesis(directTestChat(ann, bea).genesis)) as Extract<Genesis, { is: 'direct' }>;
    expect(firstHub(value)).toBe(value.a.org);
    expect(compareMembers(value.a, value.b)).toBeLessThan(0);
    const other = { ...value, a: value.b, b: value.a };
    expect(codeOf(decodeGenesis(encode(genesis, other)))).toBe('malformed');
    expect(codeOf(decodeGenesis(encode(genesis, { ...value, b: value.a })))).toBe('malformed');
  });

  test('of a direct chat names the accounts by hash in suite 1, and not in suite 0', () => {
    const side = ({ org, account }: typeof ann, length: number) => ({
      org: org.orgId,
      account,
      enrolHash: new Uint8Array(length),
    });
    const made = (suite: number, one: number, other: number) =>
      codeOf(decodeGenesis(directGenesis(side(ann, one), side(bea, other), suite)));
    expect([made(0, 0, 0), made(1, 32, 32)]).toEqual(['ok', 'ok']);
    expect([made(0, 1, 0), made(0, 0, 32), made(1, 32, 0), made(1, 31, 32)]).toEqual(new Array(4).fill('malformed'));
  });

  test('is not longer than its limit', () => {
    expect(codeOf(decodeGenesis(new Uint8Array(LIMITS.genesisBytes)))).toBe('malformed');
    expect(codeOf(decodeGenesis(new Uint8Array(LIMITS.genesisBytes + 1)))).toBe('too_big');
  });
});
