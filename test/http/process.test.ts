// The real process: how it starts, refuses, and ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const folders: string[] = [];
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly folder: string;
  output(): string;
  /** Resolves with what the pattern found, or rejects when the process ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<number | null>;
}

function run(env: Record<string, string> = {}, folder = newFolder(), args: readonly string[] = []): Run {
  const free = { CONCLAVE_WEB_PORT: '0', CONCLAVE_FEDERATION_PORT: '0', CONCLAVE_FEDERATION_HOST: '127.0.0.1' };
  const child = spawn(process.execPath, [main, '--data', folder, ...args], {
    env: { ...process.env, ...free, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let text = '';
  const looks = new Set<() => void>();
  const take = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of looks) look();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    child,
    folder,
    output: () => text,
    ended,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text);
          if (found) resolve(found);
        };
        looks.add(look);
        look();
        void ended.then(() => reject(new Error(`the process ended:\n${text}`)));
      }),
  };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-process-'));
  folders.push(folder);
  return folder;
}

/** Asks over `DATA/admin.sock`. */
function askAdmin(
  folder: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ socketPath: join(folder, 'admin.sock'), method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

test('without a terminal it says where it runs and how to get the first link, not the link; asked twice to stop, it stops once', async () => {
  const node = run();
  const [, web = ''] = await node.prints(/Conclave runs at (\S+)\n/);
  await node.prints(/npx conclave account add --administrator/);
  expect(node.output()).not.toContain('#/join/');
  expect(web).toMatch(/^http:\/\/localhost:\d+$/);
  node.child.kill('SIGTERM');
  node.child.kill('SIGINT');
  expect(await node.ended).toBe(0);
});

test('the admin socket is for its owner alone, gives the first link once, and knows no chats', async () => {
  const node = run();
  await node.prints(/Conclave runs at/);
  expect(statSync(join(node.folder, 'admin.sock')).mode & 0o777).toBe(0o600);
  expect(statSync(node.folder).mode & 0o777).toBe(0o700);
  const made = await askAdmin(node.folder, 'POST', '/api/v1/admin/invitations', { administrator: true });
  expect(made.body.link).toMatch(/^http:\/\/localhost:\d+\/#\/join\/[a-z2-7]{32}$/);
  expect((await askAdmin(node.folder, 'GET', '/api/v1/admin/status')).body).toMatchObject({ chats: 1, accounts: 0 });
  for (const path of ['/api/v1/chats', '/api/v1/people/search?q=a', '/api/v1/session', '/openapi.json'])
    expect((await askAdmin(node.folder, 'GET', path)).body.code, path).toBe('not_found');
});

test('after a kill it starts again, over the socket that was left behind', async () => {
  const first = run();
  await first.prints(/Conclave runs at/);
  const { org } = (await askAdmin(first.folder, 'GET', '/api/v1/admin/status')).body;
  first.child.kill('SIGKILL');
  await first.ended;
  const second = run({}, first.folder);
  await second.prints(/Conclave runs at/);
  expect((await askAdmin(first.folder, 'GET', '/api/v1/admin/status')).body.org).toBe(org);
});

test('a configuration that is not valid is refused with the key, the value and exit code 2', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'conclave.toml'), '[web]\nhost = "0.0.0.0"\nprot = 1\n');
  const node = run({}, folder);
  expect(await node.ended).toBe(2);
  expect(node.output()).toContain('web.prot');
  expect(await run({}, newFolder(), ['--unknown']).ended).toBe(2);
});

test('a data folder and a port that are in use are refused with what to change, and exit code 5', async () => {
  const first = run();
  await first.prints(/Conclave runs at/);
  const sameFolder = run({}, first.folder);
  expect(await sameFolder.ended).toBe(5);
  expect(sameFolder.output()).toContain('--data');
  const taken = createServer();
  const port = await new Promise<number>((resolve) =>
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
  );
  const samePort = run({ CONCLAVE_WEB_PORT: String(port) });
  expect(await samePort.ended).toBe(5);
  expect(samePort.output()).toContain('web.port');
  const sameFederation = run({ CONCLAVE_FEDERATION_PORT: String(port) });
  expect(await sameFederation.ended).toBe(5);
  expect(sameFederation.output()).toContain('federation.port');
  taken.close();
});
