/**
 * What the own accounts write: messages, requests, fins, erasures (PROTOCOL 3.4, 4.2, 4.6). The client composes every body;
 * the node checks and wraps it. Always holds: what is answered as stored is on disk; a retry of the same entry is taken once;
 * no body of a private or direct chat is looked into beyond its clear header.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { judge } from '../../protocol/chat/rights.ts';
import { currentInterval, memberKey, openLogOf } from '../../protocol/chat/state.ts';
import { type Rules, whyVoid } from '../../protocol/chat/validity.ts';
import { encode } from '../../protocol/codec.ts';
import { taggedHash } from '../../protocol/hash.ts';
import {
  type AccountId,
  type ChatId,
  type DeviceId,
  idBytes,
  idFromBytes,
  type LogId,
  type OrgId,
} from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import {
  type Body,
  decodeBody,
  type EntryKind,
  finBody,
  type MessageBody,
  type RequestBody,
  SUITE,
} from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { isRefusalCode, REFUSAL_CODES } from '../../protocol/refusals.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import type { ControlLog } from './control.ts';
import { type Entries, rememberOwn, voidCode } from './entries.ts';
import type { EntryRow, Feed } from './feed.ts';
import type { Gate, Seat } from './gate.ts';
import { type HeldChat, type HeldLog, readActs } from './held.ts';
import type { Hub } from './hub.ts';
import type { OwnLogs } from './logs.ts';
import type { People } from './people.ts';

/** Who asks: an account of this organisation, on one of its devices. */
export interface Author {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly administrator: boolean;
  readonly mayBringOutsiders: boolean;
}

export interface StoredEntry {
  readonly log: LogId;
  readonly seq: number;
  readonly arrival: number;
  readonly hlc: number;
}

export interface RequestOutcome {
  readonly seq: number;
  readonly outcome: 'ordered' | 'queued';
}

