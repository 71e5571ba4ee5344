/** Puts the modules of this folder together over the node's core: both listeners, and the sockets behind one of them. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { AccountModules } from '../accounts/open.ts';
import type { Chats } from '../chats/chats.ts';
import type { PersonRef } from '../chats/people.ts';
import type { Config } from '../config/config.ts';
import type { Federation } from '../federation/federation.ts';
import type { Files } from '../files/files.ts';
import type { Network } from '../identity/network.ts';
import type { OwnOrganisation } from '../identity/organisation.ts';
import type { Peers } from '../identity/peers.ts';
import type { Profiles } from '../identity/profiles.ts';
import type { Tickets } from '../identity/tickets.ts';
import type { Notify } from '../notify/notify.ts';
import type { Personal } from '../notify/personal.ts';
import type { Clock, Log } from '../ports.ts';
import { clientAddress, createSite } from './address.ts';
import { createAdminApp, createApp } from './app.ts';
import { createSessionCookie } from './cookie.ts';
import { createGate } from './gate.ts';
import { followCommitted } from './push/committed.ts';
import { createSockets } from './push/sockets.ts';
import { createUpgrade } from './push/upgrade.ts';
import { createRates } from './rates.ts';
import type { NodeUses } from './routes/node.ts';
import { listenAdmin, listenWeb } from './server.ts';
import { createStatic } from './static.ts';
import { createOrganisationsView } from './views/organisations.ts';
import { createPeopleView } from './views/people.ts';
import { createStatus, type StatusUses } from './views/status.ts';

export interface HttpUses {
  readonly accounts: AccountModules;
  readonly chats: Chats;
  readonly clock: Clock;
  readonly config: Config;
  readonly federation: Federation;
  readonly files: Files;
  readonly log: Log;
  readonly network: Network;
  readonly organisation: OwnOrganisation;
  readonly peers: Peers;
  readonly personal: Personal;
  readonly notify: Notify;
  readonly profiles: Profiles;
  readonly tickets: Tickets;
  readonly personOf: (number: number) => PersonRef;
  readonly doctor: (status: ReturnType<typeof createStatus>) => NodeUses['checks'];
  readonly addresses: StatusUses['addresses'];
  readonly databaseBytes: StatusUses['databaseBytes'];
  readonly version: string;
  /** Absolute. */
  readonly dataFolder: string;
  readonly adminSocket: string;
  /** Of the built web client; undefined: none. */
  readonly webFolder: string | undefined;
}

export interface Http {
  /** What browsers type, without a slash at its end. */
  readonly url: string;
  /** The screen behind a link's token, which stands in the fragment: no server ever sees it. */
  joinUrl(token: string): string;
  close(): Promise<void>;
}

/** Refuses (throws) `in_use`, `bad_config`. */
export async function openHttp(uses: HttpUses): Promise<Http> {
  const { accounts: modules, chats, clock, config, federation, log, organisation, peers, profiles, version } = uses;
  const { web } = config;
  const address = { url: web.url };
  const joinUrl = (token: string) => `${address.url}/#/join/${token}`;
  const isHttps = web.url.startsWith('https:');
  const committed = followCommitted(chats.feed);
  const people = createPeopleView({ organisation, peers, profiles });
  const organisations = createOrganisationsView({ organisation, peers, federation });
  const rates = createRates(clock, config.limits);
  const site = createSite(() => address.url, config.organisation.domain);
  const cookie = createSessionCookie(isHttps);
  const gate = createGate({ ...modules, site, cookie });
  const own = organisation.orgId;
  const sockets = createSockets({ chats, clock, own, people, organisations, personOf: uses.personOf });
  const about = { version, startedAtMs: clock.now(), webAddress: () => address.url, dataFolder: uses.dataFolder };
  const status = createStatus({ ...uses, accounts: modules.accounts, organisations, sockets: sockets.count, about });
  const addressOf = (request: IncomingMessage) => addressOfRequest(request, web.trustedProxies);
  const app = {
    ...uses,
    ...modules,
    addressOf: (c: Context) => addressOf((c.env as HttpBindings).incoming),
    checks: uses.doctor(status),
    lookups: federation.lookups,
    orgName: (org: Parameters<Peers['get']>[0]) => peers.get(org)?.name ?? '',
    serveFile: createStatic(uses.webFolder),
    ...{ committed, cookie, gate, isHttps, joinUrl, organisations, people, rates, site, status },
  };
  const upgrade = createUpgrade({
    ...{ addressOf, chats, committed, federation, gate, log, own, rates, site, sockets },
    mostSockets: config.limits.sockets,
  });

  const listening = await listenWeb({ app: createApp(app), upgrade, web, clock });
  const admin = await listenAdmin(createAdminApp(app), uses.adminSocket, clock);
  // Port 0 was any free one: only now it has a number.
  address.url = web.url.replace(/:0$/, `:${listening.port}`);
  modules.onChange(sockets.onAccountChange);
  uses.personal.onChange((account, rows) => sockets.tell(account, { t: 'personal', rows }));
  const ends = [
    federation.onTyping(sockets.typing),
    federation.onPeer((org) => sockets.organisationChanged(org)),
    // Of a partner everybody here may know what an administrator decided about it.
    peers.onChange((org) => sockets.organisationChanged(org, ['approved', 'open'].includes(peers.stateOf(org) ?? ''))),
  ];
  return {
    url: address.url,
    joinUrl,
    async close() {
      for (const end of ends) end();
      await sockets.close();
      await Promise.all([listening.close(), admin.close()]);
    },
  };
}

function addressOfRequest({ socket, headers }: IncomingMessage, trusted: readonly string[]): string {
  const forwarded = headers['x-forwarded-for'];
  return clientAddress(socket.remoteAddress ?? '', Array.isArray(forwarded) ? forwarded.join(',') : forwarded, trusted);
}
