/**
 * The conversations that are open, each with those who look at it: loads what they need and tells them of every change, once per
 * turn however much happened in it.
 */
import type { ChatId } from '../../protocol/ids.ts';
import { Fault } from '../../protocol/result.ts';
import { conversationView, type Opened, peopleIn } from './conversation.ts';
import { type Chat, isSealed } from './desk.ts';
import { windowOf } from './entries.ts';
import { createItemMemory } from './items.ts';
import type { ConversationView } from './model.ts';
import type { Sealed, SignedIn } from './signed-in.ts';

type Seen = (view: ConversationView | null) => void;

export interface Conversations {
  watch(chat: ChatId, seen: Seen): () => void;
  /** Something of this chat, or (null) of everything, has changed: to be told when `tell` is called. */
  changed(chat: Chat | null): void;
  tell(): void;
  loadOlder(chat: ChatId): Promise<void>;
  /** Another account, or the list anew: all begin again. */
  restart(account: SignedIn | null): void;
}

interface Watched {
  readonly id: ChatId;
  readonly seen: Set<Seen>;
  opened: Opened | null;
  last: ConversationView | null | undefined;
  stale: boolean;
  /** What is sealed of it is being opened. */
  opening: boolean;
}

/** Sealed messages opened before something is shown: about a screen. */
const OPENED_AT_ONCE = 60;

interface ConversationsParts {
  readonly schedule: () => void;
  readonly report: (error: unknown) => void;
}

export function createConversations(parts: ConversationsParts): Conversations {
  return new OpenOnes(parts);
}

class OpenOnes implements Conversations {
  readonly #parts: ConversationsParts;
  readonly #all = new Map<ChatId, Watched>();
  #account: SignedIn | null = null;

  constructor(parts: ConversationsParts) {
    this.#parts = parts;
  }

  watch(id: ChatId, seen: Seen): () => void {
    const known = this.#all.get(id);
    const watched = known ?? { id, seen: new Set(), opened: null, last: undefined, stale: false, opening: false };
    watched.seen.add(seen);
    if (watched.last !== undefined) seen(watched.last);
    if (!known) {
      this.#all.set(id, watched);
      this.#begin(watched);
    }
    return () => {
      watched.seen.delete(seen);
      if (watched.seen.size > 0 || this.#all.get(id) !== watched) return;
      this.#all.delete(id);
      leave(watched);
      this.#parts.schedule();
    };
  }

  changed(chat: Chat | null): void {
    for (const watched of this.#all.values()) {
      if (!chat || watched.opened?.chat === chat) watched.stale = true;
      // A chat that was not there when it was asked for may be now.
      if (!watched.opened && this.#account?.desk.chats.has(watched.id)) this.#begin(watched);
    }
    this.#parts.schedule();
  }

  tell(): void {
    const account = this.#account;
    if (!account) return;
    for (const watched of this.#all.values()) if (watched.stale) this.#tellOne(watched, account);
  }

  async loadOlder(id: ChatId): Promise<void> {
    const watched = this.#all.get(id);
    const opened = watched?.opened;
    const account = this.#account;
    if (!watched || !opened || opened.loading || opened.chat.complete || !account) return;
    opened.loading = true;
    this.#mark(watched);
    await settled([account.library.loadOlder(opened.chat)], this.#parts.report);
    opened.loading = false;
    this.#mark(watched);
  }

  restart(account: SignedIn | null): void {
    this.#account = account;
    for (const watched of this.#all.values()) {
      const { opened } = watched;
      if (opened && account?.desk.chats.get(watched.id) !== opened.chat) {
        leave(watched);
        watched.opened = null;
      }
      if (account) this.#begin(watched);
      else show(watched, null);
    }
  }

  #begin(watched: Watched): void {
    const account = this.#account;
    if (account) void this.#open(watched, account).catch(this.#parts.report);
  }

  async #open(watched: Watched, account: SignedIn): Promise<void> {
    const { desk, library, ledger } = account;
    const chat = desk.chats.get(watched.id) ?? (await reachable(library.chat(watched.id)));
    if (chat === undefined || this.#all.get(watched.id) !== watched || this.#account !== account) return;
    if (!chat) {
      show(watched, null);
      return;
    }
    await library.entries(chat);
    if (watched.opened?.chat !== chat) {
      leave(watched);
      chat.watchers++;
      watched.opened = { chat, memory: createItemMemory(chat), loading: false };
    }
    const { opened } = watched;
    opened.loading = true;
    this.#mark(watched);
    // Each part that comes is shown; one that cannot come now does not keep the others back.
    const parts = [
      ledger.open(chat),
      library.loadNewest(chat),
      library.loadDelivery(chat),
      library.loadMemberCount(chat),
    ];
    await settled(parts, this.#parts.report);
    opened.loading = false;
    this.#mark(watched);
  }

  #mark(watched: Watched): void {
    watched.stale = true;
    this.#parts.schedule();
  }

  #tellOne(watched: Watched, account: SignedIn): void {
    const { desk } = account;
    watched.stale = false;
    const { opened } = watched;
    if (!opened) return;
    if (desk.chats.get(watched.id) !== opened.chat) {
      // It has left the list. Who was in it can still read what they received: the node says.
      leave(watched);
      watched.opened = null;
      this.#begin(watched);
      return;
    }
    if (account.seal && isSealed(opened.chat)) void this.#tellOpened(watched, account, opened, account.seal);
    else this.#show(watched, account, opened);
  }

  #show(watched: Watched, account: SignedIn, opened: Opened): void {
    show(watched, conversationView(account.desk, account.outbox, opened));
    void this.#loadPeople(account, opened.chat).catch(this.#parts.report);
  }

  /** Opens the newest that is closed, shows it, and goes on with what is before. */
  async #tellOpened(watched: Watched, account: SignedIn, opened: Opened, { opening }: Sealed): Promise<void> {
    if (watched.opening) {
      watched.stale = true;
      return;
    }
    watched.opening = true;
    const messages = windowOf(opened.chat).filter(({ entry }) => entry.kind === 'message');
    const work = opening.messages(opened.chat, messages, OPENED_AT_ONCE);
    const count = (await settledValue(work, this.#parts.report)) ?? 0;
    watched.opening = false;
    if (this.#account !== account || watched.opened !== opened) return;
    this.#show(watched, account, opened);
    if (count === OPENED_AT_ONCE || watched.stale) this.#mark(watched);
  }

  async #loadPeople({ desk, library }: SignedIn, chat: Chat): Promise<void> {
    const before = desk.version;
    await reachable(library.loadPeople(peopleIn(desk, chat)));
    if (desk.version !== before) this.changed(null);
  }
}

function leave({ opened }: Watched): void {
  if (opened) opened.chat.watchers--;
}

function show(watched: Watched, view: ConversationView | null): void {
  watched.last = view;
  for (const seen of watched.seen) seen(view);
}

/** Undefined where the node cannot be reached: it is asked again with the next connection. */
async function reachable<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

async function settled(work: readonly Promise<unknown>[], report: (error: unknown) => void): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof Fault)) report(outcome.reason);
  }
}

async function settledValue<T>(work: Promise<T>, report: (error: unknown) => void): Promise<T | undefined> {
  await settled([work], report);
  return work.catch(() => undefined);
}
