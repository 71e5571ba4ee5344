// The client as an installed program, in a real browser at a real node: it opens without the node, and takes a newer build when asked.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../browser.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { keepCode, signIn } from './entering.ts';
import { buildInto } from './web-build.ts';

const password = 'seven green lamps over water';
let folder: string;
let node: TestNode;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-installed-'));
  await buildInto(folder);
  node = await startNode({ webFolder: folder });
  await node.person('ann', { administrator: true, password });
  browser = await launchBrowser();
  context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
});
afterAll(async () => {
  await browser?.close();
  await node?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** As an expression: the page's policy lets nobody make functions from text. */
const until = (found: string) =>
  expect.poll(() => page.evaluate(found).catch(() => false), { timeout: 30_000 }).toBe(true);
const controlled = () => until('navigator.serviceWorker.controller?.state === "activated"');

/** Another build of the client: one file differs, and the service worker knows it. */
function buildAnother(): void {
  const icon = join(folder, 'icon.svg');
  const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
  const before = readFileSync(icon, 'utf8');
  const after = `${before}<!-- another -->`;
  writeFileSync(icon, after);
  const script = readFileSync(join(folder, 'sw.js'), 'utf8');
  const version = /version:[`"']([^`"']+)/.exec(script)?.[1] ?? '';
  expect(script).toContain(hashOf(before));
  writeFileSync(
    join(folder, 'sw.js'),
    script.replace(hashOf(before), hashOf(after)).replace(version, `${version.slice(0, -1)}_`),
  );
}

test('a browser can install it: it has a manifest with icons that are there', async () => {
  await page.goto(node.address);
  await signIn(page, 'ann', password);
  await keepCode(page);
  await page.getByRole('button', { name: 'New chat' }).first().waitFor();
  const session = await context.newCDPSession(page);
  const { errors } = (await session.send('Page.getAppManifest')) as { errors: unknown[] };
  expect(errors).toEqual([]);
  const { installabilityErrors } = (await session.send('Page.getInstallabilityErrors')) as {
    installabilityErrors: { errorId: string }[];
  };
  // Some browsers say that a window of a test is a private one, and nothing else may be in the way.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('it opens without the node, with what was read before, and keeps no answer of the API', async () => {
  await controlled();
  await context.setOffline(true);
  await page.reload();
  await page.getByRole('navigation').getByText('Acme').first().waitFor();
  const kept = (await page.evaluate(`caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)
    .then((cache) => cache.keys()).then((all) => all.map(({ url }) => new URL(url).pathname))))).then((all) => all.flat())`)) as string[];
  expect(kept).toContain('/index.html');
  expect(kept.filter((path) => path.startsWith('/api/'))).toEqual([]);
  await context.setOffline(false);
  complaints.length = 0;
});

test('a newer build waits until somebody takes it', async () => {
  buildAnother();
  await node.restart();
  await page.reload();
  await page.evaluate('navigator.serviceWorker.ready.then((it) => it.update()).then(() => true)');
  const reload = page.getByRole('button', { name: 'Reload' });
  await reload.waitFor();
  const [before] = (await page.evaluate('caches.keys()')) as string[];
  // The page of before has the same buttons: what comes next is asked of the new one.
  const reloaded = page.waitForEvent('load');
  await reload.click();
  await reloaded;
  await page.waitForFunction(
    `caches.keys().then((names) => names.length === 1 && names[0] !== ${JSON.stringify(before)})`,
  );
  await page.getByRole('button', { name: 'New chat' }).first().waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Reload' }).count(), { timeout: 10_000 }).toBe(0);
  expect(complaints).toEqual([]);
});

test('with no page open, a note of the node is shown by the service worker, and leads to its chat', async () => {
  const session = await context.newCDPSession(page);
  const known = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations;
      if (first) resolve(first.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await known;
  await page.goto('about:blank');
  const [worker] = context.serviceWorkers().slice(-1);
  // A browser without a window allows no notifications, whoever asks: what would be shown is kept instead.
  await worker?.evaluate('void (self.registration.showNotification = async (...shown) => void (self.shown = shown))');
  const chat = `chat_${'a'.repeat(52)}`;
  const data = JSON.stringify({ v: 1, chat, arrival: 1, count: 3 });
  await session.send('ServiceWorker.deliverPushMessage', { origin: node.address, registrationId, data });
  const shown = () => worker?.evaluate('self.shown ?? null');
  await expect.poll(shown, { timeout: 10_000 }).toMatchObject(['3 new messages', { tag: chat, data: { chat } }]);
});
