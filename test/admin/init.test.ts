// `conclave init` on a stopped node: what it makes, whom it shows the recovery phrase, and that it is confirmed by typing alone.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Terminal } from '../../server/admin/terminal.ts';
import { openFolder } from '../../server/db/folder.ts';
import { conclave, type Folder, newFolder, spawnConclave } from './conclave.ts';
import { startFakeNode } from './fake-node.ts';
import { status } from './samples.ts';

let folder: Folder;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => folder.end());

interface Made {
  org: string;
  name: string;
  domain: string;
  dataFolder: string;
  made: boolean;
  phraseConfirmed: boolean;
  recoveryPhrase: string[];
}

const init = (...args: string[]) => conclave(['init', '--data', folder.path, ...args]);
const named = ['--name', 'Acme "&" Söhne', '--domain', 'acme.example'];

/** A person who sees what is said and types these lines. */
function person(...lines: string[]): { terminal: Partial<Terminal>; seen: string[] } {
  const seen: string[] = [];
  const terminal = {
    isTerminal: true,
    say: (text: string) => void seen.push(text),
    ask: async () => lines.shift(),
    clear: () => void seen.push('(cleared)'),
  };
  return { terminal, seen };
}

test('it makes folder and organisation, and a second time it finds the same', async () => {
  const first = (await init(...named, '--json')).json<Made>();
  expect(first).toMatchObject({ name: 'Acme "&" Söhne', domain: 'acme.example', dataFolder: folder.path, made: true });
  expect(first.recoveryPhrase).toHaveLength(24);
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  expect((await init('--json')).json()).toEqual({ ...first, made: false });
});

test('as a process, with the words confirmed from standard input and gone afterwards', async () => {
  const made = (await spawnConclave(['init', '--data', folder.path, '--json', ...named])).json<Made>();
  const input = `${made.recoveryPhrase.join('\n').toUpperCase()}\n`;
  const confirmed = await spawnConclave(['init', '--data', folder.path, '--confirm', '--json'], { input });
  expect(confirmed).toMatchObject({ code: 0, err: '' });
  expect(confirmed.json()).toMatchObject({ org: made.org, phraseConfirmed: true });
  const after = await init('--json');
  expect(after).toMatchObject({ code: 5, out: '' });
  expect(readFileSync(folder.file('keys.json'), 'utf8')).not.toContain(made.recoveryPhrase.join(' '));
});

test('without a terminal and without --json the phrase is shown to nobody', async () => {
  const { recoveryPhrase } = (await init(...named, '--json')).json<Made>();
  const { code, out, err } = await init();
  expect(code).toBe(0);
  expect(out).toContain('not confirmed yet');
  expect(`${out}${err}`).not.toContain(`${recoveryPhrase[0]} `);
});

test('on a terminal the words are shown, cleared, and asked for until they are right', async () => {
  const { recoveryPhrase } = (await init(...named, '--json')).json<Made>();
  const { terminal, seen } = person('', 'something else', ` ${recoveryPhrase.join('  ')} `);
  const { out } = await conclave(['init', '--data', folder.path], { terminal });
  expect(out).toContain('confirmed; the node has forgotten it');
  expect(seen.slice(2)).toEqual(['(cleared)', 'Those are not the words.']);
  for (const word of recoveryPhrase) expect(seen[1]).toContain(word);
  expect((await init()).code).toBe(5);
});

test.each([
  ['later', ['', '']],
  ['at the end of the input', []],
  ['after three wrong tries', ['', 'a', 'b', 'c', 'd']],
])('on a terminal it stays unconfirmed %s', async (_, lines) => {
  const { terminal } = person(...lines);
  const { code, out } = await conclave(['init', '--data', folder.path, ...named], { terminal });
  expect(code).toBe(0);
  expect(out).toContain('not confirmed yet');
  expect((await init('--json')).json<Made>().recoveryPhrase).toHaveLength(24);
});

test('wrong words from standard input are refused and confirm nothing', async () => {
  await init(...named);
  const terminal = { readAll: async () => 'able about' };
  const { code, err } = await conclave(['init', '--data', folder.path, '--confirm'], { terminal });
  expect(code).toBe(2);
  expect(err).toContain('Those are not the words.');
  expect((await init('--json')).code).toBe(0);
});

test('a name that the configuration gives differently is refused, and nothing is made', async () => {
  const file = `${folder.path}.toml`;
  writeFileSync(file, 'data = "ignored"\norganisation = {name = "Globex", domain = "globex.example"}');
  const { code, err } = await init('--config', file, ...named);
  expect(code).toBe(2);
  expect(err).toContain('organisation.name is "Globex" in the configuration');
  expect(existsSync(folder.path)).toBe(false);
  expect((await init('--config', file, '--json')).json()).toMatchObject({ name: 'Globex', domain: 'globex.example' });
});

test('the environment wins over the names, so they are refused', async () => {
  const args = ['init', '--data', folder.path, ...named];
  const { code, err } = await conclave(args, { env: { CONCLAVE_ORGANISATION_NAME: 'Globex' } });
  expect(code).toBe(2);
  expect(err).toContain('"Globex"');
  expect(existsSync(folder.path)).toBe(false);
});

test('of an organisation that is made, the names are not changed here', async () => {
  await init();
  const { code, err } = await init(...named);
  expect(code).toBe(2);
  expect(err).toContain('was made before');
});

test.each([
  ['--domain', 'Acme Example', 'host name'],
  ['--name', ' ', '1 to 128 bytes'],
])('%s "%s" is refused before anything is made', async (flag, value, allowed) => {
  const { code, err } = await init(flag, value);
  expect(code).toBe(2);
  expect(err).toContain(allowed);
  expect(existsSync(folder.path)).toBe(false);
});

test('a data folder that another process holds is refused', async () => {
  const held = openFolder(folder.path);
  const { code, err } = await init();
  held.close();
  expect(code).toBe(5);
  expect(err).toContain('used by another process');
});

test('of a running node the phrase is asked for and confirmed by its socket', async () => {
  const node = await startFakeNode(folder.path);
  node.answer('GET /api/v1/admin/phrase', { words: ['able', 'about'] });
  node.answer('GET /api/v1/admin/status', status({}));
  node.answer('POST /api/v1/admin/phrase', {});
  const { terminal, seen } = person('', 'able about');
  const { out } = await conclave(['init', '--data', folder.path], { terminal });
  const env = { CONCLAVE_ORGANISATION_NAME: 'Acme' };
  const again = await conclave(['init', '--data', folder.path, '--name', 'Acme'], { env });
  await node.end();
  expect(seen[1]).toContain('1 able');
  expect(out).toContain('Acme (acme.example)');
  expect(node.asked[2]).toMatchObject({ key: 'POST /api/v1/admin/phrase', body: { words: ['able', 'about'] } });
  expect(again).toMatchObject({ code: 5, err: expect.stringContaining('The node is running.') });
});
