/**
 * How much of the past a history window opens (SEAL 4.9): spans of whole segments for the intent, and what they come to for the person
 * who chooses. Entries are counted as far as they are here; older ones are asked for until there are enough.
 */
import { type HistoryWindow, type OpenedWindow, openWindow } from '../../protocol/chat/history-window.ts';
import type { ChatState, Member } from '../../protocol/chat/state.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import type { Cpos } from '../../protocol/ids.ts';
import type { Chat } from './desk.ts';
import type { Library } from './library.ts';
import type { HistoryChoice, HistoryReach } from './model.ts';

/** Pages of entries asked for at most, to count them. */
const MOST_PAGES = 50;
const NOTHING: OpenedWindow = { history: [], sinceMs: null, entries: 0 };

export interface ChosenHistory extends OpenedWindow {
  readonly reach: HistoryReach;
}

/** What `granter` would open with that choice now. Throws `Fault`. */
export async function chooseHistory(
  library: Library,
  chat: Chat,
  state: ChatState,
  granter: Member | undefined,
  choice: HistoryChoice,
): Promise<ChosenHistory> {
  const window = windowFrom(choice);
  if (!granter || window.is === 'none') {
    return { ...NOTHING, reach: { from: null, count: 0, all: false, limited: false } };
  }
  const oldest = window.is === 'since' ? window.dayMs : 0;
  const counts = await countEntries(library, chat, state, window.is === 'last' ? window.entries : Infinity, oldest);
  const opened = openWindow(state, granter, window, (at) => counts.get(at) ?? 0);
  return { ...opened, reach: reachOf(state, window, opened) };
}

function windowFrom(choice: HistoryChoice): HistoryWindow {
  if (choice.is === 'since') return { is: 'since', dayMs: Date.parse(`${choice.day}T00:00:00Z`) };
  return choice.is === 'last' ? { is: 'last', entries: choice.count } : { is: choice.is };
}

function reachOf(
  { segments }: ChatState,
  window: HistoryWindow,
  { history, sinceMs, entries }: OpenedWindow,
): HistoryReach {
  const isIn = (at: Cpos) => history.some(({ from, to }) => from <= at && (to === null || at <= to));
  const wanted = segments.filter(({ hlc }) => window.is !== 'since' || hlcMs(hlc) >= window.dayMs);
  const all = segments.every(({ at }) => isIn(at));
  const isShort = window.is === 'last' ? entries < window.entries : wanted.some(({ at }) => !isIn(at));
  return { from: entries > 0 ? sinceMs : null, count: entries, all, limited: isShort && !all };
}

/** Messages by the segment that they cite: back to the oldest moment, or until there are so many. */
async function countEntries(
  library: Library,
  chat: Chat,
  { segments }: ChatState,
  enough: number,
  oldestMs: number,
): Promise<ReadonlyMap<Cpos, number>> {
  await library.loadNewest(chat);
  const messages = () =>
    [...(chat.entries?.values() ?? [])].filter(({ entry }) => entry.kind === 'message' && entry.void === null);
  const isEnough = () => messages().length >= enough || (chat.floor !== null && hlcMs(chat.floor.hlc) < oldestMs);
  for (let pages = 0; pages < MOST_PAGES && !chat.complete && !isEnough(); pages++) await library.loadOlder(chat);
  const counts = new Map<Cpos, number>();
  for (const { entry } of messages()) {
    const at = segments.findLast((segment) => segment.at <= entry.cpos)?.at;
    if (at !== undefined) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
}
