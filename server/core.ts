/**
 * A node without its faces: everything that federates, and what clients ask of it, put together over the ports. The seeded
 * world runs this; node.ts adds HTTP. Always holds: it is the only place where the domains meet.
 */

import type { Rules } from '../protocol/chat/validity.ts';
import { keyAt, keySeq } from '../protocol/identity/organisation.ts';
import { ENTRY_KINDS } from '../protocol/log/entry.ts';
import { Fault } from '../protocol/result.ts';
import type { AccountChange } from './accounts/changes.ts';
import { type AccountModules, openAccounts } from './accounts/open.ts';
import { type Chats, createChats } from './chats/chats.ts';
import type { Tx } from './db/batch.ts';
import type { Database } from './db/database.ts';
import { createFederation, type Federation } from './federation/federation.ts';
import { createCatalogue } from './files/catalogue.ts';
import type { PieceSource } from './files/fetching.ts';
import { createFiles, type Files } from './files/files.ts';
import type { FileLimits } from './files/room.ts';
import { openInstances } from './identity/instances.ts';
import { createKnownIdentities } from './identity/known-identities.ts';
import { createNetwork, type Network } from './identity/network.ts';
import { type Description, type OwnOrganisation, openOrganisation } from './identity/organisation.ts';
import { createPeers, type Peers } from './identity/peers.ts';
import { createProfiles, type Profiles } from './identity/profiles.ts';
import { createTickets, type Tickets } from './identity/tickets.ts';
import { createPersonal, type Personal } from './notify/personal.ts';
import type { BlobStore, Clock, KeyFile, Link, Log, Random, Signer, Timer, WellKnown } from './ports.ts';

export interface Core {
  readonly accounts: AccountModules;
  readonly chats: Chats;
  readonly federation: Federation;
  readonly files: Files;
  readonly network: Network;
  readonly organisation: OwnOrganisation;
  readonly peers: Peers;
  readonly personal: Personal;
  readonly profiles: Profiles;
  readonly tickets: Tickets;
  /** Begins to accept and to dial. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface CoreParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly keyFile: KeyFile;
  readonly makeSigner: (seed: Uint8Array) => Signer;
  /** Made once the operational key is known. */
  readonly openLink: (signer: Signer) => Promise<Link>;
  readonly wellKnown: WellKnown;
  readonly domain: string;
  readonly description: Description;
  readonly store: BlobStore;
  readonly fileLimits: FileLimits;
  /** Only the tests' world hands in others. */
  readonly rules?: Rules;
}

const EXPIRE_EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const SCRUB_AFTER_MS = 20_000;
const SCRUB_AGAIN_MS = 1_000;

export async function openCore(parts: CoreParts): Promise<Core> {
  const { db, clock, random, log } = parts;
  const organisation = await openOrganisation(parts);
  const { orgId, signer } = organisation;
  const instances = await openInstances(parts);
  const peers = createPeers({ db, clock, organisation });
  const network = createNetwork({ db, peers });
  const profiles = createProfiles({ db, clock, organisation });
  const tickets = createTickets({ db, clock, random, organisation, peers });
  const accounts = openAccounts({ ...parts, organisation });
  const link = await parts.openLink(signer);
  // Chats ask federation before a cut, federation sends what chats have: the one ring, closed here.
  const ring: { federation?: Federation } = {};
  const catalogue = createCatalogue({ ...parts, self: { orgId } });
  const chats = createChats({
    ...parts,
    keeping: catalogue,
    signer,
    self: { orgId, keySeq: () => keySeq(organisation.current()) },
    keyAt: (org, seq) => {
      const known = org === orgId ? organisation.current() : peers.get(org)?.organisation;
      return known && keyAt(known, seq);
    },
    learnChain: (chain) => void clock.after(0, () => learn(chain)),
    isActive: (account) => accounts.accounts.byId(account)?.state === 'active',
    activeAccounts: accounts.accounts.countActive,
    identityOf: (account) => accounts.keys.identity(account),
    mayBringIn: (org) => {
      const may = network.mayExchange(org);
      return may.ok ? null : may.refusal.code;
    },
    askHead: (org, logId) => ring.federation?.askHead(org, logId) ?? Promise.resolve(null),
    askBundles: (org, chatId, hashes) => ring.federation?.askBundles(org, chatId, hashes),
  });
  const personal = createPersonal({ db, clock, isSeen: chats.isSeen });
  const files = createFiles({
    ...parts,
    catalogue,
    limits: parts.fileLimits,
    names: chats.blobNames,
    self: { orgId },
    source: piecesOf(ring),
  });
  const federation = createFederation({
    ...parts,
    chats,
    link,
    instances,
    knownIdentities: createKnownIdentities({ db, clock }),
    identityOf: (account) =>
      accounts.accounts.byId(account)?.state === 'active' ? accounts.keys.identity(account) : null,
    network,
    organisation,
    peers,
    profiles,
    tickets,
    serveFile: files.serve,
  });
  ring.federation = federation;
  federation.onPeer(files.onPeer);

  async function learn(chain: Uint8Array): Promise<void> {
    const { mode } = network.settings();
    const learnt = await peers.learn(chain, { as: mode === 'open' ? 'open' : 'seen' });
    if (learnt.ok) await federation.dial(learnt.value.orgId);
  }

  accounts.onChange((change, tx) => onAccount({ chats, clock, log, profiles, orgId }, change, tx));

  const scrubbing = createScrubbing(parts, chats);
  // Who is brought in by somebody that does not know of the disabling is out again at once.
  chats.feed.listen((item) => {
    if (item.is !== 'seat') return;
    for (const account of chats.audience(item) ?? []) {
      if (accounts.accounts.byId(account)?.state === 'disabled') clock.after(0, () => chats.finEverywhere(account));
      const { chatId } = item.held;
      if (!chats.isListed(account, chatId)) clock.after(0, () => personal.forget(account, chatId));
    }
  });

  let expiry: Timer | undefined;
  /** Every hour, and as soon as a day (UTC) begins. */
  async function expire(): Promise<void> {
    expiry = clock.after(Math.min(EXPIRE_EVERY_MS, DAY_MS - (clock.now() % DAY_MS)), expire);
    await chats.hub.expire();
    await chats.hub.tick();
  }

  return {
    ...{ accounts, chats, federation, files, network, organisation, peers, personal, profiles, tickets },
    async start() {
      await chats.found.general();
      await chats.start();
      await files.start();
      await finishDisabling({ accounts, chats });
      // A node that died between a reset and this does it now; what a chat has heard already changes nothing there.
      for (const { accountId, identity } of accounts.keys.reset()) await chats.suspendEverywhere(accountId, identity);
      await federation.start();
      await expire();
      log.info('node.started', { org: orgId });
    },
    async stop() {
      expiry?.cancel();
      scrubbing.stop();
      await chats.stop();
      await federation.stop();
      await files.stop();
      organisation.close();
      accounts.close();
    },
  };
}

