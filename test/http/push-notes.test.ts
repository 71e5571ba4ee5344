// Telling closed browsers of what is new (P16), by a push service of the tests' own: who is told, what the service learns, and what
// happens where it does not take a note.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PersonalChange } from '../../protocol/api/personal.ts';
import type { ChatSummary } from '../../protocol/api/shapes.ts';
import { createWebPush } from '../../server/adapters/web-push.ts';
import { createApi } from '../../web/client/api.ts';
import { type PushHost, startPushHost, subscribedBrowser } from '../fixtures/push-host.ts';
import { found, invite, say, toText } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

let service: PushHost;
let acme: TestNode;
let ann: TestPerson;
let bob: TestPerson;
let eve: TestPerson;
let chat: ChatSummary;

beforeAll(async () => {
  service = await startPushHost();
  acme = await startNode({ ports: { webPush: service.webPush } });
  [ann, bob, eve] = [await acme.person('ann'), await acme.person('bob'), await acme.person('eve')];
  chat = await found(ann);
  await invite(ann, chat.chat, bob);
});
afterAll(async () => {
  await acme.end();
  await service.close();
});
beforeEach(() => {
  service.pushed.length = 0;
});

/** As a browser does: by its session's cookie. */
function inBrowser(who: TestPerson) {
  const withCookie: typeof fetch = (url, init) =>
    fetch(url, {
      ...init,
      headers: { ...init?.headers, cookie: `conclave=${who.sessionToken}`, origin: acme.node.url },
    });
  return createApi({ baseUrl: acme.address, fetch: withCookie as never });
}

async function subscribe(who: TestPerson, path: string) {
  const browser = subscribedBrowser(service.endpoint(path));
  const { endpoint, p256dh, auth } = browser.target;
  const body = { endpoint, p256dh: toText(p256dh), auth: toText(auth) };
  return { browser, answer: await inBrowser(who).call('PUT /api/v1/me/push', { body }) };
}

const keep = (who: TestPerson, change: PersonalChange) =>
  reply(who.call('PUT /api/v1/me/personal', { body: { changes: [change] } }));
const pushedTo = (path: string) => service.pushed.filter((each) => each.path === `/${path}`);
const come = (path: string) => expect.poll(() => pushedTo(path).length, { timeout: 15_000 }).toBeGreaterThan(0);
const unread = async (who: TestPerson) =>
  reply(who.call('POST /api/v1/chats/:chat/read', { params: { chat: chat.chat }, body: { arrival: 1e9 } }));

test('a member is told, others and the author are not; the note says which chat and how much, and nothing of what', async () => {
  const { browser, answer } = await subscribe(bob, 'bob');
  expect(answer.ok).toBe(true);
  await subscribe(eve, 'eve');
  await subscribe(ann, 'ann');
  await say(ann, chat.chat, 'nobody but bob reads this');
  await come('bob');
  const [note] = pushedTo('bob');
  expect(browser.read(note!.body)).toMatchObject({ v: 1, chat: chat.chat, count: 1 });
  expect(Object.keys(browser.read(note!.body)).sort()).toEqual(['arrival', 'chat', 'count', 'v']);
  expect(note!.headers).toMatchObject({
    ttl: '86400',
    'content-encoding': 'aes128gcm',
    topic: expect.stringMatching(/^[\w-]{32}$/),
  });
  expect(note!.headers.authorization).toMatch(/^vapid t=/);
  expect(JSON.stringify(note!.headers)).not.toContain(chat.chat);
  expect([...pushedTo('eve'), ...pushedTo('ann')]).toEqual([]);
});

test('who mutes, or is told of mentions only, is not told', async () => {
  await keep(bob, { chat: chat.chat, key: 'mutedUntil', value: 'forever', at: Date.now() });
  await keep(bob, { chat: chat.chat, key: 'level', value: 'all', at: Date.now() });
  await subscribe(ann, 'ann');
  await say(ann, chat.chat, 'muted');
  await say(bob, chat.chat, 'from bob');
  await come('ann');
  expect(pushedTo('bob')).toEqual([]);
  await keep(bob, { chat: chat.chat, key: 'mutedUntil', value: null, at: Date.now() });
});

test('who has read it elsewhere meanwhile is left in peace', async () => {
  await say(ann, chat.chat, 'read at once');
  await unread(bob);
  await say(bob, chat.chat, 'an answer');
  await come('ann');
  expect(pushedTo('bob')).toEqual([]);
});

test.each([404, 410])('a browser that the service does not know any more (%i) is told no more', async (status) => {
  const path = `gone-${status}`;
  await subscribe(eve, path);
  const own = await found(ann);
  await invite(ann, own.chat, eve);
  await keep(eve, { chat: own.chat, key: 'level', value: 'all', at: Date.now() });
  service.statuses.push(...Array.from({ length: 3 }, () => status));
  await say(ann, own.chat, 'one');
  await come(path);
  service.statuses.length = 0;
  await expect
    .poll(
      () =>
        acme.node.db.read
          .prepare<[string], { n: number }>('SELECT count(*) AS n FROM pushSubscription WHERE endpoint = ?')
          .one(service.endpoint(path))?.n,
    )
    .toBe(0);
});

test('a browser ends with its session, and a token makes none', async () => {
  const cy = await acme.person('cy');
  await subscribe(cy, 'cy');
  const byToken = await cy.call('PUT /api/v1/me/push', {
    body: { endpoint: service.endpoint('x'), p256dh: '', auth: '' },
  });
  expect(byToken).toMatchObject({ ok: false, refusal: { code: 'scope_missing' } });
  const count = () =>
    acme.node.db.read
      .prepare<[string], { n: number }>('SELECT count(*) AS n FROM pushSubscription WHERE endpoint = ?')
      .one(service.endpoint('cy'))?.n;
  expect(count()).toBe(1);
  await reply(inBrowser(cy).call('DELETE /api/v1/session', {}));
  expect(count()).toBe(0);
});

test.each([
  'http://push.example/x',
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'https://localhost/x',
  'https://push.example:8443/x',
  'https://user:secret@push.example/x',
  'ftp://push.example/x',
  'nonsense',
])('%s is not called', (endpoint) => {
  expect(createWebPush().mayCall(endpoint)).toBe(false);
});

test('a name that leads to an address of the own network is not called, whoever says so', async () => {
  const { target } = subscribedBrowser('https://push.example/x');
  const webPush = createWebPush({ resolve: async () => [{ address: '10.0.0.1', family: 4 }] });
  const keys = webPush.makeKeys();
  const sent = webPush.send({
    target,
    keys,
    subject: 'mailto:a@b.example',
    note: new Uint8Array(2),
    topic: 'a',
    lifetimeSeconds: 1,
  });
  await expect(sent).rejects.toThrow('no public address');
  expect(createWebPush({ hosts: ['push.apple.com'] }).mayCall('https://web.push.apple.com/x')).toBe(true);
  expect(createWebPush({ hosts: ['push.apple.com'] }).mayCall('https://evilpush.apple.com.example/x')).toBe(false);
});
