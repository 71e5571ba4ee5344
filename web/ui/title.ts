/** The window's title says how much is unread, so that a tab in the background tells it. */
import { useEffect } from 'react';
import { useApp } from './messenger.ts';
import { text } from './text/text.ts';

export function useWindowTitle(): void {
  const { chats } = useApp();
  const count = chats.reduce((sum, { unread }) => sum + unread, 0);
  useEffect(() => {
    document.title = count === 0 ? text('app.name') : text('app.title-unread', { count });
    return () => {
      document.title = text('app.name');
    };
  }, [count]);
}
