/**
 * What the own accounts read: their list, entries in display order, the control log, delivery (PROTOCOL 4.5, 5.6, 6).
 * Always holds: an account gets what its own intervals cover and nothing else; only what is on disk is shown.
 */

import type { ChatSummary, Control, Delivery, Entry, ErasedBy, Wrap } from '../../protocol/api/shapes.ts';
import { compareBytes } from '../../protocol/bytes.ts';
import { currentInterval, memberKey, membersNow, openLogOf, organisationsNow } from '../../protocol/chat/state.ts';
import { isForMember, type Rules, whySuite } from '../../protocol/chat/validity.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { type AccountId, type ChatId, idBytes, type OrgId } from '../../protocol/ids.ts';
import { entryKind } from '../../protocol/log/entry.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import type { Cache } from './cache.ts';
import { looksOf } from './control.ts';
import type { Deliveries } from './deliveries.ts';
import { ERASED, QUIET, voidCode } from './entries.ts';
import { erasureOf } from './erasures.ts';
import type { EntryRow } from './feed.ts';
import type { Gate, Seat } from './gate.ts';
import { type HeldChat, type HeldLog, readActs } from './held.ts';
import { wrapsFor } from './key-bundles.ts';
import { grantedFrom } from './late-blocks.ts';
import { unpackBlobs } from './named-blobs.ts';
import type { People } from './people.ts';

