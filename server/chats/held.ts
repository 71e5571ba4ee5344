/**
 * A chat as the node holds it in memory: the reduced state, where each log stands, and what is stored but not yet in a
 * block. Always holds: it is what the database says, one work ahead at most; after a failed work it is read anew.
 */
import { type ReadAct, readAct } from '../../protocol/chat/act.ts';
import {
  acceptedOrganisations,
  type ChatState,
  currentInterval,
  type MemberKey,
  organisationsNow,
} from '../../protocol/chat/state.ts';
import type { Rules } from '../../protocol/chat/validity.ts';
import type { ChatId, Hash, LogId, OrgId } from '../../protocol/ids.ts';
import type { LogHead } from '../../protocol/log/chain.ts';
import type { EntryHeader } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { assert } from '../../protocol/result.ts';
import type { Statements } from '../db/statements.ts';
import type { Timer } from '../ports.ts';

/** An own entry that is stored and not yet in a block. */
export interface OpenEntry {
  readonly seq: number;
  readonly cpos: number;
  readonly header: EntryHeader;
}

/** Blocks `from` up to, not including, `to` were for nobody here when `to` was taken. */
export interface Jump {
  readonly from: number;
  readonly to: number;
  /** Last entry before it, and number and citation of the last one in it. */
  readonly after: number;
  readonly seq: number;
  readonly cpos: number;
}

export interface HeldLog {
  readonly id: number;
  readonly logId: LogId;
  readonly org: OrgId;
  key: Uint8Array | null;
  /** Last closed block. */
  head: LogHead;
  /** Last stored entry: beyond the head only in the own log. */
  lastSeq: number;
  lastHlc: number;
  /** Everything up to here is stored or erased: what a receipt may say. */
  wholeSeq: number;
  stopped: RefusalCode | null;
  jumps: Jump[];
  open: OpenEntry[];
  closedAtMs: number;
  closing: Timer | null;
}

export interface HeldChat {
  readonly id: number;
  readonly chatId: ChatId;
  readonly state: ChatState;
  readonly genesis: Uint8Array;
  readonly founderSignature: Uint8Array;
  readonly logs: Map<LogId, HeldLog>;
  /** Hash and clock of the act at each position; [0] is the genesis. */
  readonly heads: { readonly hash: Hash; readonly hlc: number }[];
  stopped: RefusalCode | null;
  /** Has a member organisation said, since the start, which heads it holds (PROTOCOL 3.8)? */
  confirmed: boolean;
  /** The highest clock of any entry here. */
  seenHlc: number;
  /** The hub of each term. */
  readonly hubs: OrgId[];
  /** Members whose fin is here and not ordered yet, with the position that it cites (PROTOCOL 4.5). */
  readonly leaving: Map<MemberKey, number>;
  /** Kept with the head it was asked at: is nobody of another organisation in? */
  alone: { readonly cpos: number; readonly is: boolean } | null;
}

/** May this node sign in the chat (PROTOCOL 3.8)? */
export function maySign(held: HeldChat, self: OrgId, rules: Rules): boolean {
  if (held.stopped) return false;
  if (held.confirmed || !rules.confirm) return true;
  const { cpos } = held.state.head;
  if (held.alone?.cpos !== cpos) {
    const others = acceptedOrganisations(held.state);
    others.delete(self);
    held.alone = { cpos, is: others.size === 0 };
  }
  return held.alone.is;
}

/** After an act: what the chat remembers beside its state. */
export function noteAct(held: HeldChat, read: ReadAct): void {
  held.heads.push({ hash: read.hash, hlc: read.act.hlc });
  held.hubs[held.state.term] = held.state.hub;
  for (const key of held.leaving.keys()) if (!currentInterval(held.state.members.get(key))) held.leaving.delete(key);
}

export function readActs(from: Statements, chat: number, fromCpos: number, limit: number): ReadAct[] {
  const rows = from
    .prepare<[number, number, number], { bytes: Uint8Array; signature: Uint8Array }>(
      'SELECT bytes, signature FROM act WHERE chat = ? AND cpos >= ? ORDER BY cpos LIMIT ?',
    )
    .all(chat, fromCpos, limit);
  return rows.map((row) => {
    const read = readAct(row);
    assert(read.ok, 'a stored act reads');
    return read.value;
  });
}

/** A fin that counts is here; until its act is ordered, its author is leaving. */
export function noteFin(held: HeldChat, key: MemberKey, cpos: number): void {
  const current = currentInterval(held.state.members.get(key));
  if (current && cpos >= current.from) held.leaving.set(key, cpos);
}

export interface LogRow {
  readonly id: number;
  readonly logId: LogId;
  readonly org: OrgId;
  readonly key: Uint8Array | null;
  readonly headBlock: number;
  readonly headSeq: number;
  readonly headHash: Uint8Array;
  readonly headCpos: number;
  readonly headHlc: number;
  readonly stopped: RefusalCode | null;
}

/** A log as its row has it. */
export function holdLog(row: LogRow): HeldLog {
  return {
    id: row.id,
    logId: row.logId,
    org: row.org,
    key: row.key,
    head: { blockSeq: row.headBlock, seq: row.headSeq, hash: row.headHash, cpos: row.headCpos, hlc: row.headHlc },
    lastSeq: row.headSeq,
    lastHlc: row.headHlc,
    wholeSeq: row.headSeq,
    stopped: row.stopped,
    jumps: [],
    open: [],
    closedAtMs: 0,
    closing: null,
  };
}

export const MISSING = 2;

/** The seq before the first entry whose body is missing. */
export function wholeUpTo(from: Statements, log: HeldLog): number {
  const first = from
    .prepare<[number, number], { seq: number | null }>('SELECT min(seq) AS seq FROM entry WHERE log = ? AND state = ?')
    .one(log.id, MISSING)?.seq;
  return first === null || first === undefined ? log.head.seq : Math.min(log.head.seq, first - 1);
}

/** Adds a log that the control log has opened. */
export function addLog(from: Statements, held: HeldChat, logId: LogId, org: OrgId, key: Uint8Array | null): HeldLog {
  const none = new Uint8Array(32);
  const { lastId } = from
    .prepare<[string, number, string, Uint8Array | null, Uint8Array], never>(
      `INSERT INTO chatLog (logId, chat, org, key, headBlock, headSeq, headHash, headCpos, headHlc) VALUES (?, ?, ?, ?, 0, 0, ?, 0, 0)`,
    )
    .run(logId, held.id, org, key, none);
  const log = holdLog({
    id: lastId,
    logId,
    org,
    key,
    headBlock: 0,
    headSeq: 0,
    headHash: none,
    headCpos: 0,
    headHlc: 0,
    stopped: null,
  });
  held.logs.set(logId, log);
  return log;
}

/** An organisation that is, or was, in the chat, or orders it. */
export function isParty(state: ChatState, org: OrgId): boolean {
  if (state.hub === org || organisationsNow(state).has(org)) return true;
  for (const member of state.members.values()) if (member.org === org) return true;
  return false;
}
