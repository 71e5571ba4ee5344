import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceId } from '../../protocol/ids.ts';
import { type Fixture, openFixture, prove, value } from '../../test/fixtures/accounts.ts';
import { sql } from '../db/query.ts';

let node: Fixture;
beforeEach(async () => {
  node = await openFixture();
});
afterEach(() => node.end());

const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const DAY_MS = 24 * 3_600_000;

test('a session ends after 30 days without use, and a use begins them again', async () => {
  const { token, account } = await node.person('bob');
  node.pass(29 * DAY_MS);
  expect(node.sessions.authenticate(token).ok).toBe(true);
  await node.db.write(() => {});
  expect(node.accounts.byId(account.accountId)?.lastSeenAtMs).toBe(
    node.sessions.list(account.accountId)[0]?.lastUsedAtMs,
  );
  node.pass(30 * DAY_MS - 1);
  expect(node.sessions.authenticate(token).ok).toBe(true);
  await node.db.write(() => {});
  node.pass(30 * DAY_MS);
  expect(node.sessions.authenticate(token)).toEqual(refused('not_signed_in'));
});

test('what opens nothing any more is deleted', async () => {
  await node.person('bob');
  node.pass(60 * DAY_MS);
  await node.db.write(() => {});
  for (const table of ['accountSession', 'accountLink'] as const)
    expect(node.db.read.all(sql.selectFrom(table).selectAll())).toEqual([]);
});

test('a device that is signed in, or is a token, is no other session; once it is signed out it may be again', async () => {
  const { account, session, token } = await node.person('bob');
  const logIn = async (device: typeof session.device) => {
    const proof = value(await prove(node, 'bob', 'bob'));
    if (!proof) throw new Error('the client did not take the password');
    return node.login.finish(proof, { label: 'again', device });
  };
  expect(await logIn(session.device)).toEqual(refused('bad_device'));
  const { info } = value(await node.tokens.add(account.accountId, 'program', ['read']));
  expect(await logIn(info.device)).toEqual(refused('bad_device'));
  expect(node.sessions.authenticate(token).ok).toBe(true);
  value(await node.sessions.end(account.accountId, session.sessionId));
  const again = value(await logIn(session.device));
  expect(value(node.sessions.authenticate(again.token))).toMatchObject({
    device: session.device,
    via: { kind: 'session', sessionId: again.session.sessionId },
  });
});

test('a device whose session has ended by itself is free, and another account may have it too', async () => {
  const { session } = await node.person('bob');
  const eve = value(await enterAs('eve', session.device));
  expect(eve.session.device).toBe(session.device);
  node.pass(30 * DAY_MS);
  const proof = value(await prove(node, 'bob', 'bob'));
  if (!proof) throw new Error('the client did not take the password');
  expect((await node.login.finish(proof, { label: 'again', device: session.device })).ok).toBe(true);
});

async function enterAs(name: string, device: DeviceId) {
  await node.person(name);
  const proof = value(await prove(node, name, name));
  if (!proof) throw new Error('the client did not take the password');
  return node.login.finish(proof, { label: 'test', device });
}

test('an account has at most 50 sessions, and the one longest unused makes room', async () => {
  const { account, token } = await node.person('bob');
  for (let at = 0; at < 50; at++) {
    node.pass(1);
    value(await node.logIn('bob', 'bob'));
  }
  expect(node.sessions.list(account.accountId)).toHaveLength(50);
  expect(node.sessions.authenticate(token)).toEqual(refused('not_signed_in'));
});

test('an odd label is no reason to refuse a log-in', async () => {
  await node.person('bob');
  for (const label of ['', 'a\u202eb', 'x'.repeat(500)]) {
    const proof = value(await prove(node, 'bob', 'bob'));
    if (!proof) throw new Error('the client did not take the password');
    expect(value(await node.login.finish(proof, { label })).session.label).toMatch(/^(unknown|x{64})$/);
  }
});

