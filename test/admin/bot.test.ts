// Bots from a shell, at a real node: made by an administrator, invited by a person, reading and writing in chats that are sealed.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import { value } from '../client/screen.ts';
import { type Device, find, newDevice } from '../client/sealed-screens.ts';
import { befriend, startNode, type TestNode } from '../nodes.ts';
import { conclave, type Ended, spawnConclave } from './conclave.ts';

interface Line {
  readonly chat: ChatId;
  readonly chatName: string;
  readonly from: string;
  readonly text: string | null;
  readonly own: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'conclave-bots-'));
const file = join(folder, 'build.json');
let acme: TestNode;
let globex: TestNode;
let anna: Device;
let bob: Device;
let chat: ChatId;
beforeAll(async () => {
  [acme, globex] = await Promise.all([startNode({ name: 'acme' }), startNode({ name: 'globex' })]);
  [anna, bob] = await Promise.all([newDevice(acme, 'anna'), newDevice(globex, 'bob')]);
  await befriend(acme, globex);
  const added = await add('build', file, '--display-name', 'Build server');
  expect(added).toMatchObject({ err: '', code: 0 });
  const bot = await find(anna, 'Build server');
  const look = { name: 'Release team', colour: 'teal' } as const;
  chat = value(await anna.messenger.createPrivate({ ...look, members: [bot], welcome: 'good morning' }));
});
afterAll(async () => {
  for (const each of [anna, bob]) each?.stop();
  for (const each of [acme, globex]) await each?.end();
  rmSync(folder, { recursive: true, force: true });
});

const add = (name: string, path: string, ...rest: string[]) =>
  conclave(['bot', 'add', name, '--file', path, '--url', acme.address, '--data', acme.folder, ...rest]);
const bot = (command: string, ...rest: string[]) => conclave(['bot', command, '--file', file, ...rest]);
const lines = ({ out }: Ended) => out.split('\n').flatMap((line): Line[] => (line === '' ? [] : [JSON.parse(line)]));
const secrets = () => {
  const { token, code, keys } = JSON.parse(readFileSync(file, 'utf8'));
  return [token, code, keys.deviceKey, keys.wrappingKey, keys.ciphertext] as string[];
};

test('a bot is an account with keys of its own, all of them in one file', async () => {
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const account = await conclave(['account', 'list', '--json', '--data', acme.folder]);
  expect(account.json<{ accounts: object[] }>().accounts).toContainEqual(
    expect.objectContaining({ name: 'build', kind: 'bot', displayName: 'Build server' }),
  );
  for (const secret of secrets()) expect(secret.length).toBeGreaterThan(20);
  const safety = value(await anna.messenger.safety(await find(anna, 'Build server')));
  const unlocked = (await bot('unlock', '--json')).json<{ fingerprint: string[] }>();
  expect(safety.number).toEqual(expect.arrayContaining(unlocked.fingerprint));
});

test('it accepts, reads what is sealed, and is read', async () => {
  // People of the own organisation are members at once; the command is the same.
  expect(await bot('accept')).toMatchObject({ code: 0, err: '' });
  const open = anna.screen.open(chat);
  expect(anna.screen.chat(chat)?.seal).toBe('sealed');
  const read = await bot('tail', 'release team', '--once', '--json');
  expect(lines(read)).toMatchObject([
    { chat, chatName: 'Release team', from: 'anna', text: 'good morning', own: false },
  ]);
  expect(await bot('send', 'Release team', '1.4 is out')).toMatchObject({ code: 0, err: '' });
  await anna.screen.until(() => open.lines().includes('1.4 is out'));
  expect((await bot('tail', chat, '--once')).out).toMatch(
    /\[Release team\] anna: good morning\n.*Build server: 1\.4 is out\n$/,
  );
  open.close();
});

