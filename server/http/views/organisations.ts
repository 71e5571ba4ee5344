/** Organisations as clients see them, and partners as administrators do. */
import type { z } from 'zod';
import type { peer as peerShape } from '../../../protocol/api/routes/admin.ts';
import type { Organisation as Seen } from '../../../protocol/api/shapes.ts';
import type { OrgId } from '../../../protocol/ids.ts';
import type { Federation } from '../../federation/federation.ts';
import type { OwnOrganisation } from '../../identity/organisation.ts';
import type { Peer } from '../../identity/peer.ts';
import type { Peers } from '../../identity/peers.ts';

export interface OrganisationsView {
  own(): Seen;
  /** Undefined: no record of it is here. */
  organisation(org: OrgId): Seen | undefined;
  peer(peer: Peer): z.infer<typeof peerShape>;
}

export interface OrganisationsViewUses {
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'current' | 'chainBytes'>;
  readonly peers: Pick<Peers, 'get'>;
  readonly federation: Pick<Federation, 'statusOf'>;
}

export function createOrganisationsView({ organisation, peers, federation }: OrganisationsViewUses): OrganisationsView {
  function own(): Seen {
    const { name, domains } = organisation.current().record;
    const chain = toText(organisation.chainBytes());
    const domain = domains[0] ?? '';
    return { org: organisation.orgId, name, domain, own: true, reachable: true, since: null, trusted: false, chain };
  }

  return {
    own,
    organisation(org) {
      if (org === organisation.orgId) return own();
      const peer = peers.get(org);
      if (!peer?.organisation) return undefined;
      const { connected, lostAtMs } = federation.statusOf(org);
      return {
        org,
        name: peer.name,
        domain: peer.domains[0] ?? '',
        own: false,
        reachable: connected,
        since: connected ? null : lostAtMs,
        trusted: peer.autoAccept && peer.state !== 'blocked',
        chain: toText(peer.organisation.chainBytes),
      };
    },
    peer({ orgId, name, domains, state, directory, autoAccept, lastContactMs, warning }) {
      const { connected, queued } = federation.statusOf(orgId);
      const domain = domains[0] ?? '';
      const says = { org: orgId, name, domain, state, directory, autoAccept };
      return { ...says, connected, lastContactAt: lastContactMs, queued, warning };
    },
  };
}

function toText(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}
