/**
 * Chats of this node: the one place where the parts of this folder meet. Clients come in through `submissions`, `founding`
 * and `reading`, peers through the inboxes and `sharing`; what became known goes out through `feed`.
 */
import { ALL_RULES, isForMember, type Rules } from '../../protocol/chat/validity.ts';
import type { AccountId, ChatId, Hash, LogId, OrgId } from '../../protocol/ids.ts';
import { decodeBody, type RequestBody } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Clock, Log, Random, Signer } from '../ports.ts';
import { type Asking, createAsking } from './asking.ts';
import { type BlobNames, createBlobNames } from './blob-names.ts';
import { type BundleExchange, createBundleExchange } from './bundle-exchange.ts';
import { type Cache, createCache } from './cache.ts';
import { createControlLog } from './control.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { createEntries } from './entries.ts';
import { createFeed, type Feed, type Item } from './feed.ts';
import { consent, createFounding, type Founding } from './found.ts';
import { createGate } from './gate.ts';
import { createHub, type Hub } from './hub.ts';
import { type BlockInbox, createBlockInbox } from './inbox-blocks.ts';
import { createControlInbox } from './inbox-control.ts';
import { createOwnLogs } from './logs.ts';
import { type BlobKeeping, createNamedBlobs } from './named-blobs.ts';
import { createOpenIndex } from './open-index.ts';
import { createPeople, type People } from './people.ts';
import { createPlaces } from './places.ts';
import { createReading, type Reading } from './reading.ts';
import { createReplay, type Replay } from './replay.ts';
import { createSearching, type Searching } from './searching.ts';
import { createSharing, type Sharing } from './sharing.ts';
import { createStops } from './stops.ts';
import { createSubmissions, type Submissions } from './submit.ts';

export interface Chats extends Submissions, Asking, Searching {
  readonly found: Founding;
  readonly reading: Reading;
  readonly replay: Replay;
  readonly sharing: Sharing;
  readonly keyBundles: BundleExchange;
  readonly feed: Feed;
  readonly people: People;
  readonly hub: Hub;
  readonly blobNames: BlobNames;
  readonly takeControl: ReturnType<typeof createControlInbox>;
  /** Receipts of a peer; how many were not believed. */
  readonly takeReceipts: Deliveries['take'];
  readonly takeBundles: BlockInbox['takeBundles'];
  readonly takeProof: BlockInbox['takeProof'];
  readonly retryBlocks: BlockInbox['retry'];
  readonly onProof: BlockInbox['onProof'];
  /** Bodies that were erased before their block was signed are gone from the tables only now. */
  onLateErasure(listener: () => void): () => void;
  markRead(account: AccountId, chatId: ChatId, arrival: number): Promise<Result<null>>;
  /** Takes up a direct chat that somebody else began. */
  consent(account: AccountId, chatId: ChatId): Promise<Result<null>>;
  /** Keeps the look bytes that came beside a block and that requests among its bodies commit to. */
  keepLooks(chatId: ChatId, looks: readonly Uint8Array[], bodies: readonly (Uint8Array | null)[]): Promise<void>;
  /** Accounts of this organisation that an item is for; null: every account. */
  audience(item: Item): readonly AccountId[] | null;
  /** Is the account in the chat now (for what is of the moment)? */
  isIn(account: AccountId, chatId: ChatId): boolean;
  /** Would the account be shown the chat at all? By one query for what is not there and what is another's (P2). */
  isSeen(account: AccountId, chatId: ChatId): boolean;
  /** Is the chat in the account's list? */
  isListed(account: AccountId, chatId: ChatId): boolean;
  /** Do the two share a chat? What profiles may be seen depends on it. */
  shareChat(account: AccountId, other: { org: OrgId; account: AccountId }): boolean;
  /** Everybody that the account shares a chat with, to complete names. */
  knownTo(account: AccountId): { org: OrgId; account: AccountId }[];
  /** A profile is new or changed: clients and partners that share a chat are to know, in order of arrival. */
  noteProfile(tx: Tx, org: OrgId, account: AccountId): void;
  /** As `noteProfile`, for one that a partner brought. */
  profileArrived(org: OrgId, account: AccountId): Promise<void>;
  /** The hub orders what is open in the chat, in the background. */
  considerRequests(chatId: ChatId): void;
  /** Opens what a start has to open: unfinished requests, old invitations. */
  start(): Promise<void>;
  /** Closes what is open, so that it goes out before the end, and leaves no timer behind. */
  stop(): Promise<void>;
  counts(): { chats: number; entries: number; stopped: { reason: string; count: number }[] };
  /** Of a disabled account: per organisation, have all fins been confirmed there? */
  offboarding(account: AccountId): { org: OrgId; stopped: boolean }[];
}

