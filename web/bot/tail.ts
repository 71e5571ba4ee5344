/**
 * The messages of a bot's chats, each told once: of each chat first the newest that are there, then what comes. A message whose key is not
 * here is told when its key has come.
 */
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import type { AppView, ChatView, ConversationView, MessageView } from '../client/model.ts';
import type { Bot } from './open-bot.ts';

export interface Line {
  readonly chat: ChatId;
  readonly chatName: string;
  readonly entryId: EntryId;
  /** Milliseconds, as its author says. */
  readonly at: number;
  readonly from: string;
  readonly address: string;
  readonly own: boolean;
  /** Null: it has none, `instead` says why. */
  readonly text: string | null;
  readonly instead: MessageView['instead'];
}

/** How long missing keys are waited for where nothing else is. */
const KEYS_MS = 10_000;

/**
 * `only`: of one chat; null: of all that the bot is in, and comes into. With `once` it ends after what is there, else by a refusal
 * (thrown) when the session ends.
 */
export async function tailOf(bot: Bot, only: ChatId | null, once: boolean, tell: (line: Line) => void): Promise<void> {
  const told = new Set<string>();
  const open = new Map<ChatId, { view: ConversationView | null; stop: () => void }>();
  const look = (changed: () => void) => {
    const follow = ({ chat }: ChatView) => {
      if (open.has(chat)) return;
      const watched = { view: null as ConversationView | null, stop: () => {} };
      open.set(chat, watched);
      watched.stop = bot.messenger.watchConversation(chat, (view) => {
        watched.view = view;
        if (view && !view.loading) tellNew(view, told, tell);
        changed();
      });
    };
    const stop = bot.messenger.watchApp((app) => followed(app, only).forEach(follow));
    return () => {
      stop();
      for (const each of open.values()) each.stop();
    };
  };
  const isRead = ({ chat }: ChatView) => hasAll(open.get(chat)?.view ?? null);
  await bot.until(
    (app) => {
      if (app.phase.is !== 'signed-in') throw new Refused(app.phase.is === 'locked' ? 'vault_locked' : 'not_signed_in');
      return once && followed(app, only).every(isRead) ? true : null;
    },
    once ? KEYS_MS : null,
    look,
  );
}

function followed({ chats }: AppView, only: ChatId | null): ChatView[] {
  return chats.filter(({ chat, standing }) => standing === 'member' && (only === null || chat === only));
}

function lacksKey(item: ConversationView['items'][number]): boolean {
  return item.is === 'message' && item.instead === 'key';
}

/** What is still being opened is not among the items: all is there when the newest is that the chat list knows of. */
function hasAll(view: ConversationView | null): boolean {
  if (!view || view.loading || view.items.some(lacksKey)) return false;
  const newest = Math.max(0, ...view.items.map((item) => (item.is === 'message' ? item.at : 0)));
  return newest >= (view.chat.preview?.at ?? 0);
}

function tellNew({ chat, items }: ConversationView, told: Set<string>, tell: (line: Line) => void): void {
  for (const item of items) {
    if (item.is !== 'message' || item.state.is !== 'stored' || lacksKey(item) || told.has(item.key)) continue;
    told.add(item.key);
    const { entryId, at, author, own, text, instead } = item;
    const [from, address] = [author.name, author.address];
    tell({ chat: chat.chat, chatName: chat.name, entryId, at, from, address, own, text, instead });
  }
}
