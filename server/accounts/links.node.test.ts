import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fixture, openFixture, redeemLink, register, value } from '../../test/fixtures/accounts.ts';

let node: Fixture;
beforeEach(async () => {
  node = await openFixture();
});
afterEach(() => node.end());

const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const HOUR_MS = 3_600_000;

test('the first administrator comes by a link of 24 hours, of which only the newest works, and only one', async () => {
  const first = value(await node.links.makeFirstAdministrator());
  const second = value(await node.links.makeFirstAdministrator());
  expect(second.expiresAtMs - second.createdAtMs).toBe(24 * HOUR_MS);
  expect(node.links.look(first.token)).toEqual(refused('bad_invitation'));
  const { account } = value(
    await redeemLink(node, second.token, 'secret', { localName: 'root', displayName: 'The Root' }),
  );
  expect(account).toMatchObject({ role: 'admin', localName: 'root', displayName: 'The Root', state: 'active' });
  expect(await node.links.makeFirstAdministrator()).toEqual(refused('bad_input'));
});

test('a link for the first administrator opens nothing once there is one', async () => {
  const { token } = value(await node.links.makeFirstAdministrator());
  const record = await register('late', (request) => node.links.start(token, request));
  const { account } = await node.person('bob');
  value(await node.accounts.setRole(account.accountId, 'admin'));
  expect(node.links.look(token)).toEqual(refused('bad_invitation'));
  const redemption = { registrationRecord: record, localName: 'eve', session: { label: '' } };
  expect(await node.links.finish(token, redemption)).toEqual(refused('bad_invitation'));
});

test('a link works once', async () => {
  const { token } = await node.links.makeJoin(null);
  const record = await register('secret', (request) => node.links.start(token, request));
  const join = (localName: string) =>
    node.links.finish(token, { registrationRecord: record, localName, session: { label: '' } });
  const both = await Promise.all([join('bob'), join('eve')]);
  expect(both).toEqual([expect.objectContaining({ ok: true }), refused('bad_invitation')]);
  expect(node.links.look(token)).toEqual(refused('bad_invitation'));
  expect(await node.links.start(token, 'AAAA')).toEqual(refused('bad_invitation'));
});

test('a link whose use is refused can be used again', async () => {
  await node.person('bob');
  const { token } = await node.links.makeJoin(null);
  expect(await redeemLink(node, token, 'secret', { localName: 'bob' })).toEqual(refused('name_taken'));
  expect(await redeemLink(node, token, 'secret')).toEqual(refused('bad_name'));
  expect((await redeemLink(node, token, 'secret', { localName: 'ann' })).ok).toBe(true);
});

test('links to join last 7 days, to reset 24 hours', async () => {
  const { account } = await node.person('bob');
  const join = await node.links.makeJoin(account.accountId);
  const reset = value(await node.links.makeFor(account.accountId, null));
  expect([join.kind, reset.kind]).toEqual(['join', 'reset']);
  node.pass(24 * HOUR_MS - 1);
  expect(node.links.look(reset.token).ok).toBe(true);
  node.pass(1);
  expect(node.links.look(reset.token)).toEqual(refused('bad_invitation'));
  node.pass(6 * 24 * HOUR_MS - 1);
  expect(node.links.look(join.token).ok).toBe(true);
  node.pass(1);
  expect(node.links.look(join.token)).toEqual(refused('bad_invitation'));
});

test('every reason why a link does not work has the same answer', async () => {
  const used = await node.links.makeJoin(null);
  value(await redeemLink(node, used.token, 'secret', { localName: 'bob' }));
  const withdrawn = await node.links.makeJoin(null);
  value(await node.links.withdraw(withdrawn.linkId));
  const expired = await node.links.makeJoin(null);
  node.pass(7 * 24 * HOUR_MS);
  const answers = [used.token, withdrawn.token, expired.token, 'made up', ''].map((token) => node.links.look(token));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test('the screen behind a link knows whose it is', async () => {
  const { accountId } = value(await node.accounts.create({ localName: 'bob', displayName: 'Bob Smith' }));
  const { token, kind } = value(await node.links.makeFor(accountId, null));
  expect(kind).toBe('join');
  expect(value(node.links.look(token))).toMatchObject({ kind, localName: 'bob', displayName: 'Bob Smith' });
  const open = await node.links.makeJoin(null);
  expect(value(node.links.look(open.token))).toMatchObject({ kind: 'join', localName: null, displayName: null });
});

test('a reset sets a new password and ends every session', async () => {
  const { account, token: cookie } = await node.person('bob');
  const { token } = value(await node.links.makeFor(account.accountId, null));
  node.changes.length = 0;
  const renewed = value(await redeemLink(node, token, 'new'));
  expect(renewed.account.accountId).toBe(account.accountId);
  expect(node.changes.map(({ kind }) => kind)).toEqual(['signed_out']);
  expect(node.sessions.authenticate(cookie)).toEqual(refused('not_signed_in'));
  expect(node.sessions.authenticate(renewed.token).ok).toBe(true);
  expect((await node.logIn('bob', 'new')).ok).toBe(true);
  expect(await node.logIn('bob', 'bob')).toEqual(refused('bad_login'));
});

test('a new link for an account takes the place of its earlier ones', async () => {
  const { account } = await node.person('bob');
  const earlier = value(await node.links.makeFor(account.accountId, null));
  const newest = value(await node.links.makeFor(account.accountId, null));
  expect(node.links.look(earlier.token)).toEqual(refused('bad_invitation'));
  expect(node.links.look(newest.token).ok).toBe(true);
});

test('a link for an account that is switched off is refused, made before or after', async () => {
  const { account } = await node.person('bob');
  const { token } = value(await node.links.makeFor(account.accountId, null));
  value(await node.accounts.disable(account.accountId));
  expect(await node.links.makeFor(account.accountId, null)).toEqual(refused('account_disabled'));
  expect(await redeemLink(node, token, 'new')).toEqual(refused('account_disabled'));
});

test('open links are listed with who made them, newest first, and can be withdrawn', async () => {
  const { account } = await node.administrator('root');
  const older = await node.links.makeJoin(account.accountId);
  node.pass(1);
  const newer = await node.links.makeJoin(null);
  expect(node.links.list().map(({ linkId, madeBy }) => [linkId, madeBy])).toEqual([
    [newer.linkId, null],
    [older.linkId, account.accountId],
  ]);
  expect(node.links.list()[0]).not.toHaveProperty('token');
  value(await node.links.withdraw(newer.linkId));
  expect(await node.links.withdraw(newer.linkId)).toEqual(refused('not_found'));
  expect(node.links.list()).toHaveLength(1);
});
