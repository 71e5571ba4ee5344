/**
 * Stores entries, own and foreign, by one way: validity, fins, mentions, erasures (PROTOCOL 3.4, 4.4, 5.8).
 * Always holds: an entry's state says whether it counts by all that is known now; an erased body is not on disk, unless the
 * entry still waits for its block.
 */

import { memberKey } from '../../protocol/chat/state.ts';
import { type Candidate, mayEraseOthers, type Rules, type SignedBy, whyVoid } from '../../protocol/chat/validity.ts';
import { type Hash, idBytes, idFromBytes, type LogId } from '../../protocol/ids.ts';
import { type Body, ENTRY_KINDS, type EraseBody, entryKind, type MessageBody } from '../../protocol/log/entry.ts';
import { REFUSAL_CODES, type RefusalCode } from '../../protocol/refusals.ts';
import type { Tx } from '../db/batch.ts';
import { carriedBefore, carriedIn } from './device-signatures.ts';
import { erasureOf, noteErasure } from './erasures.ts';
import type { EntryRow, Feed } from './feed.ts';
import { type HeldChat, type HeldLog, MISSING, noteFin, wholeUpTo } from './held.ts';
import { type NamedBlobs, packBlobs } from './named-blobs.ts';
import type { People } from './people.ts';

const COUNTS = 0;
export const ERASED = 1;
/** In place of an alert: it was quiet while it counted, which its lost body cannot say any more. */
export const QUIET = -1;
const VOID = 10;

/** Why an entry with this state does not count, or null. */
export function voidCode(state: number): RefusalCode | null {
  return state >= VOID ? (REFUSAL_CODES[state - VOID] ?? 'not_allowed') : null;
}

export interface NewEntry {
  readonly seq: number;
  readonly cpos: number;
  readonly hlc: number;
  /** The body as it is kept: exact bytes, or null where the sender has none. */
  readonly bytes: Uint8Array | null;
  /** The writer itself has it no more: nobody will bring it. */
  readonly gone?: boolean;
  readonly body: Body | null;
  readonly kind: number;
  readonly person: number;
  /** Which device wrote it, and whether it did: where that is needed (SEAL 4.5). */
  readonly signed?: SignedBy | undefined;
  /** Of a message: what its header names (PROTOCOL 5.8). */
  readonly blobs: readonly Hash[];
}

export interface Entries {
  /** Stores one entry at the next arrival and publishes it. */
  add(tx: Tx, held: HeldChat, log: HeldLog, entry: NewEntry): EntryRow;
  /** After an act: entries of these logs past its cuts stop counting. */
  applyCuts(tx: Tx, held: HeldChat, cuts: readonly { logId: LogId; seq: number }[]): void;
  /** A body that was missing has come. */
  fill(tx: Tx, held: HeldChat, log: HeldLog, seq: number, bytes: Uint8Array, signed?: SignedBy): void;
  /** A body that is missing will not come: its writer erased it, by an erasure that does not count here. */
  giveUp(tx: Tx, held: HeldChat, log: HeldLog, seq: number): void;
}

const INSERT =
  'INSERT INTO entry (arrival, chat, log, seq, kind, person, cpos, hlc, alert, state, body, device, blobs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
type InsertRow = [...Numbers, Uint8Array | null, Uint8Array | null, Uint8Array | null];
type Numbers = [number, number, number, number, number, number, number, number, number, number];

interface EntriesUses {
  readonly feed: Feed;
  readonly people: People;
  readonly rules: Rules;
  readonly named: NamedBlobs;
  /** The body of a message is about to be lost. */
  readonly erasing: (tx: Tx, held: HeldChat, arrival: number) => void;
}

