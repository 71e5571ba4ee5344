/**
 * The hub: orders what members ask for (PROTOCOL 4.1, 4.2, 4.4). Requests and fins lie in the members' logs; whatever has no
 * disposal yet is taken in order of arrival, one chat at a time. The hub orders, it never authors.
 * Always holds: every request gets exactly one disposal; the intents of a request stand at consecutive positions or are
 * refused together; nothing is ordered in a chat that is not confirmed (PROTOCOL 3.8).
 */
import { act, type Cause, type Cut, type ReadAct, readAct } from '../../protocol/chat/act.ts';
import { whyIncomplete } from '../../protocol/chat/due.ts';
import type { HubIntent, Intent } from '../../protocol/chat/intent.ts';
import { judgeFin, judgeRequest, successor } from '../../protocol/chat/reduce.ts';
import { isFresh, isKeysOnly } from '../../protocol/chat/sealing.ts';
import { type ChatState, openLogOf } from '../../protocol/chat/state.ts';
import type { Rules } from '../../protocol/chat/validity.ts';
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { nextHlc } from '../../protocol/hlc.ts';
import type { ChatId, Hash, LogId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { decodeBody, ENTRY_KINDS, entryKind, type RequestBody } from '../../protocol/log/entry.ts';
import { REFUSAL_CODES, type RefusalCode } from '../../protocol/refusals.ts';
import { assert } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Clock, Signer } from '../ports.ts';
import type { Cache } from './cache.ts';
import type { ControlLog } from './control.ts';
import { voidCode } from './entries.ts';
import type { EntryRow } from './feed.ts';
import { type HeldChat, type HeldLog, maySign } from './held.ts';
import { createTimes, type Times } from './hub-times.ts';
import { bundlesHere, lackedIn } from './key-bundles.ts';

/** Of a request that asks for nothing but what its keys do. */
const UNSOUND: RefusalCode = 'incomplete_key_material';

export interface Hub extends Times {
  /**
   * Orders what is open, as far as it can be now. One at a time in a chat: where another is at it, that one does this too,
   * and this ends with it, or as soon as it waits for the answer of another node.
   */
  consider(chatId: ChatId): Promise<void>;
  /** The same, after the current work; many calls are one. */
  considerSoon(chatId: ChatId): void;
}

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly self: { readonly orgId: OrgId; readonly keySeq: () => number };
  readonly cache: Cache;
  readonly control: ControlLog;
  readonly rules: Rules;
  /** Asks the writer of a log where it stands: its newest seq; null where it cannot be asked. Never fails. */
  readonly askHead: (org: OrgId, logId: LogId) => Promise<number | null>;
  /** Asks the organisation's node for these bundles, where it can be reached. */
  readonly askBundles: (org: OrgId, chatId: ChatId, hashes: readonly Hash[]) => void;
  /** Network access: may an organisation be brought in (P6)? */
  readonly mayBringIn: (org: OrgId) => RefusalCode | null;
}

interface OpenRequest {
  readonly row: EntryRow;
  readonly log: HeldLog;
}

/** The ordering of one chat that goes on. */
interface Run {
  /** Something came that it may have passed already. */
  again: boolean;
  /** Until it ends, or waits for another node. */
  pause: PromiseWithResolvers<void>;
}

