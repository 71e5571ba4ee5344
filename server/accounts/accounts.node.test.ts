import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseId } from '../../protocol/ids.ts';
import { type Fixture, namesOf, openFixture, redeemLink, value } from '../../test/fixtures/accounts.ts';
import { sql } from '../db/query.ts';

let node: Fixture;
beforeEach(async () => {
  node = await openFixture();
});
afterEach(() => node.end());

const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const kinds = () => node.changes.map(({ kind }) => kind).splice(0);

test('a created account is pending until its person has set a password', async () => {
  const made = value(await node.accounts.create({ localName: 'Bob', displayName: 'Bob Smith' }));
  expect(made).toMatchObject({ localName: 'bob', state: 'pending', role: 'person', mayBringOutsiders: true });
  expect(node.accounts.search('bob')).toEqual([]);
  expect(kinds()).toEqual([]);
  const { token } = value(await node.links.makeFor(made.accountId, null));
  const { account } = value(await redeemLink(node, token, 'secret', { localName: 'other' }));
  expect(account).toMatchObject({ accountId: made.accountId, localName: 'bob', state: 'active' });
  expect(kinds()).toEqual(['created']);
  expect(namesOf(node.accounts.search('smi'))).toEqual(['bob']);
});

test('names are taken whatever their case, and bad ones refused', async () => {
  value(await node.accounts.create({ localName: 'bob' }));
  expect(await node.accounts.create({ localName: 'BOB' })).toEqual(refused('name_taken'));
  expect(await node.accounts.create({ localName: 'b b' })).toEqual(refused('bad_name'));
  expect(await node.accounts.create({ localName: 'ann', displayName: ' ' })).toEqual(refused('bad_input'));
  expect(node.accounts.byName(' Bob ')?.localName).toBe('bob');
  expect(node.accounts.byName('ann')).toBeUndefined();
});

test('of two who take the same name at once, one gets it', async () => {
  const both = await Promise.all([
    node.accounts.create({ localName: 'bob' }),
    node.accounts.create({ localName: 'bob' }),
  ]);
  expect(both.map(({ ok }) => ok)).toEqual([true, false]);
});

test('renaming changes the label and keeps the account', async () => {
  const { account } = await node.person('bob');
  await node.person('ann');
  const renamed = value(
    await node.accounts.rename(account.accountId, { localName: 'Robert', displayName: 'Zoë Berg' }),
  );
  expect(renamed).toMatchObject({ accountId: account.accountId, localName: 'robert', displayName: 'Zoë Berg' });
  expect(node.accounts.byName('bob')).toBeUndefined();
  expect(namesOf(node.accounts.search('zoe b'))).toEqual(['robert']);
  expect(await node.accounts.rename(account.accountId, { localName: 'ann' })).toEqual(refused('name_taken'));
  expect(value(await node.accounts.rename(account.accountId, { localName: 'robert' })).localName).toBe('robert');
  expect(node.changes.at(-1)).toMatchObject({ kind: 'changed', account: { localName: 'robert' } });
  expect((await node.logIn('robert', 'bob')).ok).toBe(true);
});

test('search finds active accounts by the beginning of a word of their names', async () => {
  for (const name of ['bob.smith', 'smilla', 'ann_a']) await node.person(name);
  const gone = await node.person('smirnov');
  await node.accounts.disable(gone.account.accountId);
  expect(namesOf(node.accounts.search('SMI'))).toEqual(['bob.smith', 'smilla']);
  expect(namesOf(node.accounts.search('smi', 1))).toEqual(['bob.smith']);
  expect(namesOf(node.accounts.search('mit'))).toEqual([]);
  expect(namesOf(node.accounts.search('%'))).toEqual([]);
  expect(namesOf(node.accounts.search(''))).toEqual([]);
});

test('the list comes in pages', async () => {
  for (const localName of ['c', 'a', 'b']) value(await node.accounts.create({ localName }));
  expect(namesOf(node.accounts.list({ limit: 2 }))).toEqual(['a', 'b']);
  expect(namesOf(node.accounts.list({ after: 'b', limit: 2 }))).toEqual(['c']);
});