export interface ChatsUses {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signer: Signer;
  readonly self: { readonly orgId: OrgId; readonly keySeq: () => number };
  /** Operational key of an organisation's root-signed record with that seq, if it is known here. */
  readonly keyAt: (org: OrgId, keySeq: number) => Uint8Array | undefined;
  readonly learnChain: (chain: Uint8Array) => void;
  readonly isActive: (account: AccountId) => boolean;
  readonly activeAccounts: () => number;
  /** An own account's identity chain, if it has keys. */
  readonly identityOf: (account: AccountId) => Uint8Array | null;
  readonly mayBringIn: (org: OrgId) => RefusalCode | null;
  /** Before a cut: where the log's writer says that it stands; null where it cannot be asked. Federation does it. */
  readonly askHead: (org: OrgId, logId: LogId) => Promise<number | null>;
  /** Bundles of key material that an organisation's request names and that have not come (SEAL 4.1). Federation asks for them. */
  readonly askBundles: (org: OrgId, chatId: ChatId, hashes: readonly Hash[]) => void;
  /** What keeps the files that entries name. */
  readonly keeping: BlobKeeping;
  /** Only the tests' world hands in others. */
  readonly rules?: Rules;
}

export function createChats(uses: ChatsUses): Chats {
  const { db, clock, random, log, signer, self, rules = ALL_RULES } = uses;
  const people = createPeople(db);
  const lateErasures = new Set<() => void>();
  const cache = createCache(db, people, (chatId) => {
    clock.after(0, () => closeIn(chatId));
  });
  const feed = createFeed(db);
  const gate = createGate(people, self);
  const stops = createStops(log, self);
  const openIndex = createOpenIndex({ db, clock, feed });
  const named = createNamedBlobs(uses.keeping);
  const entries = createEntries({ feed, people, rules, named, erasing: openIndex.erasing });
  const ownLogs = createOwnLogs({
    ...{ clock, signer, self, cache, entries, feed, people, rules },
    onLateErasure: () => {
      for (const listener of lateErasures) listener();
    },
  });
  const control = createControlLog({ entries, feed, log, ownLogs, people, self, signer, learnChain: uses.learnChain });
  const closeIn = (chatId: ChatId) =>
    cache.work(chatId, (tx) => {
      const held = cache.find(tx, chatId);
      if (held) ownLogs.close(tx, held);
    });
  const hub = createHub({ ...uses, cache, control, rules });
  const shared = { ...uses, cache, control, entries, feed, people, rules, stops, onOpenRequests: hub.considerSoon };
  const blocks = createBlockInbox(shared);
  const places = createPlaces({ self, cache, gate, rules });
  const asking = createAsking({ ...shared, hub, keepLooks: control.keepLooks, ownLogs, places });
  const deliveries = createDeliveries({ db, clock, self, cache, feed });
  const reading = createReading({
    db,
    self,
    cache,
    gate,
    people,
    rules,
    activeAccounts: uses.activeAccounts,
    deliveries,
  });

  const sharing = createSharing({ ...shared, close: ownLogs.close });
  const blobNames = createBlobNames({ ...shared, read: db.read, gate, sharing });

  return {
    ...createSubmissions({ ...shared, gate, ownLogs, places, mayName: blobNames.mayName }),
    blobNames,
    ...asking,
    found: createFounding({ ...shared, random }),
    reading,
    search: createSearching({ db, self, cache, gate, people, reading, index: openIndex }).search,
    replay: createReplay({ db, cache, feed, people, self, rules }),
    sharing,
    keyBundles: createBundleExchange(shared),
    feed,
    people,
    hub,
    takeControl: createControlInbox(shared),
    takeBundles: blocks.takeBundles,
    takeProof: blocks.takeProof,
    retryBlocks: blocks.retry,
    onProof: blocks.onProof,
    onLateErasure: (listener) => {
      lateErasures.add(listener);
      return () => lateErasures.delete(listener);
    },
    ...createSeats({ db, cache, feed, gate, people, reading, self, rules }),
    keepLooks: (chatId, looks, bodies) =>
      cache.work(chatId, (tx) => {
        const held = cache.find(tx, chatId);
        if (held) control.keepLooks(tx, held, looks, bodies.flatMap(requestIn));
      }),
    profileArrived(org, account) {
      return db.write((tx) => this.noteProfile(tx, org, account));
    },
    considerRequests: hub.considerSoon,
    noteProfile(tx, org, account) {
      const person = people.number(tx, org, account);
      feed.publish(tx, { is: 'profile', arrival: feed.event(tx, 'profile', 0, person, 0), person });
    },
    takeReceipts: deliveries.take,
    async stop() {
      openIndex.stop();
      await deliveries.stop();
      for (const held of cache.all()) {
        const waiting = [...held.logs.values()].some((each) => each.closing);
        if (!waiting) continue;
        await cache.work(held.chatId, (tx) => ownLogs.close(tx, held));
        for (const each of held.logs.values()) each.closing?.cancel();
      }
    },
    async start() {
      const open = db.read
        .prepare<[], { chatId: ChatId }>(
          'SELECT DISTINCT chat.chatId FROM entry JOIN chat ON chat.id = entry.chat WHERE entry.kind IN (1, 2)',
        )
        .all();
      for (const { chatId } of open) await hub.consider(chatId);
      for (const { chatId } of unclosed(db)) cache.find(db.read, chatId);
    },
  };
}

