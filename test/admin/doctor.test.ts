// `conclave doctor` on a stopped node and beside a running one: every finding with its fix, and exit code 1 when one is bad.
import { chmodSync } from 'node:fs';
import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSystemClock } from '../../server/adapters/clock.ts';
import { createLog } from '../../server/adapters/log.ts';
import type { Check } from '../../server/admin/shapes.ts';
import { DATA_FILES } from '../../server/config/data-files.ts';
import { openDatabase } from '../../server/db/database.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import { openReadOnly } from '../../server/db/read-only.ts';
import { createNetwork } from '../../server/identity/network.ts';
import { createPeers } from '../../server/identity/peers.ts';
import { storedOrganisation } from '../../server/identity/stored.ts';
import { conclave, type Folder, newFolder } from './conclave.ts';
import { startFakeNode } from './fake-node.ts';
import { ORG, status } from './samples.ts';

let folder: Folder;
let servers: { close(): unknown }[];
beforeEach(() => {
  folder = newFolder();
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  folder.end();
});

interface Found {
  running: boolean;
  good: boolean;
  checks: Check[];
}

const anyPort = { CONCLAVE_WEB_PORT: '0', CONCLAVE_FEDERATION_PORT: '0', CONCLAVE_FEDERATION_HOST: '127.0.0.1' };

async function doctor(env: Record<string, string> = {}) {
  const ended = await conclave(['doctor', '--json', '--data', folder.path], { env: { ...anyPort, ...env } });
  const found = ended.json<Found>();
  return { ...found, code: ended.code, of: (name: string) => found.checks.find((check) => check.name === name) };
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function changeDatabase(change: (parts: ReturnType<typeof partsOf>) => Promise<unknown>): Promise<void> {
  const log = createLog({ write: () => {} });
  const clock = createSystemClock({ log });
  const db = openDatabase({ file: folder.file(DATA_FILES.database), migrations, clock, log });
  await change(partsOf(db, clock));
  await db.close();
}

function partsOf(db: ReturnType<typeof openDatabase>, clock: ReturnType<typeof createSystemClock>) {
  const organisation = storedOrganisation(db);
  if (!organisation) throw new Error('no organisation');
  const peers = createPeers({ db, clock, organisation: { orgId: organisation.orgId, current: () => organisation } });
  return { peers, network: createNetwork({ db, peers }) };
}

const ticketFor = (port: number) => ({
  v: 1 as const,
  orgId: ORG.globex,
  opKey: new Uint8Array(32).fill(9),
  endpoints: [`/ip4/127.0.0.1/tcp/${port}`],
  domain: 'globex.example',
  token: new Uint8Array(16),
});

test('of a folder that is not there yet it finds nothing bad, and makes nothing', async () => {
  const found = await doctor();
  expect(found).toMatchObject({ code: 0, running: false, good: true });
  expect(found.of('data folder')).toMatchObject({ state: 'warning', fix: expect.stringContaining('conclave init') });
  expect(found.of('record')?.state).toBe('skipped');
  expect((await doctor()).of('data folder')?.state).toBe('warning');
});

test('of a node that was made it checks folder, disk, clock, record, phrase and network', async () => {
  await conclave(['init', '--data', folder.path]);
  const found = await doctor();
  expect(found.of('disk')?.found).toContain('free');
  for (const name of ['configuration', 'data folder', 'clock', 'record', 'network'])
    expect(found.of(name), name).toMatchObject({ state: 'good', fix: null });
  expect(found.of('recovery phrase')).toMatchObject({
    state: 'warning',
    fix: expect.stringContaining('conclave init'),
  });
});

test('a wrong configuration is a finding, and the only one', async () => {
  const found = await doctor({ CONCLAVE_WEB_PORT: 'http' });
  expect(found).toMatchObject({ code: 1, good: false, checks: [{ name: 'configuration', state: 'bad' }] });
});

test('a data folder that others can look into is bad, and the fix is what to type', async () => {
  await conclave(['init', '--data', folder.path]);
  chmodSync(folder.path, 0o755);
  const ended = await conclave(['doctor', '--data', folder.path], { env: anyPort });
  expect(ended.code).toBe(1);
  expect(ended.out).toMatch(/BAD +data folder/);
  expect(ended.out).toContain(`chmod 700 ${folder.path}`);
});

test('a busy port is bad and named with its key', async () => {
  const port = await listening(createServer());
  const found = await doctor({ CONCLAVE_WEB_PORT: String(port) });
  expect(found.code).toBe(1);
  expect(found.of(`port ${port}`)).toMatchObject({ state: 'bad', fix: expect.stringContaining('web.port') });
});

test('of a stopped node, partners are dialled, unless Network access is off', async () => {
  await conclave(['init', '--data', folder.path]);
  const server = createServer();
  const port = await listening(server);
  await changeDatabase(({ peers }) => peers.addByTicket(ticketFor(port)));
  expect((await doctor()).of('partner globex.example')?.state).toBe('good');
  await new Promise((resolve) => server.close(resolve));
  expect((await doctor()).of('partner globex.example')).toMatchObject({ state: 'warning', fix: expect.any(String) });
  await changeDatabase(({ network }) => network.set({ mode: 'off' }));
  const off = await doctor();
  expect(off.of('partner globex.example')).toBeUndefined();
  expect(off.of('network')?.state).toBe('warning');
});

test('beside a running node it tells what that one finds, and exits by it', async () => {
  const node = await startFakeNode(folder.path);
  node.answer('GET /api/v1/admin/status', status({}));
  const check = { name: 'partner globex.example', state: 'bad', found: 'not connected', fix: 'Ask Globex' };
  node.answer('GET /api/v1/admin/doctor', { checks: [check] });
  const found = await doctor();
  await node.end();
  expect(found).toMatchObject({ running: true, code: 1 });
  expect(found.of(check.name)).toEqual(check);
});

test('beside a running node, another program at the web port is bad', async () => {
  const node = await startFakeNode(folder.path);
  node.answer('GET /api/v1/admin/status', status({}));
  node.answer('GET /api/v1/admin/doctor', { checks: [] });
  const port = await listening(createWebServer((_, response) => response.end('hello')));
  const found = await doctor({ CONCLAVE_WEB_PORT: String(port), CONCLAVE_FEDERATION_PORT: String(port) });
  expect(found.checks).toContainEqual(expect.objectContaining({ name: `port ${port}`, state: 'bad' }));
  expect(found.checks).toContainEqual(expect.objectContaining({ name: `port ${port}`, state: 'good' }));
  await node.end();
});

test('a database of another version is left alone', async () => {
  await conclave(['init', '--data', folder.path]);
  const file = folder.file(DATA_FILES.database);
  expect(openReadOnly(file, [...migrations, { id: 9_999, name: 'later', up: () => {} }])).toBeUndefined();
  const db = openReadOnly(file, migrations);
  await expect(db?.write(() => {})).rejects.toThrow('read only');
  await db?.close();
});
