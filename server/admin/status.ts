/**
 * `GET /api/v1/admin/status`: the running node in numbers, as administrators see it. Everything comes from collaborators that
 * node.ts hands in, and all of it is a total: no chat, no message and no name of one (PRODUCT P3).
 */
import type { z } from 'zod';
import type { status } from '../../protocol/api/routes/admin.ts';
import type { OwnOrganisation } from '../identity/organisation.ts';
import type { PeerStatuses } from './peer-status.ts';

export type Status = z.infer<typeof status>;

export interface StatusUses {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** As `config.web.url`, or with the port that was really taken. */
  readonly webAddress: string;
  /** Absolute. */
  readonly dataFolder: string;
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'current' | 'isPhraseConfirmed'>;
  readonly federationAddresses: () => readonly string[];
  readonly accounts: () => number;
  /** As `Chats.counts`. */
  readonly counts: () => Pick<Status, 'chats' | 'entries' | 'stopped'>;
  /** Database, WAL and the rest, on disk. */
  readonly databaseBytes: () => number;
  /** Resident memory of the process. */
  readonly memoryBytes: () => number;
  /** Open push sockets. */
  readonly sockets: () => number;
  readonly peers: Pick<PeerStatuses, 'list'>;
}

export function createStatus(uses: StatusUses): () => Status {
  const { version, startedAt, webAddress, dataFolder, organisation } = uses;
  return () => {
    const { name, domains, expiresAt } = organisation.current().record;
    return {
      version,
      org: organisation.orgId,
      name,
      domain: domains[0] ?? '',
      startedAt,
      webAddress,
      dataFolder,
      federationAddresses: [...uses.federationAddresses()],
      recordExpiresAt: expiresAt,
      phraseConfirmed: organisation.isPhraseConfirmed(),
      accounts: uses.accounts(),
      ...uses.counts(),
      databaseBytes: uses.databaseBytes(),
      memoryBytes: uses.memoryBytes(),
      sockets: uses.sockets(),
      peers: uses.peers.list(),
    };
  };
}
