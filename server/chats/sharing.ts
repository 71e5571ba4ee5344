/**
 * What other organisations may have of the chats here (PROTOCOL 4.5, 5): which chats are shared with whom, acts, blocks,
 * heads, and the receipts both ways. Always holds: nothing is handed out for an organisation that is not in the audience, and
 * nothing but the invitation to one that has not accepted.
 */
import type { ReadAct } from '../../protocol/chat/act.ts';
import { intervalAt, type Member, memberKey } from '../../protocol/chat/state.ts';
import { isForMember, isForOrganisation, type Placed, type Rules } from '../../protocol/chat/validity.ts';
import type { AccountId, ChatId, LogId, OrgId } from '../../protocol/ids.ts';
import { readBlock } from '../../protocol/log/block.ts';
import { decodeBody, ENTRY_KINDS } from '../../protocol/log/entry.ts';
import { assert } from '../../protocol/result.ts';
import type { Bundle, ChatHeads, FrameOf } from '../../protocol/sync/frames.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Cache } from './cache.ts';
import { type Confirming, createConfirming } from './confirming.ts';
import { looksOf } from './control.ts';
import { type HeldChat, type HeldLog, readActs } from './held.ts';
import { grantedFrom, grantedJump, wrongJump } from './late-blocks.ts';
import { openRequests } from './open-requests.ts';
import type { People } from './people.ts';
import type { Stops } from './stops.ts';

export interface Sharing extends Confirming {
  /** Chats that the organisation is in, invited to, or hub of. */
  chatsWith(org: OrgId): ChatId[];
  find(chatId: ChatId): HeldChat | undefined;
  byNumber(id: number): HeldChat;
  /** Is this entry for the organisation now (PROTOCOL 4.5)? */
  mayHave(held: HeldChat, org: OrgId, placed: Placed): boolean;
  /** May the organisation have acts of the chat at this position? */
  mayHaveAct(held: HeldChat, org: OrgId, cpos: number): boolean;
  /** The control frame with these acts; with the genesis if `whole`. */
  controlFrame(held: HeldChat, acts: readonly ReadAct[], whole: boolean): FrameOf<'control'>;
  acts(held: HeldChat, fromCpos: number, limit: number): ReadAct[];
  /** Blocks of a log from a number on that the organisation may have now, `maxBytes` at most in all (at least one). */
  blocks(
    held: HeldChat,
    log: HeldLog,
    org: OrgId,
    fromBlock: number,
    maxBytes: number,
  ): { bundles: Bundle[]; next: number; done: boolean };
  /** One block, if the organisation may have it now. */
  block(held: HeldChat, log: HeldLog, org: OrgId, blockSeq: number): Bundle | null;
  /** For the hub: what this node wrote for it and it has not ordered (PROTOCOL 5.3); for others nothing. */
  openRequests(held: HeldChat, org: OrgId): Bundle[];
  /** What is said to the organisation; to one that has not accepted, or is out, of its own log only. Null: nothing. */
  heads(held: HeldChat, org: OrgId): ChatHeads | null;
  /** Number of the first block of a log that cites this position or a later one. */
  firstBlockCiting(log: HeldLog, cpos: number): number;
  /** Look bytes that requests in these bundles commit to. */
  looksOfBundles(bundles: readonly Bundle[]): Uint8Array[];
  person(number: number): { org: OrgId; account: AccountId };
  /** Is this person in a chat that the organisation is in? */
  sharesWith(org: OrgId, person: number): boolean;
  /** First block of the log that is missing here, or has an entry whose body is; null: none. */
  blockMissing(held: HeldChat, log: HeldLog): number | null;
  /** Everything up to `seq` of these logs that is for us is here: what receipts for their owner say. */
  wholeSeqs(org: OrgId): { logId: LogId; seq: number }[];
  /** The same of one log. */
  wholeSeq(logId: LogId): number;
  /** The own open blocks of a log's chat are closed; where the log then stands. */
  flush(logId: LogId, from: OrgId): Promise<{ blockSeq: number; seq: number } | null>;
  /** Own blocks and acts after this position that are for the organisation's chats (an upper bound). */
  queuedFor(org: OrgId, after: number): number;
  membersOf(held: HeldChat): { org: OrgId; account: AccountId }[];
}

interface Uses {
  readonly db: Database;
  readonly self: { readonly orgId: OrgId };
  readonly cache: Cache;
  readonly people: People;
  readonly rules: Rules;
  readonly stops: Stops;
  readonly close: (tx: Tx, held: HeldChat) => void;
  readonly onOpenRequests: (chatId: ChatId) => void;
}

