/**
 * Identity chains of people elsewhere, asked of their own nodes, and those of ours for partners (SEAL 2.3). Always holds: a partner is
 * asked and answered under the permission of a look-up of names; it speaks for its own people only, and what it says is kept only
 * if it follows what is known; "nobody", "not for you" and "has no keys" are one answer. That nobody answered is another: it is
 * told by this node of the partner, whoever was asked for.
 */
import type { AccountId, OrgId } from '../../protocol/ids.ts';
import type { Answer } from '../../protocol/sync/frames.ts';
import { createBuckets } from '../accounts/buckets.ts';
import type { KnownIdentities } from '../identity/known-identities.ts';
import type { Network } from '../identity/network.ts';
import type { Peers } from '../identity/peers.ts';
import type { Clock } from '../ports.ts';
import type { Session } from './session.ts';

export interface Member {
  readonly org: OrgId;
  readonly account: AccountId;
}

export interface Learnt {
  readonly identities: (Member & { readonly chain: Uint8Array })[];
  /** Of whose people somebody is not known, and who could not be asked or did not answer. */
  readonly unanswered: OrgId[];
}

export interface Identities {
  /** The newest of each that follow from what is known, after asking their nodes; `asker` pays. Who is not known is left out. */
  of(asker: AccountId, members: readonly Member[]): Promise<Learnt>;
  /** For a partner that may look names up. */
  answer(accounts: readonly AccountId[]): Answer;
}

export interface IdentitiesUses {
  readonly clock: Clock;
  readonly knownIdentities: KnownIdentities;
  readonly network: Pick<Network, 'mayExchange'>;
  readonly peers: Pick<Peers, 'get'>;
  /** Of an active account here; null: it has no keys, or there is none. */
  readonly identityOf: (account: AccountId) => Uint8Array | null;
  readonly sessionOf: (org: OrgId) => Session | undefined;
  readonly reach: (org: OrgId, timeoutMs: number) => Promise<Session | undefined>;
}

/** For who is not known yet; who is, is asked for news, and not waited for that long. */
const FIRST_TIMEOUT_MS = 5_000;
const NEWS_TIMEOUT_MS = 1_500;

export function createIdentities(uses: IdentitiesUses): Identities {
  const { clock, knownIdentities, network, peers, identityOf } = uses;
  const asks = createBuckets({ clock, capacity: 60, refillMs: 2_000 });

  const known = ({ org, account }: Member) => knownIdentities.get({ orgId: org, accountId: account });

  /** Has their node answered, or is everybody known? */
  async function learn(asker: AccountId, org: OrgId, accounts: readonly AccountId[]): Promise<boolean> {
    const isNew = accounts.some((account) => !known({ org, account }));
    if (!network.mayExchange(org).ok || asks.take(asker) > 0) return !isNew;
    const timeoutMs = isNew ? FIRST_TIMEOUT_MS : NEWS_TIMEOUT_MS;
    const session = isNew ? await uses.reach(org, timeoutMs) : uses.sessionOf(org);
    const answered = await session?.call({ is: 'identities', accounts }, timeoutMs).catch(() => undefined);
    if (answered?.is !== 'identities') return !isNew;
    await keep(org, accounts, answered.identities);
    return true;
  }

  async function keep(org: OrgId, asked: readonly AccountId[], said: Said): Promise<void> {
    const orgKey = peers.get(org)?.organisation?.record.opKey;
    const open = new Set(asked);
    // Each once, and one at a time: checking them is work that a partner could make us do.
    for (const { account, chain } of said)
      if (orgKey && open.delete(account)) await knownIdentities.put({ orgId: org, accountId: account }, chain, orgKey);
  }

  return {
    async of(asker, members) {
      const byOrg = Map.groupBy(members, ({ org }) => org);
      const unanswered: OrgId[] = [];
      const learning = [...byOrg].map(async ([org, each]) => {
        if (!(await learn(asker, org, distinct(each)))) unanswered.push(org);
      });
      await Promise.all(learning);
      const identities = members.flatMap((member) => {
        const chain = known(member);
        return chain ? [{ ...member, chain }] : [];
      });
      return { identities, unanswered };
    },
    answer: (accounts) => ({
      is: 'identities',
      identities: [...new Set(accounts)].flatMap((account) => {
        const chain = identityOf(account);
        return chain ? [{ account, chain }] : [];
      }),
    }),
  };
}

type Said = Extract<Answer, { is: 'identities' }>['identities'];

function distinct(members: readonly Member[]): AccountId[] {
  return [...new Set(members.map(({ account }) => account))];
}
