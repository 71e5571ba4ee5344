/**
 * What the own accounts say: messages and erasures (PROTOCOL 3.4, 5.8; SEAL 5.1). The client composes every body; the node checks
 * and wraps it. Always holds: what is answered as stored is on disk; a retry of the same entry is taken once; what one account
 * submits to a chat is taken in that order; no body of a private or direct chat is looked into beyond its clear header.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { openLogOf } from '../../protocol/chat/state.ts';
import { type Rules, type SignedBy, whyVoid } from '../../protocol/chat/validity.ts';
import { type ChatId, type Hash, idBytes, type LogId, type OrgId } from '../../protocol/ids.ts';
import { type Body, decodeBody, type EntryKind, type MessageBody, SUITE } from '../../protocol/log/entry.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Statements } from '../db/statements.ts';
import type { BlobNames } from './blob-names.ts';
import { type Cache, workOrRefuse } from './cache.ts';
import { type Answer, askDevice, carriedBefore, signedBy, type Written } from './device-signatures.ts';
import { rememberOwn } from './entries.ts';
import type { EntryRow } from './feed.ts';
import type { Gate } from './gate.ts';
import type { HeldChat, HeldLog } from './held.ts';
import type { OwnLogs } from './logs.ts';
import { type Author, bodyOf, logOf, type Place, type Places } from './places.ts';

export interface StoredEntry {
  readonly log: LogId;
  readonly seq: number;
  readonly arrival: number;
  readonly hlc: number;
}

export interface Submissions {
  /** `blobs`: what the message names. Refuses `blob_unknown` where one of them is not the account's to name. */
  message(author: Author, chatId: ChatId, bytes: Uint8Array, blobs?: readonly Hash[]): Promise<Result<StoredEntry>>;
  erase(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<StoredEntry>>;
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly gate: Gate;
  readonly ownLogs: OwnLogs;
  readonly places: Places;
  readonly rules: Rules;
  readonly mayName: BlobNames['mayName'];
}

