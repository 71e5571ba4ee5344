import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeGenesis } from '../../protocol/chat/genesis.ts';
import { decodeLook, lookHash } from '../../protocol/chat/look.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import { idBytes, idFromBytes } from '../../protocol/ids.ts';
import { decodeBody, type MessageBody } from '../../protocol/log/entry.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { composeErase, composeFin, composeGenesis, composeLook, composeMessage, composeRequest } from './compose.ts';
import { openContent, openLook } from './content.ts';
import { saidBytes } from './said.ts';

let counter = 0;
const random = { bytes: (length: number) => new Uint8Array(length).fill(++counter) };
const author = {
  org: idFromBytes('org', random.bytes(32)),
  account: idFromBytes('account', random.bytes(16)),
  device: idFromBytes('device', random.bytes(16)),
};
const chat = idFromBytes('chat', random.bytes(32));
const logId = idFromBytes('log', random.bytes(32));
const head = { cpos: 3, chash: idBytes(chat) };

function message(content: Uint8Array, suite = 0): MessageBody {
  const entryId = idFromBytes('entry', random.bytes(16));
  const alert = { level: 1, mentions: [] };
  const bytes = composeMessage(random, author, { entryId, logId, head, authorTime: 5, alert, content });
  const read = decodeBody('message', bytes);
  if (!read.ok) throw new Error(read.refusal.code);
  return { ...(read.value.body as MessageBody), suite };
}

describe('what a client writes', () => {
  test('a message cites the head it was sealed at and opens to its text', () => {
    const body = message(saidBytes({ type: 'text', text: 'grüezi 👋' }));
    expect(body).toMatchObject({ suite: 0, cpos: 3, logId, account: author.account, devSig: new Uint8Array(0) });
    expect(openContent(body)).toEqual({ is: 'text', text: 'grüezi 👋' });
  });

  test('requests, fins and erasures are bodies that the protocol reads', () => {
    const request = composeRequest(random, author, chat, [{ is: 'accept', identity: new Uint8Array() }]);
    expect(decodeBody('request', request)).toMatchObject({ ok: true, value: { body: { chatId: chat, base: null } } });
    expect(decodeBody('fin', composeFin(author, chat)).ok).toBe(true);
    const erase = composeErase(author, chat, logId, 7);
    expect(decodeBody('erase', erase)).toMatchObject({ ok: true, value: { body: { targetSeq: 7 } } });
  });

  test('a genesis of each founded kind is one that the protocol reads, and no two are the same', () => {
    // The generator of Ed25519: an admissible key.
    const opKey = new Uint8Array(32).fill(0x66);
    opKey[0] = 0x58;
    const founding = { opKey, keySeq: 0, hlc: hlcFromMs(1_700_000_000_000) };
    const one = composeGenesis(random, author, { kind: 'private', ...founding });
    expect(decodeGenesis(one)).toMatchObject({ ok: true, value: { is: 'private', account: author.account } });
    expect(composeGenesis(random, author, { kind: 'private', ...founding })).not.toEqual(one);
    expect(decodeGenesis(composeGenesis(random, author, { kind: 'public', ...founding })).ok).toBe(true);
  });

  test('a look commits to its bytes and opens to name and colour', () => {
    const { bytes, intent } = composeLook(random, head, { name: 'Budget', colour: 'teal', image: null });
    expect(intent).toEqual({ is: 'look', hash: lookHash(bytes), length: bytes.length });
    expect(decodeLook(bytes)).toMatchObject({ ok: true, value: { cpos: 3 } });
    expect(openLook(bytes)).toEqual({ name: 'Budget', colour: 'teal', image: null });
    expect(openLook(toBase64(bytes))).toEqual({ name: 'Budget', colour: 'teal', image: null });
  });
});

describe('what others wrote', () => {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

  test('an unknown type is newer, broken content unreadable, another suite newer', () => {
    expect(openContent(message(json({ type: 'poll' }))).is).toBe('newer');
    expect(openContent(message(json({ type: 'text', text: 5 }))).is).toBe('unreadable');
    expect(openContent(message(json(null))).is).toBe('unreadable');
    expect(openContent(message(new Uint8Array([0xff, 0xfe]))).is).toBe('unreadable');
    expect(openContent(message(saidBytes({ type: 'text', text: 'x' }), 1)).is).toBe('newer');
  });

  test('hostile bytes never throw', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(fc.property(bytes, (some) => ['newer', 'text', 'unreadable'].includes(openContent(message(some)).is)));
    fc.assert(fc.property(bytes, (some) => openLook(some) === null));
  });

  test('base64url is what the platform makes of it', () => {
    const isSame = (some: Uint8Array) =>
      toBase64(some) === Buffer.from(some).toString('base64url') &&
      Buffer.from(fromBase64(toBase64(some))).equals(Buffer.from(some));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isSame));
  });
});
