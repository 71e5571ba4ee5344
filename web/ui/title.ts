/** The window's title says how much is unread, so that a tab in the background tells it. */
import { useEffect } from 'react';
import { useApp } from './messenger.ts';
import { countOf } from './notify/muting.ts';
import { useNow } from './now.ts';
import { text } from './text/text.ts';

export function useWindowTitle(): void {
  const { chats } = useApp();
  const now = useNow();
  const count = chats.reduce((sum, chat) => sum + countOf(chat, now), 0);
  useEffect(() => {
    document.title = count === 0 ? text('app.name') : text('app.title-unread', { count });
    return () => {
      document.title = text('app.name');
    };
  }, [count]);
}