test('the last administrator cannot be switched off or made a person', async () => {
  expect(node.accounts.hasAdministrator()).toBe(false);
  const { account: root } = await node.administrator('root');
  expect(node.accounts.hasAdministrator()).toBe(true);
  expect(await node.accounts.disable(root.accountId)).toEqual(refused('last_administrator'));
  expect(await node.accounts.setRole(root.accountId, 'person')).toEqual(refused('last_administrator'));
  const { account: second } = await node.person('second');
  value(await node.accounts.setRole(second.accountId, 'admin'));
  value(await node.accounts.disable(root.accountId));
  expect(await node.accounts.setRole(second.accountId, 'person')).toEqual(refused('last_administrator'));
});

test('of two administrators who switch each other off at once, one stays', async () => {
  const { account: root } = await node.administrator('root');
  const { account: second } = await node.person('second');
  value(await node.accounts.setRole(second.accountId, 'admin'));
  const both = await Promise.all([node.accounts.disable(root.accountId), node.accounts.disable(second.accountId)]);
  expect(both.map(({ ok }) => ok)).toEqual([true, false]);
});

test('disabling ends sessions and tokens, keeps log-in shut, and enabling lets in again', async () => {
  const { account, token } = await node.person('bob');
  const bearer = value(await node.tokens.add(account.accountId, 'bot', ['read']));
  node.changes.length = 0;
  expect(value(await node.accounts.disable(account.accountId)).state).toBe('disabled');
  expect(kinds()).toEqual(['signed_out', 'signed_out', 'disabled']);
  expect(node.sessions.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(node.tokens.authenticate(bearer.token)).toEqual(refused('not_signed_in'));
  expect(await node.logIn('bob', 'bob')).toEqual(refused('account_disabled'));
  expect(await node.logIn('bob', 'wrong')).toEqual(refused('bad_login'));
  expect(await node.tokens.add(account.accountId, 'bot', ['read'])).toEqual(refused('account_disabled'));
  node.changes.length = 0;
  value(await node.accounts.disable(account.accountId));
  expect(kinds()).toEqual([]);
  value(await node.accounts.enable(account.accountId));
  expect(kinds()).toEqual(['enabled']);
  expect((await node.logIn('bob', 'bob')).ok).toBe(true);
  expect(node.sessions.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(node.tokens.authenticate(bearer.token)).toEqual(refused('not_signed_in'));
});

test('a pending account that was switched off becomes pending again, and nobody is told of it', async () => {
  const { accountId } = value(await node.accounts.create({ localName: 'bob' }));
  value(await node.accounts.rename(accountId, { displayName: 'Bob' }));
  value(await node.accounts.disable(accountId));
  expect(value(await node.accounts.enable(accountId)).state).toBe('pending');
  expect(kinds()).toEqual([]);
});

test('who may bring in outsiders is told with every change', async () => {
  const { account } = await node.person('bob');
  expect(value(await node.accounts.setMayBringOutsiders(account.accountId, false)).mayBringOutsiders).toBe(false);
  expect(node.changes.at(-1)).toMatchObject({ kind: 'changed', account: { mayBringOutsiders: false } });
  expect(node.accounts.byId(account.accountId)?.mayBringOutsiders).toBe(false);
});

test('an unknown account is refused', async () => {
  const nobody = parseId('account', `acc_${'a'.repeat(26)}`);
  for (const refusal of [
    await node.accounts.disable(nobody),
    await node.accounts.enable(nobody),
    await node.accounts.setRole(nobody, 'admin'),
    await node.accounts.rename(nobody, { localName: 'x' }),
    await node.tokens.add(nobody, 'bot', ['read']),
    await node.links.makeFor(nobody, null),
  ])
    expect(refusal).toEqual(refused('unknown_account'));
});

test('a listener takes part in the transaction: what it writes goes with the change, and its throw undoes the change', async () => {
  const { account } = await node.person('bob');
  node.onChange((change, tx) => {
    tx.run(sql.updateTable('account').set({ displayName: 'seen' }).where('accountId', '=', account.accountId));
    if (change.kind === 'disabled') throw new Error('the listener broke');
  });
  await expect(node.accounts.disable(account.accountId)).rejects.toThrow('the listener broke');
  expect(node.accounts.byId(account.accountId)).toMatchObject({ state: 'active', displayName: 'bob' });
  value(await node.accounts.setMayBringOutsiders(account.accountId, false));
  expect(node.accounts.byId(account.accountId)?.displayName).toBe('seen');
});
