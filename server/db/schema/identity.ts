/** Tables made by migrations/0001-identity.ts, and in 0004-account-keys.ts `knownIdentity`. */
import type { ColumnType, Generated } from 'kysely';
import type { AccountId, OrgId } from '../../../protocol/ids.ts';

type Flag = ColumnType<number, boolean, boolean>;
export type PeerState = 'approved' | 'open' | 'seen' | 'blocked';
export type NetworkMode = 'off' | 'allow-list' | 'open';
/** What partners learn of who works here: nothing, whether a full address exists, or suggestions by name. */
export type Directory = 'nobody' | 'exact' | 'search';

/** One row. */
interface OwnOrganisationTable {
  id: 1;
  orgId: OrgId;
  chain: Uint8Array;
  createdAtMs: number;
}

/** One row for each start of the node, the last 512. */
interface OwnInstanceTable {
  id: Generated<number>;
  instance: Uint8Array;
  startedAtMs: number;
}

interface PeerTable {
  orgId: OrgId;
  state: PeerState;
  name: string;
  opKey: Uint8Array;
  /** A JSON list: of the record, or of the ticket while there is no record yet. */
  endpoints: string;
  /** null: known by a ticket alone. */
  chain: Uint8Array | null;
  /** null: as the network setting says. */
  directory: Directory | null;
  autoAccept: Flag;
  /** What is shown at the first contact, until the other side has taken it. */
  ticketToken: Uint8Array | null;
  /** Dialled first. */
  workedEndpoint: string | null;
  instance: Uint8Array | null;
  lastContactMs: number | null;
  /** An arrival position of this node: all up to it is at the peer. */
  cursor: number;
  warning: string | null;
  createdAtMs: number;
}

interface PinnedDomainTable {
  domain: string;
  orgId: OrgId;
  /** Served by the domain itself; otherwise an administrator's word. */
  proven: Flag;
  pinnedAtMs: number;
}

/** One row. */
interface NetworkTable {
  id: 1;
  mode: NetworkMode;
  directory: Directory;
}

interface TicketTable {
  tokenHash: Uint8Array;
  createdAtMs: number;
  expiresAtMs: number;
  usedBy: OrgId | null;
}

interface ProfileTable {
  orgId: OrgId;
  accountId: AccountId;
  version: number;
  /** As signed. */
  bytes: Uint8Array;
  signature: Uint8Array;
}

interface ProfileWordTable {
  word: string;
  orgId: OrgId;
  accountId: AccountId;
}

/** Newest identity chain of an account elsewhere that follows from the first one seen (SEAL 2.4). */
interface KnownIdentityTable {
  orgId: OrgId;
  accountId: AccountId;
  chain: Uint8Array;
  learntAtMs: number;
}

export interface IdentityTables {
  ownOrganisation: OwnOrganisationTable;
  ownInstance: OwnInstanceTable;
  peer: PeerTable;
  pinnedDomain: PinnedDomainTable;
  network: NetworkTable;
  ticket: TicketTable;
  profile: ProfileTable;
  profileWord: ProfileWordTable;
  knownIdentity: KnownIdentityTable;
}
