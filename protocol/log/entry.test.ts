import { describe, expect, test } from 'vitest';
import { decode, encode, type Shape } from '../codec.ts';
import { LIMITS } from '../limits.ts';
import { codecProperties, hostileProperties } from '../properties.ts';
import { anyErase, anyFin, anyMessage, anyRequest } from '../testing/arbitrary.ts';
import { eraseOf, finOf, messageOf, requestOf } from '../testing/log.ts';
import { accountOf, bytesOf, deviceOf, idOf } from '../testing/orgs.ts';
import {
  bodyCommit,
  checkBody,
  decodeBody,
  ENTRY_KINDS,
  type EntryHeader,
  type EntryKind,
  entryHeader,
  entryKind,
  eraseBody,
  finBody,
  type MessageBody,
  messageBody,
  type RequestBody,
  requestBody,
  whyMisplaced,
} from './entry.ts';

const MAX = LIMITS.bodyBytes;
const account = accountOf(1);
const [chatId, logId] = [idOf('chat', 1), idOf('log', 1)];
const cited = { cpos: 3, chash: bytesOf(32, 3) };
const accept = [{ is: 'accept', identity: new Uint8Array() }] as const;
const drafts = [
  messageOf(account, logId, cited, 1, 'hello'),
  requestOf(account, chatId, 1, accept),
  finOf(account, chatId),
  eraseOf(account, chatId, logId, 4),
];

function headerOf(kind: EntryKind, body: Uint8Array, change: Partial<EntryHeader> = {}): EntryHeader {
  const author = { account, device: deviceOf(1) };
  const commit = { bodyCommit: bodyCommit(body), bodyLength: body.length };
  return { kind: ENTRY_KINDS[kind], ...author, ...commit, blobs: [], hlc: 1, ...change };
}

function codeOf(result: { ok: boolean; refusal?: { code: string } }): string {
  return result.refusal?.code ?? 'ok';
}

describe('PROTOCOL 2.1: bodies', () => {
  test('messages', () => codecProperties(messageBody, anyMessage, MAX));
  test('requests', () => codecProperties(requestBody, anyRequest, MAX));
  test('fins', () => codecProperties(finBody, anyFin, MAX));
  test('erasures', () => codecProperties(eraseBody, anyErase, MAX));
  test('hostile bytes are no body of any kind', () => {
    const valid = anyRequest.map((body) => encode(requestBody, body));
    for (const kind of Object.keys(ENTRY_KINDS) as EntryKind[])
      hostileProperties((bytes) => decodeBody(kind, bytes), valid);
  });
});

describe('PROTOCOL 3.4: the body under its header', () => {
  test.each(drafts.map((draft) => [draft.kind, draft.body] as const))('%s', (kind, body) => {
    expect(checkBody(headerOf(kind, body), body)).toMatchObject({ ok: true, value: { kind } });
    expect(entryKind(ENTRY_KINDS[kind])).toBe(kind);
  });

  const [message] = drafts as [(typeof drafts)[0]];
  const changed = message.body.slice();
  changed[changed.length - 2] = 0x21;
  test.each<[string, Partial<EntryHeader>, Uint8Array]>([
    ['another body of that length', {}, changed],
    ['a body of another length', { bodyLength: message.body.length + 1 }, message.body],
    ['another account', { account: accountOf(2) }, message.body],
    ['another device', { device: deviceOf(2) }, message.body],
  ])('refuses %s', (_, change, body) => {
    expect(codeOf(checkBody(headerOf('message', message.body, change), body))).toBe('bad_chain');
  });

  test('refuses a body of another kind', () => {
    expect(codeOf(checkBody(headerOf('fin', message.body), message.body))).toBe('malformed');
  });
});

describe('PROTOCOL 3.4: the place that a body says', () => {
  const block = { logId, ...cited };
  const why = (kind: EntryKind, body: Uint8Array, change = {}) => {
    const read = decodeBody(kind, body);
    return read.ok && whyMisplaced(read.value, chatId, { ...block, ...change });
  };
  test.each(drafts.map((draft) => [draft.kind, draft.body] as const))('a %s stands where it says', (kind, body) => {
    expect(why(kind, body)).toBe(null);
  });
  test('a message of another log, position or history does not count', () => {
    const [{ kind, body }] = drafts as [(typeof drafts)[0]];
    expect(why(kind, body, { logId: idOf('log', 2) })).toBe('wrong_log');
    expect(why(kind, body, { cpos: 4 })).toBe('stale_head');
    expect(why(kind, body, { chash: bytesOf(32, 4) })).toBe('stale_head');
  });
  test('the others of another chat do not count', () => {
    const other = idOf('chat', 2);
    for (const draft of [
      requestOf(account, other, 1, accept),
      finOf(account, other),
      eraseOf(account, other, logId, 4),
    ])
      expect(why(draft.kind, draft.body)).toBe('wrong_log');
  });
});

describe('PROTOCOL 2.4: limits of entries, at them and one past them', () => {
  const message = (change: Partial<MessageBody>): Uint8Array => {
    const read = decode(messageBody, messageOf(account, logId, cited, 1, '').body, MAX);
    return encode(messageBody, { ...(read as { value: MessageBody }).value, ...change });
  };
  const request = (change: Partial<RequestBody>): Uint8Array =>
    encode(requestBody, { ...requestOf(account, chatId, 1, accept).request, ...change });
  const header = (change: Partial<EntryHeader>) => encode(entryHeader, headerOf('fin', new Uint8Array(), change));
  const many = <T>(count: number, item: T): T[] => new Array<T>(count).fill(item);
  const overhead = message({ ciphertext: new Uint8Array(MAX - 300) }).length - (MAX - 300);
  const member = { org: idOf('org', 1), account };

  const limits: [string, Shape<unknown>, number, (count: number) => Uint8Array][] = [
    ['a whole body', messageBody as Shape<unknown>, MAX - overhead, (n) => message({ ciphertext: new Uint8Array(n) })],
    [
      'mentions',
      messageBody as Shape<unknown>,
      LIMITS.mentionsPerEntry,
      (n) => message({ alert: { level: 2, mentions: many(n, member) } }),
    ],
    ['signature of a device', messageBody as Shape<unknown>, 64, (n) => message({ devSig: new Uint8Array(n) })],
    [
      'intents',
      requestBody as Shape<unknown>,
      LIMITS.intentsPerRequest,
      (n) => request({ intents: many(n, accept[0]) }),
    ],
    ['blobs', entryHeader as Shape<unknown>, LIMITS.blobsPerEntry, (n) => header({ blobs: many(n, bytesOf(32, 1)) })],
  ];
  test.each(limits)('%s', (_, shape, limit, make) => {
    expect(codeOf(decode(shape, make(limit), MAX))).toBe('ok');
    expect(codeOf(decode(shape, make(limit + 1), MAX))).toBe('too_big');
  });

  test('kinds, levels and lengths', () => {
    expect(codeOf(decode(entryHeader, header({ bodyLength: MAX }), MAX))).toBe('ok');
    expect(codeOf(decode(entryHeader, header({ bodyLength: MAX + 1 }), MAX))).toBe('malformed');
    expect(codeOf(decode(entryHeader, header({ kind: 4 }), MAX))).toBe('malformed');
    expect(codeOf(decode(messageBody, message({ alert: { level: 3, mentions: [] } }), MAX))).toBe('malformed');
  });

  test('a request holds an intent at least', () => {
    expect(codeOf(decode(requestBody, request({ intents: [] }), MAX))).toBe('malformed');
  });
});
