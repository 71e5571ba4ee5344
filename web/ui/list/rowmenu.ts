/**
 * The options of a row in the list (P13): by right click, by the Menu key, and by a long press, also where the browser makes no
 * right click of it.
 */
import { type MouseEvent, type PointerEvent, useRef, useState } from 'react';
import type { ChatId } from '../../../protocol/ids.ts';
import type { Point } from '../parts/PointMenu.tsx';

const longPressMs = 500;
const stillPx = 10;
const rightButton = 2;

export interface RowMenu {
  readonly chat: ChatId;
  readonly point: Point;
}
interface Press {
  readonly x: number;
  readonly y: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

export function useRowMenu() {
  const [menu, setMenu] = useState<RowMenu | null>(null);
  const press = useRef<Press | null>(null);
  /** The click that ends a long press opens nothing. */
  const held = useRef(false);

  function open(target: EventTarget, at: Point['at']): boolean {
    const row = (target as Element).closest<HTMLElement>('[data-row]');
    if (row?.dataset.row) setMenu({ chat: row.dataset.row as ChatId, point: { element: row, at } });
    return Boolean(row?.dataset.row);
  }
  function letGo() {
    clearTimeout(press.current?.timer);
    press.current = null;
  }

  return {
    menu,
    close: () => setMenu(null),
    handlers: {
      onContextMenu(event: MouseEvent) {
        letGo();
        const at = event.button === rightButton ? { x: event.clientX, y: event.clientY } : null;
        if (held.current || open(event.target, at)) event.preventDefault();
      },
      onPointerDown({ pointerType, target, clientX: x, clientY: y }: PointerEvent) {
        held.current = false;
        if (pointerType === 'mouse') return;
        const timer = setTimeout(() => {
          held.current = open(target, { x, y });
        }, longPressMs);
        press.current = { x, y, timer };
      },
      onPointerMove({ clientX, clientY }: PointerEvent) {
        const begun = press.current;
        if (begun && Math.hypot(clientX - begun.x, clientY - begun.y) > stillPx) letGo();
      },
      onPointerUp: letGo,
      onPointerCancel: letGo,
      onClickCapture(event: MouseEvent) {
        if (!held.current) return;
        held.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
    },
  };
}
