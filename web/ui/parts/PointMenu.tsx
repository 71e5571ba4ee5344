import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import css from './Options.module.css';

export interface Point {
  /** What it belongs to: the focus returns there. */
  readonly element: HTMLElement;
  /** Where it was pressed; null: at the element. */
  readonly at: { readonly x: number; readonly y: number } | null;
}
interface Props {
  readonly point: Point;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A menu that is open as long as it is there, at a point or below an element. */
export function PointMenu({ point: { element, at }, label, onClose, children }: Props) {
  const anchor = at ? { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) } : element;
  return (
    <Menu.Root defaultOpen onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner className={css.positioner} anchor={anchor} align={at ? 'start' : 'end'} sideOffset={4}>
          <Menu.Popup className={css.popup} aria-label={label} finalFocus={() => element}>
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
