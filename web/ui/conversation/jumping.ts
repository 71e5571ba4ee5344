/** Goes to a message that somebody asked for: loads what is before until it is here, then scrolls there and puts the focus on it. */
import { type RefObject, useEffect } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { ConversationView } from '../../client/model.ts';
import { jumped, useJump } from '../jump.ts';
import type { Row } from './rows.ts';

const MOST_FRAMES = 30;

interface Places {
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly area: RefObject<HTMLElement | null>;
}

export function useJumping(
  { chat, hasOlder, loading }: ConversationView,
  rows: readonly Row[],
  { list, area }: Places,
  loadOlder: () => void,
): void {
  const key = useJump(chat.chat);
  useEffect(() => {
    if (key === null || rows.length === 0) return;
    const index = rows.findIndex((row) => row.is === 'message' && row.message.key === key);
    if (index < 0) {
      if (hasOlder) loadOlder();
      else if (!loading) jumped();
      return;
    }
    let frame = 0;
    // The line is made only once the list has been moved there.
    const go = (tries: number) => {
      list.current?.scrollToIndex(index, { align: 'center' });
      const line = area.current?.querySelector<HTMLElement>(`[data-row][data-key="${CSS.escape(key)}"]`);
      if (line || tries === 0) {
        line?.focus({ preventScroll: true });
        jumped();
      } else frame = requestAnimationFrame(() => go(tries - 1));
    };
    go(MOST_FRAMES);
    return () => cancelAnimationFrame(frame);
  }, [key, rows, hasOlder, loading, list, area, loadOlder]);
}