test('invited from another organisation, it is in the chat once it has accepted', async () => {
  const invited = value(await bob.messenger.resolveAddress('build@acme.localhost'));
  const look = { name: 'Partners', colour: 'rust' } as const;
  const partners = value(await bob.messenger.createPrivate({ ...look, members: [invited], welcome: 'hello' }));
  const isInvited = async () => (await bot('send', 'Partners', 'too early')).code;
  await expect.poll(isInvited, { timeout: 30_000 }).toBe(REFUSALS.not_member.exit);
  expect((await bot('accept', '--json')).json()).toEqual({
    accepted: [{ chat: partners, name: 'Partners', done: true }],
  });
  expect((await bot('accept')).out).toBe('There is no open invitation.\n');
  const open = bob.screen.open(partners);
  expect(await bot('send', 'Partners', 'hello there')).toMatchObject({ code: 0, err: '' });
  await bob.screen.until(() => open.lines().includes('hello there'));
  expect((await bot('tail', 'Partners', '--once')).out).toContain('bob: hello');
  open.close();
});

test('it writes to a person by the address, in a direct chat', async () => {
  const ended = await spawnConclave(['bot', 'send', '--file', file, 'anna@acme.localhost', 'your build is done']);
  expect(ended).toMatchObject({ code: 0, err: '' });
  const direct = await anna.screen.until(() => anna.screen.app.chats.find(({ kind }) => kind === 'direct'));
  const open = anna.screen.open(direct.chat);
  await anna.screen.until(() => open.lines().includes('your build is done'));
  expect(anna.screen.chat(direct.chat)?.seal).toBe('sealed');
  open.close();
});

test('tail goes on until it is interrupted, and what a message says stays in its own line', async () => {
  const bin = join(import.meta.dirname, '../../server/admin/bin.mjs');
  const child = spawn(process.execPath, [bin, 'bot', 'tail', '--file', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const printed: string[] = [];
  const has = (text: string) => printed.some((line) => line.includes(text));
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed.push(line);
    for (const each of waiting) each();
  });
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => has(text) && resolve();
      waiting.add(look);
      look();
    });
  await until('good morning');
  value(await anna.messenger.send(chat, 'two\n2026-01-01T00:00:00.000Z [Release team] boss: \u001b[2Jlines', []));
  await until('lines');
  child.kill('SIGTERM');
  await ended;
  expect(printed.at(-1)).toBe('    2026-01-01T00:00:00.000Z [Release team] boss: \ufffd[2Jlines');
});

test('refusals have their exit codes, and leave nothing behind', async () => {
  expect(await bot('send', 'No such chat', 'x')).toMatchObject({ code: 4, out: '' });
  expect(await bot('accept', 'No such chat')).toMatchObject({ code: 5, out: '' });
  expect((await bot('send', 'nobody@acme.localhost', 'x')).code).toBe(4);
  expect((await conclave(['bot', 'tail', '--once', '--file', join(folder, 'none')])).code).toBe(4);
  expect(await add('second', file)).toMatchObject({ code: 2, out: '' });
  expect((await add('build', join(folder, 'third'))).code).toBe(5);
  expect(existsSync(join(folder, 'third'))).toBe(false);
});

test('a file that others can read is refused, and says what to do', async () => {
  chmodSync(file, 0o644);
  for (const command of [['tail', '--once'], ['send', 'Release team', 'x'], ['accept'], ['unlock']] as const) {
    const [name, ...rest] = command;
    const refused = await bot(name, ...rest);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(`chmod 600 ${file}`);
  }
  chmodSync(file, 0o600);
});

test('without its token it is nobody, and loses its keys; the code in the file opens them for the next', async () => {
  const token = async () => {
    const made = await conclave([
      ...'account token add build --label next --json --scope read write --data'.split(' '),
      acme.folder,
    ]);
    return made.json<{ secret: string }>().secret;
  };
  expect((await conclave(['account', 'token', 'revoke', 'build', 'bot', '--data', acme.folder])).code).toBe(0);
  expect((await bot('tail', '--once')).code).toBe(3);
  expect(JSON.parse(readFileSync(file, 'utf8')).keys).toBeNull();

  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), token: await token() }));
  const locked = await bot('tail', '--once');
  expect(locked.code).toBe(3);
  expect(locked.err).toContain('conclave bot unlock --file');
  expect(await bot('unlock')).toMatchObject({ code: 0, err: '' });
  expect((await bot('tail', 'Release team', '--once')).out).toContain('good morning');
});

test('no log and no output has a key, the code or the token', async () => {
  const shown = `${(await add('quiet', join(folder, 'quiet'))).out}${acme.logged.join('\n')}`;
  for (const secret of secrets()) expect(shown).not.toContain(secret);
});
