/**
 * What tabs and the one Worker say to each other. Views of lists travel as what changed: the lists of a long conversation are sent
 * once, and both sides keep their objects where nothing changed.
 */
import type { ChatId } from '../../protocol/ids.ts';
import type { AppView, ConversationView, Messenger } from './model.ts';

/** Everybody hears everything; who it is for is said in it. */
export interface Channel {
  post(message: FromTab | FromHost): void;
  listen(heard: (message: FromTab | FromHost) => void): void;
}

/** Of the messenger, what a tab may ask for by name. */
export type Asked = Exclude<keyof Messenger, 'watchApp' | 'watchConversation'>;

export type FromTab =
  | { readonly t: 'watch'; readonly tab: string; readonly watch: number; readonly chat: ChatId | null }
  | { readonly t: 'unwatch'; readonly tab: string; readonly watch: number }
  | { readonly t: 'ask'; readonly tab: string; readonly id: number; readonly what: Asked; readonly with: unknown[] }
  | { readonly t: 'wake'; readonly tab: string }
  | { readonly t: 'hidden'; readonly tab: string }
  | { readonly t: 'offline'; readonly tab: string };

export type FromHost = { readonly host: string } /** First of all: who was watching or waiting says so again. */ & (
  | { readonly t: 'here' }
  | { readonly t: 'view'; readonly tab: string; readonly watch: number; readonly view: ViewPatch | null }
  | { readonly t: 'answer'; readonly tab: string; readonly id: number; readonly answer: unknown }
);

export type View = AppView | ConversationView;

/** From `start` on, `removed` of the list's items give way to `inserted`; `base`: the items of the view before. */
export interface ViewPatch {
  readonly rest: Omit<AppView, 'chats'> | Omit<ConversationView, 'items'>;
  readonly base: number;
  readonly start: number;
  readonly inserted: readonly unknown[];
  readonly removed: number;
}

function listOf(view: View): readonly unknown[] {
  return 'items' in view ? view.items : view.chats;
}

function restOf(view: View): ViewPatch['rest'] {
  if ('items' in view) {
    const { items: _, ...rest } = view;
    return rest;
  }
  const { chats: _, ...rest } = view;
  return rest;
}

/** `before` is what the other side has. */
export function patchFrom(before: View | null, after: View): ViewPatch {
  const [old, now] = [before ? listOf(before) : [], listOf(after)];
  const shortest = Math.min(old.length, now.length);
  let start = 0;
  while (start < shortest && old[start] === now[start]) start++;
  let same = 0;
  while (same < shortest - start && old[old.length - 1 - same] === now[now.length - 1 - same]) same++;
  const inserted = now.slice(start, now.length - same);
  return { rest: restOf(after), base: old.length, start, inserted, removed: old.length - start - same };
}

/** Null: the patch is for another view than this, and the whole has to be asked for. */
export function applyPatch(before: View | null, { rest, base, start, inserted, removed }: ViewPatch): View | null {
  const old = before ? listOf(before) : [];
  if (old.length !== base) return null;
  const list = removed === 0 && inserted.length === 0 ? old : old.toSpliced(start, removed, ...inserted);
  return ('phase' in rest ? { ...rest, chats: list } : { ...rest, items: list }) as View;
}
