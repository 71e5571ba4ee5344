// PRODUCT P3 and tokens: nobody gets a way into a person's account but that person, signed in; a bot is a member like others.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Token } from '../../protocol/api/shapes.ts';
import type { AccountId } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import { createCall } from '../../server/admin/call.ts';
import { createApi } from '../../web/client/api.ts';
import { found, invite, say } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson, value } from '../nodes.ts';

let acme: TestNode;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  acme = await startNode();
  ann = await acme.person('ann', { administrator: true });
  bob = await acme.person('bob');
});
afterAll(() => acme.end());

const label = (text: string) => ({ label: text, scopes: ['read' as const] });
const refusedAs = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });

interface Given {
  readonly status: number;
  readonly body: { code?: string; token: Token; tokens: Token[]; secret: string };
}

async function ask(as: Record<string, string>, method: string, path: string, body?: object): Promise<Given> {
  const headers = { 'content-type': 'application/json', origin: acme.address, ...as };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(acme.address + path, { method, headers, ...sent });
  return { status: response.status, body: (await response.json()) as Given['body'] };
}
const session = ({ sessionToken }: TestPerson) => ({ cookie: `conclave=${sessionToken}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('an administrator makes no token of a person: not by token, not by session, not by the admin socket', async () => {
  for (const person of [bob, ann]) {
    const params = { account: person.account.accountId };
    const before = await reply(ann.call('GET /api/v1/admin/accounts/:account/tokens', { params }));
    const key = 'POST /api/v1/admin/accounts/:account/tokens';
    expect(await ann.call(key, { params, body: label('quiet') })).toEqual(refusedAs('token_of_person'));
    const path = `/api/v1/admin/accounts/${params.account}/tokens`;
    expect((await ask(session(ann), 'POST', path, label('quiet'))).body.code).toBe('token_of_person');
    const call = createCall(join(acme.folder, 'admin.sock'));
    const throughSocket = await call(key, { params, body: label('quiet') }).catch((error: unknown) => error);
    expect((throughSocket as Refused).refusal.code).toBe('token_of_person');
    const after = await reply(ann.call('GET /api/v1/admin/accounts/:account/tokens', { params }));
    expect(after.tokens.map(({ id }) => id)).toEqual(before.tokens.map(({ id }) => id));
  }
});

test('the admin socket serves no route of a person', async () => {
  const call = createCall(join(acme.folder, 'admin.sock'));
  const error = await call('POST /api/v1/tokens', { body: label('quiet') }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refused);
  expect((error as Refused).refusal.code).toBe('not_found');
});

test('a person makes, lists and revokes own tokens, signed in', async () => {
  const made = await ask(session(bob), 'POST', '/api/v1/tokens', label('my script'));
  expect(made.status).toBe(200);
  const asScript = () => ask(bearer(made.body.secret), 'GET', '/api/v1/session');
  expect((await asScript()).status).toBe(200);
  const listed = await ask(session(bob), 'GET', '/api/v1/tokens');
  expect(listed.body.tokens.map((each) => each.label)).toEqual(['test', 'my script']);
  expect(JSON.stringify(listed.body)).not.toContain(made.body.secret);
  const path = `/api/v1/tokens/${made.body.token.id}`;
  expect((await ask(session(ann), 'DELETE', path)).body.code).toBe('unknown_token');
  expect((await ask(session(bob), 'DELETE', path)).status).toBe(200);
  expect((await asScript()).body.code).toBe('not_signed_in');
});

test('a token makes, lists and revokes none, whatever its scopes', async () => {
  for (const { token } of [bob, ann]) {
    expect((await ask(bearer(token), 'POST', '/api/v1/tokens', label('more'))).body.code).toBe('scope_missing');
    expect((await ask(bearer(token), 'GET', '/api/v1/tokens')).body.code).toBe('scope_missing');
    expect((await ask(bearer(token), 'DELETE', '/api/v1/tokens/tok_x')).body.code).toBe('scope_missing');
  }
});

test('another web site makes no token with the cookie', async () => {
  const elsewhere = { ...session(bob), origin: 'https://evil.example' };
  expect((await ask(elsewhere, 'POST', '/api/v1/tokens', label('more'))).body.code).toBe('wrong_origin');
});

test('own tokens may no more than the account, and there are at most 20', async () => {
  const admin = { label: 'admin', scopes: ['admin'] };
  expect((await ask(session(bob), 'POST', '/api/v1/tokens', admin)).body.code).toBe('not_administrator');
  expect((await ask(session(ann), 'POST', '/api/v1/tokens', admin)).status).toBe(200);
  const eve = await acme.person('eve');
  const answers: number[] = [];
  for (let at = 0; at < 20; at++)
    answers.push((await ask(session(eve), 'POST', '/api/v1/tokens', label(`${at}`))).status);
  expect(answers).toEqual([...Array(19).fill(200), 400]);
});

async function bot(name: string): Promise<TestPerson> {
  const made = await reply(ann.call('POST /api/v1/admin/bots', { body: { name } }));
  const params = { account: made.account as AccountId };
  const body = { label: 'talk', scopes: ['read' as const, 'write' as const] };
  const { secret: token } = await reply(ann.call('POST /api/v1/admin/accounts/:account/tokens', { params, body }));
  const call: TestPerson['call'] = (key, input) => createApi({ baseUrl: acme.address, fetch, token }).call(key, input);
  const { me } = await reply(call('GET /api/v1/session', {}));
  const account = acme.node.core.accounts.accounts.byId(made.account);
  if (!account) throw new Error('the bot has no account');
  return { at: acme, name, account, me, token, sessionToken: '', call };
}

test('a bot is found by its name, invited into a private chat, and reads and writes there; nobody else gets in with it', async () => {
  const helper = await bot('helper');
  const { people } = await reply(bob.call('GET /api/v1/people/search', { query: { q: 'help' } }));
  expect(people.map(({ account }) => account)).toEqual([helper.account.accountId]);
  const { chat } = await found(bob);
  await say(bob, chat, 'hello helper');
  expect(await helper.call('GET /api/v1/chats/:chat', { params: { chat } })).toEqual(refusedAs('not_found'));
  await invite(bob, chat, helper);
  await say(helper, chat, 'hello bob');
  const { head } = await reply(helper.call('GET /api/v1/chats/:chat', { params: { chat } }));
  expect(head.cpos).toBeGreaterThan(0);
  expect(await ann.call('GET /api/v1/chats/:chat', { params: { chat } })).toEqual(refusedAs('not_found'));
});

test('a bot has no password to reset, over HTTP neither', async () => {
  const { account } = await bot('mute');
  const params = { account: account.accountId };
  const answer = await ann.call('POST /api/v1/admin/accounts/:account/reset-link', { params });
  expect(answer).toEqual(refusedAs('bot_has_no_password'));
});

test('who makes a link to reset is in the log of the node, and the link is not', async () => {
  const params = { account: bob.account.accountId };
  const { link } = await reply(ann.call('POST /api/v1/admin/accounts/:account/reset-link', { params }));
  const lines = acme.logged.filter((line) => line.includes('account.reset_link'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`account=${bob.account.accountId} by=${ann.account.accountId}`);
  expect(acme.logged.join('')).not.toContain(link.split('/').at(-1));
  expect(value(acme.node.core.accounts.links.look(link.split('/').at(-1) ?? '')).kind).toBe('reset');
});