export function createEntries({ feed, people, rules, named, erasing }: EntriesUses): Entries {
  function add(tx: Tx, held: HeldChat, log: HeldLog, entry: NewEntry): EntryRow {
    const message = entry.body?.kind === 'message' ? entry.body.body : null;
    const erased = entry.kind === ENTRY_KINDS.message && isErased(tx, log.logId, entry.seq, entry.person);
    const state = stateOf(tx, held, log, entry, erased);
    const row: EntryRow = {
      arrival: feed.next(),
      chat: held.id,
      log: log.id,
      seq: entry.seq,
      kind: entry.kind,
      person: entry.person,
      cpos: entry.cpos,
      hlc: entry.hlc,
      alert: state === COUNTS && message ? message.alert.level : message?.alert.level === 0 ? QUIET : 0,
      state,
      body: erased ? null : entry.bytes,
      device: entry.signed ? idBytes(entry.signed.device) : null,
      blobs: packBlobs(entry),
    };
    tx.prepare<InsertRow, never>(INSERT).run(
      row.arrival,
      row.chat,
      row.log,
      row.seq,
      row.kind,
      row.person,
      row.cpos,
      row.hlc,
      row.alert,
      row.state,
      row.body,
      row.device,
      row.blobs,
    );
    held.seenHlc = Math.max(held.seenHlc, entry.hlc);
    note(tx, held, log, entry, row);
    feed.publish(tx, { is: 'entry', arrival: row.arrival, held, log, row });
    return row;
  }

  function stateOf(tx: Tx, held: HeldChat, log: HeldLog, entry: NewEntry, erased: boolean): number {
    const code = whyVoidNow(tx, held, log, entry);
    if (code) return VOID + REFUSAL_CODES.indexOf(code);
    if (erased || entry.gone) return ERASED;
    return entry.bytes ? COUNTS : MISSING;
  }

  /** What follows from the entry beside its row. */
  function note(tx: Tx, held: HeldChat, log: HeldLog, entry: NewEntry, row: EntryRow): void {
    const { body } = entry;
    named.note(tx, held, log, row);
    if (body?.kind === 'message' && row.alert === 2) noteMentions(tx, held, body.body, row.arrival);
    if (row.state >= VOID) return;
    if (body?.kind === 'fin') {
      tx.prepare('INSERT OR IGNORE INTO fin (log, seq, person, cpos) VALUES (?, ?, ?, ?)').run(
        log.id,
        entry.seq,
        entry.person,
        entry.cpos,
      );
      noteFin(held, memberKey(log.org, body.body.account), entry.cpos);
    }
    noteCarried(tx, held, log, entry);
    if (body?.kind === 'erase') erase(tx, held, log, entry, body.body);
  }

  /** In a direct chat: what is written after it in this log counts by these keys, until the hub has ordered them (SEAL 4.11). */
  function noteCarried(tx: Tx, { state }: HeldChat, log: HeldLog, entry: NewEntry): void {
    const identity = state.kind === 'direct' && state.suite !== 0 ? carriedIn(entry.body) : null;
    if (!identity) return;
    tx.prepare('INSERT OR IGNORE INTO carriedKeys (log, seq, person, identity) VALUES (?, ?, ?, ?)').run(
      log.id,
      entry.seq,
      entry.person,
      identity,
    );
  }

  function noteMentions(tx: Tx, held: HeldChat, message: MessageBody, arrival: number): void {
    for (const { org, account } of message.alert.mentions) {
      // Names of nobody in the chat would fill the table of persons.
      if (held.state.kind !== 'general' && !held.state.members.has(memberKey(org, account))) continue;
      tx.prepare('INSERT OR IGNORE INTO mention (person, arrival, chat) VALUES (?, ?, ?)').run(
        people.number(tx, org, account),
        arrival,
        held.id,
      );
    }
  }

  function whyVoidNow(tx: Tx, held: HeldChat, log: HeldLog, entry: NewEntry): RefusalCode | null {
    return whyVoid(held.state, candidateOf(tx, log, entry), rules);
  }

  function candidateOf(tx: Tx, log: HeldLog, entry: NewEntry): Candidate {
    return {
      ...(entry.signed ? { signed: entry.signed } : {}),
      logId: log.logId,
      seq: entry.seq,
      cpos: entry.cpos,
      kind: entryKind(entry.kind),
      account: people.get(tx, entry.person).account,
      fins: finsBefore(tx, log, entry.person, entry.seq),
    };
  }

  function finsBefore(tx: Tx, log: HeldLog, person: number, seq: number) {
    return tx
      .prepare<[number, number, number], { seq: number; cpos: number }>(
        'SELECT seq, cpos FROM fin WHERE log = ? AND person = ? AND seq < ?',
      )
      .all(log.id, person, seq)
      .map((fin) => ({ logId: log.logId, ...fin }));
  }

  /** Erasures stand also when they come before their target (PROTOCOL 5.8), within the chat that they were written in. */
  function erase(tx: Tx, held: HeldChat, log: HeldLog, entry: NewEntry, body: EraseBody): void {
    const target = held.logs.get(body.targetLogId);
    if (!target) return;
    const moderator = mayEraseOthers(held.state, candidateOf(tx, log, entry), rules);
    const { person } = entry;
    const reached = { logId: body.targetLogId, seq: body.targetSeq };
    noteErasure(tx, { target: reached, person, moderator, byLog: log.id, bySeq: entry.seq });
    eraseTarget(tx, held, target, body.targetSeq);
  }

  function eraseTarget(tx: Tx, held: HeldChat, target: HeldLog, seq: number): void {
    const row = tx
      .prepare<[number, number], { arrival: number; person: number; kind: number; state: number; alert: number }>(
        'SELECT arrival, person, kind, state, alert FROM entry WHERE log = ? AND seq = ?',
      )
      .one(target.id, seq);
    if (
      !row ||
      row.kind !== ENTRY_KINDS.message ||
      row.state === ERASED ||
      !isErased(tx, target.logId, seq, row.person)
    )
      return;
    if (row.state === COUNTS) erasing(tx, held, row.arrival);
    // The block that commits to it is still to be signed: its header is made from the body.
    const keep = seq > target.head.seq && target.open.length > 0;
    tx.prepare(
      'UPDATE entry SET state = ?, alert = ?, body = CASE WHEN ? THEN body ELSE NULL END WHERE log = ? AND seq = ?',
    ).run(
      row.state >= VOID ? row.state : ERASED,
      row.state === COUNTS && row.alert === 0 ? QUIET : 0,
      keep,
      target.id,
      seq,
    );
    // What did not count still does not, and nobody was shown it.
    if (row.state >= VOID) return;
    if (row.state === MISSING) target.wholeSeq = wholeUpTo(tx, target);
    named.drop(tx, held, target, seq);
    feed.publish(tx, {
      is: 'erased',
      arrival: feed.event(tx, 'erased', held.id, target.id, seq),
      held,
      log: target,
      seq,
    });
  }

  function applyCuts(tx: Tx, held: HeldChat, cuts: readonly { logId: LogId; seq: number }[]): void {
    for (const cut of cuts) {
      const log = held.logs.get(cut.logId);
      if (log) voidPast(tx, held, log, cut.seq);
    }
  }

  function voidPast(tx: Tx, held: HeldChat, log: HeldLog, seq: number): void {
    const rows = tx
      .prepare<[number, number, number], EntryRow>(
        'SELECT * FROM entry WHERE log = ? AND seq > ? AND state < ? ORDER BY seq',
      )
      .all(log.id, seq, VOID);
    for (const row of rows) {
      const code = whyVoidNow(tx, held, log, again(tx, held, log, row));
      if (code) setVoid(tx, held, log, row, code);
    }
  }

  /** An entry that counted so far: its signature was found good when it came. */
  function again(tx: Tx, held: HeldChat, log: HeldLog, row: EntryRow): NewEntry {
    const entry = { ...row, bytes: row.body, body: null, blobs: [] };
    if (!row.device) return entry;
    const carried = carriedBefore(tx, held, log, row.person, row.seq);
    return { ...entry, signed: { device: idFromBytes('device', row.device), devSig: 'good', carried } };
  }

  function setVoid(tx: Tx, held: HeldChat, log: HeldLog, { arrival, seq, kind }: EntryRow, code: RefusalCode): void {
    // A fin that does not count ends nothing any more (PROTOCOL 4.4d).
    if (kind === ENTRY_KINDS.fin) tx.prepare('DELETE FROM fin WHERE log = ? AND seq = ?').run(log.id, seq);
    tx.prepare('UPDATE entry SET state = ?, alert = 0 WHERE arrival = ?').run(
      VOID + REFUSAL_CODES.indexOf(code),
      arrival,
    );
    named.drop(tx, held, log, seq);
    feed.publish(tx, {
      is: 'void',
      arrival: feed.event(tx, 'void', held.id, log.id, seq),
      held,
      log,
      seq,
      code,
    });
  }

  function fill(tx: Tx, held: HeldChat, log: HeldLog, seq: number, bytes: Uint8Array, signed?: SignedBy): void {
    const { changes } = tx
      .prepare('UPDATE entry SET state = ?, body = ? WHERE log = ? AND seq = ? AND state = ?')
      .run(COUNTS, bytes, log.id, seq, MISSING);
    if (changes === 0) return;
    log.wholeSeq = wholeUpTo(tx, log);
    const row = tx
      .prepare<[number, number], EntryRow>('SELECT * FROM entry WHERE log = ? AND seq = ?')
      .one(log.id, seq);
    if (!row) return;
    const code = signed && whyVoidNow(tx, held, log, { ...row, bytes, body: null, blobs: [], signed });
    if (code) setVoid(tx, held, log, row, code);
    else feed.publish(tx, { is: 'entry', arrival: row.arrival, held, log, row });
  }

  function giveUp(tx: Tx, held: HeldChat, log: HeldLog, seq: number): void {
    const { changes } = tx
      .prepare('UPDATE entry SET state = ? WHERE log = ? AND seq = ? AND state = ?')
      .run(ERASED, log.id, seq, MISSING);
    if (changes === 0) return;
    log.wholeSeq = wholeUpTo(tx, log);
    named.drop(tx, held, log, seq);
  }

  return { add, applyCuts, fill, giveUp };
}

function isErased(tx: Tx, logId: LogId, seq: number, author: number): boolean {
  return erasureOf(tx, logId, seq, author) !== undefined;
}

/** Keeps who submitted what, so that a retry is taken once (PROTOCOL 3.4). `submissionId`: entry or request id, 16 bytes. */
export function rememberOwn(tx: Tx, person: number, submissionId: Uint8Array, arrival: number): void {
  tx.prepare('INSERT OR REPLACE INTO ownEntry (person, entryId, arrival) VALUES (?, ?, ?)').run(
    person,
    submissionId,
    arrival,
  );
}
