// Files over two nodes (PROTOCOL 5.8a): they come before anybody asks, and to nobody else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pushOf } from '../fixtures/push.ts';
import { found, invite, requestOf } from '../fixtures/talk.ts';
import { befriend, reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';
import { bytesOf, fileOf, get, hashOf, share, upload } from './stage.ts';

let acme: TestNode;
let globex: TestNode;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  [acme, globex] = await Promise.all([startNode({ name: 'acme' }), startNode({ name: 'globex' })]);
  [ann, bob] = [await acme.person('ann'), await globex.person('bob')];
  await befriend(acme, globex);
});
afterAll(() => Promise.all([acme.end(), globex.end()]));

test('a file reaches a member of another organisation whole, and only in the chat that names it', async () => {
  const atBob = await pushOf(bob);
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  await atBob.next('chat', ({ summary }) => summary.chat === chat);
  const body = await requestOf(bob, chat, [{ is: 'accept', identity: new Uint8Array() }]);
  await reply(bob.call('POST /api/v1/chats/:chat/requests', { params: { chat }, body: { body } }));
  await atBob.next('chat', ({ summary }) => summary.chat === chat && summary.standing === 'member');
  const file = fileOf(3_333_333);
  const blob = await upload(ann, file);
  const { log, seq } = await share(ann, chat, [blob]);
  await atBob.next('entry', (push) => push.log === log && push.seq === seq);
  const got = await get(bob, chat, blob);
  expect([got.status, hashOf(await bytesOf(got))]).toEqual([200, blob]);
  const part = await get(bob, chat, blob, { headers: { range: 'bytes=3000000-3000009' } });
  expect(await bytesOf(part)).toEqual(file.subarray(3_000_000, 3_000_010));
  const other = (await found(bob)).chat;
  expect((await get(bob, other, blob)).status).toBe(404);
});
