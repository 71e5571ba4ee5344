import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolder } from './folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'conclave-folder-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const refusedInUse = expect.objectContaining({
  refusal: { code: 'in_use', detail: expect.stringContaining('--data') },
});

test('the data folder is made for its owner alone, and one that is there becomes so', () => {
  const open = join(parent, 'open');
  mkdirSync(open, { mode: 0o755 });
  openFolder(open).close();
  expect(statSync(open).mode & 0o777).toBe(0o700);
  const folder = openFolder(join(parent, 'a', 'data'));
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  expect(folder.file('node.db')).toBe(join(parent, 'a', 'data', 'node.db'));
  folder.close();
});

test('a second use is refused with the key to change, until the first has ended', () => {
  const path = join(parent, 'data');
  const first = openFolder(path);
  expect(() => openFolder(path)).toThrow(refusedInUse);
  expect(() => openFolder(path)).toThrow(refusedInUse);
  first.close();
  openFolder(path).close();
});

test('another process is refused, and a killed one leaves no lock behind', async () => {
  const path = join(parent, 'data');
  const module = join(import.meta.dirname, 'folder.ts');
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `const { openFolder } = await import(${JSON.stringify(module)});
     openFolder(${JSON.stringify(path)});
     process.stdout.write('held');
     setInterval(() => {}, 1000);`,
  ]);
  await once(holder.stdout, 'data');
  expect(() => openFolder(path)).toThrow(refusedInUse);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  openFolder(path).close();
});
