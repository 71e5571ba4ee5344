import { expect, test } from 'vitest';
import type { ItemView, MessageView } from '../../client/model.ts';
import { type Row, toRows } from './rows.ts';

const noon = new Date(2026, 10, 24, 12).getTime();
const minute = 60_000;

function message(author: string, at: number, firstUnread = false): MessageView {
  return {
    is: 'message',
    key: `${author} ${at}`,
    author: { account: author, org: 'o' },
    at,
    firstUnread,
  } as MessageView;
}
function notice(at: number, what = 'joined'): ItemView {
  return { is: 'notice', key: `notice ${at}`, at, what } as ItemView;
}
function shape(row: Row): string {
  if (row.is !== 'message') return row.is;
  return `${row.message.author.account}${row.first ? ' first' : ''}${row.last ? ' last' : ''}`;
}

test('messages of one author that follow closely are one group', () => {
  const items = [message('a', noon), message('a', noon + minute), message('b', noon + 2 * minute)];
  expect(toRows(items, false).map(shape)).toEqual(['day', 'a first', 'a last', 'b first last']);
});

test('a pause, a notice, and the unread mark end a group', () => {
  const items = [
    message('a', noon),
    message('a', noon + 6 * minute),
    notice(noon + 7 * minute),
    message('a', noon + 8 * minute),
    message('a', noon + 9 * minute, true),
  ];
  const shapes = toRows(items, false).map(shape);
  expect(shapes).toEqual(['day', 'a first last', 'a first last', 'notice', 'a first last', 'unread', 'a first last']);
});

test('a day begins at midnight where the person is, and ends the group before it', () => {
  const midnight = new Date(2026, 10, 25).getTime();
  const shapes = toRows([message('a', midnight - minute), message('a', midnight + minute)], true).map(shape);
  expect(shapes).toEqual(['beginning', 'day', 'a first last', 'day', 'a first last']);
});

test('every line has a key of its own', () => {
  const items = Array.from({ length: 500 }, (_, n) => message(n % 3 === 0 ? 'a' : 'b', noon + n * 3_600_000));
  const keys = toRows(items, true).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});