interface StoredBlock {
  readonly blockSeq: number;
  readonly firstSeq: number;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

const MOST_OPEN = 64;

export function createSharing(uses: Uses): Sharing {
  const { db, self, cache, people, rules } = uses;
  const { read } = db;

  function chatsWith(org: OrgId): ChatId[] {
    const seats = read
      .prepare<[string], { chatId: ChatId; kind: string; ended: number }>(
        `SELECT chat.chatId, chat.kind, min(seat.standing = 'ended') AS ended
         FROM person JOIN seat ON seat.person = person.id JOIN chat ON chat.id = seat.chat
         WHERE person.org = ? AND chat.kind IN ('private', 'direct') GROUP BY chat.id`,
      )
      .all(org);
    // Who has left a direct chat may come back by itself; and a hub orders, also when nobody of it is in.
    const isShared = ({ chatId, kind, ended }: (typeof seats)[number]) =>
      ended === 0 || kind === 'direct' || cache.find(read, chatId)?.state.hub === org;
    return seats.filter(isShared).map(({ chatId }) => chatId);
  }

  function membersOfOrg(held: HeldChat, org: OrgId): Member[] {
    return [...held.state.members.values()].filter((member) => member.org === org);
  }

  /** All acts up to the one that ended the organisation's last interval; the hub, all. Who never was in it: none. */
  function mayHaveAct(held: HeldChat, org: OrgId, cpos: number): boolean {
    if (held.state.hub === org) return true;
    return membersOfOrg(held, org).some((member) => {
      const last = member.intervals.at(-1);
      return last !== undefined && (last.to === null || cpos <= last.to);
    });
  }

  /** PROTOCOL 4.5 and 7: in the audience, accepted, and not known to be leaving. */
  function mayHave(held: HeldChat, org: OrgId, placed: Placed): boolean {
    if (!rules.audience) return true;
    if (!isForOrganisation(held.state, org, placed, rules)) return false;
    return membersOfOrg(held, org).some((member) => {
      const interval = intervalAt(member, placed.cpos);
      const isLeaving = held.leaving.has(memberKey(org, member.account));
      if (interval && interval.accepted !== null) return interval.to !== null || !isLeaving;
      // By a grant, which goes with the interval that it was made in.
      const last = member.intervals.at(-1);
      if (!last || last.accepted === null || (last.to === null && isLeaving)) return false;
      return isForMember(held.state, org, member.account, placed, rules);
    });
  }

  function bundleOf(held: HeldChat, log: HeldLog, org: OrgId, stored: StoredBlock): Bundle | null {
    const parsed = readBlock(stored);
    assert(parsed.ok, 'a stored block reads');
    const { block } = parsed.value;
    const kind = block.entries[0]?.kind;
    const forHub = org === held.state.hub && (kind === ENTRY_KINDS.request || kind === ENTRY_KINDS.fin);
    const last = block.firstSeq + block.entries.length - 1;
    // An organisation may always have back what it wrote itself.
    const isTheirs = log.org === org;
    if (!forHub && !isTheirs && !mayHave(held, org, { logId: log.logId, seq: last, cpos: block.cpos })) return null;
    const bodies = read
      .prepare<[number, number, number], { body: Uint8Array | null; state: number }>(
        'SELECT body, state FROM entry WHERE log = ? AND seq BETWEEN ? AND ? ORDER BY seq',
      )
      .all(log.id, block.firstSeq, last);
    return {
      block: { bytes: stored.bytes, signature: stored.signature },
      bodies: bodies.map((each) => (each.state === 1 ? null : each.body)),
    };
  }

  function block(held: HeldChat, log: HeldLog, org: OrgId, blockSeq: number): Bundle | null {
    const stored = read
      .prepare<[number, number], StoredBlock>(
        'SELECT blockSeq, firstSeq, bytes, signature FROM block WHERE log = ? AND blockSeq = ?',
      )
      .one(log.id, blockSeq);
    return stored ? bundleOf(held, log, org, stored) : null;
  }

  function blocks(
    held: HeldChat,
    log: HeldLog,
    org: OrgId,
    fromBlock: number,
    maxBytes: number,
  ): { bundles: Bundle[]; next: number; done: boolean } {
    const span = spanFor(held, log, org);
    const query = read.prepare<[number, number, number], StoredBlock>(
      'SELECT blockSeq, firstSeq, bytes, signature FROM block WHERE log = ? AND blockSeq >= ? AND blockSeq < ? ORDER BY blockSeq LIMIT 128',
    );
    const bundles: Bundle[] = [];
    let bytes = 0;
    let next = Math.max(fromBlock, span.from);
    const rows = query.all(log.id, next, span.to);
    for (const stored of rows) {
      const bundle = bundleOf(held, log, org, stored);
      const size = bundle
        ? bundle.block.bytes.length + 128 + bundle.bodies.reduce((sum, body) => sum + (body?.length ?? 0) + 8, 0)
        : 0;
      if (bundles.length > 0 && bytes + size > maxBytes) return { bundles, next, done: false };
      if (bundle) bundles.push(bundle);
      bytes += size;
      next = stored.blockSeq + 1;
    }
    return { bundles, next, done: rows.length < 128 };
  }

  /** Block numbers that can be for the organisation at all: what lies outside is not even read, however often it is asked for. */
  function spanFor(held: HeldChat, log: HeldLog, org: OrgId): { from: number; to: number } {
    const whole = { from: 1, to: Number.MAX_SAFE_INTEGER };
    if (!rules.audience || log.org === org || held.state.hub === org) return whole;
    const intervals = membersOfOrg(held, org).flatMap((member) =>
      member.intervals.filter((each) => each.accepted !== null),
    );
    if (intervals.length === 0) return { from: 0, to: 0 };
    const granted = membersOfOrg(held, org).flatMap(grantedFrom);
    const ends = intervals.map(({ to }) => to ?? Number.MAX_SAFE_INTEGER);
    const to = Math.max(...ends);
    return {
      from: firstBlockCiting(log, Math.min(...granted, ...intervals.map((each) => each.from))),
      to: to === Number.MAX_SAFE_INTEGER ? to : firstBlockCiting(log, to),
    };
  }

  function controlFrame(held: HeldChat, acts: readonly ReadAct[], whole: boolean): FrameOf<'control'> {
    return {
      is: 'control',
      chatId: held.chatId,
      genesis: whole ? held.genesis : new Uint8Array(),
      founderSignature: whole ? held.founderSignature : new Uint8Array(),
      acts: acts.map((each) => each.signed),
      looks: acts.flatMap((each) => looksOf(read, held, each)),
    };
  }

  function heads(held: HeldChat, org: OrgId): ChatHeads | null {
    const members = membersOfOrg(held, org);
    const current = members.filter((member) => member.intervals.at(-1)?.to === null);
    const isHub = held.state.hub === org;
    // Who is out and asks may lack the act that put it out; and who has left a direct chat may come back to it.
    if (members.length === 0 && !isHub) return null;
    const isIn = isHub || current.some((member) => member.intervals.at(-1)?.accepted !== null);
    const cpos = lastFor(held, org);
    const logs = [...held.logs.values()].filter((log) => log.head.blockSeq > 0 && (isIn || log.org === org));
    return {
      chatId: held.chatId,
      cpos,
      chash: held.heads[cpos]?.hash ?? held.state.head.hash,
      logs: logs.map(({ logId, head: { blockSeq, seq, hash } }) => ({ logId, blockSeq, seq, hash })),
    };
  }

  /** The newest act that the organisation may have. */
  function lastFor(held: HeldChat, org: OrgId): number {
    const head = held.state.head.cpos;
    if (held.state.hub === org) return head;
    return Math.min(head, Math.max(0, ...membersOfOrg(held, org).map(({ intervals }) => intervals.at(-1)?.to ?? head)));
  }

  function citedBy(log: HeldLog, blockSeq: number): number {
    const row = read
      .prepare<[number, number], { bytes: Uint8Array; signature: Uint8Array }>(
        'SELECT bytes, signature FROM block WHERE log = ? AND blockSeq >= ? ORDER BY blockSeq LIMIT 1',
      )
      .one(log.id, blockSeq);
    const parsed = row && readBlock(row);
    // Numbers that are not here were not for us: the next one answers for them.
    return parsed?.ok ? parsed.value.block.cpos : Number.MAX_SAFE_INTEGER;
  }

  function firstBlockCiting(log: HeldLog, cpos: number): number {
    let [low, high] = [1, log.head.blockSeq + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (citedBy(log, middle) >= cpos) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function looksOfBundles(bundles: readonly Bundle[]): Uint8Array[] {
    return bundles.flatMap(({ block: signed, bodies }) => {
      const parsed = readBlock(signed);
      if (!parsed.ok || parsed.value.block.entries[0]?.kind !== ENTRY_KINDS.request) return [];
      return bodies.flatMap((body) => (body ? looksOfRequest(body) : []));
    });
  }

  function looksOfRequest(body: Uint8Array): Uint8Array[] {
    const request = decodeBody('request', body);
    if (!request.ok || request.value.kind !== 'request') return [];
    return request.value.body.intents.flatMap((intent) => {
      if (intent.is !== 'look') return [];
      const row = read
        .prepare<[Uint8Array], { bytes: Uint8Array }>('SELECT bytes FROM look WHERE hash = ? LIMIT 1')
        .one(intent.hash);
      return row ? [row.bytes] : [];
    });
  }

  /** Also where the organisation has left: its last entries are to be known as stored (PROTOCOL 4.6). */
  function wholeSeqs(org: OrgId): { logId: LogId; seq: number }[] {
    const rows = read
      .prepare<[string], { logId: LogId; chatId: ChatId }>(
        `SELECT chatLog.logId, chat.chatId FROM chatLog JOIN chat ON chat.id = chatLog.chat
         WHERE chatLog.org = ? AND chatLog.headSeq > 0 AND chat.kind IN ('private', 'direct') ORDER BY chatLog.id`,
      )
      .all(org);
    return rows.flatMap(({ logId, chatId }) => {
      const seq = wholeFor(cache.find(read, chatId), logId);
      return seq > 0 ? [{ logId, seq }] : [];
    });
  }

  function wholeFor(held: HeldChat | undefined, logId: LogId): number {
    const log = held?.logs.get(logId);
    if (!held || !log) return 0;
    return Math.min(log.wholeSeq, wrongJump(held, log, self.orgId, rules)?.after ?? log.wholeSeq);
  }

  async function flush(logId: LogId, from: OrgId): Promise<{ blockSeq: number; seq: number } | null> {
    const held = cache.byLog(read, logId);
    const log = held?.logs.get(logId);
    if (!held || log?.org !== self.orgId || held.state.hub !== from) return null;
    await cache.work(held.chatId, (tx) => {
      const now = cache.find(tx, held.chatId);
      if (now) uses.close(tx, now);
    });
    const { blockSeq, seq } = cache.byLog(read, logId)?.logs.get(logId)?.head ?? log.head;
    return { blockSeq, seq };
  }

  function blockMissing(held: HeldChat, log: HeldLog): number | null {
    const jumped = (wrongJump(held, log, self.orgId, rules) ?? grantedJump(read, held, log, self.orgId))?.from ?? null;
    if (log.wholeSeq >= log.head.seq) return jumped;
    const bodiless = read
      .prepare<[number, number], { blockSeq: number | null }>(
        'SELECT max(blockSeq) AS blockSeq FROM block WHERE log = ? AND firstSeq <= ?',
      )
      .one(log.id, log.wholeSeq + 1)?.blockSeq;
    return Math.min(jumped ?? Number.MAX_SAFE_INTEGER, bodiless ?? log.head.blockSeq);
  }

  return {
    mayHave,
    chatsWith,
    find: (chatId) => cache.find(read, chatId),
    byNumber: (id) => cache.byNumber(read, id),
    mayHaveAct,
    controlFrame,
    acts: (held, fromCpos, limit) => readActs(read, held.id, fromCpos, limit),
    blocks,
    block,
    openRequests: (held, org) =>
      held.state.hub === org
        ? openRequests(read, held, self.orgId, MOST_OPEN).flatMap(
            ({ log, blockSeq }) => block(held, log, org, blockSeq) ?? [],
          )
        : [],
    heads,
    ...createConfirming({ ...uses, chatsWith }),
    wholeSeqs,
    wholeSeq: (logId) => wholeFor(cache.byLog(read, logId), logId),
    flush,
    firstBlockCiting,
    looksOfBundles,
    person: (number) => people.get(read, number),
    sharesWith: (org, person) =>
      read
        .prepare<[string, number], { one: number }>(
          `SELECT 1 AS one FROM seat AS a JOIN seat AS b ON b.chat = a.chat JOIN person ON person.id = b.person
           WHERE person.org = ? AND a.person = ? AND a.standing <> 'ended' AND b.standing <> 'ended' LIMIT 1`,
        )
        .one(org, person) !== undefined,
    blockMissing,
    queuedFor: (org, after) =>
      read
        .prepare<[number, string], { n: number }>(
          `SELECT count(*) AS n FROM event WHERE arrival > ? AND kind IN (1, 2) AND chat IN
             (SELECT seat.chat FROM seat JOIN person ON person.id = seat.person WHERE person.org = ? AND seat.standing <> 'ended')`,
        )
        .one(after, org)?.n ?? 0,
    membersOf: (held) => [...held.state.members.values()].map(({ org, account }) => ({ org, account })),
  };
}
