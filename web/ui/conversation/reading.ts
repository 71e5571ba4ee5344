/** Marks as read what a person has in front of them: at the bottom, in a window that is looked at. */
import { useEffect, useSyncExternalStore } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';

function watch(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

export function useReading({ chat }: ConversationView, atBottom: boolean): void {
  const messenger = useMessenger();
  const visible = useSyncExternalStore(watch, () => document.visibilityState === 'visible');
  const unread = chat.unread > 0 || chat.mentions > 0;
  useEffect(() => {
    if (unread && atBottom && visible && chat.standing === 'member') messenger.markRead(chat.chat);
  }, [unread, atBottom, visible, chat.standing, chat.chat, messenger]);
}
