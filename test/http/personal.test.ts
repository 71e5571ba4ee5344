// What a person keeps for themselves over the API: the newest decision stays, all devices are told, and nobody learns of a chat by it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PersonalChange } from '../../protocol/api/personal.ts';
import type { ChatSummary } from '../../protocol/api/shapes.ts';
import { idFromBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { composeSignedFin } from '../../web/client/compose-sealed.ts';
import { pushOf } from '../fixtures/push.ts';
import { found, keysOf, toText } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

const MADE_UP = idFromBytes('chat', new Uint8Array(32).fill(7));
const LONG_AGO = Date.UTC(2026, 0, 1);
let acme: TestNode;
let ann: TestPerson;
let eve: TestPerson;
let chat: ChatSummary['chat'];

beforeAll(async () => {
  acme = await startNode();
  [ann, eve] = [await acme.person('ann'), await acme.person('eve')];
  chat = (await found(ann)).chat;
});
afterAll(() => acme.end());

const put = (who: TestPerson, ...changes: PersonalChange[]) =>
  who.call('PUT /api/v1/me/personal', { body: { changes } });
const kept = (who: TestPerson, after = 0) => reply(who.call('GET /api/v1/me/personal', { query: { after } }));
const pinned = (value: boolean, at: number): PersonalChange => ({ chat, key: 'pinned', value, at });

test('of two devices the one that decided last is kept, whichever came first', async () => {
  await reply(put(ann, pinned(true, LONG_AGO + 2)));
  const late = await reply(put(ann, pinned(false, LONG_AGO + 1)));
  expect(late.rows).toMatchObject([{ key: 'pinned', value: true }]);
  await reply(put(ann, pinned(false, LONG_AGO + 3)));
  expect((await kept(ann)).rows).toMatchObject([{ chat, key: 'pinned', value: false }]);
});

test('a clock that is ahead decides nothing for ever', async () => {
  await reply(put(ann, { chat, key: 'level', value: 'none', at: Date.UTC(2100, 0, 1) }));
  const after = await reply(put(ann, { chat, key: 'level', value: 'mentions', at: Date.UTC(2100, 0, 1) }));
  expect(after.rows).toMatchObject([{ key: 'level', value: 'mentions' }]);
});

test('the other devices are told, and who comes back asks for what it missed', async () => {
  const { revision } = await kept(ann);
  const push = await pushOf(ann);
  await push.next('ready');
  await reply(put(ann, { chat, key: 'mutedUntil', value: 'forever', at: LONG_AGO }));
  const { rows } = await push.next('personal');
  expect(rows).toMatchObject([{ chat, key: 'mutedUntil', value: 'forever' }]);
  expect((await kept(ann, revision)).rows).toEqual(rows);
  push.kill();
});

test('settings are of the account, and a zone is one that there is', async () => {
  const value = { zone: 'Europe/Berlin', quiet: { from: 1320, to: 420 }, readMarkers: true, presence: false };
  const rows = await reply(put(ann, { chat: null, key: 'settings', value, at: LONG_AGO }));
  expect(rows.rows).toMatchObject([{ chat: null, key: 'settings', value }]);
  const nowhere = await put(ann, { chat: null, key: 'settings', value: { ...value, zone: 'Europe/Atlantis' }, at: 1 });
  expect(nowhere).toMatchObject({ ok: false, refusal: { code: 'bad_input' } });
});

test('a chat of others is answered like one that never was, and neither keeps anything', async () => {
  const change = { key: 'pinned', value: true, at: LONG_AGO } as const;
  const own = {
    chat: null,
    key: 'settings',
    at: LONG_AGO,
    value: { zone: 'UTC', quiet: null, readMarkers: true, presence: true },
  } as const;
  const answers = await Promise.all([chat, MADE_UP].map((each) => put(eve, own, { ...change, chat: each })));
  expect(answers[0]).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect(answers[1]).toEqual(answers[0]);
  expect((await kept(eve)).rows).toEqual([]);
});

test('a draft has a limit', async () => {
  const draft = (bytes: number): PersonalChange => ({ chat, key: 'draft', value: 'A'.repeat(bytes), at: LONG_AGO });
  const most = Math.ceil((LIMITS.draftBytes * 4) / 3);
  expect(await put(ann, draft(most + 1))).toMatchObject({ refusal: { code: 'bad_input' } });
  await reply(put(ann, draft(most)));
});

test('of a chat that was left nothing stays', async () => {
  const { chat: left } = await found(eve);
  await reply(put(eve, { chat: left, key: 'draft', value: 'AAAA', at: LONG_AGO }));
  const { author } = await keysOf(eve);
  await reply(
    eve.call('POST /api/v1/chats/:chat/fin', {
      params: { chat: left },
      body: { body: toText(await composeSignedFin(author, left)) },
    }),
  );
  await expect.poll(async () => (await kept(eve)).rows).toEqual([]);
});
