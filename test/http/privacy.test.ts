// P2: to whoever is not in a private chat, its id is as good as a made-up one: the same answer by the same queries, on every
// route that takes a chat and on the push socket.
import Connection from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract, type RouteKey } from '../../protocol/api/contract.ts';
import type { ChatSummary, Stored } from '../../protocol/api/shapes.ts';
import { type ChatId, idFromBytes } from '../../protocol/ids.ts';
import { sealedGenesis } from '../../scripts/bench/sealed.ts';
import { composeSignedErase, composeSignedFin } from '../../web/client/compose-sealed.ts';
import { type PushClient, pushOf } from '../fixtures/push.ts';
import { found, invite, keysOf, messageWithoutKey, requestOf, say, toText } from '../fixtures/talk.ts';
import { startNode, type TestNode, type TestPerson } from '../nodes.ts';

const MADE_UP = idFromBytes('chat', new Uint8Array(32).fill(7));
const routes = (Object.keys(contract) as RouteKey[]).filter((key) => key.includes('/:chat'));
const statements: string[] = [];

let acme: TestNode;
let ann: TestPerson;
let eve: TestPerson;
let secret: ChatSummary;
let said: Stored;

beforeAll(async () => {
  recordStatements();
  acme = await startNode();
  [ann, eve] = [await acme.person('ann'), await acme.person('eve')];
  secret = await found(ann);
  await invite(ann, secret.chat, await acme.person('bob'));
  said = await say(ann, secret.chat, 'nobody else reads this');
  await say(eve, (await chatsOf(eve))[0]?.chat as ChatId, 'hello');
});
afterAll(() => acme.end());

/** The text of every query that this process runs from now on. */
function recordStatements(): void {
  const connection = new Connection(':memory:');
  const prototype = Object.getPrototypeOf(connection.prepare('SELECT 1'));
  connection.close();
  for (const name of ['run', 'get', 'all'] as const) {
    const original = prototype[name];
    prototype[name] = function recorded(this: { source: string }, ...parameters: unknown[]) {
      statements.push(this.source);
      return original.apply(this, parameters);
    };
  }
}

async function chatsOf(person: TestPerson): Promise<ChatSummary[]> {
  const answered = await person.call('GET /api/v1/chats', {});
  return answered.ok ? answered.value.chats : [];
}

/** What a member would send, written by somebody who knows everything that a member knows. */
async function bodyFor(key: RouteKey, chat: ChatId): Promise<unknown> {
  const summary = { ...secret, chat };
  const { author } = await keysOf(eve);
  if (key.endsWith('/messages')) return { body: await messageWithoutKey(eve, summary, 'let me in') };
  if (key.endsWith('/requests')) return { body: await requestOf(eve, chat, [{ is: 'rewrap' }]), looks: [] };
  if (key.endsWith('/fin')) return { body: toText(await composeSignedFin(author, chat)) };
  if (key.endsWith('/erase')) return { body: toText(await composeSignedErase(author, chat, said.log, said.seq)) };
  if (key.endsWith('/read')) return { arrival: said.arrival };
  return undefined;
}

async function ask(key: RouteKey, chat: ChatId) {
  const [method = '', path = ''] = key.split(' ');
  const body = await bodyFor(key, chat);
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${eve.token}`, 'content-type': 'application/json' };
  statements.length = 0;
  const response = await fetch(acme.address + path.replace(':chat', chat), { method, headers, ...init });
  const text = await response.text();
  const sent = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
  return { status: response.status, text, headers: sent, queries: [...statements] };
}

test('some routes take a chat', () => expect(routes.length).toBeGreaterThan(8));

test.each(routes)('%s answers a stranger as if the chat were not there', async (key) => {
  const madeUp = await ask(key, MADE_UP);
  expect(await ask(key, secret.chat)).toEqual(madeUp);
  expect(JSON.parse(madeUp.text).code).toBe('not_found');
  expect(madeUp.queries.length).toBeGreaterThan(0);
});

test('the push socket refuses a message there as it does one to nowhere, and is silent on typing', async () => {
  const client = await pushOf(eve);
  await client.next('ready');
  const refusals = [await submit(client, 1, secret.chat), await submit(client, 2, MADE_UP)];
  expect(refusals[0]).toEqual(refusals[1]);
  client.say({ t: 'typing', chat: secret.chat });
  client.say({ t: 'typing', chat: MADE_UP });
  await submit(client, 3, MADE_UP);
  expect(JSON.stringify(client.pushes)).not.toContain(secret.chat);
  client.kill();
});

async function submit(client: PushClient, id: number, chat: ChatId) {
  const body = await messageWithoutKey(eve, secret, 'let me in');
  statements.length = 0;
  client.say({ t: 'submit', id, chat, body });
  const { id: _, ...refused } = await client.next('refused', (push) => push.id === id);
  return { refused, queries: [...statements] };
}

test('it is in no list, and its people are not known by it', async () => {
  const [chats, open, organisations, search] = [
    await eve.call('GET /api/v1/chats', {}),
    await eve.call('GET /api/v1/public-chats', {}),
    await eve.call('GET /api/v1/organisations', {}),
    await eve.call('GET /api/v1/people/search', { query: { q: 'bob' } }),
  ];
  expect(JSON.stringify([chats, open, organisations, search])).not.toContain(secret.chat);
  expect(JSON.stringify(search)).not.toContain('chat');
});

test('who knows its genesis cannot found it again, nor learn that it is there', async () => {
  const genesis = toText(sealedGenesis(await keysOf(ann)));
  const before = await eve.call('POST /api/v1/chats', { body: { genesis } });
  await ann.call('POST /api/v1/chats', { body: { genesis } });
  expect(await eve.call('POST /api/v1/chats', { body: { genesis } })).toEqual(before);
});

test('the log of the node names no private chat', () => {
  expect(acme.logged.join('')).not.toContain(secret.chat);
});