export interface Submissions {
  message(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<StoredEntry>>;
  request(
    author: Author,
    chatId: ChatId,
    bytes: Uint8Array,
    looks: readonly Uint8Array[],
  ): Promise<Result<RequestOutcome>>;
  fin(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<null>>;
  erase(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<StoredEntry>>;
  /** Ends all of an account's private and direct chats, in the node's name (PROTOCOL 4.6). */
  finEverywhere(account: AccountId): Promise<void>;
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly entries: Entries;
  readonly feed: Feed;
  readonly gate: Gate;
  readonly hub: Hub;
  readonly keepLooks: ControlLog['keepLooks'];
  readonly ownLogs: OwnLogs;
  readonly people: People;
  readonly rules: Rules;
  readonly mayBringIn: (org: OrgId) => RefusalCode | null;
}

interface Place {
  readonly held: HeldChat;
  readonly log: HeldLog;
  readonly seat: Seat;
}

const NO_DEVICE = idFromBytes('device', new Uint8Array(16));

export function createSubmissions(uses: Uses): Submissions {
  const { db, self, cache, feed, gate, hub, ownLogs, people, rules } = uses;

  /** Refuses `not_found` for whoever is not in the chat, and what stopped it. */
  function place(tx: Tx, account: AccountId, chatId: ChatId): Place {
    const seat = gate(tx, account, chatId);
    if (!seat) throw new Refused('not_found');
    const held = cache.byNumber(tx, seat.chat);
    if (held.stopped) throw new Refused(held.stopped);
    const open = openLogOf(held.state, self.orgId);
    const log = open && held.logs.get(open.logId);
    if (!log) throw new Refused(held.state.closed ? 'chat_closed' : 'not_member');
    return { held, log, seat };
  }

  /** The entry that this submission is a retry of, unless it does not count (PROTOCOL 3.4). */
  function before(tx: Tx, person: number, submissionId: Uint8Array): EntryRow | undefined {
    const row = tx
      .prepare<[number, Uint8Array], EntryRow>(
        'SELECT * FROM entry WHERE arrival = (SELECT arrival FROM ownEntry WHERE person = ? AND entryId = ?)',
      )
      .one(person, submissionId);
    return row && rules.once && voidCode(row.state) === null ? row : undefined;
  }

  function message(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<StoredEntry>> {
    return workOrRefuse(cache, chatId, (tx) => {
      const here = place(tx, author.account, chatId);
      const body = bodyOf('message', bytes, author) as MessageBody;
      const known = before(tx, here.seat.person, idBytes(body.entryId));
      if (known) return stored(logOf(here.held, known), known);
      checkMessage(here, body);
      checkCounts(tx, here, author, 'message');
      const row = ownLogs.append(tx, here.held, here.log, author, { kind: 'message', body }, bytes);
      rememberOwn(tx, row.person, idBytes(body.entryId), row.arrival);
      return stored(here.log, row);
    });
  }

  function checkMessage({ held, log }: Place, body: MessageBody): void {
    const { head } = held.state;
    if (body.suite !== SUITE.clear || body.devSig.length > 0) throw new Refused('suite_not_allowed');
    if (body.logId !== log.logId || body.cpos !== head.cpos || !equalBytes(body.chash, head.hash))
      throw new Refused('stale_head');
    if (body.alert.level !== 2 && body.alert.mentions.length > 0) throw new Refused('malformed', 'mentions');
  }

  function checkCounts(tx: Tx, { held, log, seat }: Place, author: Author, kind: EntryKind, erasesOther = false): void {
    const fins = tx
      .prepare<[number, number], { seq: number; cpos: number }>(
        'SELECT seq, cpos FROM fin WHERE log = ? AND person = ?',
      )
      .all(log.id, seat.person)
      .map((fin) => ({ logId: log.logId, ...fin }));
    const entry = {
      logId: log.logId,
      seq: log.lastSeq + 1,
      cpos: held.state.head.cpos,
      kind,
      account: author.account,
      fins,
      erasesOther,
    };
    const code = whyVoid(held.state, entry, rules);
    if (code) throw new Refused(code === 'past_cut' ? 'not_member' : code);
  }

  async function request(
    author: Author,
    chatId: ChatId,
    bytes: Uint8Array,
    looks: readonly Uint8Array[],
  ): Promise<Result<RequestOutcome>> {
    const written = await workOrRefuse(cache, chatId, (tx) => {
      const here = place(tx, author.account, chatId);
      const body = bodyOf('request', bytes, author) as RequestBody;
      const known = before(tx, here.seat.person, idBytes(body.requestId));
      if (known) return { seq: known.seq, logId: logOf(here.held, known).logId, from: 1 };
      checkRequest(here, author, body, looks);
      uses.keepLooks(tx, here.held, looks, [body]);
      const row = ownLogs.append(tx, here.held, here.log, author, { kind: 'request', body }, bytes);
      rememberOwn(tx, row.person, idBytes(body.requestId), row.arrival);
      return { seq: row.seq, logId: here.log.logId, from: here.held.state.head.cpos + 1 };
    });
    if (!written.ok) return written;
    await hub.consider(chatId);
    return outcomeOf(chatId, written.value);
  }

  function checkRequest({ held, seat }: Place, author: Author, body: RequestBody, looks: readonly Uint8Array[]): void {
    if (body.chatId !== held.chatId || body.intents.length === 0) throw new Refused('malformed', 'request');
    if (body.keyMaterial.length > 0 || body.devSig.length > 0) throw new Refused('suite_not_allowed');
    for (const intent of body.intents) {
      if (seat.kind === 'general' && !author.administrator) throw new Refused('not_allowed');
      if (intent.is === 'look' && !looks.some((look) => equalBytes(taggedHash('look', look), intent.hash)))
        throw new Refused('bad_input', 'looks');
      if (intent.is === 'invite' && intent.org !== self.orgId) checkOutsider(author, intent.org);
    }
    // Only the hub's state is the one that judges; elsewhere the request travels and is judged there.
    if (held.state.hub !== self.orgId || body.intents.length > 1) return;
    const refused = judge(
      held.state,
      { org: self.orgId, account: author.account },
      body.intents[0] as RequestBody['intents'][number],
    );
    if (refused) throw new Refused(refused);
  }

  function checkOutsider(author: Author, org: OrgId): void {
    if (!author.mayBringOutsiders) throw new Refused('outsiders_not_allowed');
    const refused = uses.mayBringIn(org);
    if (refused) throw new Refused(refused);
  }

  /** What became of a request: ordered, still queued, or the hub's refusal. */
  function outcomeOf(
    chatId: ChatId,
    { seq, logId, from }: { seq: number; logId: LogId; from: number },
  ): Result<RequestOutcome> {
    const held = cache.find(db.read, chatId);
    if (!held?.state.disposed.has(`${logId}:${seq}`)) return { ok: true, value: { seq, outcome: 'queued' } };
    for (const { act } of readActs(db.read, held.id, from, LIMITS.actsPerFrame)) {
      if (act.cause.is !== 'hub' || act.cause.intent.is !== 'refuse') continue;
      const { intent } = act.cause;
      if (intent.logId !== logId || intent.seq !== seq) continue;
      const code = REFUSAL_CODES[intent.code];
      return { ok: false, refusal: { code: code && isRefusalCode(code) ? code : 'not_allowed' } };
    }
    return { ok: true, value: { seq, outcome: 'ordered' } };
  }

  async function fin(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<null>> {
    const written = await workOrRefuse(cache, chatId, (tx) => {
      const here = place(tx, author.account, chatId);
      const body = bodyOf('fin', bytes, author);
      if ((body as { chatId: ChatId }).chatId !== chatId) throw new Refused('malformed', 'fin');
      writeFin(tx, here, author, { kind: 'fin', body } as Body, bytes);
      return null;
    });
    if (written.ok) await hub.consider(chatId);
    return written;
  }

  /** Takes effect here at once, whatever the hub does (PROTOCOL 4.6). */
  function writeFin(
    tx: Tx,
    here: Place,
    author: { account: AccountId; device: DeviceId },
    body: Body,
    bytes: Uint8Array,
  ): void {
    const { held, log, seat } = here;
    if (seat.kind === 'general') throw new Refused('not_acceptable');
    const key = memberKey(self.orgId, author.account);
    if (!currentInterval(held.state.members.get(key)) || held.leaving.has(key)) return;
    ownLogs.append(tx, held, log, author, body, bytes);
    tx.prepare("UPDATE seat SET standing = 'ended' WHERE person = ? AND chat = ?").run(seat.person, held.id);
    feed.publish(tx, {
      is: 'seat',
      arrival: feed.event(tx, 'seat', held.id, seat.person, 0),
      held,
      person: seat.person,
    });
  }

  function erase(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<StoredEntry>> {
    return workOrRefuse(cache, chatId, (tx) => {
      const here = place(tx, author.account, chatId);
      const body = bodyOf('erase', bytes, author) as Extract<Body, { kind: 'erase' }>['body'];
      const target = here.held.logs.get(body.targetLogId);
      const row = target && entryAt(tx, target, body.targetSeq);
      if (body.chatId !== chatId || !row || row.kind !== 0) throw new Refused('not_found');
      checkCounts(tx, here, author, 'erase', row.person !== here.seat.person);
      return stored(here.log, ownLogs.append(tx, here.held, here.log, author, { kind: 'erase', body }, bytes));
    });
  }

  async function finEverywhere(account: AccountId): Promise<void> {
    const rows = db.read
      .prepare<[number], { chatId: ChatId }>(
        `SELECT chat.chatId FROM seat JOIN chat ON chat.id = seat.chat
         WHERE seat.person = ? AND seat.standing <> 'ended' AND chat.kind IN ('private', 'direct')`,
      )
      .all(people.find(self.orgId, account) ?? -1);
    for (const { chatId } of rows) {
      const body = { v: 1, chatId, account, device: NO_DEVICE, devSig: new Uint8Array() } as const;
      await workOrRefuse(cache, chatId, (tx) =>
        writeFin(
          tx,
          place(tx, account, chatId),
          { account, device: NO_DEVICE },
          { kind: 'fin', body },
          encode(finBody, body),
        ),
      );
      await hub.consider(chatId);
    }
  }

  return { message, request, fin, erase, finEverywhere };
}

/** Refuses what does not decode, and another author than the one who asks. */
function bodyOf(kind: EntryKind, bytes: Uint8Array, author: Author): Body['body'] {
  const read = decodeBody(kind, bytes);
  if (!read.ok) throw new Refused(read.refusal.code, read.refusal.detail);
  const { body } = read.value;
  if (body.account !== author.account || body.device !== author.device)
    throw new Refused('bad_input', 'account and device are those of the session');
  return body;
}

/** A retry may come when the log that took the entry has been sealed, and another is open. */
function logOf({ logs }: HeldChat, row: EntryRow): HeldLog {
  for (const log of logs.values()) if (log.id === row.log) return log;
  throw new Error('bug: an entry without its log');
}

function stored(log: HeldLog, row: EntryRow): StoredEntry {
  return { log: log.logId, seq: row.seq, arrival: row.arrival, hlc: row.hlc };
}

function entryAt(tx: Tx, log: HeldLog, seq: number): EntryRow | undefined {
  return tx.prepare<[number, number], EntryRow>('SELECT * FROM entry WHERE log = ? AND seq = ?').one(log.id, seq);
}
