/** What the message list shows, line by line: items of the conversation with days, groups and the unread mark between. */
import type { ItemView, MessageView, NoticeView } from '../../client/model.ts';
import { startOfDay } from '../text/time.ts';

export type Row =
  | { readonly is: 'beginning'; readonly key: string }
  | { readonly is: 'day'; readonly key: string; readonly at: number }
  | { readonly is: 'unread'; readonly key: string }
  | { readonly is: 'notice'; readonly key: string; readonly notice: NoticeView }
  | MessageRow;

export interface MessageRow {
  readonly is: 'message';
  readonly key: string;
  readonly message: MessageView;
  /** Of a group: messages of one author that follow each other closely. */
  readonly first: boolean;
  readonly last: boolean;
}

const groupGapMs = 5 * 60_000;
const dayMs = 24 * 60 * 60_000;

function together(a: ItemView | undefined, b: ItemView | undefined): boolean {
  if (a?.is !== 'message' || b?.is !== 'message') return false;
  const near = b.at - a.at < groupGapMs && !b.firstUnread;
  return near && a.author.account === b.author.account && a.author.org === b.author.org;
}

export function toRows(items: readonly ItemView[], fromBeginning: boolean): Row[] {
  const rows: Row[] = fromBeginning ? [{ is: 'beginning', key: 'beginning' }] : [];
  let day = Number.NaN;
  items.forEach((item, index) => {
    const newDay = !(item.at >= day && item.at < day + dayMs - 2 * 60 * 60_000) && startOfDay(item.at) !== day;
    if (newDay) {
      day = startOfDay(item.at);
      rows.push({ is: 'day', key: `day ${day}`, at: day });
    }
    if (item.is === 'notice') rows.push({ is: 'notice', key: item.key, notice: item });
    else {
      if (item.firstUnread) rows.push({ is: 'unread', key: 'unread' });
      const first = newDay || !together(items[index - 1], item);
      const next = items[index + 1];
      const last = !together(item, next) || (next !== undefined && startOfDay(next.at) !== day);
      rows.push({ is: 'message', key: item.key, message: item, first, last });
    }
  });
  return rows;
}
