/**
 * What an administrator decides about peers (PROTOCOL 1.12). Always holds: nobody is approved, blocked or forgotten otherwise, but
 * by a ticket that an administrator made.
 */
import type { Ticket } from '../../protocol/identity/ticket.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Directory } from '../db/schema/identity.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Clock } from '../ports.ts';
import { movePin, type Own } from './domains.ts';
import { claimDomains, claimForApproved, deletePeer, emptyPeer, updatePeer } from './learning.ts';
import type { Listeners } from './listeners.ts';
import { type Peer, rowOf } from './peer.ts';

export interface PeerDecisions {
  /** Refuses `unknown_peer`, and `network_not_allowed` for a blocked one. */
  approve(orgId: OrgId): Promise<Result<Peer>>;
  /** As `approve`, within a transaction. Throws the refusals. */
  approveIn(tx: Tx, orgId: OrgId): void;
  /** Also one that is not known yet. */
  block(orgId: OrgId): Promise<Result<Peer>>;
  /** Back to `seen`. Refuses `unknown_peer`. */
  unblock(orgId: OrgId): Promise<Result<Peer>>;
  /** Forgets it, its cursor and its domains. Refuses `unknown_peer`. */
  remove(orgId: OrgId): Promise<Result<void>>;
  /** Approves and pins whom the ticket names, and keeps its token. Refuses `network_not_allowed` for a blocked one. */
  addByTicket(ticket: Ticket): Promise<Result<Peer>>;
  /** null: as the network setting says. Refuses `unknown_peer`. */
  setDirectory(orgId: OrgId, directory: Directory | null): Promise<Result<Peer>>;
  /** Invitations from there are accepted without asking. Refuses `unknown_peer`. */
  setAutoAccept(orgId: OrgId, autoAccept: boolean): Promise<Result<Peer>>;
  /** The domain stands for that organisation from now on. Refuses `unknown_peer`. */
  moveDomain(domain: string, orgId: OrgId): Promise<Result<Peer>>;
}

/** What the decisions on peers and the list of them share. */
export interface PeerStore {
  readonly db: Database;
  readonly clock: Clock;
  readonly listeners: Listeners<OrgId>;
  own(): Own;
  /** The peer as it stands in the transaction. Throws `unknown_peer`. */
  peerIn(tx: Tx, orgId: OrgId): Peer;
}

export function createPeerDecisions({ db, clock, listeners, own, peerIn }: PeerStore): PeerDecisions {
  /** One change of one peer; the peer as it is then. */
  function change(orgId: OrgId, work: (tx: Tx) => void): Promise<Result<Peer>> {
    return writeOrRefuse(db, (tx) => {
      work(tx);
      tx.afterCommit(() => listeners.tell(orgId));
      return peerIn(tx, orgId);
    });
  }

  function set(orgId: OrgId, columns: Parameters<typeof updatePeer>[2]): Promise<Result<Peer>> {
    return change(orgId, (tx) => updatePeer(tx, orgId, columns));
  }

  function approveIn(tx: Tx, orgId: OrgId): void {
    const { state, organisation } = peerIn(tx, orgId);
    if (state === 'blocked') throw new Refused('network_not_allowed', 'blocked: unblock it first');
    updatePeer(tx, orgId, { state: 'approved', warning: null });
    if (organisation) claimDomains(tx, organisation, own(), clock.now());
    tx.afterCommit(() => listeners.tell(orgId));
  }

  return {
    approve: (orgId) => change(orgId, (tx) => approveIn(tx, orgId)),
    approveIn,
    block: (orgId) =>
      change(orgId, (tx) => {
        if (!rowOf(tx, orgId)) insertEmpty(tx, orgId, clock.now());
        updatePeer(tx, orgId, { state: 'blocked', ticketToken: null });
      }),
    unblock: (orgId) =>
      change(orgId, (tx) => {
        if (peerIn(tx, orgId).state === 'blocked') updatePeer(tx, orgId, { state: 'seen' });
      }),
    remove: (orgId) =>
      writeOrRefuse(db, (tx) => {
        peerIn(tx, orgId);
        deletePeer(tx, orgId);
        tx.afterCommit(() => listeners.tell(orgId));
      }),
    addByTicket: (ticket) =>
      change(ticket.orgId, (tx) => {
        addTicket(tx, ticket, clock.now());
        approveIn(tx, ticket.orgId);
        if (ticket.domain !== null) claimForApproved(tx, ticket.domain, ticket.orgId, own(), clock.now());
      }),
    setDirectory: (orgId, directory) => set(orgId, { directory }),
    setAutoAccept: (orgId, autoAccept) => set(orgId, { autoAccept }),
    moveDomain: (domain, orgId) =>
      change(orgId, (tx) => {
        peerIn(tx, orgId);
        movePin(tx, domain, orgId, clock.now());
        updatePeer(tx, orgId, { warning: null });
      }),
  };
}

function insertEmpty(tx: Tx, orgId: OrgId, nowMs: number): void {
  tx.run(sql.insertInto('peer').values(emptyPeer(orgId, nowMs)));
}

function addTicket(tx: Tx, { orgId, opKey, endpoints, token }: Ticket, nowMs: number): void {
  const before = rowOf(tx, orgId);
  if (!before) insertEmpty(tx, orgId, nowMs);
  // What a record says is newer than what a ticket says, whenever it was made.
  const places = before?.chain ? {} : { opKey, endpoints: JSON.stringify(endpoints) };
  updatePeer(tx, orgId, { ...places, ticketToken: token });
}
