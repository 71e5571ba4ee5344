/** Persons and the own account as clients see them, from the newest signed profiles. */
import type { Me, Person } from '../../../protocol/api/shapes.ts';
import { formatAddress } from '../../../protocol/identity/names.ts';
import { keySeq } from '../../../protocol/identity/organisation.ts';
import type { Profile } from '../../../protocol/identity/profile.ts';
import type { AccountId, OrgId } from '../../../protocol/ids.ts';
import type { SignedIn } from '../../accounts/access.ts';
import type { OwnOrganisation } from '../../identity/organisation.ts';
import type { Peers } from '../../identity/peers.ts';
import type { Profiles } from '../../identity/profiles.ts';
import { base64Of } from '../call.ts';

export interface PeopleView {
  /** Undefined: no profile of that account is here. */
  person(org: OrgId, account: AccountId): Person | undefined;
  fromProfile(profile: Profile): Person;
  me(signedIn: Pick<SignedIn, 'account' | 'device'>): Me;
}

export interface PeopleViewUses {
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'current'>;
  readonly peers: Pick<Peers, 'get'>;
  readonly profiles: Pick<Profiles, 'get'>;
}

export function createPeopleView({ organisation, peers, profiles }: PeopleViewUses): PeopleView {
  const ownDomain = () => organisation.current().record.domains[0] ?? '';

  function of(org: OrgId): { name: string; domain: string } {
    if (org === organisation.orgId) return { name: organisation.current().record.name, domain: ownDomain() };
    const peer = peers.get(org);
    // Only a pinned domain may stand in an address: anybody can claim one in a record.
    return { name: peer?.name ?? '', domain: peer?.domains[0] ?? org };
  }

  function fromProfile({ orgId, accountId, localName, displayName, state }: Profile): Person {
    const { name: orgName, domain } = of(orgId);
    return {
      org: orgId,
      account: accountId,
      address: formatAddress({ name: localName, domain }),
      name: displayName,
      orgName,
      outsider: orgId !== organisation.orgId,
      disabled: state !== 'active',
    };
  }

  return {
    fromProfile,
    person(org, account) {
      const held = profiles.get({ orgId: org, accountId: account });
      return held && fromProfile(held.profile);
    },
    me({ account, device }) {
      const { record } = organisation.current();
      return {
        org: organisation.orgId,
        account: account.accountId,
        device,
        address: formatAddress({ name: account.localName, domain: ownDomain() }),
        name: account.displayName,
        orgName: record.name,
        domain: ownDomain(),
        administrator: account.role === 'admin',
        mayBringOutsiders: account.mayBringOutsiders,
        opKey: base64Of(record.opKey),
        keySeq: keySeq(organisation.current()),
      };
    },
  };
}
