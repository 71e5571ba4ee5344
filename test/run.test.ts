// What npm scripts run through: exit codes and signals reach those they are meant for, and the count at the end is true.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const childModule = new URL('../scripts/run/child.mjs', import.meta.url).href;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conclave-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that runs `script` in a child by `runChild`, and exits with what that gave. */
function startRunner(script: string) {
  const runner = `
    import { runChild } from ${JSON.stringify(childModule)};
    process.exitCode = await runChild(process.execPath, ['-e', ${JSON.stringify(script)}]);`;
  return spawn(process.execPath, ['--input-type=module', '-e', runner], { stdio: ['ignore', 'pipe', 'ignore'] });
}

function ended(child: ReturnType<typeof startRunner>): Promise<number | null> {
  return new Promise((resolve) => child.on('close', resolve));
}

test('the exit code of a command is passed on', async () => {
  expect(await ended(startRunner('process.exit(7)'))).toBe(7);
});

test('the signal that ended a command is told as a shell would', async () => {
  expect(await ended(startRunner('process.kill(process.pid, "SIGKILL")'))).toBe(137);
});

test.each(['SIGHUP', 'SIGINT'] as const)('%s reaches a command once, however often it comes', async (signal) => {
  const child = startRunner(`
    let got = 0;
    process.on('${signal}', () => { got += 1; console.log('got ' + got); });
    process.on('SIGTERM', () => process.exit(got));
    console.log('ready');
    setInterval(() => {}, 1000);`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  child.kill(signal);
  expect((await lines.next()).value).toBe('got 1');
  child.kill(signal);
  // Signals of a higher number are handled later, so this one finds out whether the second was passed on.
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(1);
});

test('a command does not outlive the shell that npm started it in', async () => {
  const runner = `
    import { runChild } from ${JSON.stringify(childModule)};
    await runChild(process.execPath, ['-e', 'console.log(process.pid); setInterval(() => {}, 1000);']);`;
  const file = join(folder, 'runner.mjs');
  await writeFile(file, runner);
  const shell = spawn('sh', ['-c', `"$1" "$2"; true`, 'sh', process.execPath, file], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  });
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  expect(Number((await lines.next()).value)).toBeGreaterThan(0);
  shell.kill('SIGTERM');
  // The pipe ends when the last process that holds it has ended.
  expect((await lines.next()).done).toBe(true);
});

/** Runs vitest with the reporter over files made for it; resolves with what the reporter left. */
async function tallyOf(files: Record<string, string>): Promise<unknown> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), `import { test, expect } from 'vitest';\n${text}`);
  }
  const reporter = join(root, 'scripts', 'run', 'tally.mjs');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--root', folder, '--config', 'none.config.mjs', `--reporter=${reporter}`];
  await writeFile(join(folder, 'none.config.mjs'), 'export default {}');
  const env = { ...process.env, CONCLAVE_TALLY: join(folder, 'tally.json') };
  await new Promise((resolve) => execFile(process.execPath, args, { cwd: folder, env }, resolve));
  return JSON.parse(await readFile(join(folder, 'tally.json'), 'utf8'));
}

test('the closing count holds what passed, failed, was skipped, could not be loaded, or broke outside a test', async () => {
  const tally = await tallyOf({
    'a.test.ts': `test('a', () => {}); test('b', () => {}); test.skip('c', () => {}); test.todo('d');`,
    'b.test.ts': `test('e', () => { expect(1).toBe(2); });`,
    'c.test.ts': `import './missing.ts'; test('f', () => {});`,
    'd.test.ts': `test('g', async () => { Promise.reject(new Error('nobody waits')); await new Promise((r) => setImmediate(r)); });`,
  });
  expect(tally).toEqual({ passed: 3, failed: 3, skipped: 2 });
});
