// What a person's window shows at a real node, and waiting for it: for a condition, never for a time.
import type { ChatId } from '../../protocol/ids.ts';
import { createNodeMessenger, signUp } from '../../web/client/adapters/node.ts';
import type { RunningMessenger } from '../../web/client/messenger.ts';
import type { Answer, AppView, ChatView, ConversationView } from '../../web/client/model.ts';
import type { TestNode } from '../nodes.ts';

export class Screen {
  readonly messenger: RunningMessenger;
  app!: AppView;
  readonly #waiting = new Set<() => void>();

  constructor(messenger: RunningMessenger) {
    this.messenger = messenger;
    messenger.watchApp((app) => {
      this.app = app;
      this.look();
    });
  }

  look(): void {
    for (const each of this.#waiting) each();
  }

  until<T>(found: () => T | undefined | false | null): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const value = found();
        if (!value) return;
        this.#waiting.delete(look);
        resolve(value);
      };
      this.#waiting.add(look);
      look();
    });
  }

  chat(chat: ChatId): ChatView | undefined {
    return this.app.chats.find((each) => each.chat === chat);
  }

  open(chat: ChatId): OpenChat {
    return new OpenChat(this, chat);
  }
}

export class OpenChat {
  view: ConversationView | null = null;
  readonly close: () => void;

  constructor(screen: Screen, chat: ChatId) {
    this.close = screen.messenger.watchConversation(chat, (view) => {
      this.view = view;
      screen.look();
    });
  }

  /** Messages by their text, notices by what happened. */
  lines(): string[] {
    const items = this.view?.items ?? [];
    return items.map((each) => (each.is === 'message' ? (each.text ?? each.instead ?? '') : each.what));
  }
}

export function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.refusal.code} ${answer.refusal.detail ?? ''}`);
  return answer.value;
}

export function passwordOf(name: string): string {
  return `correct horse ${name} battery`;
}

/** Somebody new at that node, signed up by a link. The first is its administrator. */
/** `cookies` get those of the session. */
export async function joinAt(
  { node, address }: TestNode,
  name: string,
  cookies = new Map<string, string>(),
): Promise<Screen> {
  const messenger = createNodeMessenger({ baseUrl: address, label: 'test', cookies });
  const link = (await node.firstLink()) ?? node.joinUrl((await node.core.accounts.links.makeJoin(null)).token);
  const token = new URL(link).hash.split(/[#=/]/).at(-1) ?? '';
  value(await signUp(messenger, { token, name, displayName: name, password: passwordOf(name) }));
  return new Screen(messenger);
}
