// Commands that ask the running node: what they ask, what they print as text and as JSON, and how refusals end them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { conclave, type Folder, newFolder } from './conclave.ts';
import { type FakeNode, startFakeNode } from './fake-node.ts';
import { ACCOUNT, account, ORG, peer, status, TOKEN, token } from './samples.ts';

let folder: Folder;
let node: FakeNode;
beforeAll(async () => {
  folder = newFolder();
  node = await startFakeNode(folder.path);
});
afterAll(async () => {
  await node.end();
  folder.end();
});
beforeEach(() => {
  node.asked.length = 0;
  node.answer('GET /api/v1/admin/accounts', {
    accounts: [account({}), account({ account: TOKEN.other, name: 'ann' })],
  });
  node.answer('GET /api/v1/admin/peers', {
    peers: [peer({}), peer({ org: ORG.initech, domain: 'initech.example', name: 'Initech' })],
  });
  node.answer('GET /api/v1/admin/accounts/:account/tokens', { tokens: [token({})] });
  node.answer('PATCH /api/v1/admin/accounts/:account', account({ state: 'disabled' }));
  node.answer('PATCH /api/v1/admin/peers/:org', peer({}));
  node.answer('PATCH /api/v1/admin/network', { mode: 'open', directory: 'search' });
  node.answer('POST /api/v1/admin/peers', peer({}));
  node.answer('DELETE /api/v1/admin/peers/:org', {});
});

const ask = (...args: string[]) => conclave([...args, '--data', folder.path]);

async function change(...args: string[]) {
  const ended = await ask(...args);
  expect(ended.err).toBe('');
  expect(ended.code).toBe(0);
  return node.asked.at(-1);
}

test('account add prints the link, and as JSON the reply alone', async () => {
  const reply = { link: 'https://acme.example/#join=x', expiresAt: Date.UTC(2026, 10, 25) };
  node.answer('POST /api/v1/admin/invitations', reply);
  const text = await ask('account', 'add', '--administrator');
  expect(text).toMatchObject({ code: 0, err: '' });
  expect(text.out).toContain('https://acme.example/#join=x\n');
  expect(text.out).toContain('until 2026-11-25 00:00 UTC');
  expect(node.asked).toEqual([{ key: 'POST /api/v1/admin/invitations', params: {}, body: { administrator: true } }]);
  expect((await ask('account', 'add', '--json')).json()).toEqual(reply);
  expect(node.asked[1]?.body).toEqual({ administrator: false });
});

test('account add --bot makes an account at once and says how to get its token', async () => {
  node.answer('POST /api/v1/admin/bots', account({ kind: 'bot', name: 'build', displayName: 'Build server' }));
  const { out, code } = await ask('account', 'add', '--bot', 'build', '--display-name', 'Build server');
  expect(code).toBe(0);
  expect(out).toContain('conclave account token add build');
  expect(node.asked).toEqual([
    { key: 'POST /api/v1/admin/bots', params: {}, body: { name: 'build', displayName: 'Build server' } },
  ]);
  expect((await ask('account', 'add', '--bot', 'build', '--json')).json()).toMatchObject({ kind: 'bot' });
  for (const wrong of [
    ['--bot', 'build', '--administrator'],
    ['--display-name', 'Build'],
  ])
    expect((await ask('account', 'add', ...wrong)).code).toBe(2);
  expect(node.asked).toHaveLength(2);
});

test('account list says which accounts are bots', async () => {
  node.answer('GET /api/v1/admin/accounts', { accounts: [account({}), account({ kind: 'bot', name: 'build' })] });
  const { out } = await ask('account', 'list');
  expect(out).toMatch(/^bob .* person +active/m);
  expect(out).toMatch(/^build .* bot +active/m);
});

test('account list is a table with aligned columns, and as JSON the reply', async () => {
  const { out } = await ask('account', 'list');
  const [head = '', first = ''] = out.split('\n');
  expect(first.indexOf('active')).toBe(head.indexOf('STATE'));
  expect(out).toContain('ann');
  expect((await ask('account', 'list', '--json')).json()).toMatchObject({
    accounts: [{ account: ACCOUNT }, { name: 'ann' }],
  });
});

test.each([['bob'], ['BOB'], ['bob@acme.example'], [ACCOUNT]])('account disable finds %s', async (typed) => {
  expect(await change('account', 'disable', typed)).toEqual({
    key: 'PATCH /api/v1/admin/accounts/:account',
    params: { account: ACCOUNT },
    body: { state: 'disabled' },
  });
});

test('account enable and set change what was named and nothing else', async () => {
  expect((await change('account', 'enable', 'bob'))?.body).toEqual({ state: 'active' });
  expect((await change('account', 'set', 'bob', '--outsiders', 'no'))?.body).toEqual({ mayBringOutsiders: false });
  expect((await change('account', 'set', 'bob', '--administrator', 'yes'))?.body).toEqual({ administrator: true });
});

test('account reset-link prints the link', async () => {
  node.answer('POST /api/v1/admin/accounts/:account/reset-link', {
    link: 'https://acme.example/#reset=y',
    expiresAt: 0,
  });
  expect((await ask('account', 'reset-link', 'ann')).out).toContain('#reset=y');
  expect(node.asked.at(-1)?.params).toEqual({ account: TOKEN.other });
});

