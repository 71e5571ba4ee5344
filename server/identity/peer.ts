/** What this node knows of a partner organisation, and how it lies in the database. */
import type { Selectable } from 'kysely';
import type { Organisation } from '../../protocol/identity/organisation.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { assert } from '../../protocol/result.ts';
import { sql } from '../db/query.ts';
import type { Directory, IdentityTables, PeerState } from '../db/schema/identity.ts';
import type { Statements } from '../db/statements.ts';
import type { Verify } from './verifier.ts';

export interface Peer {
  readonly orgId: OrgId;
  /** seen: it called and waits for an administrator; open: let in by the mode of Network access alone. */
  readonly state: PeerState;
  readonly name: string;
  readonly opKey: Uint8Array;
  /** Where to dial: the one that worked last, then those of the record (or of the ticket, while there is no record). */
  readonly endpoints: readonly string[];
  /** undefined: known by a ticket or the block list alone. */
  readonly organisation: Organisation | undefined;
  /** Domains that are pinned to it. The first is shown in addresses. */
  readonly domains: readonly string[];
  /** null: as the network setting says. */
  readonly directory: Directory | null;
  readonly autoAccept: boolean;
  /** 16 bytes to show at the first contact; null: none, or taken. */
  readonly ticketToken: Uint8Array | null;
  /** The last one it named; null: never met. */
  readonly instance: Uint8Array | null;
  readonly lastContactMs: number | null;
  /** An arrival position of this node: everything up to it is at the peer. */
  readonly cursor: number;
  /** A sentence for administrators. */
  readonly warning: string | null;
  readonly createdAtMs: number;
}

export type PeerRow = Selectable<IdentityTables['peer']>;

export function rowOf(from: Statements, orgId: OrgId): PeerRow | undefined {
  return from.one(sql.selectFrom('peer').selectAll().where('orgId', '=', orgId));
}

export function domainsOf(from: Statements, orgId: OrgId): string[] {
  const query = sql.selectFrom('pinnedDomain').select('domain').where('orgId', '=', orgId);
  return from.all(query.orderBy('pinnedAtMs').orderBy('domain')).map(({ domain }) => domain);
}

/** Blobs come as Buffers, whose `slice` shares memory. */
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Of a row, its peer. `domains`: see `domainsOf`. */
export function peerFrom(row: PeerRow, domains: readonly string[], verify: Verify): Peer {
  const { orgId, state, name, directory, lastContactMs, cursor, warning, createdAtMs } = row;
  return {
    orgId,
    state,
    name,
    opKey: plain(row.opKey),
    endpoints: endpointsOf(row),
    organisation: row.chain ? organisationFrom(row.chain, verify) : undefined,
    domains,
    directory,
    autoAccept: row.autoAccept === 1,
    ticketToken: row.ticketToken && plain(row.ticketToken),
    instance: row.instance && plain(row.instance),
    lastContactMs,
    cursor,
    warning,
    createdAtMs,
  };
}

export function organisationFrom(chain: Uint8Array, verify: Verify): Organisation {
  const verified = verify(chain);
  assert(verified.ok, 'a stored chain of a peer is valid');
  return verified.value;
}

function endpointsOf({ workedEndpoint, endpoints }: PeerRow): string[] {
  const listed = JSON.parse(endpoints) as string[];
  return workedEndpoint === null ? listed : [workedEndpoint, ...listed.filter((each) => each !== workedEndpoint)];
}