/** Federation is made after what asks it. */
function piecesOf(ring: { readonly federation?: Federation }): PieceSource {
  return {
    reachable: (chatId, first) => ring.federation?.pieces.reachable(chatId, first) ?? [],
    ask: (org, request, timeoutMs) =>
      ring.federation?.pieces.ask(org, request, timeoutMs) ?? Promise.reject(new Fault('no connection')),
    blame: (org) => ring.federation?.pieces.blame(org),
  };
}

/** Soon after an erasure the erased bytes are gone from every file (PROTOCOL 5.8). */
function createScrubbing({ db, clock }: CoreParts, chats: Chats): { stop(): void } {
  // Also what an earlier life had erased and not come to.
  let timer: Timer | undefined = clock.after(SCRUB_AFTER_MS, scrub);
  function scrub(): void {
    timer = db.scrub() ? undefined : clock.after(SCRUB_AGAIN_MS, scrub);
  }
  const due = () => {
    timer ??= clock.after(SCRUB_AFTER_MS, scrub);
  };
  const ends = [
    chats.onLateErasure(due),
    chats.feed.listen((item) => {
      if (item.is === 'erased' || (item.is === 'entry' && item.row.kind === ENTRY_KINDS.erase)) due();
    }),
  ];
  return {
    stop() {
      for (const end of ends) end();
      timer?.cancel();
    },
  };
}

/** A node that died between disabling an account and ending its chats ends them now. */
async function finishDisabling({ accounts, chats }: Pick<Core, 'accounts' | 'chats'>): Promise<void> {
  let after = '';
  for (;;) {
    const page = accounts.accounts.list({ after });
    for (const { accountId, state } of page) if (state === 'disabled') await chats.finEverywhere(accountId);
    const last = page.at(-1);
    if (!last) return;
    after = last.localName;
  }
}

interface AccountUses {
  readonly chats: Chats;
  readonly clock: Clock;
  readonly log: Log;
  readonly profiles: Profiles;
  readonly orgId: OwnOrganisation['orgId'];
}

/**
 * Profiles follow accounts in the same transaction; who is disabled leaves all chats, everywhere (PROTOCOL 4.6); who was reset is
 * suspended in them (SEAL 4.6).
 */
function onAccount({ chats, clock, log, profiles, orgId }: AccountUses, change: AccountChange, tx: Tx): void {
  if (change.kind === 'signed_out') return;
  if (change.kind === 'keys') {
    const { accountId, identity, isReset } = change;
    if (!isReset) return;
    tx.afterCommit(() => {
      log.info('account.keys_reset', { account: accountId });
      clock.after(0, () => chats.suspendEverywhere(accountId, identity));
    });
    return;
  }
  const { accountId, localName, displayName, state } = change.account;
  profiles.publishOwn(
    { accountId, name: localName, displayName, state: state === 'disabled' ? 'disabled' : 'active' },
    tx,
  );
  chats.noteProfile(tx, orgId, accountId);
  if (change.kind === 'disabled') tx.afterCommit(() => clock.after(0, () => chats.finEverywhere(accountId)));
}
