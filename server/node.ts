/**
 * A whole node: the core, and HTTP in front of it. Always holds: it is made from its configuration and the ports alone, and
 * `close` gives back everything that it took, in the other order, once.
 */
import { statSync } from 'node:fs';
import { ALL_RULES, type Rules } from '../protocol/chat/validity.ts';
import { LIMITS } from '../protocol/limits.ts';
import { ENTRY_KINDS } from '../protocol/log/entry.ts';
import { createDoctor } from './admin/doctor.ts';
import type { Config } from './config/config.ts';
import { DATA_FILES } from './config/data-files.ts';
import { type Core, openCore } from './core.ts';
import { type Database, openDatabase } from './db/database.ts';
import type { DataFolder } from './db/folder.ts';
import { migrations } from './db/migrations/index.ts';
import { type Http, openHttp } from './http/open.ts';
import { createNotify, type Notify } from './notify/notify.ts';
import type { BlobStore, Clock, KeyFile, Link, Log, Random, Signer, WebPush, WellKnown } from './ports.ts';

export interface NodePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly wellKnown: WellKnown;
  readonly webPush: WebPush;
  readonly makeSigner: (seed: Uint8Array) => Signer;
  readonly openKeyFile: (path: string) => KeyFile;
  readonly openBlobs: (folder: string) => BlobStore;
  /** `keys`: where the operational key lies. */
  readonly openLink: (keys: KeyFile) => Promise<Link>;
}

export interface NodeOptions {
  /** Locked by who starts the node. */
  readonly folder: DataFolder;
  readonly version: string;
  /** The built web client; undefined: none is served. */
  readonly webFolder?: string | undefined;
  /** Only tests hand in others. */
  readonly rules?: Rules | undefined;
}

export interface Node {
  readonly core: Core;
  readonly db: Database;
  readonly url: string;
  readonly joinUrl: Http['joinUrl'];
  /** Where partners dial, multiaddr text. */
  federationAddresses(): readonly string[];
  /** The one-time link of the first administrator; undefined: there is one. */
  firstLink(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Refuses (throws) `in_use`, `bad_config`, `newer_data`. */
export async function createNode(config: Config, ports: NodePorts, options: NodeOptions): Promise<Node> {
  const { clock, log, openLink } = ports;
  const { folder, version, webFolder, rules } = options;
  const ends: (() => void | Promise<void>)[] = [];
  const close = once(async () => {
    for (const end of ends.reverse()) await end();
  });
  try {
    const db = openDatabase({ file: folder.file(DATA_FILES.database), migrations, clock, log });
    ends.push(db.close);
    const keyFile = ports.openKeyFile(folder.file(DATA_FILES.keys));
    const { domain, name } = config.organisation;
    const { announce } = config.federation;
    const opened: { link?: Link } = {};
    const addresses = () => opened.link?.addresses() ?? [];
    const core = await openCore({
      ...{ ...ports, db, keyFile, domain, rules: rules ?? ALL_RULES },
      openLink: async () => (opened.link = await openLink(keyFile)),
      store: ports.openBlobs(folder.file(DATA_FILES.blobs)),
      fileLimits: config.files,
      description: { name, endpoints: announce, features: [] },
    });
    ends.push(core.stop);
    const { organisation, network, chats } = core;
    const notify = followArrivals(core, { ...ports, db }, config);
    ends.push(notify.stop);
    const http = await openHttp({
      ...{ ...core, clock, config, log, notify, version, webFolder, addresses },
      dataFolder: folder.path,
      adminSocket: folder.file(DATA_FILES.adminSocket),
      databaseBytes: () => bytesOf(folder.file(DATA_FILES.database)),
      doctor: (status) => createDoctor({ clock, organisation, network, status, wellKnown: ports.wellKnown }),
      personOf: (number) => chats.people.get(db.read, number),
    });
    ends.push(http.close);
    await core.start();
    if (announce.length === 0) await organisation.describe({ endpoints: addresses().slice(0, LIMITS.endpoints) });
    return {
      ...{ core, db, url: http.url, joinUrl: http.joinUrl, federationAddresses: addresses, close },
      firstLink: () => firstLink(core, http),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Who is told of what is new: what came is shown to `notify` after its commit, what ended in its transaction. */
function followArrivals(core: Core, ports: NodePorts & { readonly db: Database }, config: Config): Notify {
  const { accounts, chats, organisation, personal } = core;
  const notify = createNotify({
    ...{ ...ports, personal, webPush: config.notifications.webPush ? ports.webPush : null },
    subject: () =>
      config.web.url.startsWith('https:') ? config.web.url : `mailto:admin@${config.organisation.domain}`,
    summary: (account, chat) => {
      const found = chats.reading.summary(account, chat);
      return found.ok ? found.value : undefined;
    },
  });
  chats.feed.listen((item) => {
    if (item.is !== 'seat' && item.is !== 'entry') return;
    if (item.is === 'entry' && (item.row.kind !== ENTRY_KINDS.message || item.row.alert === 0)) return;
    const by = item.is === 'entry' ? chats.people.get(ports.db.read, item.row.person) : null;
    const author = by?.org === organisation.orgId ? by.account : null;
    const audience = () => chats.audience(item);
    notify.arrived({ chat: item.held.chatId, arrival: item.arrival, audience, author });
  });
  accounts.onChange((change, tx) => {
    if (change.kind === 'signed_out') notify.ended(tx, change.accountId, change.id);
    if (change.kind === 'disabled') notify.ended(tx, change.account.accountId, null);
  });
  return notify;
}

async function firstLink({ accounts: { accounts, links } }: Core, { joinUrl }: Http): Promise<string | undefined> {
  if (accounts.hasAdministrator()) return undefined;
  const made = await links.makeFirstAdministrator();
  return made.ok ? joinUrl(made.value.token) : undefined;
}

/** With what the write-ahead log holds. */
function bytesOf(file: string): number {
  return [file, `${file}-wal`].reduce((sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
