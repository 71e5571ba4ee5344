// Who works where in the demo, and their messengers.

import type { ChatId } from '../../protocol/ids.ts';
import { createNodeMessenger } from '../../web/client/adapters/node.ts';
import type { AppView, ConversationView, Messenger, PersonView } from '../../web/client/model.ts';
import type { DemoNode } from './network.ts';

export interface Cast {
  readonly name: string;
  readonly title: string;
  readonly people: readonly { readonly name: string; readonly displayName: string }[];
}

/** The first of each is its administrator. */
export const CAST: readonly Cast[] = [
  {
    name: 'acme',
    title: 'Acme',
    people: [
      { name: 'ann', displayName: 'Ann Archer' },
      { name: 'carl', displayName: 'Carl Cooper' },
    ],
  },
  {
    name: 'globex',
    title: 'Globex',
    people: [
      { name: 'bob', displayName: 'Bob Baker' },
      { name: 'dora', displayName: 'Dora Dean' },
    ],
  },
  { name: 'initech', title: 'Initech', people: [{ name: 'ivy', displayName: 'Ivy Irwin' }] },
];

export function passwordOf(name: string): string {
  return `${name}-demo-passphrase`;
}

export interface DemoPerson {
  readonly node: DemoNode;
  readonly name: string;
  readonly messenger: ReturnType<typeof createNodeMessenger>;
  app(): AppView;
  conversation(chat: ChatId): ConversationView | null;
  /** The texts that the person sees, in order. */
  texts(chat: ChatId): string[];
  close(): void;
}

function must<T>(
  answer: { ok: true; value: T } | { ok: false; refusal: { code: string; detail?: string | undefined } },
): T {
  if (!answer.ok) throw new Error(`${answer.refusal.code} ${answer.refusal.detail ?? ''}`);
  return answer.value;
}

export { must };

/** A person's messenger, as yet signed out. */
export function openPerson(node: DemoNode, name: string): DemoPerson {
  const { address, url } = node.ready();
  const messenger = createNodeMessenger({ baseUrl: address, host: new URL(url).host, label: 'demo' });
  let app: AppView | null = null;
  const stops = [messenger.watchApp((view) => (app = view))];
  const open = new Map<ChatId, ConversationView | null>();

  function conversation(chat: ChatId): ConversationView | null {
    if (!open.has(chat)) {
      open.set(chat, null);
      stops.push(messenger.watchConversation(chat, (view) => open.set(chat, view)));
    }
    return open.get(chat) ?? null;
  }

  return {
    node,
    name,
    messenger,
    app() {
      if (!app) throw new Error('no view yet');
      return app;
    },
    conversation,
    texts: (chat) =>
      (conversation(chat)?.items ?? []).flatMap((item) =>
        item.is === 'message' && item.state.is !== 'void' && item.text !== null ? [item.text] : [],
      ),
    close() {
      for (const stop of stops) stop();
      messenger.close();
    },
  };
}

/** The person of that name, as the messenger finds them by typing. */
export async function findPerson(messenger: Messenger, address: string): Promise<PersonView> {
  return must(await messenger.resolveAddress(address));
}

/** Asks again and again, in real time, until it is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
