/**
 * All open push sockets of the node, by account: each item that becomes known goes to those it is for. Always holds: a text is
 * built once per item; what is written leaves at the end of the tick; who is signed out is cut off at once.
 */
import type { Push } from '../../../protocol/api/socket.ts';
import type { AccountId, Arrival, ChatId, OrgId } from '../../../protocol/ids.ts';
import type { AccountListener } from '../../accounts/changes.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Item } from '../../chats/feed.ts';
import type { Clock } from '../../ports.ts';
import type { OrganisationsView } from '../views/organisations.ts';
import type { PeopleView } from '../views/people.ts';
import { type Batches, createBatches } from './batch.ts';
import type { Seat } from './seat.ts';
import { createTexts, type TextsUses } from './texts.ts';

/** One open socket, as the rest of the node may use it. */
export interface OpenSocket {
  readonly seat: Seat;
  /** Of the session or token that it was opened with. */
  readonly signedInBy: string;
  close(code: number, reason: string): void;
  /** Without a word. */
  terminate(): void;
  /** Did the client answer the last ping? Asks again. */
  isAlive(): boolean;
}

export interface Sockets {
  add(socket: OpenSocket): void;
  remove(socket: OpenSocket): void;
  count(): number;
  countOf(account: AccountId): number;
  readonly batches: Batches;
  onDirty(flush: () => void): void;
  textFor(account: AccountId, item: Item): string | null;
  /** Somebody in the chat is writing: to the other accounts here that are in it. */
  typing(chat: ChatId, org: OrgId, account: AccountId): void;
  /** Of the moment, to all devices of one account. */
  tell(account: AccountId, push: Push): void;
  /** Its reachability or its record changed: to those who share a chat with it, or to everybody. */
  organisationChanged(org: OrgId, toEverybody?: boolean): void;
  /** For the accounts' listener. */
  readonly onAccountChange: AccountListener;
  /** Says good-bye to all; resolves when all are gone. */
  close(): Promise<void>;
}

export interface SocketsUses {
  readonly chats: Chats;
  readonly clock: Clock;
  readonly own: OrgId;
  readonly people: Pick<PeopleView, 'person'>;
  readonly organisations: Pick<OrganisationsView, 'organisation'>;
  readonly personOf: TextsUses['personOf'];
}

export const CLOSE = { signedOut: 4401, slow: 4408, abuse: 1008, going: 1001, resync: 4410 } as const;
const PING_EVERY_MS = 30_000;
/** For clients to answer that they are closed. */
const GOODBYE_MS = 1_000;

export function createSockets(uses: SocketsUses): Sockets {
  const { chats, clock, own, organisations } = uses;
  const byAccount = new Map<AccountId, Set<OpenSocket>>();
  const batches = createBatches();
  const texts = createTexts(uses);
  let dirty: (() => void)[] = [];
  let isTicking = false;
  let onEmpty = () => {};
  let pinging = clock.after(PING_EVERY_MS, ping);

  function flushAll(): void {
    isTicking = false;
    const flushes = dirty;
    dirty = [];
    for (const flush of flushes) flush();
    batches.reset();
  }

  function* sockets(accounts: Iterable<AccountId>): Iterable<OpenSocket> {
    for (const account of accounts) yield* byAccount.get(account) ?? [];
  }

  function deliver(item: Item): void {
    const shared = texts.shared(item);
    const personal = item.is === 'read' || item.is === 'seat' || item.is === 'profile';
    if (shared === null && !personal) return;
    const audience = (item.is === 'profile' ? null : chats.audience(item)) ?? byAccount.keys();
    const arrival: Arrival | null = 'arrival' in item ? item.arrival : null;
    for (const account of audience) {
      const open = byAccount.get(account);
      const text = open && (shared ?? texts.personal(account, item));
      if (text) for (const { seat } of open) arrival === null ? seat.now(text) : seat.live(arrival, text);
    }
  }

  function ping(): void {
    pinging = clock.after(PING_EVERY_MS, ping);
    for (const socket of [...sockets(byAccount.keys())]) {
      if (socket.isAlive()) socket.seat.tellPosition();
      else socket.terminate();
    }
  }

  function insidersOf(chatId: ChatId): Iterable<AccountId> {
    const held = chats.sharing.find(chatId);
    if (!held) return [];
    if (held.state.kind === 'general') return byAccount.keys();
    const here = chats.sharing.membersOf(held).filter(({ org, account }) => org === own && byAccount.has(account));
    return here.map(({ account }) => account).filter((account) => chats.isIn(account, chatId));
  }

  const stopListening = chats.feed.listen(deliver);

  return {
    add(socket) {
      const { account } = socket.seat;
      byAccount.set(account, (byAccount.get(account) ?? new Set()).add(socket));
    },
    remove(socket) {
      const { account } = socket.seat;
      const open = byAccount.get(account);
      open?.delete(socket);
      if (open?.size === 0) byAccount.delete(account);
      if (byAccount.size === 0) onEmpty();
    },
    count: () => [...byAccount.values()].reduce((sum, open) => sum + open.size, 0),
    countOf: (account) => byAccount.get(account)?.size ?? 0,
    batches,
    onDirty(flush) {
      dirty.push(flush);
      if (!isTicking) clock.after(0, flushAll);
      isTicking = true;
    },
    textFor: (account, item) => texts.shared(item) ?? texts.personal(account, item),
    typing(chat, org, account) {
      const text = JSON.stringify({ t: 'typing', chat, org, account } satisfies Push);
      for (const { seat } of sockets(insidersOf(chat))) if (org !== own || seat.account !== account) seat.now(text);
    },
    tell(account, push) {
      if (!byAccount.has(account)) return;
      const text = JSON.stringify(push);
      for (const { seat } of sockets([account])) seat.now(text);
    },
    organisationChanged(org, toEverybody = false) {
      const organisation = byAccount.size > 0 ? organisations.organisation(org) : undefined;
      if (!organisation) return;
      const text = JSON.stringify({ t: 'organisation', organisation } satisfies Push);
      const accounts = new Set(chats.sharing.chatsWith(org).flatMap((chat) => [...insidersOf(chat)]));
      for (const { seat } of sockets(toEverybody ? byAccount.keys() : accounts)) seat.now(text);
    },
    onAccountChange(change, tx) {
      if (change.kind !== 'signed_out' && change.kind !== 'disabled') return;
      const [account, id] =
        change.kind === 'signed_out' ? [change.accountId, change.id] : [change.account.accountId, null];
      tx.afterCommit(() => {
        for (const socket of [...sockets([account])])
          if (id === null || socket.signedInBy === id) socket.close(CLOSE.signedOut, 'signed out');
      });
    },
    close() {
      stopListening();
      pinging.cancel();
      for (const socket of [...sockets(byAccount.keys())]) socket.close(CLOSE.going, 'the node stops');
      if (byAccount.size === 0) return Promise.resolve();
      const patience = clock.after(GOODBYE_MS, () => {
        for (const socket of [...sockets(byAccount.keys())]) socket.terminate();
      });
      return new Promise((resolve) => {
        onEmpty = () => {
          patience.cancel();
          resolve();
        };
      });
    },
  };
}
