// The demo's network: one process a node, which can be killed and started again, and wires between them that can be cut.
import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { NodeSettings, Orders, Ready, Reply } from './orders.ts';

export interface DemoNode {
  readonly settings: NodeSettings;
  readonly isUp: () => boolean;
  ready(): Ready;
  ask<K extends keyof Orders>(order: K, ask: Orders[K]['ask']): Promise<Orders[K]['answer']>;
  start(): Promise<void>;
  /** As the machine losing power does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('./node.ts', import.meta.url));

export function createDemoNode(settings: NodeSettings): DemoNode {
  let child: ChildProcess | null = null;
  let known: Ready | null = null;
  let next = 1;
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();

  function onMessage(message: { ready?: Ready } & Partial<Reply>): void {
    if (message.ready) known = message.ready;
    const wait = waiting.get(message.id ?? 0);
    if (!wait || message.id === undefined) return;
    waiting.delete(message.id);
    if (message.error !== undefined) wait.reject(new Error(`${settings.name}: ${message.error}`));
    else wait.resolve(message.answer as never);
  }

  function onExit(): void {
    child = null;
    for (const wait of waiting.values()) wait.reject(new Error(`${settings.name} has ended`));
    waiting.clear();
  }

  async function start(): Promise<void> {
    // The ports stay the same over a restart, so that partners find it again.
    const { webPort, federationPort } = settings;
    const started = fork(program, [JSON.stringify({ ...settings, webPort, federationPort })], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.on('message', (message: { ready?: Ready }) => {
        onMessage(message);
        if (message.ready) resolve();
      });
      started.once('exit', (code) => {
        onExit();
        reject(new Error(`${settings.name} did not start (${code})`));
      });
    });
  }

  function ended(): Promise<void> {
    return new Promise((resolve) => (child ? child.once('exit', () => resolve()) : resolve()));
  }

  function ask<K extends keyof Orders>(order: K, what: Orders[K]['ask']): Promise<Orders[K]['answer']> {
    const running = child;
    if (!running) return Promise.reject(new Error(`${settings.name} is not running`));
    const id = next++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      running.send({ id, order, ask: what });
    });
  }

  return {
    settings,
    isUp: () => child !== null,
    ready() {
      if (!known) throw new Error(`${settings.name} is not ready`);
      return known;
    },
    ask,
    start,
    async kill() {
      const end = ended();
      child?.kill('SIGKILL');
      await end;
    },
    async stop() {
      const end = ended();
      if (child) await ask('stop', null).catch(() => {});
      await end;
    },
  };
}

/** Cuts, or heals, the wire between two nodes. */
export async function setWire(one: DemoNode, other: DemoNode, order: 'cut' | 'heal'): Promise<void> {
  if (one.isUp()) await one.ask(order, other.ready().key);
  if (other.isUp()) await other.ask(order, one.ready().key);
}

/** A port of loopback that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