export function createSubmissions(uses: Uses): Submissions {
  const { db, self, cache, gate, ownLogs, places, rules } = uses;
  /** The last submission of an account to a sealed chat whose signature is looked at. */
  const turns = new Map<string, Promise<unknown>>();

  /**
   * In a sealed chat the signature is verified before the work, off the main thread; whoever is not in the chat is answered by the
   * work, like everybody.
   */
  function inTurn<T>(
    author: Author,
    chatId: ChatId,
    kind: 'message' | 'erase',
    bytes: Uint8Array,
    run: (tx: Tx, read: Result<Body>, answer: Answer | null) => T,
  ): Promise<Result<T>> {
    const read = decodeBody(kind, bytes);
    const asking = read.ok ? ask(author, chatId, read.value) : null;
    const key = `${author.account}/${chatId}`;
    const before = turns.get(key);
    if (!asking && !before) return workOrRefuse(cache, chatId, (tx) => run(tx, read, null));
    const turn = Promise.all([asking, before?.catch(() => null)])
      .finally(() => {
        if (turns.get(key) === turn) turns.delete(key);
      })
      .then(([answer]) => ({ done: workOrRefuse(cache, chatId, (tx) => run(tx, read, answer ?? null)) }));
    turns.set(key, turn);
    return turn.then(({ done }) => done);
  }

  /** Null: there is nothing to ask. */
  function ask(author: Author, chatId: ChatId, body: Body): Promise<Answer> | null {
    if (body.kind === 'message' && body.body.suite === SUITE.clear) return null;
    const seat = gate(db.read, author.account, chatId);
    const held = seat && cache.byNumber(db.read, seat.chat);
    if (!held || held.state.suite === SUITE.clear) return null;
    const open = openLogOf(held.state, self.orgId);
    const log = open && held.logs.get(open.logId);
    if (!log) return null;
    const cpos = body.kind === 'message' ? body.body.cpos : held.state.head.cpos;
    return askDevice(held, writtenBy(db.read, held, log, seat.person, author, cpos), body);
  }

  function writtenBy(
    from: Statements,
    held: HeldChat,
    log: HeldLog,
    person: number,
    { account, device }: Author,
    cpos: number,
  ): Written {
    const carried = carriedBefore(from, held, log, person, Number.MAX_SAFE_INTEGER);
    return { org: self.orgId, account, device, cpos, carried };
  }

  /** What is said of the device in the work. Refuses `stale_head` where its keys have changed since it was asked. */
  function signedNow(tx: Tx, { held, log, seat }: Place, author: Author, answer: Answer | null): SignedBy | undefined {
    if (held.state.suite === SUITE.clear) return undefined;
    const written = writtenBy(tx, held, log, seat.person, author, held.state.head.cpos);
    const signed = answer && signedBy(held, written, answer);
    if (!signed) throw new Refused('stale_head', 'keys');
    return signed;
  }

  function message(
    author: Author,
    chatId: ChatId,
    bytes: Uint8Array,
    blobs: readonly Hash[] = [],
  ): Promise<Result<StoredEntry>> {
    return inTurn(author, chatId, 'message', bytes, (tx, read, answer) => {
      const here = places.toWrite(tx, author.account, chatId);
      const body = bodyOf('message', bytes, author, read);
      const known = places.before(tx, here.seat.person, idBytes(body.entryId));
      if (known) return stored(logOf(here.held, known), known);
      checkMessage(here, body);
      if (!blobs.every((hash) => uses.mayName(tx, author.account, hash))) throw new Refused('blob_unknown');
      const signed = signedNow(tx, here, author, answer);
      checkCounts(tx, here, author, 'message', signed);
      const row = ownLogs.append(tx, here.held, here.log, author, { kind: 'message', body }, bytes, signed, blobs);
      rememberOwn(tx, row.person, idBytes(body.entryId), row.arrival);
      return stored(here.log, row);
    });
  }

  function checkMessage({ held, log }: Place, body: MessageBody): void {
    const { head, suite } = held.state;
    if (body.suite !== suite || (suite === SUITE.clear && body.devSig.length > 0))
      throw new Refused('suite_not_allowed');
    if (body.logId !== log.logId || body.cpos !== head.cpos || !equalBytes(body.chash, head.hash))
      throw new Refused('stale_head');
    if (body.alert.level !== 2 && body.alert.mentions.length > 0) throw new Refused('malformed', 'mentions');
  }

  function checkCounts(
    tx: Tx,
    { held, log, seat }: Place,
    author: Author,
    kind: EntryKind,
    signed: SignedBy | undefined,
    erasesOther = false,
  ): void {
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
      ...(signed ? { signed } : {}),
    };
    const code = whyVoid(held.state, entry, rules);
    if (code) throw new Refused(code === 'past_cut' ? 'not_member' : code);
  }

  function erase(author: Author, chatId: ChatId, bytes: Uint8Array): Promise<Result<StoredEntry>> {
    return inTurn(author, chatId, 'erase', bytes, (tx, read, answer) => {
      const here = places.toWrite(tx, author.account, chatId);
      const body = bodyOf('erase', bytes, author, read);
      const target = here.held.logs.get(body.targetLogId);
      const row = target && entryAt(tx, target, body.targetSeq);
      if (body.chatId !== chatId || !row || row.kind !== 0) throw new Refused('not_found');
      const signed = signedNow(tx, here, author, answer);
      checkCounts(tx, here, author, 'erase', signed, row.person !== here.seat.person);
      const written: Body = { kind: 'erase', body };
      return stored(here.log, ownLogs.append(tx, here.held, here.log, author, written, bytes, signed));
    });
  }

  return { message, erase };
}

function stored(log: HeldLog, row: EntryRow): StoredEntry {
  return { log: log.logId, seq: row.seq, arrival: row.arrival, hlc: row.hlc };
}

function entryAt(tx: Tx, log: HeldLog, seq: number): EntryRow | undefined {
  return tx.prepare<[number, number], EntryRow>('SELECT * FROM entry WHERE log = ? AND seq = ?').one(log.id, seq);
}
