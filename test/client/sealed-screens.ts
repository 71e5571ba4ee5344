// Devices of people at real nodes, in sealed chats: each with a memory of its own, and with a clock whose waits are short.
import { createMemoryKeys } from '../../web/client/adapters/memory-keys.ts';
import { createNodeMessenger, signUp } from '../../web/client/adapters/node.ts';
import { createSystemClock } from '../../web/client/adapters/system.ts';
import { createMemoryStore } from '../../web/client/memory-store.ts';
import type { PersonView } from '../../web/client/model.ts';
import type { Clock, IndexPlace } from '../../web/client/ports.ts';
import type { TestNode } from '../nodes.ts';
import { passwordOf, Screen, value } from './screen.ts';

/** What takes seconds, so that others may go first, takes a fiftieth of that. */
function hurried(report: (error: unknown) => void): Clock {
  const clock = createSystemClock(report);
  return { now: clock.now, after: (delayMs, run) => clock.after(delayMs / 50, run) };
}

export class Device {
  readonly node: TestNode;
  readonly name: string;
  readonly faults: unknown[] = [];
  readonly store = createMemoryStore();
  readonly #index: IndexPlace | null;
  readonly #keys = createMemoryKeys();
  readonly #cookies = new Map<string, string>();
  screen!: Screen;

  constructor(node: TestNode, name: string, index: IndexPlace | null = null) {
    this.#index = index;
    this.node = node;
    this.name = name;
    this.start();
  }

  get messenger() {
    return this.screen.messenger;
  }

  start(): void {
    const report = (error: unknown) => this.faults.push(error);
    const { store, node } = this;
    const parts = {
      baseUrl: node.address,
      store,
      keys: this.#keys,
      cookies: this.#cookies,
      report,
      index: this.#index,
    };
    this.screen = new Screen(createNodeMessenger({ ...parts, label: 'test', clock: hurried(report) }));
  }

  stop(): void {
    this.messenger.close();
  }

  get me(): PersonView {
    const { phase } = this.screen.app;
    if (phase.is !== 'signed-in') throw new Error(`${this.name} is ${phase.is}`);
    return phase.me;
  }
}

/** Somebody new, with keys. The first at a node is its administrator. */
export async function newDevice(node: TestNode, name: string, index?: IndexPlace): Promise<Device> {
  const device = new Device(node, name, index);
  const link =
    (await node.node.firstLink()) ?? node.node.joinUrl((await node.node.core.accounts.links.makeJoin(null)).token);
  const token = new URL(link).hash.split(/[#=/]/).at(-1) ?? '';
  value(await signUp(device.messenger, { token, name, displayName: name, password: passwordOf(name) }));
  await device.screen.until(
    () => device.screen.app.phase.is === 'signed-in' && device.screen.app.connection === 'online',
  );
  return device;
}

/** The same person, somewhere else. */
export async function anotherDevice(of: Device, index?: IndexPlace): Promise<Device> {
  const device = new Device(of.node, of.name, index);
  value(await device.messenger.signIn(of.name, passwordOf(of.name)));
  await device.screen.until(
    () => device.screen.app.phase.is === 'signed-in' && device.screen.app.connection === 'online',
  );
  return device;
}

/** Partners are asked each time, and may be slow to answer. */
export async function find(by: Device, name: string): Promise<PersonView> {
  for (;;) {
    const found = value(await by.messenger.searchPeople(name)).find((each) => each.name === name);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
