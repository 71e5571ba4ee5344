import { expect, test } from 'vitest';
import { readNote } from './note.ts';

const chat = `chat_${'a'.repeat(52)}`;

test('a note says which chat and how much', () => {
  expect(readNote(JSON.stringify({ v: 1, chat, arrival: 3, count: 2 }).padEnd(256))).toEqual({ chat, count: 2 });
});

test.each([
  '',
  'nonsense',
  '{}',
  '[]',
  'null',
  '{"chat":"javascript:alert(1)","count":-4}',
  '{"chat":5,"count":"many"}',
])('what is not understood (%s) is something new', (text) => {
  expect(readNote(text)).toEqual({ chat: null, count: 1 });
});
