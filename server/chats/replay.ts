/**
 * What an account missed: everything that is for it after a position, in order of arrival (PROTOCOL 6). The live pushes go on
 * from where a replay ends, without loss or repetition.
 */
import { isForMember, type Rules } from '../../protocol/chat/validity.ts';
import type { AccountId, Arrival, OrgId } from '../../protocol/ids.ts';
import type { Database } from '../db/database.ts';
import type { Cache } from './cache.ts';
import { looksOf } from './control.ts';
import { voidCode } from './entries.ts';
import { type EntryRow, EVENTS, type EventRow, type Feed, type Item } from './feed.ts';
import { type HeldChat, type HeldLog, readActs } from './held.ts';
import type { People } from './people.ts';

export interface Replay {
  /**
   * Items after `after`, oldest first, `limit` at most; `next` is where to go on, `done` when nothing is left.
   * Only what the account may see; `read` and `seat` only its own.
   */
  items(account: AccountId, after: Arrival, limit: number): { items: Item[]; next: Arrival; done: boolean };
}

interface Uses {
  readonly db: Database;
  readonly cache: Cache;
  readonly feed: Feed;
  readonly people: People;
  readonly self: { readonly orgId: OrgId };
  readonly rules: Rules;
}

export function createReplay({ db, cache, feed, people, self, rules }: Uses): Replay {
  const { read } = db;

  function logById(held: HeldChat, id: number): HeldLog | undefined {
    for (const log of held.logs.values()) if (log.id === id) return log;
    return undefined;
  }

  function fromEntry(row: EntryRow): Item | null {
    const held = cache.byNumber(read, row.chat);
    const log = logById(held, row.log);
    return log ? { is: 'entry', arrival: row.arrival, held, log, row } : null;
  }

  function fromEvent(row: EventRow): Item | null {
    const { arrival, a, b } = row;
    if (row.kind === EVENTS.profile) return { is: 'profile', arrival, person: a };
    const held = cache.byNumber(read, row.chat);
    if (row.kind === EVENTS.seat) return { is: 'seat', arrival, held, person: a };
    if (row.kind === EVENTS.read) return { is: 'read', arrival, held, person: a, to: b };
    if (row.kind === EVENTS.wraps) return { is: 'wraps', arrival, held, cpos: a };
    if (row.kind === EVENTS.act) {
      const act = readActs(read, held.id, a, 1)[0];
      return act ? { is: 'act', arrival, held, read: act, looks: looksOf(read, held, act) } : null;
    }
    const log = logById(held, a);
    if (!log) return null;
    if (row.kind === EVENTS.erased) return { is: 'erased', arrival, held, log, seq: b };
    if (row.kind !== EVENTS.void) return null;
    const state =
      read.prepare<[number, number], { state: number }>('SELECT state FROM entry WHERE log = ? AND seq = ?').one(a, b)
        ?.state ?? 0;
    return { is: 'void', arrival, held, log, seq: b, code: voidCode(state) ?? 'past_cut' };
  }

  function isFor(account: AccountId, item: Item): boolean {
    if (item.is === 'profile') return true;
    if (item.is === 'read' || item.is === 'seat') return item.person === people.find(self.orgId, account);
    if (item.held.state.kind === 'general') return true;
    const member = item.held.state.members.get(`${self.orgId}/${account}`);
    const end = member?.intervals.at(-1)?.to ?? Number.MAX_SAFE_INTEGER;
    if (!member) return false;
    if (item.is === 'act') return item.read.act.cpos <= end;
    if (item.is !== 'entry') return end === Number.MAX_SAFE_INTEGER;
    const placed = { logId: item.log.logId, seq: item.row.seq, cpos: item.row.cpos };
    return isForMember(item.held.state, self.orgId, account, placed, rules);
  }

  return {
    items(account, after, limit) {
      const rows = read
        .prepare<[number, number], EntryRow>('SELECT * FROM entry WHERE arrival > ? ORDER BY arrival LIMIT ?')
        .all(after, limit);
      const events = feed.eventsAfter(after, limit);
      // Beyond the shorter of two full pages the other is not known yet.
      const horizon = Math.min(
        rows.length === limit ? (rows.at(-1)?.arrival ?? 0) : Number.MAX_SAFE_INTEGER,
        events.length === limit ? (events.at(-1)?.arrival ?? 0) : Number.MAX_SAFE_INTEGER,
      );
      const items = [...rows.map(fromEntry), ...events.map(fromEvent)].filter((item) => item !== null);
      const known = items
        .filter((item) => 'arrival' in item && item.arrival <= horizon)
        .sort((x, y) => arrivalOf(x) - arrivalOf(y));
      const done = horizon === Number.MAX_SAFE_INTEGER;
      const next = done ? Math.max(after, rows.at(-1)?.arrival ?? 0, events.at(-1)?.arrival ?? 0) : horizon;
      return { items: known.filter((item) => isFor(account, item)), next, done };
    },
  };
}

function arrivalOf(item: Item): Arrival {
  return 'arrival' in item ? item.arrival : 0;
}
