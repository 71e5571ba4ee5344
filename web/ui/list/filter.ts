/** Which chats the list shows. */
import type { ChatView } from '../../client/model.ts';

export const FILTERS = ['all', 'unread', 'private', 'outside'] as const;
export type Filter = (typeof FILTERS)[number];

const fits: Record<Filter, (chat: ChatView) => boolean> = {
  all: () => true,
  unread: ({ unread, mentions, markedUnread }) => unread > 0 || mentions > 0 || markedUnread,
  private: ({ kind }) => kind === 'private',
  outside: ({ outside }) => outside.length > 0,
};

function plain(words: string): string {
  return words.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** Each word must begin a word of the name, of an outside organisation, or of the other person's address. */
function found(chat: ChatView, search: string): boolean {
  const where = [chat.name, chat.other?.name, chat.other?.address, ...chat.outside.map(({ name }) => name)];
  const haystack = ` ${plain(where.filter(Boolean).join(' '))}`;
  return plain(search)
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

export function shownChats(chats: readonly ChatView[], filter: Filter, search: string): ChatView[] {
  const listed = chats.filter(({ standing }) => standing !== 'invited');
  return listed.filter((chat) => fits[filter](chat) && (search === '' || found(chat, search)));
}
