/**
 * Where the message list stands. Always holds: who reads at the bottom stays at the bottom, whatever grows; who reads
 * further up stays at the same line, also when older messages come in above.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from './rows.ts';

const nearPx = 48;
const aheadPx = 1200;

interface Scrolling {
  readonly shift: boolean;
  readonly atBottom: boolean;
  readonly moved: (offset: number) => void;
  readonly resized: () => void;
  readonly toBottom: () => void;
}

export function useScrolling(
  list: RefObject<VirtualizerHandle | null>,
  rows: readonly Row[],
  wantOlder: () => void,
): Scrolling {
  const stuck = useRef(true);
  const placed = useRef(false);
  const last = useRef(0);
  const before = useRef(rows);
  const [atBottom, setAtBottom] = useState(true);
  const stick = useCallback((now: boolean) => {
    stuck.current = now;
    setAtBottom(now);
  }, []);
  const settle = useCallback(() => {
    const handle = list.current;
    if (handle === null || !stuck.current) return;
    handle.scrollToIndex(before.current.length - 1, { align: 'end' });
    last.current = handle.scrollSize - handle.viewportSize;
  }, [list]);
  const shift = prepended(before.current, rows);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    if (!placed.current && rows.length > 0) {
      placed.current = true;
      const unread = rows.findIndex(({ is }) => is === 'unread');
      if (unread >= 0) {
        stuck.current = false;
        list.current?.scrollToIndex(unread, { align: 'start', offset: -nearPx });
        return;
      }
    }
    if (wroteSomething(old, rows)) stick(true);
    settle();
  }, [rows, list, settle, stick]);
  const moved = (offset: number) => {
    const handle = list.current;
    if (handle === null || !placed.current) return;
    const near = handle.scrollSize - handle.viewportSize - offset < nearPx;
    // Only who scrolls up leaves the bottom: sizes that become known move it away too.
    if (near ? !stuck.current : stuck.current && offset < last.current) {
      stick(near);
      settle();
    }
    last.current = offset;
    if (offset < aheadPx) wantOlder();
  };
  const toBottom = () => {
    stick(true);
    settle();
  };
  return { shift, atBottom, moved, resized: settle, toBottom };
}

/** Lines came in above, and only there. */
function prepended(before: readonly Row[], now: readonly Row[]): boolean {
  return now.length > before.length && before.length > 0 && now.at(-1)?.key === before.at(-1)?.key;
}

function wroteSomething(before: readonly Row[], now: readonly Row[]): boolean {
  const last = now.at(-1);
  return last?.is === 'message' && last.message.own && last.key !== before.at(-1)?.key;
}
