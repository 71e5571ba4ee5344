// Three organisations with real nodes and the built web client, and windows of a real browser at them. What a window must not
// do is noted as a complaint: errors on the console (a broken content security policy is one), and requests to anybody else.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createDemoNode, type DemoNode, setWire } from '../../scripts/demo/network.ts';
import { launchBrowser } from '../browser.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const titles = { acme: 'Acme', globex: 'Globex', initech: 'Initech' };
export type OrgName = keyof typeof titles;

/** One person's browser profile. */
export interface Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  /** While it is so, the browser itself writes to the console that it reaches nobody. */
  setOffline(offline: boolean): Promise<void>;
  goTo(place: string): Promise<void>;
}

export interface Stage {
  readonly complaints: string[];
  node(name: OrgName): DemoNode;
  befriend(one: OrgName, other: OrgName): Promise<void>;
  wire(one: OrgName, other: OrgName, order: 'cut' | 'heal'): Promise<void>;
  /** Opens a window of a new profile at an address of the node, or one more of a profile that is there. */
  open(org: OrgName, place: string, context?: BrowserContext): Promise<Seat>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-stage-'));
  const nodes = await startNodes(folder);
  const browser = await launchBrowser();
  const complaints: string[] = [];
  const node = (name: OrgName) => nodes.get(name) as DemoNode;
  return {
    complaints,
    node,
    async befriend(one, other) {
      await node(other).ask('addTicket', await node(one).ask('ticket', null));
    },
    wire: (one, other, order) => setWire(node(one), node(other), order),
    open: (org, place, context) => openSeat(browser, node(org).ready().url, { place, context, complaints }),
    async close() {
      await browser.close();
      await Promise.all([...nodes.values()].map((each) => each.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startNodes(folder: string): Promise<Map<OrgName, DemoNode>> {
  const names = Object.keys(titles) as OrgName[];
  const ports = await Promise.all(names.map(async () => ({ web: await freePort(), federation: await freePort() })));
  const overrides = Object.fromEntries(
    names.map((name, i) => [`${name}.localhost`, `http://127.0.0.1:${ports[i]?.web}`]),
  );
  const nodes = names.map((name, i) => {
    const { web: webPort = 0, federation: federationPort = 0 } = ports[i] ?? {};
    return createDemoNode({
      ...{ name, title: titles[name], folder: join(folder, name) },
      ...{ webPort, federationPort, overrides },
    });
  });
  await Promise.all(nodes.map((each) => each.start()));
  return new Map(names.map((name, i) => [name, nodes[i] as DemoNode]));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

interface Opening {
  readonly place: string;
  readonly context: BrowserContext | undefined;
  readonly complaints: string[];
}

async function openSeat(browser: Browser, origin: string, { place, context, complaints }: Opening): Promise<Seat> {
  // The service worker has a story of its own (installed.test.ts); in every profile it would only load everything once more.
  const profile = context ?? (await browser.newContext({ reducedMotion: 'reduce', serviceWorkers: 'block' }));
  const page = await profile.newPage();
  page.setDefaultTimeout(45_000);
  let offline = false;
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    // A picture that the page has opened itself is an address of its own.
    if (
      !request
        .url()
        .replace(/^blob:/, '')
        .startsWith(`${origin}/`)
    )
      complaints.push(`a request to ${request.url()}`);
  });
  page.on('console', (message) => {
    // That one is not signed in is an answer, which browsers print.
    if (message.type() === 'error' && !offline && !/status of 401/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(`${origin}/${place}`);
  return {
    page,
    context: profile,
    async setOffline(next) {
      offline ||= next;
      await profile.setOffline(next);
    },
    async goTo(next) {
      await page.goto(`${origin}/${next}`);
    },
  };
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe finds serious on the screen as it is now. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: Violation[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((each) => `${each.html} ${each.failureSummary}`).join('\n')}`);
}
