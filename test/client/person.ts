// One person's messenger over the fake node, with what its screens see, and ways to stop and start it as a reload would.
import { createApi } from '../../web/client/api.ts';
import { createMemoryStore } from '../../web/client/memory-store.ts';
import { createMessenger, type RunningMessenger } from '../../web/client/messenger.ts';
import type { AppView, ConversationView, MessageView } from '../../web/client/model.ts';
import type { Store } from '../../web/client/ports.ts';
import { CHAT, type FakeNode } from './fake-node.ts';
import type { World } from './world.ts';

export class TestPerson {
  readonly store: Store;
  readonly faults: unknown[] = [];
  messenger!: RunningMessenger;
  app!: AppView;
  conversation: ConversationView | null = null;
  readonly #world: World;
  readonly #node: FakeNode;
  #dead = false;

  constructor(world: World, node: FakeNode, store: Store = createMemoryStore()) {
    this.#world = world;
    this.#node = node;
    this.store = store;
  }

  start(watched = true): this {
    this.#dead = false;
    const life = { over: false };
    this.#life = life;
    const store = mortal(this.store, () => life.over);
    this.messenger = createMessenger({
      api: createApi({ baseUrl: '', fetch: this.#node.fetch }),
      store,
      keys: null,
      byToken: true,
      clock: {
        now: () => this.#world.now(),
        after: (delayMs, run) => this.#world.after(delayMs, () => (life.over ? undefined : run())),
      },
      random: this.#world.random,
      openSocket: this.#node.openSocket,
      index: null,
      isLooked: () => true,
      readAhead: 0,
      tellAfterMs: 0,
      label: 'test',
      report: (error) => this.faults.push(error),
    });
    this.messenger.watchApp((app) => {
      if (!life.over) this.app = app;
    });
    if (watched) this.open();
    return this;
  }

  #life = { over: false };

  open(): () => void {
    const life = this.#life;
    return this.messenger.watchConversation(CHAT, (view) => {
      if (life.over) return;
      this.conversation = view;
      const keys = (view?.items ?? []).map(({ key }) => key);
      if (new Set(keys).size !== keys.length) this.faults.push(new Error('an item is shown twice'));
    });
  }

  /** As when the program is killed: nothing it still had in hand reaches the store any more. */
  kill(): void {
    this.#dead = true;
    this.#life.over = true;
    this.messenger.close();
  }

  get dead(): boolean {
    return this.#dead;
  }

  async online(): Promise<void> {
    await this.#world.until(() => this.app?.connection === 'online' && this.conversation?.loading === false, 'online');
  }

  messages(): MessageView[] {
    return (this.conversation?.items ?? []).filter((item) => item.is === 'message');
  }

  texts(): (string | null)[] {
    return this.messages().map(({ text, instead }) => text ?? instead);
  }
}

function mortal(store: Store, isOver: () => boolean): Store {
  const alive = async <T>(work: () => Promise<T>): Promise<T> => (isOver() ? new Promise<T>(() => {}) : work());
  return {
    get: (key) => alive(() => store.get(key)),
    list: (prefix) => alive(() => store.list(prefix)),
    write: (changes) => alive(() => store.write(changes)),
    clear: (except) => alive(() => store.clear(except)),
  };
}
