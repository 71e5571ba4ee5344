/** Is this chat to be heard of? What the list, the bell, the title and notifications go by. */
import type { ChatView } from '../../client/model.ts';

type Muted = Pick<ChatView, 'mutedUntil' | 'level'>;

export function isMuted({ mutedUntil, level }: Muted, now: number): boolean {
  return level === 'none' || mutedUntil === 'forever' || (mutedUntil !== null && mutedUntil > now);
}

/** What asks for attention: of a muted chat nothing, of one with `mentions` only those. */
export function countOf(chat: ChatView, now: number): number {
  if (isMuted(chat, now)) return 0;
  const unread = chat.level === 'mentions' ? chat.mentions : chat.unread;
  return unread === 0 && chat.markedUnread ? 1 : unread;
}
