/** How the node is, in numbers and never in names: chats are counted, not listed. */
import type { z } from 'zod';
import type { status as statusShape } from '../../../protocol/api/routes/admin.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Chats } from '../../chats/chats.ts';
import type { OwnOrganisation } from '../../identity/organisation.ts';
import type { Peers } from '../../identity/peers.ts';
import type { OrganisationsView } from './organisations.ts';

export interface StatusUses {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly chats: Pick<Chats, 'counts'>;
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'current' | 'isPhraseConfirmed'>;
  readonly organisations: Pick<OrganisationsView, 'peer'>;
  readonly peers: Pick<Peers, 'list'>;
  /** Own federation addresses, multiaddr text. */
  readonly addresses: () => readonly string[];
  readonly sockets: () => number;
  readonly databaseBytes: () => number;
  readonly about: {
    readonly version: string;
    readonly startedAtMs: number;
    readonly webAddress: () => string;
    readonly dataFolder: string;
  };
}

const MOST_ACCOUNTS = 1_000_000;

export function createStatus(uses: StatusUses): () => z.infer<typeof statusShape> {
  const { accounts, chats, addresses, organisation, organisations, peers, sockets, databaseBytes, about } = uses;
  return () => {
    const { record } = organisation.current();
    return {
      version: about.version,
      org: organisation.orgId,
      name: record.name,
      domain: record.domains[0] ?? '',
      startedAt: about.startedAtMs,
      webAddress: about.webAddress(),
      dataFolder: about.dataFolder,
      federationAddresses: [...addresses()],
      recordExpiresAt: record.expiresAt,
      phraseConfirmed: organisation.isPhraseConfirmed(),
      accounts: accounts.list({ limit: MOST_ACCOUNTS }).length,
      ...chats.counts(),
      databaseBytes: databaseBytes(),
      memoryBytes: process.memoryUsage.rss(),
      sockets: sockets(),
      peers: peers.list().map(organisations.peer),
    };
  };
}
