// The command line against real nodes: what an administrator does between the first start and two organisations that know each
// other, and what the commands never show.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Account, Check, PeerStatus, Status } from '../../server/admin/shapes.ts';
import { found, say } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson, value } from '../nodes.ts';
import { conclave, newFolder, spawnConclave } from './conclave.ts';

let acme: TestNode;
let globex: TestNode;
let ann: TestPerson;
beforeAll(async () => {
  acme = await startNode({ name: 'acme' });
  globex = await startNode({ name: 'globex' });
  ann = await acme.person('ann', { administrator: true });
});
afterAll(() => Promise.all([acme.end(), globex.end()]));

const at = (node: TestNode, ...args: string[]) => conclave([...args, '--data', node.folder]);

/** The answer as JSON of a command that must not be refused. */
async function told<T>(node: TestNode, ...args: string[]): Promise<T> {
  const ended = await at(node, ...args, '--json');
  expect(ended.err).toBe('');
  return ended.json<T>();
}

test('the socket is for the owner of the data folder alone', () => {
  expect(statSync(join(acme.folder, 'admin.sock')).mode & 0o777).toBe(0o600);
});

test('status and doctor answer in both forms, as a process too', async () => {
  const status = await told<Status>(acme, 'status');
  expect(status).toMatchObject({ name: 'acme', domain: 'acme.localhost', accounts: 1, phraseConfirmed: false });
  expect((await at(acme, 'status')).out).toContain('acme (acme.localhost)');
  const { checks } = await told<{ checks: Check[] }>(acme, 'doctor');
  expect(checks.find(({ name }) => name === 'node')?.state).toBe('good');
  expect(checks.find(({ name }) => name === 'record')?.state).toBe('good');
  expect((await spawnConclave(['status', '--json', '--data', acme.folder])).json()).toMatchObject({ org: status.org });
});

test('a link from account add lets somebody in, once', async () => {
  const { link } = await told<{ link: string }>(acme, 'account', 'add');
  const token = /#\/join\/(.+)$/.exec(link)?.[1] ?? '';
  expect(value(acme.node.core.accounts.links.look(token)).kind).toBe('join');
});

test('accounts are listed, disabled, enabled and allowed less', async () => {
  const bob = await acme.person('bob');
  const names = (await told<{ accounts: Account[] }>(acme, 'account', 'list')).accounts.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['ann', 'bob']));
  expect(await told(acme, 'account', 'disable', 'BOB')).toMatchObject({ state: 'disabled' });
  expect((await bob.call('GET /api/v1/session', {})).ok).toBe(false);
  expect(await told(acme, 'account', 'enable', 'bob@acme.localhost')).toMatchObject({ state: 'active' });
  expect(await told(acme, 'account', 'set', 'bob', '--outsiders', 'no')).toMatchObject({ mayBringOutsiders: false });
  expect(await at(acme, 'account', 'disable', 'ann')).toMatchObject({ code: 5 });
  expect(await at(acme, 'account', 'disable', 'carol')).toMatchObject({ code: 4 });
  expect((await at(acme, 'account', 'reset-link', 'bob')).out).toContain('It works once');
});

test("a bot's token is made, works with its scope, and is revoked by its label", async () => {
  expect(await told(acme, 'account', 'add', '--bot', 'build')).toMatchObject({ kind: 'bot', state: 'active' });
  const { secret } = await told<{ secret: string }>(acme, 'account', 'token', 'add', 'build', '--label', 'backup');
  const ask = (path: string) => fetch(acme.address + path, { headers: { authorization: `Bearer ${secret}` } });
  expect((await ask('/api/v1/chats')).status).toBe(200);
  expect((await ask('/api/v1/admin/accounts')).status).toBe(403);
  const list = await at(acme, 'account', 'token', 'list', 'build');
  expect(list.out).toContain('backup');
  expect(list.out).not.toContain(secret);
  expect((await at(acme, 'account', 'token', 'revoke', 'build', 'backup')).code).toBe(0);
  expect((await ask('/api/v1/chats')).status).toBe(401);
  expect((await at(acme, 'account', 'token', 'revoke', 'build', 'backup')).code).toBe(4);
  expect((await at(acme, 'account', 'reset-link', 'build')).err).toContain('A bot has no password');
});

test('PRODUCT P3: no command makes a token of a person, whose tokens it lists and revokes', async () => {
  const bea = await acme.person('bea');
  const refused = await at(acme, 'account', 'token', 'add', 'bea', '--label', 'quiet', '--scope', 'read');
  expect(refused).toMatchObject({ code: 3, out: '' });
  expect(refused.err).toContain('made by that person');
  expect((await at(acme, 'account', 'token', 'list', 'bea')).out).not.toContain('quiet');
  expect((await bea.call('GET /api/v1/session', {})).ok).toBe(true);
  expect((await at(acme, 'account', 'token', 'revoke', 'bea', 'test')).code).toBe(0);
  expect((await bea.call('GET /api/v1/session', {})).ok).toBe(false);
});

