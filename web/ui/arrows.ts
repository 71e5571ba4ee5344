/** Arrow keys in lists: they move the focus among the elements that `selector` finds; Home and End go to the ends. */
import type { KeyboardEvent } from 'react';

export function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[event.key];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  const next = current < 0 && step < 0 ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, current + step));
  if (rows.length === 0) return;
  event.preventDefault();
  rows[next]?.focus();
}
