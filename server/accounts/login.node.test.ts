import * as opaque from '@serenity-kit/opaque';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEY_STRETCHING } from '../../protocol/api/opaque.ts';
import { type Fixture, openFixture, prove, redeemLink, register, value } from '../../test/fixtures/accounts.ts';
import { createSystemRandom } from '../adapters/random.ts';
import { GUESSES_PER_ADDRESS, GUESSES_PER_NAME } from './lockouts.ts';
import { openAccounts } from './open.ts';

let node: Fixture;
beforeEach(async () => {
  node = await openFixture();
});
afterEach(() => node.end());

const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const quick = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } } as const;

const changeTo = (registrationRecord: string) => ({ registrationRecord, vault: null });

function startOnly(name: string, address = '192.0.2.1') {
  const { startLoginRequest } = opaque.client.startLogin({ password: 'guess' });
  return node.login.start({ name, startLoginRequest, address });
}

test('the whole dance, stretched as clients stretch: joining by a link and signing in', async () => {
  const { token } = await node.links.makeJoin(null);
  value(await redeemLink(node, token, 'correct horse', { localName: 'Bob' }, KEY_STRETCHING));
  const proof = value(await prove(node, ' BOB ', 'correct horse', '192.0.2.1', KEY_STRETCHING));
  if (!proof) throw new Error('the client did not take the password');
  const { account, token: cookie } = value(await node.login.finish(proof, { label: 'Firefox on Linux' }));
  expect(account).toMatchObject({ localName: 'bob', displayName: 'bob', role: 'person', state: 'active' });
  expect(value(node.sessions.authenticate(cookie)).account.accountId).toBe(account.accountId);
});

test('a wrong password is noticed by the client, and what it may send all the same is refused', async () => {
  await node.person('bob');
  expect(value(await prove(node, 'bob', 'wrong'))).toBeUndefined();
  const { attemptId } = value(await startOnly('bob'));
  expect(await node.login.finish({ attemptId, finishLoginRequest: 'AAAA' }, { label: '' })).toEqual(
    refused('bad_login'),
  );
});

test('an unknown name, a pending account and a known name are answered alike', async () => {
  await node.person('bob');
  value(await node.accounts.create({ localName: 'pending' }));
  const shapes = new Set<string>();
  for (const name of ['bob', 'nobody', 'pending', '', 'no name at all']) {
    const { attemptId, loginResponse } = value(await startOnly(name));
    shapes.add(`${attemptId.length} ${loginResponse.length}`);
  }
  expect(shapes.size).toBe(1);
  expect(value(await prove(node, 'nobody', 'guess'))).toBeUndefined();
});

test('the part of the answer that belongs to name and password stays the same, for unknown names too', async () => {
  await node.person('bob');
  const { startLoginRequest } = opaque.client.startLogin({ password: 'guess' });
  // 32 bytes of the evaluated element come first: they depend on the request, the name and the setup alone.
  const evaluated = async (name: string) =>
    value(await node.login.start({ name, startLoginRequest, address: '192.0.2.1' })).loginResponse.slice(0, 42);
  for (const name of ['bob', 'nobody']) expect(await evaluated(name)).toBe(await evaluated(name));
  expect(await evaluated('nobody')).not.toBe(await evaluated('somebody'));
});

test('an attempt serves once, and not for ever', async () => {
  await node.person('bob');
  const proof = value(await prove(node, 'bob', 'bob'));
  const late = value(await prove(node, 'bob', 'bob'));
  if (!proof || !late) throw new Error('the client did not take the password');
  expect((await node.login.finish(proof, { label: 'a' })).ok).toBe(true);
  expect(await node.login.finish(proof, { label: 'a' })).toEqual(refused('bad_login'));
  node.pass(2 * 60_000);
  expect(await node.login.finish(late, { label: 'a' })).toEqual(refused('bad_login'));
});

test('hostile messages are refused', async () => {
  const { token } = await node.links.makeJoin(null);
  const bob = await node.person('bob');
  expect(await node.links.start(token, 'A'.repeat(1_025))).toMatchObject({ refusal: { detail: 'length' } });
  for (const bad of ['', '!', 'AAAA', 'A'.repeat(43), 'A'.repeat(128), '_'.repeat(256), 'A'.repeat(2_000)]) {
    node.pass(60_000);
    expect(await node.login.start({ name: 'bob', startLoginRequest: bad, address: '192.0.2.1' })).toEqual(
      refused('malformed'),
    );
    expect(await node.login.start({ name: 'nobody', startLoginRequest: bad, address: '192.0.2.1' })).toEqual(
      refused('malformed'),
    );
    expect(await node.links.start(token, bad)).toEqual(refused('malformed'));
    const redemption = { registrationRecord: bad, localName: 'eve', session: { label: '' } };
    expect(await node.links.finish(token, redemption)).toEqual(refused('malformed'));
    const proof = { attemptId: '', finishLoginRequest: '' };
    expect(await node.login.finishChange(bob.account.accountId, proof, changeTo(bad))).toEqual(refused('malformed'));
  }
});