test('network access is shown and set', async () => {
  await told(acme, 'network', 'set', 'off');
  expect(await told(acme, 'network', 'set', '--directory', 'search')).toEqual({ mode: 'off', directory: 'search' });
  expect((await at(acme, 'network', 'show')).out).toContain('off (nothing leaves, nothing enters)');
  await told(acme, 'network', 'set', 'allow-list');
});

test('two organisations meet by a ticket; blocking parts them, and a stranger is not found', async () => {
  const { ticket } = await told<{ ticket: string }>(acme, 'peer', 'invite');
  expect(await told(globex, 'peer', 'add', ticket)).toMatchObject({ state: 'approved', domain: 'acme.localhost' });
  await vi.waitFor(
    async () => {
      const { peers } = await told<{ peers: PeerStatus[] }>(acme, 'peer', 'list');
      expect(peers).toMatchObject([{ name: 'globex', state: 'approved', connected: true }]);
    },
    { timeout: 50_000, interval: 250 },
  );
  const { checks } = await told<{ checks: Check[] }>(acme, 'doctor');
  expect(checks).toContainEqual(expect.objectContaining({ name: 'partner globex.localhost', state: 'good' }));
  expect(await told(acme, 'peer', 'directory', 'globex', 'nobody')).toMatchObject({ directory: 'nobody' });
  expect(await told(acme, 'peer', 'block', 'globex.localhost')).toMatchObject({ state: 'blocked' });
  expect(await told(acme, 'peer', 'unblock', 'globex.localhost')).toMatchObject({ state: 'seen' });
  expect(await told(acme, 'peer', 'approve', 'globex.localhost')).toMatchObject({ state: 'approved' });
  expect((await at(acme, 'peer', 'remove', 'globex.localhost')).code).toBe(0);
  expect((await at(acme, 'peer', 'block', 'globex.localhost')).code).toBe(4);
  expect((await at(acme, 'peer', 'add', 'conclave1broken')).code).toBe(2);
});

test('PRODUCT P3: no command shows a private chat: not its id, not what is in it', async () => {
  const { chat } = await found(ann);
  await say(ann, chat, 'the secret of the reef');
  const name = (await reply(ann.call('GET /api/v1/session', {}))).me.account;
  const commands = [
    ['status'],
    ['doctor'],
    ['account', 'list'],
    ['account', 'token', 'list', 'ann'],
    ['peer', 'list'],
    ['network', 'show'],
  ];
  for (const command of commands)
    for (const form of [[], ['--json']]) {
      const { out, err } = await at(acme, ...command, ...form);
      expect(out + err).not.toContain(chat);
      expect(out + err).not.toContain('reef');
    }
  expect((await at(acme, 'account', 'list')).out).toContain(name);
});

test('the recovery phrase of a running node is shown until it is confirmed', async () => {
  const { recoveryPhrase } = await told<{ recoveryPhrase: string[] }>(globex, 'init');
  const terminal = { readAll: async () => recoveryPhrase.join(' ') };
  const confirmed = await conclave(['init', '--confirm', '--data', globex.folder], { terminal });
  expect(confirmed.out).toContain('confirmed; the node has forgotten it');
  expect((await at(globex, 'init')).code).toBe(5);
  expect(await told(globex, 'status')).toMatchObject({ phraseConfirmed: true });
});

test('start runs the node in the same process: a signal stops it cleanly', async () => {
  const folder = newFolder();
  await conclave(['init', '--data', folder.path, '--name', 'Initech', '--domain', 'initech.localhost']);
  const bin = join(import.meta.dirname, '../../server/admin/bin.mjs');
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('CONCLAVE_'));
  const ports = { CONCLAVE_WEB_PORT: '0', CONCLAVE_FEDERATION_PORT: '0', CONCLAVE_FEDERATION_HOST: '127.0.0.1' };
  const env = { ...Object.fromEntries(own), ...ports };
  const child = spawn(process.execPath, [bin, 'start', '--data', folder.path], { env, stdio: 'ignore' });
  const running = () => conclave(['status', '--json', '--data', folder.path]);
  await vi.waitFor(async () => expect((await running()).code).toBe(0), { timeout: 50_000, interval: 250 });
  expect((await running()).json()).toMatchObject({ name: 'Initech', domain: 'initech.localhost' });
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect((await running()).code).toBe(7);
  folder.end();
});
