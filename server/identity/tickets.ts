/**
 * Tickets: how two organisations approve each other without DNS (PROTOCOL 1.8). Always holds: a token is kept as its hash, is good
 * for one organisation and seven days; every ticket that is not good gets the same answer.
 */

import { taggedHash } from '../../protocol/hash.ts';
import { formatTicket, parseTicket } from '../../protocol/identity/ticket.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Clock, Random } from '../ports.ts';
import type { OwnOrganisation } from './organisation.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';

export interface Tickets {
  /** A new ticket as text, good for one partner. */
  invite(): Promise<string>;
  /**
   * A partner that was learnt shows the token of a ticket of ours: it is approved. Again by the same partner: good.
   * Refuses `bad_ticket`.
   */
  redeem(token: Uint8Array, orgId: OrgId): Promise<Result<void>>;
  /** Is it the token of a ticket of ours that is still good? Whether for the one who shows it, `redeem` says. */
  isGood(token: Uint8Array): boolean;
  /** Takes a partner's ticket. Refuses `bad_ticket`, and `network_not_allowed` for a blocked partner. */
  addFromTicket(text: string): Promise<Result<Peer>>;
}

export interface TicketParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly organisation: Pick<OwnOrganisation, 'current' | 'orgId'>;
  readonly peers: Peers;
}

export const TICKET_LIFETIME_MS = 7 * 24 * 60 * 60_000;
const TOKEN_BYTES = 16;

export function createTickets({ db, clock, random, organisation, peers }: TicketParts): Tickets {
  return {
    async invite() {
      const token = random.bytes(TOKEN_BYTES);
      const { orgId, record } = organisation.current();
      const { opKey, endpoints, domains } = record;
      const nowMs = clock.now();
      const kept = {
        tokenHash: taggedHash('token', token),
        createdAtMs: nowMs,
        expiresAtMs: nowMs + TICKET_LIFETIME_MS,
      };
      await db.write((tx) => {
        tx.run(sql.deleteFrom('ticket').where('expiresAtMs', '<=', nowMs));
        tx.run(sql.insertInto('ticket').values({ ...kept, usedBy: null }));
      });
      return formatTicket({ v: 1, orgId, opKey, endpoints, domain: domains[0] ?? null, token });
    },

    redeem: (token, orgId) =>
      writeOrRefuse(db, (tx) => {
        const tokenHash = taggedHash('token', token);
        const found = tx.one(sql.selectFrom('ticket').selectAll().where('tokenHash', '=', tokenHash));
        if (!found || found.expiresAtMs <= clock.now()) throw new Refused('bad_ticket');
        if (found.usedBy !== null && found.usedBy !== orgId) throw new Refused('bad_ticket');
        const state = tx.one(sql.selectFrom('peer').select('state').where('orgId', '=', orgId))?.state;
        if (state === undefined || state === 'blocked') throw new Refused('bad_ticket');
        tx.run(sql.updateTable('ticket').set({ usedBy: orgId }).where('tokenHash', '=', tokenHash));
        // Its answer may have been lost on the way: the partner asks again, and stays what an administrator made of it.
        if (found.usedBy === null) peers.approveIn(tx, orgId);
      }),

    isGood(token) {
      const good = sql.selectFrom('ticket').select('tokenHash').where('tokenHash', '=', taggedHash('token', token));
      return db.read.one(good.where('expiresAtMs', '>', clock.now())) !== undefined;
    },

    async addFromTicket(text) {
      const ticket = parseTicket(text);
      if (!ticket.ok) return ticket;
      if (ticket.value.orgId === organisation.orgId) return refuse('bad_ticket', 'a ticket of this organisation');
      return peers.addByTicket(ticket.value);
    },
  };
}
