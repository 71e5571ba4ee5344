/**
 * Which keys do what, everywhere in the window. Always holds: none is one of the browser's that people need (tabs, reload, find, zoom),
 * none is one that screen readers take for themselves (single letters while reading, Ctrl or Caps Lock with others), and while
 * somebody types, only keys with Ctrl or Alt do anything.
 */
export type Doing = 'switch' | 'help' | 'up' | 'down' | 'unread-up' | 'unread-down';

/** What is pressed, as an event says it. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export interface Where {
  /** In a field. */
  readonly typing: boolean;
  /** A dialog or a menu is open: it has the keys. */
  readonly covered: boolean;
  /** Keys without Ctrl or Alt are on. */
  readonly letters: boolean;
}

export function doingOf(pressed: Pressed, { typing, covered, letters }: Where): Doing | null {
  if (covered) return null;
  const { key, altKey, shiftKey } = pressed;
  const control = pressed.ctrlKey || pressed.metaKey;
  if (control && !altKey && !shiftKey && key.toLowerCase() === 'k') return 'switch';
  if (control && !altKey && key === '/') return 'help';
  if (altKey && !control && key === 'ArrowUp') return shiftKey ? 'unread-up' : 'up';
  if (altKey && !control && key === 'ArrowDown') return shiftKey ? 'unread-down' : 'down';
  return key === '?' && letters && !typing && !control && !altKey ? 'help' : null;
}
