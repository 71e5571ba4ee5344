// Tabs and the one that serves them, over a channel in memory: everything that is posted is cloned, and everybody else hears it.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHAT, FakeNode } from '../../test/client/fake-node.ts';
import { TestPerson } from '../../test/client/person.ts';
import { createWorld, type World } from '../../test/client/world.ts';
import { createMemoryStore } from './memory-store.ts';
import type { AppView, ConversationView, Messenger } from './model.ts';
import { hostTabs } from './tab-host.ts';
import { createTabMessenger } from './tab-messenger.ts';
import { applyPatch, type Channel, type FromHost, type FromTab, patchFrom } from './tab-talk.ts';

type Heard = (message: FromTab | FromHost) => void;

class Air {
  readonly heard: FromHost[] = [];
  readonly #all = new Map<object, Heard>();

  channel(): Channel {
    const self = {};
    return {
      post: (message) => {
        const sent = structuredClone(message);
        if (sent.t === 'view') this.heard.push(sent);
        for (const [who, heard] of this.#all) if (who !== self) heard(sent);
      },
      listen: (heard) => this.#all.set(self, heard),
    };
  }

  silence(channels: number): void {
    for (const who of [...this.#all.keys()].slice(0, channels)) this.#all.delete(who);
  }
}

let world: World;
let node: FakeNode;
let air: Air;
const store = createMemoryStore();
let owner: TestPerson;
const gone = new Map<string, () => void>();

beforeEach(async () => {
  await store.clear();
  world = createWorld(3);
  node = new FakeNode(world);
  air = new Air();
});
afterEach(() => owner.kill());

function serve(host: string): void {
  owner = new TestPerson(world, node, store).start(false);
  const whenGone = (tab: string, done: () => void) => gone.set(tab, done);
  hostTabs({ messenger: owner.messenger, channel: air.channel(), host, whenGone, report: (e) => owner.faults.push(e) });
}

function open(tab: string): { messenger: Messenger; app: () => AppView | null; texts: () => (string | null)[] } {
  const messenger = createTabMessenger(air.channel(), tab, world.random);
  let app: AppView | null = null;
  let conversation: ConversationView | null = null;
  messenger.watchApp((view) => (app = view));
  messenger.watchConversation(CHAT, (view) => (conversation = view));
  const items = () => conversation?.items ?? [];
  return {
    messenger,
    app: () => app,
    texts: () => items().map((item) => (item.is === 'message' ? item.text : item.what)),
  };
}

describe('tabs', () => {
  test('see the same, whether they were there before the one that serves or came later', async () => {
    const early = open('early');
    serve('one');
    const late = open('late');
    node.bobWrites('hello');
    await world.until(() => late.texts().length === 1 && early.texts().length === 1);
    await early.messenger.send(CHAT, 'from early', []);
    await world.until(() => late.texts().length === 2);
    expect(late.texts()).toEqual(['hello', 'from early']);
    expect(early.texts()).toEqual(late.texts());
    expect(early.app()?.chats[0]?.name).toBe('Rust chat');
  });

  test('get only what changed of a long conversation', async () => {
    for (let n = 0; n < 100; n++) node.bobWrites(String(n));
    serve('one');
    const tab = open('tab');
    await world.until(() => tab.texts().length === 100 && tab.app()?.connection === 'online');
    await world.rest();
    air.heard.length = 0;
    node.bobWrites('one more');
    await world.rest();
    expect(tab.texts().length).toBe(101);
    const inserted = air.heard.map((message) => (message.t === 'view' ? (message.view?.inserted.length ?? 0) : 0));
    expect(Math.max(...inserted)).toBe(1);
  });

  test('go on with another that serves, and what was asked meanwhile is done once', async () => {
    serve('one');
    const tab = open('tab');
    node.bobWrites('hello');
    await world.until(() => tab.texts().length === 1 && tab.app()?.connection === 'online');
    // The one that serves is gone in the middle of things.
    owner.kill();
    air.silence(1);
    const sent = tab.messenger.send(CHAT, 'into the gap', []);
    const founded = tab.messenger.createPrivate({ name: null, colour: 'teal', members: [], welcome: '' });
    await world.rest();
    serve('two');
    expect(await founded).toMatchObject({ ok: false, refusal: { code: 'node_unreachable' } });
    await world.until(() => tab.texts().length === 2);
    expect((await sent).ok).toBe(true);
    await world.rest();
    expect(tab.texts()).toEqual(['hello', 'into the gap']);
    expect(node.entries.length).toBe(2);
  });

  test('are forgotten when they are closed', async () => {
    serve('one');
    open('tab');
    await world.rest();
    gone.get('tab')?.();
    air.heard.length = 0;
    node.bobWrites('nobody looks');
    await world.rest();
    expect(air.heard).toEqual([]);
  });
});

test('a patch makes of the view before exactly the view after', () => {
  const items = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 });
  fc.assert(
    fc.property(items, items, (before, after) => {
      const view = (list: number[]) => ({ items: list, loading: false }) as unknown as ConversationView;
      const patch = patchFrom(view(before), view(after));
      expect(applyPatch(view(before), structuredClone(patch))).toEqual(view(after));
      expect(applyPatch(null, patchFrom(null, view(after)))).toEqual(view(after));
      if (before.length > 0) expect(applyPatch(null, patch)).toBeNull();
    }),
  );
});