test('a session is ended by its own account only', async () => {
  const bob = await node.person('bob');
  const eve = await node.person('eve');
  expect(await node.sessions.end(eve.account.accountId, bob.session.sessionId)).toEqual(refused('not_found'));
  expect(node.sessions.authenticate(bob.token).ok).toBe(true);
  value(await node.sessions.end(bob.account.accountId, bob.session.sessionId));
  expect(node.sessions.authenticate(bob.token)).toEqual(refused('not_signed_in'));
  expect(node.changes.at(-1)).toMatchObject({ kind: 'signed_out', id: bob.session.sessionId });
});

test('logging out everywhere keeps only the session that asks', async () => {
  const first = await node.person('bob');
  const second = value(await node.logIn('bob', 'bob'));
  const eve = await node.person('eve');
  await node.sessions.logoutEverywhere(first.account.accountId, second.session.sessionId);
  expect(node.sessions.authenticate(first.token)).toEqual(refused('not_signed_in'));
  expect(node.sessions.authenticate(second.token).ok).toBe(true);
  expect(node.sessions.authenticate(eve.token).ok).toBe(true);
  await node.sessions.logoutEverywhere(first.account.accountId);
  expect(node.sessions.authenticate(second.token)).toEqual(refused('not_signed_in'));
});

test('a bearer token is scoped, listed without its secret, and revoked by its own account only', async () => {
  const { account } = await node.person('bob');
  const eve = await node.person('eve');
  const { token, info } = value(await node.tokens.add(account.accountId, 'build bot', ['write', 'read', 'read']));
  expect(value(node.tokens.authenticate(token))).toMatchObject({
    account: { localName: 'bob' },
    device: info.device,
    via: { kind: 'token', tokenId: info.tokenId, scopes: ['read', 'write'] },
  });
  await node.db.write(() => {});
  const listed = node.tokens.list(account.accountId);
  expect(listed).toEqual([{ ...info, lastUsedAtMs: info.createdAtMs }]);
  expect(await node.tokens.revoke(eve.account.accountId, info.tokenId)).toEqual(refused('unknown_token'));
  value(await node.tokens.revoke(account.accountId, info.tokenId));
  expect(node.tokens.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(node.changes.at(-1)).toMatchObject({ kind: 'signed_out', id: info.tokenId });
});

test('tokens are refused without a scope, with one above the account, with a bad label, and beyond their number', async () => {
  const { account } = await node.person('bob');
  const add = (label: string, scopes: ('read' | 'admin')[]) => node.tokens.add(account.accountId, label, scopes);
  expect(await add('bot', [])).toEqual(refused('bad_input'));
  expect(await add('bot', ['admin'])).toEqual(refused('not_administrator'));
  expect(await add('', ['read'])).toEqual(refused('bad_input'));
  const made = await Promise.all(Array.from({ length: 21 }, (_, at) => add(`bot ${at}`, ['read'])));
  expect(made.filter(({ ok }) => ok)).toHaveLength(20);
  expect(made.at(-1)).toEqual(refused('bad_input'));
});

test('the state of the account is looked at with every use', async () => {
  const { account, token } = await node.person('bob');
  const bearer = value(await node.tokens.add(account.accountId, 'bot', ['read']));
  await node.db.write((tx) => tx.run(sql.updateTable('account').set({ state: 'disabled' })));
  expect(node.sessions.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(node.tokens.authenticate(bearer.token)).toEqual(refused('not_signed_in'));
});

test('one kind of secret does not stand for another', async () => {
  const { account, token } = await node.person('bob');
  const bearer = value(await node.tokens.add(account.accountId, 'bot', ['read']));
  expect(node.tokens.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(node.sessions.authenticate(bearer.token)).toEqual(refused('not_signed_in'));
  expect(node.links.look(token)).toEqual(refused('bad_invitation'));
});

test('no secret lies in the database', async () => {
  const { account, token } = await node.person('bob');
  const bearer = value(await node.tokens.add(account.accountId, 'a label to be found', ['read']));
  const link = await node.links.makeJoin(null);
  const files = Buffer.concat([node.file, `${node.file}-wal`].map((file) => readFileSync(file)));
  expect(files.includes('a label to be found')).toBe(true);
  for (const secret of [token, bearer.token, link.token]) expect(files.includes(secret)).toBe(false);
});
