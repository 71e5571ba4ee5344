// The node's own search, in general and public chats: what is found, what edits and erasures change, and who is answered.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatSummary, Stored } from '../../protocol/api/shapes.ts';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import { random } from '../../scripts/bench/sealed.ts';
import { fromBase64 } from '../../web/client/base64.ts';
import { composeErase, composeMessage } from '../../web/client/compose.ts';
import { newEntryId } from '../../web/client/entry-id.ts';
import { type Said, saidBytes } from '../../web/client/said.ts';
import { found, say, toText } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

let acme: TestNode;
let ann: TestPerson;
let bob: TestPerson;
let general: ChatSummary;

beforeAll(async () => {
  acme = await startNode();
  [ann, bob] = [await acme.person('ann'), await acme.person('bob')];
  general = (await reply(ann.call('GET /api/v1/chats', {}))).chats[0] as ChatSummary;
});
afterAll(() => acme?.end());

async function write(
  by: TestPerson,
  said: object,
  entryId: EntryId = newEntryId(random),
): Promise<Stored & { entryId: EntryId }> {
  const { head, logId } = await reply(by.call('GET /api/v1/chats/:chat', { params: { chat: general.chat } }));
  const body = composeMessage(random, by.me, {
    entryId,
    logId: logId as NonNullable<typeof logId>,
    authorTime: Date.now(),
    alert: { level: 1, mentions: [] },
    head: { cpos: head.cpos, chash: fromBase64(head.chash) },
    content: saidBytes(said as Said),
  });
  const params = { chat: general.chat };
  const stored = await reply(by.call('POST /api/v1/chats/:chat/messages', { params, body: { body: toText(body) } }));
  return { ...stored, entryId };
}

async function erase(by: TestPerson, { log, seq }: Stored): Promise<void> {
  const body = toText(composeErase(by.me, general.chat, log, seq));
  await reply(by.call('POST /api/v1/chats/:chat/erase', { params: { chat: general.chat }, body: { body } }));
}

const text = (content: string) => ({ type: 'text', text: content });

async function texts(by: TestPerson, q: string, more: object = {}): Promise<string[]> {
  const { hits } = await reply(by.call('GET /api/v1/search', { query: { q, ...more } }));
  return hits.map((hit) => hit.text);
}

describe('search on the node', () => {
  test('finds what was just said, newest first, by the beginnings of words', async () => {
    await write(ann, text('Quarterly Übersicht one'));
    await write(bob, text('quarterly ubersicht two'));
    expect(await texts(bob, 'quart uber')).toEqual(['quarterly ubersicht two', 'Quarterly Übersicht one']);
    expect(await texts(bob, '"ubersicht one"')).toEqual(['Quarterly Übersicht one']);
    expect(await texts(bob, 'quart', { limit: 1 })).toEqual(['quarterly ubersicht two']);
  });

  test('goes on where it was, and is narrowed by person, kind and time', async () => {
    const began = Date.now();
    const first = await write(ann, text('narrow https://example.org/x'));
    await write(ann, { ...text('narrow file'), files: [{ name: 'Plan 2026.pdf' }] });
    await write(bob, text('narrow words'));
    expect(await texts(ann, 'narrow', { org: bob.me.org, account: bob.me.account })).toEqual(['narrow words']);
    expect(await texts(ann, 'narrow', { kind: 'link' })).toEqual(['narrow https://example.org/x']);
    expect(await texts(ann, 'plan', { kind: 'file' })).toEqual(['narrow file']);
    expect(await texts(ann, 'narrow', { before: first.arrival + 1 })).toEqual(['narrow https://example.org/x']);
    expect((await texts(ann, 'narrow', { from: began - 1 })).length).toBe(3);
    expect(await texts(ann, 'narrow', { to: began - 60_000 })).toEqual([]);
    expect(await texts(ann, '', { kind: 'file' })).toEqual(['narrow file']);
  });

  test('an edit takes the place of the text, and going back to it when it is erased; only the author edits', async () => {
    const said = await write(ann, text('before everything'));
    const target = { entry: said.entryId, org: ann.me.org, account: ann.me.account };
    await write(bob, { type: 'edit', target, text: 'forged everything' });
    const edit = await write(ann, { type: 'edit', target, text: 'after everything' });
    expect(await texts(bob, 'everything')).toEqual(['after everything']);
    expect([await texts(bob, 'before'), await texts(bob, 'forged')]).toEqual([[], []]);
    await erase(ann, edit);
    expect(await texts(bob, 'everything')).toEqual(['before everything']);
  });

  test('what is erased is not found, and its words are in no file of the node', async () => {
    const said = await write(ann, text('zanzibarpassword shortlived'));
    await write(ann, text('shortlived stays'));
    expect(await texts(bob, 'shortlived')).toEqual(['shortlived stays', 'zanzibarpassword shortlived']);
    await erase(ann, said);
    expect(await texts(bob, 'zanzi')).toEqual([]);
    expect(await texts(bob, 'shortlived')).toEqual(['shortlived stays']);
    acme.node.db.scrub();
    const files = readdirSync(acme.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const holding = files.filter((file) => readFileSync(join(file.parentPath, file.name)).includes('zanzibar'));
    expect(holding.map(({ name }) => name)).toEqual([]);
  });

  test('whatever is asked is answered', async () => {
    for (const q of [
      '"',
      "'",
      '*',
      'NEAR(a',
      'said : x',
      'tags:c1',
      '-',
      ') OR (',
      "'; DROP TABLE entry; --",
      '\0',
      '\ud800',
    ])
      expect(Array.isArray(await texts(ann, q))).toBe(true);
    expect(await ann.call('GET /api/v1/search', { query: { q: 'x'.repeat(401) } })).toMatchObject({ ok: false });
  });

  test('sealed chats never get there', async () => {
    const secret = await found(ann);
    await say(ann, secret.chat, 'sealedandhidden');
    expect(await texts(ann, 'sealedandhidden')).toEqual([]);
    const asked = { params: { chat: secret.chat }, query: { q: '' } };
    expect((await reply(ann.call('GET /api/v1/chats/:chat/search', asked))).hits).toEqual([]);
    expect(await bob.call('GET /api/v1/chats/:chat/search', asked)).toMatchObject({
      ok: false,
      refusal: { code: 'not_found' },
    });
    const rows = acme.node.db.read.prepare<[], { n: number }>(
      `SELECT count(*) AS n FROM openWord JOIN entry ON entry.arrival = openWord.rowid JOIN chat ON chat.id = entry.chat
       WHERE chat.kind NOT IN ('general', 'public') AND openWord MATCH 'tags : ("km" OR "kf")'`,
    );
    expect(rows.one()?.n).toBe(0);
  });

  test('one chat is searched by itself', async () => {
    const params = { chat: general.chat };
    const { hits } = await reply(bob.call('GET /api/v1/chats/:chat/search', { params, query: { q: 'quarterly' } }));
    expect(hits.map(({ entry }) => entry.chat)).toEqual([general.chat, general.chat] satisfies ChatId[]);
  });
});
