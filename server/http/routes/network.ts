/** What administrators do with Network access and partners. */
import { isDomain } from '../../../protocol/identity/names.ts';
import { ok, type Result, refuse } from '../../../protocol/result.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Federation } from '../../federation/federation.ts';
import type { Network } from '../../identity/network.ts';
import type { Peer } from '../../identity/peer.ts';
import type { Peers } from '../../identity/peers.ts';
import { TICKET_LIFETIME_MS, type Tickets } from '../../identity/tickets.ts';
import type { Clock } from '../../ports.ts';
import type { Call, Handlers } from '../call.ts';
import type { OrganisationsView } from '../views/organisations.ts';

export const NETWORK = [
  'GET /api/v1/admin/network',
  'PATCH /api/v1/admin/network',
  'GET /api/v1/admin/peers',
  'POST /api/v1/admin/peers/invite',
  'POST /api/v1/admin/peers',
  'PATCH /api/v1/admin/peers/:org',
  'DELETE /api/v1/admin/peers/:org',
] as const;
type Key = (typeof NETWORK)[number];

export interface NetworkUses {
  readonly chats: { readonly sharing: Pick<Chats['sharing'], 'chatsWith'> };
  readonly clock: Clock;
  readonly lookups: Pick<Federation['lookups'], 'discover'>;
  readonly network: Pick<Network, 'settings' | 'set'>;
  readonly organisations: Pick<OrganisationsView, 'peer'>;
  readonly peers: Peers;
  readonly tickets: Tickets;
}

export function networkRoutes(uses: NetworkUses): Handlers<Key> {
  const { chats, clock, lookups, network, organisations, peers, tickets } = uses;
  const seen = (result: Result<Peer>) => (result.ok ? ok(organisations.peer(result.value)) : result);

  async function add({ body: { ticket, domain } }: Call<'POST /api/v1/admin/peers'>) {
    if (ticket !== undefined && domain === undefined) return seen(await tickets.addFromTicket(ticket.trim()));
    if (domain === undefined || ticket !== undefined) return refuse('bad_input', 'body: ticket or domain, one of them');
    const plain = domain.trim().toLowerCase();
    if (!isDomain(plain)) return refuse('bad_input', 'body.domain: a host name such as globex.example');
    const found = await lookups.discover(plain);
    return found.ok ? seen(await peers.approve(found.value.orgId)) : found;
  }

  async function change({ params: { org }, body }: Call<'PATCH /api/v1/admin/peers/:org'>) {
    const { directory, autoAccept } = body;
    const steps = [
      body.state === 'approved' && (() => peers.approve(org)),
      body.state === 'blocked' && (() => peers.block(org)),
      body.state === 'unblocked' && (() => peers.unblock(org)),
      directory !== undefined && (() => peers.setDirectory(org, directory)),
      autoAccept !== undefined && (() => peers.setAutoAccept(org, autoAccept)),
    ];
    for (const step of steps) {
      const done = step && (await step());
      if (done && !done.ok) return done;
    }
    const peer = peers.get(org);
    return peer ? ok(organisations.peer(peer)) : refuse('unknown_peer');
  }

  async function remove({ params: { org } }: Call<'DELETE /api/v1/admin/peers/:org'>) {
    if (!peers.get(org)) return refuse('unknown_peer');
    if (chats.sharing.chatsWith(org).length > 0)
      return refuse('bad_input', 'people here still have chats with people there: block it instead');
    const removed = await peers.remove(org);
    return removed.ok ? ok({}) : removed;
  }

  return {
    'GET /api/v1/admin/network': () => ok(network.settings()),
    'PATCH /api/v1/admin/network': async ({ body: { mode, directory } }) => {
      await network.set({ ...(mode !== undefined && { mode }), ...(directory !== undefined && { directory }) });
      return ok(network.settings());
    },
    'GET /api/v1/admin/peers': () => ok({ peers: peers.list().map(organisations.peer) }),
    'POST /api/v1/admin/peers/invite': async () =>
      ok({ ticket: await tickets.invite(), expiresAt: clock.now() + TICKET_LIFETIME_MS }),
    'POST /api/v1/admin/peers': add,
    'PATCH /api/v1/admin/peers/:org': change,
    'DELETE /api/v1/admin/peers/:org': remove,
  };
}