/** Chats in which entries were stored whose block was not. */
function unclosed(db: Database): { chatId: ChatId }[] {
  return db.read
    .prepare<[], { chatId: ChatId }>(
      `SELECT DISTINCT chat.chatId FROM chatLog JOIN chat ON chat.id = chatLog.chat
       WHERE EXISTS (SELECT 1 FROM entry WHERE entry.log = chatLog.id AND entry.seq > chatLog.headSeq)`,
    )
    .all();
}

function requestIn(bytes: Uint8Array | null): RequestBody[] {
  const read = bytes && decodeBody('request', bytes);
  return read?.ok && read.value.kind === 'request' ? [read.value.body] : [];
}

interface SeatUses {
  readonly db: Database;
  readonly cache: Cache;
  readonly feed: Feed;
  readonly gate: ReturnType<typeof createGate>;
  readonly people: People;
  readonly reading: Reading;
  readonly self: { readonly orgId: OrgId };
  readonly rules: Rules;
}

type Seats = Pick<
  Chats,
  | 'markRead'
  | 'consent'
  | 'audience'
  | 'isIn'
  | 'isListed'
  | 'isSeen'
  | 'shareChat'
  | 'knownTo'
  | 'counts'
  | 'offboarding'
>;

/** What concerns the seats of own accounts: read positions, consent, who is to be told. */
function createSeats({ db, cache, feed, gate, people, self, rules }: SeatUses): Seats {
  const { read } = db;
  const number = (account: AccountId) => people.find(self.orgId, account) ?? -1;

  async function markRead(account: AccountId, chatId: ChatId, arrival: number): Promise<Result<null>> {
    const seat = gate(read, account, chatId);
    if (!seat) return refuse('not_found');
    await cache.work(chatId, (tx) => {
      const person = people.number(tx, self.orgId, account);
      const to = Math.min(arrival, feed.latest());
      const { changes } = tx
        .prepare(
          `INSERT INTO readMark (person, chat, arrival) VALUES (?, ?, ?)
           ON CONFLICT (person, chat) DO UPDATE SET arrival = excluded.arrival WHERE excluded.arrival > readMark.arrival`,
        )
        .run(person, seat.chat, to);
      if (changes === 0) return;
      const held = cache.byNumber(tx, seat.chat);
      feed.publish(tx, { is: 'read', arrival: feed.event(tx, 'read', seat.chat, person, to), held, person, to });
    });
    return ok(null);
  }

  async function takeUp(account: AccountId, chatId: ChatId): Promise<Result<null>> {
    const seat = gate(read, account, chatId);
    if (seat?.kind !== 'direct') return refuse('not_found');
    await cache.work(chatId, (tx) => {
      if (consent(tx, seat.person, chatId) === 0) return;
      const held = cache.byNumber(tx, seat.chat);
      feed.publish(tx, {
        is: 'seat',
        arrival: feed.event(tx, 'seat', seat.chat, seat.person, 0),
        held,
        person: seat.person,
      });
    });
    return ok(null);
  }

  function audience(item: Item): readonly AccountId[] | null {
    if (item.is === 'read' || item.is === 'seat') return [people.get(read, item.person).account];
    if (item.is === 'profile') return [];
    const { state } = item.held;
    if (state.kind === 'general') return null;
    const own = [...state.members.values()].filter((member) => member.org === self.orgId);
    if (item.is === 'act')
      return own.filter((member) => endOf(member.intervals) >= item.read.act.cpos).map(({ account }) => account);
    if (item.is === 'entry') {
      const placed = { logId: item.log.logId, seq: item.row.seq, cpos: item.row.cpos };
      return own
        .filter(({ account }) => isForMember(state, self.orgId, account, placed, rules))
        .map(({ account }) => account);
    }
    return own.filter((member) => endOf(member.intervals) === Number.MAX_SAFE_INTEGER).map(({ account }) => account);
  }

  function isIn(account: AccountId, chatId: ChatId): boolean {
    return gate(read, account, chatId)?.standing === 'member';
  }

  function isSeen(account: AccountId, chatId: ChatId): boolean {
    return gate(read, account, chatId) !== undefined;
  }

  function isListed(account: AccountId, chatId: ChatId): boolean {
    const standing = gate(read, account, chatId)?.standing;
    return standing === 'member' || standing === 'invited';
  }

  function shareChat(account: AccountId, other: { org: OrgId; account: AccountId }): boolean {
    return (
      read
        .prepare<[number, number], { one: number }>(
          `SELECT 1 AS one FROM seat AS a JOIN seat AS b ON b.chat = a.chat WHERE a.person = ? AND b.person = ? LIMIT 1`,
        )
        .one(number(account), people.find(other.org, other.account) ?? -1) !== undefined
    );
  }

  function knownTo(account: AccountId): { org: OrgId; account: AccountId }[] {
    return read
      .prepare<[number, number], { org: OrgId; account: AccountId }>(
        `SELECT DISTINCT person.org, person.account FROM seat AS a JOIN seat AS b ON b.chat = a.chat JOIN person ON person.id = b.person
         WHERE a.person = ? AND a.standing <> 'ended' AND b.person <> ? LIMIT 2000`,
      )
      .all(number(account), number(account));
  }

  function counts() {
    const one = (text: string) => read.prepare<[], { n: number }>(text).one()?.n ?? 0;
    return {
      chats: one('SELECT count(*) AS n FROM chat'),
      entries: one('SELECT count(*) AS n FROM entry'),
      stopped: read
        .prepare<[], { reason: string; count: number }>(
          'SELECT stopped AS reason, count(*) AS count FROM chat WHERE stopped IS NOT NULL GROUP BY stopped',
        )
        .all(),
    };
  }

  function offboarding(account: AccountId): { org: OrgId; stopped: boolean }[] {
    const rows = read
      .prepare<[number], { org: OrgId; stopped: number }>(
        `SELECT receipt.org AS org, min(receipt.seq >= fin.seq) AS stopped FROM fin JOIN receipt ON receipt.log = fin.log
         WHERE fin.person = ? GROUP BY receipt.org`,
      )
      .all(number(account));
    return rows.map(({ org, stopped }) => ({ org, stopped: stopped === 1 }));
  }

  return { markRead, consent: takeUp, audience, isIn, isListed, isSeen, shareChat, knownTo, counts, offboarding };
}

function endOf(intervals: readonly { readonly to: number | null }[]): number {
  const last = intervals.at(-1);
  return last ? (last.to ?? Number.MAX_SAFE_INTEGER) : -1;
}
