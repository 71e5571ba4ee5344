/**
 * The partner organisations, each pinned by its orgId (PROTOCOL 1.6, 1.9, 1.12). Always holds: what was learnt of one was verified;
 * `onChange` speaks after the change is on disk.
 */
import type { Organisation } from '../../protocol/identity/organisation.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { ok, Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { PeerState } from '../db/schema/identity.ts';
import type { Clock } from '../ports.ts';
import type { Own } from './domains.ts';
import { learn, updatePeer } from './learning.ts';
import { createListeners } from './listeners.ts';
import type { OwnOrganisation } from './organisation.ts';
import { domainsOf, type Peer, peerFrom, rowOf } from './peer.ts';
import { createPeerDecisions, type PeerDecisions } from './peer-decisions.ts';
import { createVerifier } from './verifier.ts';

export interface LearnHow {
  /** What an organisation that was not known becomes; `open` also lifts one that was only seen. */
  readonly as: 'seen' | 'open';
  /** The domain that served the record over HTTPS. */
  readonly servedBy?: string;
}

export interface Peers extends PeerDecisions, PeerNotes {
  /** Refuses as `verifyChain`; `record_older`; `wrong_organisation` for a fork, a pinned domain of another, and ourselves. */
  learn(chainBytes: Uint8Array, how: LearnHow): Promise<Result<Peer>>;
  get(orgId: OrgId): Peer | undefined;
  stateOf(orgId: OrgId): PeerState | undefined;
  byDomain(domain: string): Peer | undefined;
  /** The one whose operational key this is. */
  byKey(opKey: Uint8Array): Peer | undefined;
  /** `verifyChain`, with a memory of the chains that were good. */
  verify(chainBytes: Uint8Array): Result<Organisation>;
  /** Oldest first. */
  list(): readonly Peer[];
  onChange(listener: (orgId: OrgId) => void): () => void;
}

/** What changes often, and nobody listens for. */
interface PeerNotes {
  /** The other side has taken the ticket's token. */
  forgetToken(orgId: OrgId): Promise<void>;
  /** An exchange went well just now; with the endpoint that was dialled, if it was. */
  noteContact(orgId: OrgId, endpoint?: string): Promise<void>;
  /** The instance that the peer's node has named. */
  noteInstance(orgId: OrgId, instance: Uint8Array): Promise<void>;
  /** Never goes back. */
  setCursor(orgId: OrgId, cursor: number): Promise<void>;
}

export interface PeerParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'current'>;
}

export function createPeers({ db, clock, organisation }: PeerParts): Peers {
  const verify = createVerifier();
  const listeners = createListeners<OrgId>();
  const stateOf = db.read.prepare<[OrgId], { state: PeerState }>('SELECT state FROM peer WHERE orgId = ?');
  const own = (): Own => ({ orgId: organisation.orgId, domains: organisation.current().record.domains });

  function get(orgId: OrgId): Peer | undefined {
    const row = rowOf(db.read, orgId);
    return row && peerFrom(row, domainsOf(db.read, orgId), verify);
  }

  function peerIn(tx: Tx, orgId: OrgId): Peer {
    const row = rowOf(tx, orgId);
    if (!row) throw new Refused('unknown_peer', orgId);
    return peerFrom(row, domainsOf(tx, orgId), verify);
  }

  async function learnChain(chainBytes: Uint8Array, { as, servedBy }: LearnHow): Promise<Result<Peer>> {
    const verified = verify(chainBytes);
    if (!verified.ok) return verified;
    const { orgId } = verified.value;
    const refused = refusalOf(verified.value, servedBy, organisation.orgId);
    if (refused) return refused;
    return db.write((tx): Result<Peer> => {
      const learnt = learn(tx, { organisation: verified.value, as, servedBy, verify }, own(), clock.now());
      tx.afterCommit(() => listeners.tell(orgId));
      return learnt.ok ? ok(peerIn(tx, orgId)) : learnt;
    });
  }

  return {
    ...createPeerDecisions({ db, clock, listeners, own, peerIn }),
    ...createPeerNotes(db, clock),
    learn: learnChain,
    get,
    stateOf: (orgId) => stateOf.one(orgId)?.state,
    byDomain(domain) {
      const pin = db.read.one(sql.selectFrom('pinnedDomain').select('orgId').where('domain', '=', domain));
      return pin && get(pin.orgId);
    },
    byKey(opKey) {
      const row = db.read.one(sql.selectFrom('peer').select('orgId').where('opKey', '=', opKey));
      return row && get(row.orgId);
    },
    verify,
    list() {
      const rows = db.read.all(sql.selectFrom('peer').selectAll().orderBy('createdAtMs').orderBy('orgId'));
      return rows.map((row) => peerFrom(row, domainsOf(db.read, row.orgId), verify));
    },
    onChange: listeners.add,
  };
}

function createPeerNotes(db: Database, clock: Clock): PeerNotes {
  async function note(orgId: OrgId, columns: Parameters<typeof updatePeer>[2]): Promise<void> {
    await db.write((tx) => updatePeer(tx, orgId, columns));
  }
  return {
    forgetToken: (orgId) => note(orgId, { ticketToken: null }),
    noteContact: (orgId, endpoint) =>
      note(orgId, { lastContactMs: clock.now(), ...(endpoint === undefined ? {} : { workedEndpoint: endpoint }) }),
    noteInstance: (orgId, instance) => note(orgId, { instance }),
    async setCursor(orgId, cursor) {
      const ahead = sql.updateTable('peer').set({ cursor }).where('orgId', '=', orgId).where('cursor', '<', cursor);
      await db.write((tx) => tx.run(ahead));
    },
  };
}

function refusalOf({ orgId, record }: Organisation, servedBy: string | undefined, own: OrgId) {
  if (orgId === own) return refuse('wrong_organisation', 'this is ourselves');
  if (servedBy !== undefined && !record.domains.includes(servedBy))
    return refuse('bad_record', 'served by another domain');
  return undefined;
}
