// The program as it is started: bin.mjs on whatever Node, exit code and streams of a real process.
import { copyFileSync, cpSync, linkSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type Folder, newFolder, spawnConclave } from './conclave.ts';
import { type FakeNode, startFakeNode } from './fake-node.ts';
import { status } from './samples.ts';

const root = join(import.meta.dirname, '../..');
let folder: Folder;
let node: FakeNode;
beforeAll(async () => {
  folder = newFolder();
  node = await startFakeNode(folder.path);
  node.answer('GET /api/v1/admin/status', status({}));
});
afterAll(async () => {
  await node.end();
  folder.end();
});

test('a process asks the node by its socket and prints the answer alone', async () => {
  const ended = await spawnConclave(['--json', 'status'], { env: { CONCLAVE_DATA: folder.path } });
  expect(ended).toMatchObject({ code: 0, err: '' });
  expect(ended.json()).toEqual(status({}));
});

test('a refusal is the exit code of the process, on standard error', async () => {
  const { code, out, err } = await spawnConclave(['network', 'show', '--data', folder.path]);
  expect({ code, out }).toEqual({ code: 4, out: '' });
  expect(err).toContain('conclave: ');
});

test('it is the bin of the package, and says its version', async () => {
  expect(packageJson.bin).toEqual({ conclave: 'server/admin/bin.mjs' });
  expect((await spawnConclave(['--version'])).out).toBe(`${packageJson.version}\n`);
});

/** The same program under another name counts as the Node of the machine. */
function otherNode(into: string): string {
  const path = join(into, 'node');
  try {
    linkSync(realpathSync(process.execPath), path);
  } catch {
    copyFileSync(process.execPath, path);
  }
  return path;
}

test('started by another Node it goes on with the one of the project, from where it was typed', async () => {
  const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'ccl-node-')));
  const node = otherNode(elsewhere);
  const { code, err } = await spawnConclave(['status', '--data', 'here'], { node, cwd: elsewhere });
  rmSync(elsewhere, { recursive: true });
  expect(code).toBe(7);
  expect(err).toContain(join(elsewhere, 'here', 'admin.sock'));
});

test('without packages it says what to type, and installs nothing', async () => {
  const clone = mkdtempSync(join(tmpdir(), 'ccl-clone-'));
  for (const file of ['server/admin/bin.mjs', 'scripts/run/node.mjs']) cpSync(join(root, file), join(clone, file));
  const { code, err } = await spawnConclave(['status'], { bin: join(clone, 'server/admin/bin.mjs') });
  rmSync(clone, { recursive: true });
  expect(code).toBe(1);
  expect(err).toContain('Nothing is installed yet. Type "npm ci"');
});
