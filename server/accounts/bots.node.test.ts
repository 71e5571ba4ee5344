import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fixture, namesOf, openFixture, prove, redeemLink, value } from '../../test/fixtures/accounts.ts';

let node: Fixture;
beforeEach(async () => {
  node = await openFixture();
});
afterEach(() => node.end());

const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const resetsLogged = () =>
  node.logged.filter(({ event }) => event === 'account.reset_link').map(({ fields }) => fields);
const kinds = () => node.changes.map(({ kind }) => kind).splice(0);

test('a bot is active at once, told of like a person, and has a name that nobody else takes', async () => {
  const bot = value(await node.accounts.createBot({ localName: 'Build', displayName: 'Build server' }));
  expect(bot).toMatchObject({ kind: 'bot', localName: 'build', state: 'active', role: 'person' });
  expect(kinds()).toEqual(['created']);
  expect(namesOf(node.accounts.search('server'))).toEqual(['build']);
  expect(await node.accounts.createBot({ localName: 'build' })).toEqual(refused('name_taken'));
  expect(await node.accounts.createBot({ localName: 'a b' })).toEqual(refused('bad_name'));
  expect(value(await node.accounts.createBot({ localName: 'other' })).displayName).toBe('other');
});

test('people who come by a link or are made by an administrator are persons', async () => {
  const { account } = await node.person('bob');
  expect(account.kind).toBe('person');
  expect(value(await node.accounts.create({ localName: 'ann' })).kind).toBe('person');
});

test('a bot never gets a password: no link is made for it, and its log-in is answered like one of an unknown name', async () => {
  const { accountId } = value(await node.accounts.createBot({ localName: 'build' }));
  expect(await node.links.makeFor(accountId, null)).toEqual(refused('bot_has_no_password'));
  value(await node.accounts.disable(accountId));
  expect(await node.links.makeFor(accountId, null)).toEqual(refused('bot_has_no_password'));
  expect(value(await prove(node, 'build', 'guess'))).toBeUndefined();
  expect(await node.logIn('build', 'guess')).toEqual(await node.logIn('nobody', 'guess'));
});

test('administrators make tokens of bots and of nobody else', async () => {
  const bot = value(await node.accounts.createBot({ localName: 'build' }));
  const { token } = value(await node.tokens.addForBot(bot.accountId, 'ci', ['read', 'write']));
  expect(value(node.tokens.authenticate(token)).account).toMatchObject({ localName: 'build', kind: 'bot' });
  const { account: root } = await node.administrator('root');
  const { account: bob } = await node.person('bob');
  const pending = value(await node.accounts.create({ localName: 'ann' }));
  for (const person of [root, bob, pending]) {
    expect(await node.tokens.addForBot(person.accountId, 'ci', ['read'])).toEqual(refused('token_of_person'));
    expect(node.tokens.list(person.accountId)).toEqual([]);
  }
  expect(await node.tokens.addForBot(bot.accountId, 'ci', ['admin'])).toEqual(refused('not_administrator'));
});

test('a bot that is switched off loses its tokens, and is active again without anybody setting a password', async () => {
  const { accountId } = value(await node.accounts.createBot({ localName: 'build' }));
  const { token } = value(await node.tokens.addForBot(accountId, 'ci', ['read']));
  value(await node.accounts.disable(accountId));
  expect(node.tokens.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(await node.tokens.addForBot(accountId, 'ci', ['read'])).toEqual(refused('account_disabled'));
  expect(value(await node.accounts.enable(accountId)).state).toBe('active');
  expect(node.tokens.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(value(await node.tokens.addForBot(accountId, 'ci', ['read'])).info.label).toBe('ci');
});

test('a bot that administers does not stand for the person who must', async () => {
  const { accountId } = value(await node.accounts.createBot({ localName: 'build' }));
  value(await node.accounts.setRole(accountId, 'admin'));
  expect(node.accounts.hasAdministrator()).toBe(false);
  const { account: root } = await node.administrator('root');
  expect(await node.accounts.disable(root.accountId)).toEqual(refused('last_administrator'));
  expect(await node.accounts.setRole(root.accountId, 'person')).toEqual(refused('last_administrator'));
  expect(value(await node.accounts.setRole(accountId, 'person')).role).toBe('person');
  value(await node.accounts.setRole(accountId, 'admin'));
  expect(value(await node.accounts.disable(accountId)).state).toBe('disabled');
});

test('a reset leaves no token behind that was made before it, and is logged with who made the link', async () => {
  const { account: root } = await node.administrator('root');
  const { account } = await node.person('bob');
  const { token } = value(await node.tokens.add(account.accountId, 'mine', ['read']));
  const kept = value(await node.tokens.add(root.accountId, 'other', ['read']));
  const link = value(await node.links.makeFor(account.accountId, root.accountId));
  expect(node.tokens.authenticate(token).ok).toBe(true);
  value(await redeemLink(node, link.token, 'new'));
  expect(node.tokens.authenticate(token)).toEqual(refused('not_signed_in'));
  expect(node.tokens.list(account.accountId)).toEqual([]);
  expect(node.tokens.authenticate(kept.token).ok).toBe(true);
  value(await node.links.makeFor(account.accountId, null));
  expect(resetsLogged()).toEqual([
    { account: account.accountId, by: root.accountId },
    { account: account.accountId, by: 'admin.sock' },
  ]);
  expect(JSON.stringify(node.logged)).not.toContain(link.token);
});

test('a first link for a pending account is no reset', async () => {
  const { accountId } = value(await node.accounts.create({ localName: 'ann' }));
  value(await node.links.makeFor(accountId, null));
  expect(resetsLogged()).toEqual([]);
});
