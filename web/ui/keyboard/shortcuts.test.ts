import { expect, test } from 'vitest';
import { doingOf, type Pressed, type Where } from './shortcuts.ts';

const here: Where = { typing: false, covered: false, letters: true };
const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...more,
});

test.each([
  ['switch', press('k', { ctrlKey: true })],
  ['switch', press('k', { metaKey: true })],
  ['help', press('?', { shiftKey: true })],
  ['help', press('/', { ctrlKey: true })],
  ['up', press('ArrowUp', { altKey: true })],
  ['unread-down', press('ArrowDown', { altKey: true, shiftKey: true })],
])('%s', (what, pressed) => {
  expect(doingOf(pressed, here)).toBe(what);
});

test('while somebody types, a question mark is a question mark, and the others work', () => {
  const typing = { ...here, typing: true };
  expect(doingOf(press('?', { shiftKey: true }), typing)).toBeNull();
  expect(doingOf(press('k', { ctrlKey: true }), typing)).toBe('switch');
  expect(doingOf(press('ArrowUp', { altKey: true }), typing)).toBe('up');
});

test('a key without Ctrl or Alt can be switched off', () => {
  expect(doingOf(press('?', { shiftKey: true }), { ...here, letters: false })).toBeNull();
});

test('under an open dialog nothing happens', () => {
  expect(doingOf(press('k', { ctrlKey: true }), { ...here, covered: true })).toBeNull();
});

test.each(['t', 'w', 'n', 'r', 'f', 'l', 'p', '+', '-', '0', 'Tab'])('Ctrl+%s stays the browser’s', (key) => {
  expect(doingOf(press(key, { ctrlKey: true }), here)).toBeNull();
});

test.each([...'abcdefghijklmnopqrstuvwxyz'])('%s stays the screen reader’s', (key) => {
  expect(doingOf(press(key), here)).toBeNull();
  expect(doingOf(press(key.toUpperCase(), { shiftKey: true }), here)).toBeNull();
});
