/**
 * Search in general and public chats, newest first. Always holds: of a chat that the account may not see, the answer is that of one
 * that never was, and comes before anything is looked at (P2); of a private or direct one that it may see, it is empty.
 */

import type { SearchHit } from '../../protocol/api/shapes.ts';
import { hlcFromMs } from '../../protocol/hlc.ts';
import type { AccountId, ChatId, OrgId } from '../../protocol/ids.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import { ANY_KIND, KINDS, type Kind, matchOf, readQuery, type Tag } from '../../protocol/search/query.ts';
import type { Database } from '../db/database.ts';
import type { Cache } from './cache.ts';
import type { EntryRow } from './feed.ts';
import type { Gate } from './gate.ts';
import { isOpenKind, type OpenIndex } from './open-index.ts';
import type { People } from './people.ts';
import type { Reading } from './reading.ts';

export interface OpenQuery {
  readonly q: string;
  readonly org?: OrgId | undefined;
  readonly account?: AccountId | undefined;
  readonly kind?: Kind | undefined;
  /** Milliseconds; `to` is not in it. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** An arrival: what came before it. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface Searching {
  /** `chatId` null: all open chats of the account. Refuses `not_found`. */
  search(account: AccountId, chatId: ChatId | null, query: OpenQuery): Promise<Result<SearchHit[]>>;
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly gate: Gate;
  readonly people: People;
  readonly reading: Reading;
  readonly index: OpenIndex;
}

const MOST_CHATS = 500;
type Found = EntryRow & { readonly body: Uint8Array };

export function createSearching({ db, self, cache, gate, people, reading, index }: Uses): Searching {
  const { read } = db;

  function openChats(account: AccountId): number[] {
    return read
      .prepare<[number, number], { id: number }>(
        `SELECT id FROM chat WHERE kind = 'general' UNION ALL
         SELECT chat.id FROM seat JOIN chat ON chat.id = seat.chat
         WHERE seat.person = ? AND seat.standing = 'member' AND chat.kind = 'public' LIMIT ?`,
      )
      .all(people.find(self.orgId, account) ?? -1, MOST_CHATS)
      .map(({ id }) => id);
  }

  /** Arrivals between which everything of that time lies. */
  function between(chats: readonly number[], { from, to, before }: OpenQuery): [number, number] {
    const first = read.prepare<[number, number], { at: number }>(
      'SELECT arrival AS at FROM entry WHERE chat = ? AND hlc >= ? ORDER BY hlc LIMIT 1',
    );
    const last = read.prepare<[number, number], { at: number }>(
      'SELECT arrival AS at FROM entry WHERE chat = ? AND hlc < ? ORDER BY hlc DESC LIMIT 1',
    );
    const lowest = chats.map((chat) => first.one(chat, hlcFromMs(from ?? 0))?.at ?? Number.MAX_SAFE_INTEGER);
    const highest = chats.map((chat) =>
      to === undefined ? Number.MAX_SAFE_INTEGER - 1 : (last.one(chat, hlcFromMs(to))?.at ?? -1),
    );
    return [Math.min(...lowest), Math.min((before ?? Number.MAX_SAFE_INTEGER) - 1, Math.max(...highest))];
  }

  function tagsOf(chats: readonly number[], { org, account, kind }: OpenQuery): Tag[][] | null {
    const groups: Tag[][] = [chats.map((chat): Tag => `c${chat}`)];
    if (kind) groups.push([KINDS[kind]]);
    if (org === undefined || account === undefined) return groups;
    const person = people.find(org, account);
    return person === undefined ? null : [...groups, [`p${person}`]];
  }

  function find(chats: readonly number[], query: OpenQuery): SearchHit[] {
    const groups = tagsOf(chats, query);
    if (chats.length === 0 || !groups) return [];
    const terms = readQuery(query.q);
    const match = matchOf(terms, terms.length > 0 ? groups : [...groups, ANY_KIND]);
    const [low, high] = between(chats, query);
    const rows = read
      .prepare<[string, number, number, number, number, number], Found>(
        `SELECT entry.* FROM openWord JOIN entry ON entry.arrival = openWord.rowid
         WHERE openWord MATCH ? AND openWord.rowid >= ? AND openWord.rowid <= ? AND entry.state = 0 AND entry.body IS NOT NULL
         AND entry.hlc >= ? AND entry.hlc < ? ORDER BY openWord.rowid DESC LIMIT ?`,
      )
      .all(match, low, high, ...clocks(query), query.limit);
    return rows.flatMap((row) => {
      const said = index.saidNow(read, row);
      const entry = reading.toEntry(cache.byNumber(read, row.chat), row);
      return said ? [{ entry, text: said.text, names: [...said.names] }] : [];
    });
  }

  return {
    async search(account, chatId, query) {
      const seat = chatId === null ? null : gate(read, account, chatId);
      if (seat === undefined) return refuse('not_found');
      if (seat && !isOpenKind(seat.kind)) return ok([]);
      await index.catchUp();
      return ok(find(seat ? [seat.chat] : openChats(account), query));
    },
  };
}

function clocks({ from, to }: OpenQuery): [number, number] {
  return [hlcFromMs(from ?? 0), to === undefined ? Number.MAX_SAFE_INTEGER : hlcFromMs(to)];
}