export function createHub(uses: Uses): Hub {
  const { db, clock, signer, self, cache, control, rules } = uses;
  const runs = new Map<ChatId, Run>();
  const soon = new Set<ChatId>();
  /** Requests, by `LOG:SEQ`, that wait for heads. */
  const waits = new Map<string, { readonly heads: readonly Cut[]; readonly untilMs: number }>();

  async function consider(chatId: ChatId): Promise<void> {
    const other = runs.get(chatId);
    if (other) {
      other.again = true;
      return other.pause.promise;
    }
    const run: Run = { again: false, pause: Promise.withResolvers() };
    runs.set(chatId, run);
    try {
      do {
        run.again = false;
        while (await orderFirst(chatId, run));
      } while (run.again);
    } finally {
      runs.delete(chatId);
      run.pause.resolve();
    }
  }

  /** False: there is nothing to order now. */
  async function orderFirst(chatId: ChatId, run: Run): Promise<boolean> {
    const held = cache.find(db.read, chatId);
    if (!held || !orders(held)) return false;
    // Whoever has nobody left hands over before anything else (PROTOCOL 4.8a).
    if (await transfer(held)) return true;
    const next = firstOpen(held);
    return next !== undefined && orderNext(held, next, run);
  }

  function orders(held: HeldChat): boolean {
    return held.state.hub === self.orgId && maySign(held, self.orgId, rules);
  }

  /** Bodies are read of the one that is taken: a chat has seen many requests, and whoever sends many shall not cost much. */
  function firstOpen(held: HeldChat): OpenRequest | undefined {
    const rows = db.read
      .prepare<[number], Pick<EntryRow, 'arrival' | 'log' | 'seq'>>(
        'SELECT arrival, log, seq FROM entry WHERE chat = ? AND kind IN (1, 2) ORDER BY arrival',
      )
      .all(held.id);
    const logs = new Map([...held.logs.values()].map((log) => [log.id, log]));
    const first = rows.find(({ log, seq }) => {
      const logId = logs.get(log)?.logId;
      return logId && !held.state.disposed.has(`${logId}:${seq}`);
    });
    const log = first && logs.get(first.log);
    const row =
      first && db.read.prepare<[number], EntryRow>('SELECT * FROM entry WHERE arrival = ?').one(first.arrival);
    return log && row && { row, log };
  }

  /** False: it waits for a newer head of a log that it cuts, or for bundles; whoever stores those calls again. */
  async function orderNext(held: HeldChat, { row, log }: OpenRequest, run: Run): Promise<boolean> {
    const key = `${log.logId}:${row.seq}`;
    if (!waits.has(key)) await askFirst(held, row, log, run);
    const wait = waits.get(key);
    if (wait && clock.now() < wait.untilMs && !hasCome(held, { row, log }, wait.heads)) return false;
    await cache.work(held.chatId, (tx) => {
      const now = cache.find(tx, held.chatId);
      // In between the hub may have changed, or the request been disposed of.
      if (!now || !orders(now) || now.state.disposed.has(key)) return;
      orderOne(tx, now, row, log.logId);
    });
    waits.delete(key);
    return true;
  }

  function hasCome(held: HeldChat, { row, log }: OpenRequest, heads: readonly Cut[]): boolean {
    const isThere = ({ logId, seq }: Cut) => (held.logs.get(logId)?.head.seq ?? 0) >= seq;
    return heads.every(isThere) && lackedBy(held, row, log).length === 0;
  }

  /** Bundles that the request names and that are not here, as long as they can bring anything. */
  function lackedBy(held: HeldChat, row: EntryRow, { logId }: HeldLog): Hash[] {
    const request = requestIn(row);
    if (!request || held.state.suite === 0 || !isFresh(held.state, request)) return [];
    const lacked = lackedIn(db.read, held, request);
    // Who may not ask for it shall not keep the others waiting.
    const org = lacked.length > 0 ? held.state.logs.get(logId)?.org : undefined;
    return org && judgeHere(held.state, org, request) === null ? lacked : [];
  }

  /**
   * What the cut must not miss, the newest heads of the logs concerned (PROTOCOL 4.4), and the bundles of its key material; waited
   * for 2 s at most.
   */
  async function askFirst(held: HeldChat, row: EntryRow, log: HeldLog, run: Run): Promise<void> {
    const untilMs = clock.now() + LIMITS.cutWaitMs;
    const lacked = lackedBy(held, row, log);
    if (lacked.length > 0) uses.askBundles(log.org, held.chatId, lacked);
    const heads = await askHeads(held, row, run);
    if (heads.length === 0 && lacked.length === 0) return;
    waits.set(`${log.logId}:${row.seq}`, { heads, untilMs });
    clock.after(LIMITS.cutWaitMs, () => consider(held.chatId));
  }

  async function askHeads(held: HeldChat, row: EntryRow, run: Run): Promise<Cut[]> {
    const heads: Cut[] = [];
    for (const logId of logsToCut(held.state, row)) {
      const target = held.logs.get(logId);
      if (!target || target.org === self.orgId) continue;
      run.pause.resolve();
      const seq = await uses.askHead(target.org, logId);
      run.pause = Promise.withResolvers();
      if (seq !== null && seq > target.head.seq) heads.push({ logId, seq });
    }
    return heads;
  }

  function orderOne(tx: Tx, held: HeldChat, row: EntryRow, logId: LogId): void {
    const read = row.body && decodeBody(entryKind(row.kind), row.body);
    assert(read?.ok && row.body, 'a stored request reads');
    const past = voidCode(row.state);
    if (past) {
      refuseRequest(tx, held, logId, row, past);
      return;
    }
    if (read.value.kind === 'fin') {
      const refused = judgeFin(held.state, logId, read.value.body.account);
      if (refused) refuseRequest(tx, held, logId, row, refused);
      else orderFin(tx, held, logId, row);
      return;
    }
    assert(read.value.kind === 'request', 'a request');
    const request = read.value.body;
    const org = held.logs.get(logId)?.org as OrgId;
    const isSound = hasSoundKeys(tx, held, org, request);
    // What else it asks for is not to suffer from keys that did not come, or are for the wrong people (SEAL 4.1).
    const refused = judgeHere(held.state, org, request) ?? (isSound || !isKeysOnly(request) ? null : UNSOUND);
    if (refused) {
      refuseRequest(tx, held, logId, row, refused);
      return;
    }
    if (!isSound) {
      append(tx, held, { is: 'hub', intent: { is: 'setAside', logId, seq: row.seq } }, [], []);
      const later = judgeHere(held.state, org, request);
      if (later) {
        refuseRequest(tx, held, logId, row, later);
        return;
      }
    }
    for (const [index, intent] of request.intents.entries()) {
      const body = index === 0 ? row.body : new Uint8Array();
      const cause: Cause = { is: 'request', logId, seq: row.seq, index, body };
      append(tx, held, cause, cutsFor(held, intent), frontierFor(held, intent));
    }
  }

  /** What the protocol says of the request, and then what this node's Network access says. */
  function judgeHere(state: ChatState, org: OrgId, request: RequestBody): RefusalCode | null {
    if (request.intents.length === 0) return 'malformed';
    if (request.chatId !== state.chatId) return 'wrong_log';
    const refused = judgeRequest(state, org, request);
    if (refused) return refused;
    for (const intent of request.intents) {
      const isNew = intent.is === 'invite' && intent.org !== self.orgId && !openLogOf(state, intent.org);
      const notHere = isNew ? uses.mayBringIn(intent.org) : null;
      if (notHere) return notHere;
    }
    return null;
  }

  function hasSoundKeys(tx: Tx, held: HeldChat, org: OrgId, request: RequestBody): boolean {
    if (held.state.suite === 0 || request.keyMaterial.length === 0 || !isFresh(held.state, request)) return true;
    return whyIncomplete(held.state, org, request, bundlesHere(tx, held, request)) === null;
  }

  function refuseRequest(tx: Tx, held: HeldChat, logId: LogId, row: EntryRow, code: RefusalCode): void {
    append(tx, held, { is: 'hub', intent: refusal(logId, row.seq, code) }, [], []);
  }

  function orderFin(tx: Tx, held: HeldChat, logId: LogId, row: EntryRow): void {
    append(tx, held, { is: 'fin', logId, seq: row.seq, body: row.body as Uint8Array }, [], frontier(held));
  }

  function cutsFor(held: HeldChat, intent: Intent | HubIntent): Cut[] {
    if (intent.is === 'policy')
      return [...held.logs.values()].filter(isOpenLog(held)).map((log) => ({ logId: log.logId, seq: log.lastSeq }));
    if (intent.is !== 'remove' && intent.is !== 'withdraw' && intent.is !== 'role' && intent.is !== 'expire') return [];
    const log = openLogOf(held.state, intent.org);
    const here = log && held.logs.get(log.logId);
    return here ? [{ logId: here.logId, seq: here.lastSeq }] : [];
  }

  function frontierFor(held: HeldChat, intent: Intent): Cut[] {
    return intent.is === 'remove' || intent.is === 'withdraw' ? frontier(held) : [];
  }

  /** The head of every open log, as it is held here; the others stand at their seals (PROTOCOL 4.5). */
  function frontier(held: HeldChat): Cut[] {
    return [...held.logs.values()]
      .filter((log) => log.lastSeq > 0 && isOpenLog(held)(log))
      .map((log) => ({ logId: log.logId, seq: log.lastSeq }));
  }

  function write(state: ChatState, cause: Cause, cuts: Cut[], heads: Cut[]): ReadAct {
    const bytes = encode(act, {
      v: 1,
      chatId: state.chatId,
      term: state.term,
      keySeq: self.keySeq(),
      cpos: state.head.cpos + 1,
      prevHash: state.head.hash,
      hlc: nextHlc(clock.now(), state.head.hlc),
      cause,
      cuts,
      frontier: heads,
    });
    const read = readAct({ bytes, signature: signer.sign(signedBytes('act', bytes)) });
    assert(read.ok, 'an own act reads');
    return read.value;
  }

  function append(tx: Tx, held: HeldChat, cause: Cause, cuts: Cut[], heads: Cut[]): void {
    // Who signs goes on signing: what was ordered alone may have brought in others.
    if (!held.confirmed) cache.confirm(held);
    control.apply(tx, held, write(held.state, cause, cuts, heads), []);
  }

  /** Hands the chat over where the own last member has left (PROTOCOL 4.8a). */
  async function transfer(held: HeldChat): Promise<boolean> {
    if (!successor(held.state)) return false;
    await cache.work(held.chatId, (tx) => {
      const now = cache.find(tx, held.chatId);
      const org = now && orders(now) ? successor(now.state) : null;
      if (now && org) append(tx, now, { is: 'hub', intent: { is: 'transfer', org } }, [], []);
    });
    return true;
  }

  function considerSoon(chatId: ChatId): void {
    if (soon.has(chatId)) return;
    soon.add(chatId);
    clock.after(0, () => {
      soon.delete(chatId);
      return consider(chatId);
    });
  }

  const byItself = (tx: Tx, held: HeldChat, intent: HubIntent) =>
    append(tx, held, { is: 'hub', intent }, cutsFor(held, intent), intent.is === 'expire' ? frontier(held) : []);
  return { consider, considerSoon, ...createTimes({ db, clock, cache, orders, byItself }) };
}

function isOpenLog(held: HeldChat) {
  return (log: HeldLog) => held.state.logs.get(log.logId)?.sealed === null;
}

function refusal(logId: LogId, seq: number, code: RefusalCode): HubIntent {
  return { is: 'refuse', logId, seq, code: REFUSAL_CODES.indexOf(code) };
}

function requestIn(row: EntryRow): RequestBody | null {
  if (row.kind !== ENTRY_KINDS.request || !row.body) return null;
  const read = decodeBody('request', row.body);
  return read.ok && read.value.kind === 'request' ? read.value.body : null;
}

/** The logs whose newest head matters before this request is ordered. */
function logsToCut(state: ChatState, row: EntryRow): LogId[] {
  return (requestIn(row)?.intents ?? []).flatMap((intent) => {
    if (intent.is !== 'remove' && intent.is !== 'withdraw' && intent.is !== 'role') return [];
    const log = openLogOf(state, intent.org);
    return log ? [log.logId] : [];
  });
}