export interface Page {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Reading {
  list(account: AccountId): ChatSummary[];
  summary(account: AccountId, chatId: ChatId): Result<ChatSummary>;
  entries(account: AccountId, chatId: ChatId, page: Page): Result<{ entries: Entry[]; more: boolean }>;
  control(account: AccountId, chatId: ChatId, from: number): Result<Control>;
  delivery(account: AccountId, chatId: ChatId): Result<Delivery[]>;
  /** The account's own wraps that acts from a position on brought, some at a time (SEAL 4.1). */
  wraps(account: AccountId, chatId: ChatId, from: number): Result<Wrap[]>;
  publicChats(account: AccountId): { chat: ChatId; members: number; look: string | null }[];
  /** As clients get it. */
  toEntry(held: HeldChat, row: EntryRow): Entry;
  /** Whose erasure took the body of that entry, and where it stands; nothing where that is not known. */
  erasedBy(held: HeldChat, log: HeldLog, seq: number): { by?: ErasedBy };
  unread(held: HeldChat, account: AccountId, person: number): { unread: number; mentions: number; readTo: number };
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly gate: Gate;
  readonly people: People;
  readonly rules: Rules;
  readonly deliveries: Deliveries;
  /** Everybody who is in the general chat. */
  readonly activeAccounts: () => number;
}

function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

interface PlaceOf {
  readonly hlc: number;
  readonly org: OrgId;
  readonly seq: number;
}

/** "HLC.ORG.SEQ": a place in display order (PROTOCOL 6). */
function parsePlace(text: string): PlaceOf | null {
  const [hlc, org, seq] = text.split('.');
  if (!hlc || !org || !seq || !/^\d{1,16}$/.test(hlc) || !/^\d{1,16}$/.test(seq)) return null;
  return { hlc: Number(hlc), org: org as OrgId, seq: Number(seq) };
}

/** Display order: clock, then organisation, then number: the same everywhere (PROTOCOL 6). */
function compareDisplay(a: PlaceOf, b: PlaceOf): number {
  return a.hlc - b.hlc || (a.org === b.org ? 0 : compareBytes(idBytes(a.org), idBytes(b.org))) || a.seq - b.seq;
}

export function createReading({ db, self, cache, gate, people, rules, activeAccounts, deliveries }: Uses): Reading {
  const { read } = db;

  function list(account: AccountId): ChatSummary[] {
    const rows = read
      .prepare<[number], { chatId: ChatId }>(
        `SELECT chatId FROM chat WHERE kind = 'general'
         UNION ALL SELECT chat.chatId FROM seat JOIN chat ON chat.id = seat.chat WHERE seat.person = ? AND seat.standing <> 'ended'`,
      )
      .all(people.find(self.orgId, account) ?? -1);
    return rows.flatMap(({ chatId }) => {
      const found = summary(account, chatId);
      return found.ok ? [found.value] : [];
    });
  }

  function summary(account: AccountId, chatId: ChatId): Result<ChatSummary> {
    const seat = gate(read, account, chatId);
    if (!seat) return refuse('not_found');
    const held = cache.byNumber(read, seat.chat);
    return ok(summarise(held, account, seat));
  }

  function summarise(held: HeldChat, account: AccountId, seat: Seat): ChatSummary {
    const { state } = held;
    const last = newest(held);
    const open = openLogOf(state, self.orgId);
    const invited = seat.standing === 'invited' || !seat.consented;
    const interval = currentInterval(state.members.get(memberKey(self.orgId, account)));
    const [org, inviter] = (interval?.invitedBy ?? '/').split('/');
    const other = state.kind === 'direct' ? otherSide(held, account) : null;
    return {
      chat: held.chatId,
      kind: state.kind,
      suite: state.suite,
      standing: seat.standing === 'ended' || seat.standing === 'none' ? 'ended' : invited ? 'invited' : 'member',
      invitedBy: invited
        ? (other ?? (org && inviter ? { org: org as OrgId, account: inviter as AccountId } : null))
        : null,
      organisations: [...organisationsNow(state)],
      other,
      members:
        state.kind === 'general' ? activeAccounts() : membersNow(state).filter((member) => member.accepted).length,
      head: { cpos: state.head.cpos, chash: toBase64(state.head.hash), hlc: state.head.hlc },
      logId: open?.logId ?? null,
      look: lookBytes(held),
      ...unread(held, account, seat.person),
      lastArrival: last?.arrival ?? 0,
      lastTime: hlcMs(last?.hlc ?? state.head.hlc),
      readOnly: held.stopped ?? (state.closed ? 'chat_closed' : whySuite(state.kind, state.suite, rules)),
    };
  }

  function otherSide(held: HeldChat, account: AccountId): { org: OrgId; account: AccountId } | null {
    const { genesis } = held.state;
    if (genesis.is !== 'direct') return null;
    const { a, b } = genesis;
    const side = a.org === self.orgId && a.account === account ? b : a;
    return { org: side.org, account: side.account };
  }

  function newest(held: HeldChat): { arrival: number; hlc: number } | undefined {
    return read
      .prepare<[number], { arrival: number; hlc: number }>(
        'SELECT arrival, hlc FROM entry WHERE chat = ? AND alert > 0 ORDER BY arrival DESC LIMIT 1',
      )
      .one(held.id);
  }

  function lookBytes(held: HeldChat): string | null {
    const { look } = held.state;
    if (!look) return null;
    const row = read
      .prepare<[number, Uint8Array], { bytes: Uint8Array }>('SELECT bytes FROM look WHERE chat = ? AND hash = ?')
      .one(held.id, look.hash);
    return row ? toBase64(row.bytes) : null;
  }

  /** Counted up to a thousand: more is "999+" anyway. */
  function unread(
    held: HeldChat,
    account: AccountId,
    person: number,
  ): { unread: number; mentions: number; readTo: number } {
    const readTo =
      read
        .prepare<[number, number], { arrival: number }>('SELECT arrival FROM readMark WHERE person = ? AND chat = ?')
        .one(person, held.id)?.arrival ?? 0;
    const from = currentInterval(held.state.members.get(memberKey(self.orgId, account)))?.from ?? 0;
    const since = held.state.kind === 'public' ? 0 : from;
    const count = read
      .prepare<[number, number, number, number], { n: number }>(
        'SELECT count(*) AS n FROM (SELECT 1 FROM entry WHERE chat = ? AND arrival > ? AND alert > 0 AND person <> ? AND cpos >= ? LIMIT 1000)',
      )
      .one(held.id, readTo, person, since);
    const mentions = read
      .prepare<[number, number, number, number], { n: number }>(
        `SELECT count(*) AS n FROM mention JOIN entry ON entry.arrival = mention.arrival
         WHERE mention.person = ? AND mention.chat = ? AND mention.arrival > ? AND entry.alert = 2 AND entry.cpos >= ?`,
      )
      .one(person, held.id, readTo, since);
    return { unread: count?.n ?? 0, mentions: mentions?.n ?? 0, readTo };
  }

  function entries(account: AccountId, chatId: ChatId, page: Page): Result<{ entries: Entry[]; more: boolean }> {
    const seat = gate(read, account, chatId);
    if (!seat) return refuse('not_found');
    const [before, after] = [page.before, page.after].map((text) => (text === undefined ? null : parsePlace(text)));
    if ((page.before !== undefined && !before) || (page.after !== undefined && !after))
      return refuse('bad_input', 'before, after');
    const held = cache.byNumber(read, seat.chat);
    const found = after
      ? forward(held, account, after, page.limit + 1)
      : backward(held, account, before ?? null, page.limit + 1);
    const more = found.length > page.limit;
    const kept = found.slice(0, page.limit);
    if (!after) kept.reverse();
    return ok({ entries: kept.map((row) => toEntry(held, row)), more });
  }

  const COLUMNS = 'arrival, chat, log, seq, kind, person, cpos, hlc, alert, state, body, blobs';

  function backward(held: HeldChat, account: AccountId, before: PlaceOf | null, wanted: number): EntryRow[] {
    const query = read.prepare<[number, number, number, number], EntryRow>(
      `SELECT ${COLUMNS} FROM entry WHERE chat = ? AND hlc <= ? AND kind = 0 AND cpos >= ? ORDER BY hlc DESC LIMIT ?`,
    );
    return collect(
      held,
      account,
      wanted,
      before?.hlc ?? Number.MAX_SAFE_INTEGER,
      (hlc, limit) => query.all(held.id, hlc, firstCpos(held, account), limit),
      -1,
      before,
    );
  }

  function forward(held: HeldChat, account: AccountId, after: PlaceOf, wanted: number): EntryRow[] {
    const query = read.prepare<[number, number, number, number], EntryRow>(
      `SELECT ${COLUMNS} FROM entry WHERE chat = ? AND hlc >= ? AND kind = 0 AND cpos >= ? ORDER BY hlc LIMIT ?`,
    );
    return collect(
      held,
      account,
      wanted,
      after.hlc,
      (hlc, limit) => query.all(held.id, hlc, firstCpos(held, account), limit),
      1,
      after,
    );
  }

  /** Reads on in one direction until enough is found that is for this account and lies beyond the place. */
  function collect(
    held: HeldChat,
    account: AccountId,
    wanted: number,
    start: number,
    next: (hlc: number, limit: number) => EntryRow[],
    direction: 1 | -1,
    beyond: PlaceOf | null,
  ): EntryRow[] {
    const found = new Map<number, EntryRow>();
    let hlc = start;
    for (;;) {
      const rows = next(hlc, wanted + 64);
      const before = found.size;
      for (const row of rows) {
        const here = placeOfRow(held, row);
        if (beyond && Math.sign(compareDisplay(here, beyond)) !== direction) continue;
        if (isFor(held, account, row)) found.set(row.arrival, row);
      }
      const last = rows.at(-1);
      // Rows of one clock value come again with the next read; no progress and a full read would mean 64 of them.
      if (rows.length < wanted + 64 || !last || (last.hlc === hlc && found.size === before)) break;
      if (found.size >= wanted) break;
      hlc = last.hlc;
    }
    const sorted = [...found.values()].sort(
      (a, b) => direction * compareDisplay(placeOfRow(held, a), placeOfRow(held, b)),
    );
    return sorted.slice(0, wanted);
  }

  function placeOfRow(held: HeldChat, row: EntryRow): PlaceOf {
    return { hlc: row.hlc, org: logOf(held, row).org, seq: row.seq };
  }

  function logOf(held: HeldChat, row: EntryRow) {
    for (const log of held.logs.values()) if (log.id === row.log) return log;
    throw new Error('bug: an entry without its log');
  }

  function firstCpos(held: HeldChat, account: AccountId): number {
    if (held.state.kind === 'general' || held.state.kind === 'public') return 0;
    const member = held.state.members.get(memberKey(self.orgId, account));
    return member ? Math.min(member.intervals[0]?.from ?? 0, ...grantedFrom(member)) : 0;
  }

  function isFor(held: HeldChat, account: AccountId, row: EntryRow): boolean {
    const placed = { logId: logOf(held, row).logId, seq: row.seq, cpos: row.cpos };
    return isForMember(held.state, self.orgId, account, placed, rules);
  }

  function erasedBy(held: HeldChat, log: HeldLog, seq: number): { by?: ErasedBy } {
    const author = read
      .prepare<[number, number], { person: number }>('SELECT person FROM entry WHERE log = ? AND seq = ?')
      .one(log.id, seq);
    const erasure = author && erasureOf(read, log.logId, seq, author.person);
    if (!erasure || erasure.byLog === null || erasure.bySeq === null) return {};
    for (const each of held.logs.values()) {
      if (each.id === erasure.byLog)
        return { by: { ...people.get(read, erasure.person), log: each.logId, seq: erasure.bySeq } };
    }
    return {};
  }

  /** Of a row whose body is gone: what is known of that all the same. */
  function ofErased(held: HeldChat, log: HeldLog, row: EntryRow): Pick<Entry, 'erasedBy' | 'quiet'> {
    if (row.state !== ERASED) return {};
    const { by } = erasedBy(held, log, row.seq);
    return { ...(by ? { erasedBy: by } : {}), ...(row.alert === QUIET ? { quiet: true } : {}) };
  }

  function toEntry(held: HeldChat, row: EntryRow): Entry {
    const log = logOf(held, row);
    return {
      arrival: row.arrival,
      chat: held.chatId,
      log: log.logId,
      org: log.org,
      seq: row.seq,
      kind: entryKind(row.kind),
      account: people.get(read, row.person).account,
      cpos: row.cpos,
      hlc: row.hlc,
      body: row.body && row.state !== ERASED ? toBase64(row.body) : null,
      ...(row.blobs ? { blobs: unpackBlobs(row.blobs).map(toBase64) } : {}),
      void: voidCode(row.state),
      ...ofErased(held, log, row),
    };
  }

  function control(account: AccountId, chatId: ChatId, from: number): Result<Control> {
    const seat = gate(read, account, chatId);
    if (!seat) return refuse('not_found');
    const held = cache.byNumber(read, seat.chat);
    const end = lastCposFor(held, account);
    const acts = readActs(read, held.id, Math.max(1, from), 500).filter(({ act }) => act.cpos <= end);
    const looks = acts.flatMap((act) => looksOf(read, held, act));
    return ok({
      chat: chatId,
      genesis: from === 0 ? toBase64(held.genesis) : null,
      acts: acts.map(({ signed }) => ({ bytes: toBase64(signed.bytes), signature: toBase64(signed.signature) })),
      looks: looks.map(toBase64),
      head: Math.min(end, held.state.head.cpos),
    });
  }

  /** Whoever is out gets the control log up to the act that ended it (PROTOCOL 4.5). */
  function lastCposFor(held: HeldChat, account: AccountId): number {
    const last = held.state.members.get(memberKey(self.orgId, account))?.intervals.at(-1);
    return held.state.kind === 'public' || !last || last.to === null ? Number.MAX_SAFE_INTEGER : last.to;
  }

  function delivery(account: AccountId, chatId: ChatId): Result<Delivery[]> {
    const seat = gate(read, account, chatId);
    if (!seat) return refuse('not_found');
    const held = cache.byNumber(read, seat.chat);
    const rows = [...held.logs.values()].flatMap((log) => {
      if (log.org !== self.orgId) return [];
      return deliveries.of(log).map(({ org, seq, atMs }) => ({ chat: chatId, log: log.logId, org, seq, at: atMs }));
    });
    return ok(rows);
  }

  function publicChats(account: AccountId): { chat: ChatId; members: number; look: string | null }[] {
    const rows = read
      .prepare<[number], { id: number }>(
        `SELECT chat.id FROM chat LEFT JOIN seat ON seat.chat = chat.id AND seat.person = ?
         WHERE chat.kind = 'public' AND coalesce(seat.standing, 'ended') = 'ended' LIMIT 500`,
      )
      .all(people.find(self.orgId, account) ?? -1);
    return rows.map(({ id }) => {
      const held = cache.byNumber(read, id);
      return { chat: held.chatId, members: membersNow(held.state).length, look: lookBytes(held) };
    });
  }

  function wraps(account: AccountId, chatId: ChatId, from: number): Result<Wrap[]> {
    const seat = gate(read, account, chatId);
    if (!seat) return refuse('not_found');
    const { heads } = cache.byNumber(read, seat.chat);
    return ok(
      wrapsFor(read, seat.chat, seat.person, from).map(({ cpos, ukGen, sealed }) => {
        const base = { cpos: cpos - 1, chash: toBase64(heads[cpos - 1]?.hash ?? new Uint8Array()) };
        return { cpos, base, ukGen, sealed: toBase64(sealed) };
      }),
    );
  }

  return { list, summary, entries, control, delivery, publicChats, wraps, toEntry, erasedBy, unread };
}