test('account token add shows the secret once, list does not, revoke takes a label', async () => {
  node.answer('POST /api/v1/admin/accounts/:account/tokens', { token: token({}), secret: 'cclt_secret' });
  const added = await ask('account', 'token', 'add', 'bob', '--label', 'backup', '--scope', 'read', 'write');
  expect(added.out).toContain('cclt_secret\n');
  expect(node.asked.at(-1)?.body).toEqual({ label: 'backup', scopes: ['read', 'write'] });
  const list = await ask('account', 'token', 'list', 'bob');
  expect(list.out).toMatch(/ID +LABEL +SCOPES/);
  node.answer('DELETE /api/v1/admin/accounts/:account/tokens/:token', {});
  expect((await ask('account', 'token', 'revoke', 'bob', 'backup', '--json')).json()).toEqual({ revoked: TOKEN.id });
  expect(node.asked.at(-1)?.params).toEqual({ account: ACCOUNT, token: TOKEN.id });
});

test('peer invite prints the ticket, and peer add takes one that was broken over lines, or a domain', async () => {
  node.answer('POST /api/v1/admin/peers/invite', { ticket: 'conclave1abc', expiresAt: 0 });
  expect((await ask('peer', 'invite')).out).toContain('conclave1abc\n');
  expect((await change('peer', 'add', 'conclave1', 'abc'))?.body).toEqual({ ticket: 'conclave1abc' });
  expect((await change('peer', 'add', 'Globex.example'))?.body).toEqual({ domain: 'globex.example' });
});

test.each([
  ['approve', { state: 'approved' }],
  ['block', { state: 'blocked' }],
  ['unblock', { state: 'unblocked' }],
])('peer %s finds a partner by domain, name or id', async (command, body) => {
  for (const typed of ['globex.example', 'GLOBEX', ORG.globex])
    expect(await change('peer', command, typed)).toEqual({
      key: 'PATCH /api/v1/admin/peers/:org',
      params: { org: ORG.globex },
      body,
    });
});

test('peer trust decides what becomes of invitations', async () => {
  expect((await change('peer', 'trust', 'globex.example', 'accept'))?.body).toEqual({ autoAccept: true });
  expect((await change('peer', 'trust', 'globex.example', 'ask'))?.body).toEqual({ autoAccept: false });
});

test('peer directory and peer remove', async () => {
  expect((await change('peer', 'directory', 'globex.example', 'search'))?.body).toEqual({ directory: 'search' });
  expect((await change('peer', 'directory', 'globex.example', 'default'))?.body).toEqual({ directory: null });
  expect((await ask('peer', 'remove', 'Initech', '--json')).json()).toEqual({ removed: ORG.initech });
});

test('peer list shows what waits', async () => {
  const { out } = await ask('peer', 'list');
  expect(out).toMatch(/globex.example +Globex +approved +no +never +7/);
  expect((await ask('peer', 'list', '--json')).json()).toMatchObject({ peers: [{ queued: 7 }, {}] });
});

test('a name that two partners have is not guessed at', async () => {
  node.answer('GET /api/v1/admin/peers', { peers: [peer({}), peer({ org: ORG.initech, domain: 'other.example' })] });
  const { code, err } = await ask('peer', 'block', 'Globex');
  expect(code).toBe(2);
  expect(err).toContain(ORG.globex);
  expect(err).toContain(ORG.initech);
  expect(node.asked.map(({ key }) => key)).toEqual(['GET /api/v1/admin/peers']);
});

test('network show and set', async () => {
  node.answer('GET /api/v1/admin/network', { mode: 'allow-list', directory: 'exact' });
  expect((await ask('network', 'show')).out).toContain('allow-list (approved partners only)');
  expect((await ask('network', 'show', '--json')).json()).toEqual({ mode: 'allow-list', directory: 'exact' });
  expect((await change('network', 'set', 'open', '--directory', 'search'))?.body).toEqual({
    mode: 'open',
    directory: 'search',
  });
});

test('status shows the node and its partners, and warns of an unconfirmed phrase', async () => {
  node.answer('GET /api/v1/admin/status', status({ phraseConfirmed: false }));
  const { out } = await ask('status');
  for (const part of ['Acme (acme.example)', '1.5 MiB', 'globex.example', 'conclave init']) expect(out).toContain(part);
  expect((await ask('status', '--json')).json()).toEqual(status({ phraseConfirmed: false }));
});

test('what a partner calls itself cannot paint the terminal or break the table', async () => {
  node.answer('GET /api/v1/admin/peers', { peers: [peer({ name: 'Evil\u001b[2J\nOK  done\u202e' })] });
  const { out } = await ask('peer', 'list');
  for (const sign of ['\u001b', '\u202e']) expect(out).not.toContain(sign);
  expect(out.trimEnd().split('\n')).toHaveLength(2);
});

test('a reply that is not the contract is a fault, not a guess', async () => {
  node.answer('GET /api/v1/admin/network', { mode: 'sometimes' });
  const { code, out, err } = await ask('network', 'show');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('another version');
});