test('guessing at one name is locked out from wherever it comes, and ends with time', async () => {
  await node.person('bob');
  for (let guess = 0; guess < GUESSES_PER_NAME; guess++)
    value(await prove(node, 'bob', `wrong ${guess}`, `192.0.2.${guess}`));
  const locked = await node.logIn('bob', 'bob', '198.51.100.1');
  expect(locked).toEqual(refused('locked_out'));
  const detail = locked.ok ? '' : (locked.refusal.detail ?? '');
  node.pass(Number(/^retryAfterMs=(\d+)$/.exec(detail)?.[1]));
  expect((await node.logIn('bob', 'bob')).ok).toBe(true);
});

test('a name without an account is locked out alike', async () => {
  for (let guess = 0; guess < GUESSES_PER_NAME; guess++) value(await startOnly('nobody', `192.0.2.${guess}`));
  expect(await startOnly('nobody')).toEqual(refused('locked_out'));
});

test('guessing from one address is locked out at whatever names, and nobody else with it', async () => {
  await node.person('bob');
  for (let guess = 0; guess < GUESSES_PER_ADDRESS; guess++) value(await startOnly(`name${guess}`, '2001:db8::1'));
  expect(await node.logIn('bob', 'bob', '2001:db8::2')).toEqual(refused('locked_out'));
  expect((await node.logIn('bob', 'bob', '2001:db8:0:1::1')).ok).toBe(true);
});

test('signing in often is no guessing', async () => {
  await node.person('bob');
  for (let time = 0; time < 2 * GUESSES_PER_NAME; time++) value(await node.logIn('bob', 'bob'));
});

test('a reset link lets in again at once', async () => {
  const { account } = await node.person('bob');
  while ((await startOnly('bob')).ok);
  const { token } = value(await node.links.makeFor(account.accountId, null));
  value(await redeemLink(node, token, 'new'));
  expect((await node.logIn('bob', 'new')).ok).toBe(true);
});

test('a log-in under way does not survive a new password', async () => {
  const { account } = await node.person('bob');
  const proof = value(await prove(node, 'bob', 'bob'));
  const { token } = value(await node.links.makeFor(account.accountId, null));
  value(await redeemLink(node, token, 'new'));
  if (!proof) throw new Error('the client did not take the password');
  expect(await node.login.finish(proof, { label: 'a' })).toEqual(refused('bad_login'));
});

test('a password is changed by proving the old one, which ends the other sessions', async () => {
  const { account, session, token } = await node.person('bob');
  const other = value(await node.logIn('bob', 'bob'));
  const record = await register('new', (request) => node.login.startChange(account.accountId, request), quick);
  const wrong = { attemptId: value(await startOnly('bob')).attemptId, finishLoginRequest: 'AAAA' };
  expect(await node.login.finishChange(account.accountId, wrong, changeTo(record))).toEqual(refused('bad_login'));
  const proof = value(await prove(node, 'bob', 'bob'));
  if (!proof) throw new Error('the client did not take the password');
  value(await node.login.finishChange(account.accountId, proof, { ...changeTo(record), keep: session.sessionId }));
  expect(node.sessions.authenticate(token).ok).toBe(true);
  expect(node.sessions.authenticate(other.token)).toEqual(refused('not_signed_in'));
  expect((await node.logIn('bob', 'new')).ok).toBe(true);
  expect(await node.logIn('bob', 'bob')).toEqual(refused('bad_login'));
});

test('nobody changes the password of another account with the proof of their own', async () => {
  const { account } = await node.person('bob');
  await node.person('eve');
  const record = await register('new', (request) => node.login.startChange(account.accountId, request), quick);
  const proof = value(await prove(node, 'eve', 'eve'));
  if (!proof) throw new Error('the client did not take the password');
  expect(await node.login.finishChange(account.accountId, proof, changeTo(record))).toEqual(refused('bad_login'));
  expect((await node.logIn('bob', 'bob')).ok).toBe(true);
});

test('passwords outlive a restart, and the setup they hang on is made once', async () => {
  await node.person('bob');
  const again = openAccounts({ ...node, random: createSystemRandom() });
  const proof = value(await prove(again, 'bob', 'bob'));
  if (!proof) throw new Error('the client did not take the password');
  expect((await again.login.finish(proof, { label: 'a' })).ok).toBe(true);
  again.close();
});
