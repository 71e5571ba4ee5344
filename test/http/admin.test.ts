// What administrators do over HTTP, and what it changes for everybody else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { befriend, reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

let acme: TestNode;
let globex: TestNode;
let ann: TestPerson;

beforeAll(async () => {
  [acme, globex] = await Promise.all([startNode({ name: 'acme' }), startNode({ name: 'globex' })]);
  ann = await acme.person('ann', { administrator: true });
});
afterAll(() => Promise.all([acme.end(), globex.end()]));

test('status and doctor say how the node is, in numbers', async () => {
  const status = await reply(ann.call('GET /api/v1/admin/status', {}));
  expect(status).toMatchObject({
    name: 'acme',
    domain: 'acme.localhost',
    accounts: 1,
    chats: 1,
    stopped: [],
    phraseConfirmed: false,
  });
  expect(status.federationAddresses[0]).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/);
  expect(status.webAddress).toBe(acme.node.url);
  const { checks } = await reply(ann.call('GET /api/v1/admin/doctor', {}));
  expect(checks.find(({ name }) => name === 'record')?.state).toBe('good');
});

test('an account is invited, made administrator, and switched off with all its ways in', async () => {
  const { link } = await reply(ann.call('POST /api/v1/admin/invitations', { body: {} }));
  expect(link).toMatch(/^http:\/\/acme\.localhost:\d+\/#\/join\/[a-z2-7]{32}$/);
  const first = await ann.call('POST /api/v1/admin/invitations', { body: { administrator: true } });
  expect(first).toMatchObject({ ok: false, refusal: { code: 'bad_input' } });
  const bob = await acme.person('bob');
  const params = { account: bob.account.accountId };
  const patch = (body: object) => ann.call('PATCH /api/v1/admin/accounts/:account', { params, body });
  expect(await reply(patch({ administrator: true, mayBringOutsiders: false }))).toMatchObject({
    administrator: true,
    mayBringOutsiders: false,
  });
  expect((await reply(bob.call('GET /api/v1/session', {}))).me).toMatchObject({ mayBringOutsiders: false });
  expect(await reply(patch({ state: 'disabled' }))).toMatchObject({ state: 'disabled', offboarding: [] });
  expect(await bob.call('GET /api/v1/session', {})).toMatchObject({ refusal: { code: 'not_signed_in' } });
  expect(
    await ann.call('PATCH /api/v1/admin/accounts/:account', {
      params: { account: ann.account.accountId },
      body: { state: 'disabled' },
    }),
  ).toMatchObject({ refusal: { code: 'last_administrator' } });
  const { accounts } = await reply(ann.call('GET /api/v1/admin/accounts', {}));
  expect(accounts.map(({ name, state }) => [name, state])).toEqual([
    ['ann', 'active'],
    ['bob', 'disabled'],
  ]);
  expect(await reply(patch({ state: 'active' }))).toMatchObject({ state: 'active' });
  await reply(ann.call('POST /api/v1/admin/accounts/:account/reset-link', { params }));
});

test('tokens of a bot are made, listed without their secret, and revoked', async () => {
  const made = await reply(ann.call('POST /api/v1/admin/bots', { body: { name: 'build', displayName: 'Build' } }));
  expect(made).toMatchObject({ kind: 'bot', name: 'build', displayName: 'Build', state: 'active' });
  const params = { account: made.account };
  const body = { label: 'bot', scopes: ['read' as const] };
  const { token, secret } = await reply(ann.call('POST /api/v1/admin/accounts/:account/tokens', { params, body }));
  const headers = { authorization: `Bearer ${secret}` };
  const asBot = () => fetch(`${acme.address}/api/v1/session`, { headers });
  expect((await asBot()).status).toBe(200);
  const listed = await reply(ann.call('GET /api/v1/admin/accounts/:account/tokens', { params }));
  expect(JSON.stringify(listed)).not.toContain(secret);
  await reply(
    ann.call('DELETE /api/v1/admin/accounts/:account/tokens/:token', { params: { ...params, token: token.id } }),
  );
  expect((await asBot()).status).toBe(401);
});

test('a partner is invited by ticket, seen, blocked and forgotten; Network access is set', async () => {
  const { ticket } = await reply(ann.call('POST /api/v1/admin/peers/invite', {}));
  expect(ticket.length).toBeGreaterThan(50);
  await befriend(globex, acme);
  const [peer] = (await reply(ann.call('GET /api/v1/admin/peers', {}))).peers;
  expect(peer).toMatchObject({ domain: 'globex.localhost', state: 'approved', queued: 0 });
  const params = { org: globex.node.core.organisation.orgId };
  const patch = (body: object) => ann.call('PATCH /api/v1/admin/peers/:org', { params, body });
  expect(await reply(patch({ directory: 'search' }))).toMatchObject({ directory: 'search' });
  expect(await reply(patch({ state: 'blocked' }))).toMatchObject({ state: 'blocked' });
  expect(await patch({ state: 'approved' })).toMatchObject({ refusal: { code: 'network_not_allowed' } });
  expect(await reply(patch({ state: 'unblocked' }))).toMatchObject({ state: 'seen' });
  await reply(ann.call('DELETE /api/v1/admin/peers/:org', { params }));
  expect(await patch({ state: 'approved' })).toMatchObject({ refusal: { code: 'unknown_peer' } });
  expect(await ann.call('POST /api/v1/admin/peers', { body: {} })).toMatchObject({ refusal: { code: 'bad_input' } });
  expect(await ann.call('POST /api/v1/admin/peers', { body: { ticket: 'x' } })).toMatchObject({
    refusal: { code: 'bad_ticket' },
  });
  expect(await reply(ann.call('PATCH /api/v1/admin/network', { body: { mode: 'off' } }))).toMatchObject({
    mode: 'off',
  });
  const address = 'bob@globex.localhost';
  expect(await ann.call('POST /api/v1/people/resolve', { body: { address } })).toMatchObject({
    refusal: { code: 'network_off' },
  });
});

test('the recovery phrase is shown until it is typed, then it is gone', async () => {
  const { words } = await reply(ann.call('GET /api/v1/admin/phrase', {}));
  expect(words).toHaveLength(24);
  const wrong = await ann.call('POST /api/v1/admin/phrase', { body: { words: [...words].reverse() } });
  expect(wrong).toMatchObject({ refusal: { code: 'phrase_wrong' } });
  await reply(ann.call('POST /api/v1/admin/phrase', { body: { words } }));
  expect(await ann.call('GET /api/v1/admin/phrase', {})).toMatchObject({ refusal: { code: 'phrase_confirmed' } });
});
