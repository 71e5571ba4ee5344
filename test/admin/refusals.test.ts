// How a command ends that could not do its work: the exit code of the kind of refusal, the sentence, the detail and what to do.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import { conclave, type Folder, newFolder } from './conclave.ts';
import { type FakeNode, startFakeNode } from './fake-node.ts';

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

const one: RefusalCode[] = [
  'bad_ticket',
  'network_not_allowed',
  'unknown_peer',
  'wrong_organisation',
  'rate_limited',
  'bad_record',
];
test.each(one)('%s ends with the exit code of its kind, on standard error', async (code) => {
  node.answer('GET /api/v1/admin/network', code);
  const { code: exit, out, err } = await conclave(['network', 'show', '--data', folder.path]);
  expect({ exit, out }).toEqual({ exit: REFUSALS[code].exit, out: '' });
  expect(err).toContain(`conclave: ${REFUSALS[code].sentence}\n  asked for /api/v1/admin/network\n`);
});

test('with --json a refusal is one line of JSON', async () => {
  node.answer('GET /api/v1/admin/network', 'network_off');
  const { out, err } = await conclave(['network', 'show', '--json', '--data', folder.path]);
  expect(out).toBe('');
  const { error } = JSON.parse(err) as { error: object };
  expect(error).toMatchObject({ code: 'network_off', todo: 'conclave network set allow-list' });
});

test.each([
  ['status'],
  ['account list'],
  ['account add'],
  ['account disable bob'],
  ['account token list bob'],
  ['peer list'],
  ['peer block globex.example'],
  ['network show'],
])('%s says of a stopped node that it does not run, and what to type', async (command) => {
  const away = newFolder();
  const { code, out, err } = await conclave([...command.split(' '), '--data', away.path]);
  expect({ code, out }).toEqual({ code: 7, out: '' });
  expect(err).toContain(away.file('admin.sock'));
  expect(err).toContain('conclave start');
});

test.each([
  ['', 'Usage: conclave'],
  ['account', 'Usage: conclave account'],
  ['fly', "unknown command 'fly'"],
  ['status --wings', "unknown option '--wings'"],
  ['peer approve', "missing required argument 'partner'"],
  ['account token add bob', '--label'],
  ['account token add bob --label x --scope all', 'Allowed choices are read, write, admin'],
  ['account set bob', '--administrator, --outsiders'],
  ['network set', 'off, allow-list, open'],
  ['network set never', 'Allowed choices are off, allow-list, open'],
  ['status --config /nowhere/conclave.toml', '--config = "/nowhere/conclave.toml": there is no such file'],
])('"%s" is bad input: %s', async (command, said) => {
  const { code, out, err } = await conclave(command === '' ? [] : command.split(' '));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(said);
});

test('a wrong configuration is named with its key before anything is asked', async () => {
  const { code, err } = await conclave(['status'], { env: { CONCLAVE_WEB_PORT: 'http' } });
  expect(code).toBe(2);
  expect(err).toContain('web.port = "http" (CONCLAVE_WEB_PORT)');
});

test('a data folder whose path is too long for its socket is named', async () => {
  const { code, err } = await conclave(['init', '--data', `/tmp/${'x'.repeat(100)}`]);
  expect(code).toBe(2);
  expect(err).toContain('103 bytes');
});

test('start hands its flags on, once the configuration is right', async () => {
  const started: (readonly string[])[] = [];
  const startNode = async (flags: readonly string[]) => started.push(flags);
  await conclave(['start', '--data', 'd'], { startNode });
  expect(started).toEqual([['--data', 'd']]);
  const { code } = await conclave(['start', '--config', '/nowhere.toml'], { startNode });
  expect({ code, started }).toEqual({ code: 2, started: [['--data', 'd']] });
});

const commandFiles = join(import.meta.dirname, '../../server/admin/commands');
const groups: Record<string, string[]> = {
  account: ['add', 'list', 'disable', 'enable', 'set', 'reset-link', 'token add', 'token list', 'token revoke'],
  peer: ['invite', 'add', 'list', 'approve', 'block', 'unblock', 'directory', 'remove'],
  network: ['show', 'set'],
  bot: ['add', 'accept', 'send', 'tail', 'unlock'],
};
const commands = ['init', 'start', 'status', 'doctor'].concat(
  Object.entries(groups).flatMap(([group, names]) => names.map((name) => `${group} ${name}`)),
);

test.each(commands)('help of "%s" shows it at work', async (command) => {
  const { code, out } = await conclave([...command.split(' '), '--help']);
  expect(code).toBe(0);
  expect(out).toContain(`Usage: conclave ${command}`);
  expect(out).toMatch(new RegExp(`\\n {2}\\$ conclave ${command}`));
  expect(out).toContain('--json');
});

test('no command but those of a bot takes a chat', async () => {
  const tops = (await conclave(['--help'])).out;
  expect(tops).toContain('No command reads a private chat.');
  expect(readdirSync(commandFiles).sort().join(' ')).toBe(
    'account.ts bot.ts doctor.ts init.ts network.ts peer.ts start.ts status.ts token.ts',
  );
});
