/**
 * Federation: this node's sessions with the others (PROTOCOL 5, 7). Sends along the own arrival order, compares heads, gives
 * and takes receipts. Always holds: one session an organisation; nobody is spoken to whom Network access does not let in.
 */

import { compareBytes } from '../../protocol/bytes.ts';
import { organisationsNow } from '../../protocol/chat/state.ts';
import { type AccountId, type ChatId, type Hash, idBytes, type LogId, type OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { ForkProof } from '../../protocol/log/chain.ts';
import { Fault } from '../../protocol/result.ts';
import type { Chats } from '../chats/chats.ts';
import type { Item } from '../chats/feed.ts';
import type { HeldChat, HeldLog } from '../chats/held.ts';
import type { PieceSource } from '../files/fetching.ts';
import type { Files } from '../files/files.ts';
import type { Instances } from '../identity/instances.ts';
import type { KnownIdentities } from '../identity/known-identities.ts';
import type { Network } from '../identity/network.ts';
import type { OwnOrganisation } from '../identity/organisation.ts';
import type { Peers } from '../identity/peers.ts';
import type { Profiles } from '../identity/profiles.ts';
import type { Tickets } from '../identity/tickets.ts';
import type { Clock, Connection, ConnectionHandlers, Link, Log, Random, WellKnown } from '../ports.ts';
import { createBudgets } from './budgets.ts';
import { createComparing } from './comparing.ts';
import { createDialer } from './dialer.ts';
import { createDoors } from './doors.ts';
import { createGate } from './gate.ts';
import { createInbound, type InboundUses } from './inbound.ts';
import { createLater, createListeners, until } from './later.ts';
import { createLookups, type Lookups } from './lookups.ts';
import { createOutbox, isShared } from './outbox.ts';
import { createReceipts } from './receipts.ts';
import { createSession, type Session } from './session.ts';

export interface PeerStatus {
  readonly connected: boolean;
  /** When the connection was lost, or null (connected, or never yet). */
  readonly lostAtMs: number | null;
  /** Positions of the own arrival order that the peer has not confirmed. */
  readonly queued: number;
  readonly refused: number;
}

export interface Federation {
  start(): Promise<void>;
  stop(): Promise<void>;
  statusOf(org: OrgId): PeerStatus;
  readonly lookups: Lookups;
  /** Before a cut (PROTOCOL 4.4): asks the log's writer to close its block and say where it stands; null: cannot be asked. */
  askHead(org: OrgId, logId: LogId): Promise<number | null>;
  /** Asks an organisation's node for bundles of key material, if there is a connection. */
  askBundles(org: OrgId, chatId: ChatId, hashes: readonly Hash[]): void;
  /** Tells the other organisations of the chat that somebody here is typing. */
  typing(chatId: ChatId, account: AccountId): void;
  /** Connections begin and end. */
  onPeer(listener: (org: OrgId) => void): () => void;
  onTyping(listener: (chatId: ChatId, org: OrgId, account: AccountId) => void): () => void;
  readonly pieces: PieceSource;
  /** Tries to reach it now. */
  dial(org: OrgId): Promise<void>;
}

export interface FederationUses {
  readonly chats: Chats;
  readonly clock: Clock;
  readonly random: Random;
  readonly link: Link;
  readonly log: Log;
  readonly wellKnown: WellKnown;
  readonly identityOf: (account: AccountId) => Uint8Array | null;
  readonly instances: Instances;
  readonly knownIdentities: KnownIdentities;
  readonly network: Network;
  readonly organisation: OwnOrganisation;
  readonly peers: Peers;
  readonly profiles: Profiles;
  readonly tickets: Tickets;
  readonly serveFile: Files['serve'];
}

const CURSOR_DELAY_MS = 1_000;

export function createFederation(uses: FederationUses): Federation {
  const { chats, clock, random, link, log, network, organisation, peers } = uses;
  const self = { orgId: organisation.orgId };
  const sessions = new Map<OrgId, Session>();
  const lostAt = new Map<OrgId, number>();
  const refusals = new Map<OrgId, number>();
  const onPeer = createListeners<[OrgId]>();
  const onTyping = createListeners<[ChatId, OrgId, AccountId]>();
  const ending: (() => void)[] = [];
  let isStopped = false;
  const later = createLater(clock);
  const budgets = createBudgets(clock);
  const doors = createDoors({ clock, isPartner: (key) => peers.byKey(key)?.state === 'approved' });
  const gate = createGate({ ...uses, doors, self });
  const outbox = createOutbox({ chats, profiles: uses.profiles, self });
  const comparing = createComparing(chats, outbox);
  const sessionOf = (org: OrgId) => sessions.get(org);
  const receipts = createReceipts({ sharing: chats.sharing, signer: organisation.signer, later, sessionOf });
  const inbound = createInbound({ ...uses, budgets, outbox, self, ...heard() });
  const dialer = createDialer({
    clock,
    random,
    link,
    log,
    wanted,
    isConnected: (org) => sessions.has(org),
    open: (connection) => open(connection, () => {}),
  });
  const lookups = createLookups({ ...uses, budgets, self, sessionOf, reach });

  function heard(): Pick<InboundUses, 'onRefused' | 'onKnown' | 'onAck' | 'onTyping'> {
    const onKnown = (org: OrgId, logId: LogId) => receipts.due(org, logId);
    return { onRefused: countRefusal, onKnown, onAck, onTyping: onTyping.tell };
  }

  function wanted() {
    return peers.list().filter(({ orgId, state }) => {
      if (!network.mayExchange(orgId).ok) return false;
      return state === 'approved' || chats.sharing.chatsWith(orgId).length > 0;
    });
  }

  function countRefusal(org: OrgId): void {
    refusals.set(org, (refusals.get(org) ?? 0) + 1);
  }

  function accept(connection: Connection): ConnectionHandlers | null {
    if (isStopped || network.settings().mode === 'off') return null;
    const leave = doors.enter(connection);
    return leave && open(connection, leave);
  }

  /** `leave`: it has said who it is, or is gone. */
  function open(connection: Connection, leave: () => void): ConnectionHandlers {
    return createSession(connection, {
      clock,
      log,
      ...gate,
      onEstablished(session, knownHere) {
        leave();
        return onEstablished(session, knownHere);
      },
      onFrame: inbound.frame,
      onCall: lookups.answer,
      onFetch: ({ org }, request) => uses.serveFile(org, request),
      onBroken: ({ org }) => countRefusal(org),
      onClosed(session, closed, reason) {
        leave();
        onClosed(session, closed, reason);
      },
    });
  }

  async function onEstablished(session: Session, knownHere: boolean): Promise<void> {
    const { org } = session;
    // Between the two welcomes it may have been shut out.
    if (!network.mayExchange(org).ok) return session.close('network access');
    const other = sessions.get(org);
    // Both dialled at once: the connection that the lesser organisation dialled stays, on both sides.
    if (other && other.connection.inbound !== session.connection.inbound && isPreferred(other))
      return session.close('one connection is enough');
    sessions.set(org, session);
    other?.close('replaced by a newer connection');
    lostAt.delete(org);
    dialer.onContact(org);
    await peers.noteContact(org);
    if (peers.get(org)?.ticketToken) await peers.forgetToken(org);
    if (knownHere) chats.sharing.isKnownTo(org);
    else await chats.sharing.stopAllWith(org);
    const cursor = peers.get(org)?.cursor ?? 0;
    session.sentTo = cursor;
    session.ackedTo = cursor;
    receipts.all(session);
    session.queue(comparing.all(session));
    session.queue(outbox.frames(session));
    log.info('federation.connected', { org, inbound: session.connection.inbound });
    onPeer.tell(org);
  }

  function isPreferred(session: Session): boolean {
    const weAreLess = compareBytes(idBytes(self.orgId), idBytes(session.org)) < 0;
    return weAreLess !== session.connection.inbound;
  }

  function onClosed(session: Session | null, _connection: Connection, reason: string): void {
    if (!session || sessions.get(session.org) !== session) return;
    sessions.delete(session.org);
    lostAt.set(session.org, clock.now());
    log.info('federation.disconnected', { org: session.org, reason });
    if (isStopped) return;
    dialer.onLost(session.org);
    onPeer.tell(session.org);
  }

  function onAck(session: Session, upTo: number): void {
    if (upTo <= session.ackedTo || upTo > session.sentTo) return;
    session.ackedTo = upTo;
    later.once(`cursor ${session.org}`, CURSOR_DELAY_MS, () => peers.setCursor(session.org, session.ackedTo));
  }

  /** However it came to be stored, also by itself later: what was held back until its act or its hour. */
  function receiptsFor(item: Item): void {
    // What was missing in a log may be erased now: then it is whole further.
    if (item.is === 'entry' || item.is === 'erased') dueFor(item.log);
    // It may change what is for us, and so what is missing.
    if (item.is === 'act') for (const each of item.held.logs.values()) dueFor(each);
  }

  function dueFor({ org, logId }: HeldLog): void {
    if (org !== self.orgId) receipts.due(org, logId);
  }

  /** Something is new in the own arrival order: every peer gets what is for it, once a turn. */
  function onItem(item: Item): void {
    receiptsFor(item);
    if (item.is === 'act') later.once('check', 0, () => dialer.check());
    if (item.is !== 'act' && item.is !== 'block' && item.is !== 'profile') return;
    if ('held' in item && !isShared(item.held)) return;
    later.once('flush', 0, () => {
      for (const session of sessions.values()) session.queue(outbox.frames(session));
    });
  }

  function sendProof(held: HeldChat, proof: ForkProof): void {
    if (!isShared(held)) return;
    const orgs = organisationsNow(held.state).add(held.state.hub);
    for (const session of sessions.values()) if (orgs.has(session.org)) session.send({ is: 'proof', proof });
  }

  /** PROTOCOL 5.3: now and then the heads of all shared chats, to one peer by chance. */
  function compareSome(): void {
    const all = [...sessions.values()];
    const [chance = 0] = random.bytes(1);
    const session = all[chance % Math.max(all.length, 1)];
    if (session) session.queue(comparing.others(session));
    later.once('compare', LIMITS.headsEveryMs * (0.7 + chance / 400), compareSome);
  }

  function onNetwork(): void {
    for (const [org, session] of sessions) if (!network.mayExchange(org).ok) session.close('network access');
    later.once('check', 0, () => dialer.check());
  }

  function reach(org: OrgId, timeoutMs: number): Promise<Session | undefined> {
    const session = sessions.get(org);
    if (session) return Promise.resolve(session);
    void dialer.dialNow(org);
    return until(clock, timeoutMs, onPeer.listen, () => sessions.get(org));
  }

  async function askHead(org: OrgId, logId: LogId): Promise<number | null> {
    const session = sessions.get(org);
    if (!session) return null;
    try {
      const answered = await session.call({ is: 'flush', logId }, LIMITS.cutWaitMs);
      return answered.is === 'head' ? answered.seq : null;
    } catch (error) {
      log.debug('federation.flush_failed', { error: String(error) });
      return null;
    }
  }

  function typing(chatId: ChatId, account: AccountId): void {
    const held = chats.sharing.find(chatId);
    if (!held || !isShared(held)) return;
    for (const session of sessions.values()) {
      const isIn = [...held.state.members.values()].some(
        (member) =>
          member.org === session.org && member.intervals.some((each) => each.to === null && each.accepted !== null),
      );
      if (isIn) session.send({ is: 'typing', chatId, account });
    }
  }

  return {
    async start() {
      ending.push(chats.feed.listen(onItem), chats.onProof(sendProof), network.onChange(onNetwork));
      ending.push(
        organisation.onChange(() => {
          for (const session of sessions.values()) session.send({ is: 'record', chain: organisation.chainBytes() });
        }),
      );
      await link.listen(accept);
      later.once('check', 0, () => dialer.check());
      later.once('compare', LIMITS.headsEveryMs, compareSome);
    },
    async stop() {
      isStopped = true;
      for (const end of ending) end();
      later.stop();
      dialer.stop();
      for (const session of sessions.values()) session.close('stopping');
      for (const session of sessions.values()) await peers.setCursor(session.org, session.ackedTo);
      await link.close();
    },
    statusOf(org) {
      const session = sessions.get(org);
      const cursor = session?.ackedTo ?? peers.get(org)?.cursor ?? 0;
      return {
        connected: session !== undefined,
        lostAtMs: session ? null : (lostAt.get(org) ?? peers.get(org)?.lastContactMs ?? null),
        queued: chats.sharing.queuedFor(org, cursor),
        refused: refusals.get(org) ?? 0,
      };
    },
    lookups,
    askHead,
    askBundles: (org, chatId, hashes) =>
      sessions.get(org)?.send({ is: 'lackBundles', chatId, hashes: hashes.slice(0, LIMITS.hashesPerFrame) }),
    typing,
    pieces: createPieces(chats, sessions, countRefusal),
    onPeer: onPeer.listen,
    onTyping: onTyping.listen,
    dial: dialer.dialNow,
  };
}

/** Pieces of files, from whoever is connected (PROTOCOL 5.8a). */
function createPieces(
  { sharing }: Chats,
  sessions: ReadonlyMap<OrgId, Session>,
  blame: PieceSource['blame'],
): PieceSource {
  return {
    blame,
    reachable(chatId, first) {
      const held = sharing.find(chatId);
      const orgs = held ? [...first, ...organisationsNow(held.state)] : [];
      return [...new Set(orgs)].filter((org) => sessions.has(org));
    },
    ask: (org, request, timeoutMs) =>
      sessions.get(org)?.fetch(request, timeoutMs) ?? Promise.reject(new Fault('no connection')),
  };
}
