/**
 * What administrators see of a partner: what identity keeps of it, and what the connections say of it now. Collaborators are
 * handed in by node.ts. Nothing here names a chat (PRODUCT P3).
 */
import type { z } from 'zod';
import type { peer } from '../../protocol/api/routes/admin.ts';
import type { OrgId } from '../../protocol/ids.ts';
import type { Peer } from '../identity/peer.ts';

export type PeerStatus = z.infer<typeof peer>;

export interface PeerStatusUses {
  readonly peers: { get(orgId: OrgId): Peer | undefined; list(): readonly Peer[] };
  /** Are hellos exchanged and the stream open, now? */
  readonly isConnected: (orgId: OrgId) => boolean;
  /** Positions of the own arrival order beyond what the partner has confirmed; 0 for one without a shared chat. */
  readonly queued: (orgId: OrgId) => number;
}

export interface PeerStatuses {
  of(orgId: OrgId): PeerStatus | undefined;
  /** Oldest first. */
  list(): PeerStatus[];
}

export function createPeerStatuses({ peers, isConnected, queued }: PeerStatusUses): PeerStatuses {
  function shown(peer: Peer): PeerStatus {
    const { orgId: org, state, name, domains, organisation, directory, lastContactMs, warning } = peer;
    return {
      org,
      name,
      domain: domains[0] ?? organisation?.record.domains[0] ?? '',
      state,
      directory,
      connected: isConnected(org),
      lastContactAt: lastContactMs,
      queued: queued(org),
      warning,
    };
  }
  return {
    of(orgId) {
      const peer = peers.get(orgId);
      return peer && shown(peer);
    },
    list: () => peers.list().map(shown),
  };
}
