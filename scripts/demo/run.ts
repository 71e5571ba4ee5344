// The demo with a person: addresses, log-ins, keys, and a small page that shows queues and positions live.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitKeypressEvents } from 'node:readline';
import type { DemoNode } from './network.ts';
import { servePage } from './page.ts';
import { CAST, passwordOf } from './people.ts';
import { seed } from './seed.ts';
import { createStage, type Stage } from './stage.ts';

function greet(nodes: readonly DemoNode[], page: string): void {
  console.log('\nThree organisations are running. Open two of them side by side:\n');
  for (const [i, node] of nodes.entries()) {
    console.log(`  ${(CAST[i]?.title ?? '').padEnd(8)} ${node.ready().url}`);
    for (const { name, displayName } of CAST[i]?.people ?? [])
      console.log(`           ${name.padEnd(6)} ${passwordOf(name).padEnd(24)} ${displayName}`);
  }
  console.log(`\nWires and queues, live: ${page}`);
  if (!process.stdin.isTTY) return;
  console.log('\nKeys: a  cut or heal Acme - Globex     b  Globex - Initech     c  Acme - Initech');
  console.log('      1 2 3  stop or start Acme, Globex, Initech     s  show     q  quit');
}

async function show({ nodes, cuts }: Stage): Promise<void> {
  for (const node of nodes) {
    if (!node.isUp()) {
      console.log(`${node.settings.name.padEnd(8)} stopped`);
      continue;
    }
    const { peers, entries } = await node.ask('status', null);
    const queues = peers
      .map((peer) => `${peer.connected ? 'connected' : 'not connected'}, ${peer.queued} queued`)
      .join(' | ');
    console.log(`${node.settings.name.padEnd(8)} ${entries} entries | ${queues}`);
  }
  if (cuts.size > 0) console.log(`cut: ${[...cuts].join(', ')}`);
}

function listenToKeys(stage: Stage, quit: () => void): void {
  if (!process.stdin.isTTY) return;
  emitKeypressEvents(process.stdin);
  process.stdin.setRawMode(true);
  const deeds: Record<string, () => Promise<void> | void> = {
    a: () => stage.toggleWire(0, 1),
    b: () => stage.toggleWire(1, 2),
    c: () => stage.toggleWire(0, 2),
    1: () => stage.toggleNode(0),
    2: () => stage.toggleNode(1),
    3: () => stage.toggleNode(2),
    s: () => {},
    q: quit,
  };
  process.stdin.on('keypress', async (_text, key: { name?: string; ctrl?: boolean; sequence?: string }) => {
    if (key.ctrl && key.name === 'c') return quit();
    const deed = deeds[key.name ?? key.sequence ?? ''];
    if (!deed) return;
    try {
      await deed();
      if (deed !== deeds.q) await show(stage);
    } catch (error) {
      console.error(String(error));
    }
  });
}

/** Runs until it is told to stop; gives the exit code. */
export async function runDemo(nodes: readonly DemoNode[], folder: string): Promise<number> {
  const startedMs = Date.now();
  const seeded = join(folder, 'seeded');
  await Promise.all(nodes.map((node) => node.start()));
  if (!existsSync(seeded)) {
    const { people } = await seed(nodes);
    for (const person of people.values()) person.close();
    writeFileSync(seeded, `${new Date().toISOString()}\n`);
  }
  const stage = createStage(nodes);
  const page = await servePage(stage, (nodes[0]?.settings.webPort ?? 8441) - 1);
  console.log(`Started in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
  greet(nodes, page.url);
  await new Promise<void>((quit) => {
    process.once('SIGINT', () => quit());
    process.once('SIGTERM', () => quit());
    listenToKeys(stage, quit);
  });
  page.close();
  await Promise.all(nodes.map((node) => node.stop()));
  return 0;
}
