// The process of one node of the demo: the real node, with a wire that can be cut. Takes orders from the demo.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import packageJson from '../../package.json' with { type: 'json' };
import { Fault, type Result } from '../../protocol/result.ts';
import { openBlobFiles } from '../../server/adapters/blob-files.ts';
import { createSystemClock } from '../../server/adapters/clock.ts';
import { openKeyFile } from '../../server/adapters/key-file.ts';
import { createLibp2pLink } from '../../server/adapters/libp2p/link.ts';
import { createLog } from '../../server/adapters/log.ts';
import { createSystemRandom } from '../../server/adapters/random.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import { createWebPush } from '../../server/adapters/web-push.ts';
import { createWellKnown } from '../../server/adapters/well-known.ts';
import { type Config, parseConfig } from '../../server/config/config.ts';
import { DATA_FILES } from '../../server/config/data-files.ts';
import { openFolder } from '../../server/db/folder.ts';
import { readKeys } from '../../server/identity/keys.ts';
import { createNode, type Node } from '../../server/node.ts';
import type { Log } from '../../server/ports.ts';
import type { NodeSettings, Order, Orders, Ready, Reply, TokenHolder } from './orders.ts';
import { type CuttableLink, createCuttableLink } from './wire.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const settings = JSON.parse(process.argv[2] ?? '{}') as NodeSettings;

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code} ${result.refusal.detail ?? ''}`);
  return result.value;
}

function configured(): Config {
  const { name, title, folder, webPort, federationPort, overrides, env: more } = settings;
  const env = {
    CONCLAVE_ORGANISATION_NAME: title,
    CONCLAVE_ORGANISATION_DOMAIN: `${name}.localhost`,
    CONCLAVE_WEB_PORT: String(webPort),
    CONCLAVE_FEDERATION_HOST: '127.0.0.1',
    CONCLAVE_FEDERATION_PORT: String(federationPort),
    CONCLAVE_NETWORK_DOMAIN_OVERRIDES: Object.entries(overrides)
      .map((pair) => pair.join('='))
      .join(','),
    ...more,
  };
  return must(parseConfig('', env, { data: folder }));
}

async function start(): Promise<{ node: Node; link: CuttableLink; close: () => Promise<void> }> {
  const config = configured();
  const log: Log = createLog({ level: process.env.CONCLAVE_DEMO_LOG === 'debug' ? 'debug' : 'error', form: 'text' });
  const folder = openFolder(settings.folder);
  const opened: { link?: CuttableLink } = {};
  const node = await createNode(
    config,
    {
      clock: createSystemClock({ log }),
      random: createSystemRandom(),
      log,
      wellKnown: createWellKnown(config.network),
      webPush: createWebPush({ hosts: config.notifications.pushHosts }),
      makeSigner: createSigner,
      openKeyFile,
      openBlobs: openBlobFiles,
      async openLink(keys) {
        const seed = readKeys(keys)?.operationalSeed;
        if (!seed) throw new Fault('the key file is missing');
        const listen = [{ host: config.federation.host, port: config.federation.port }];
        opened.link = createCuttableLink(await createLibp2pLink({ privateKeySeed: seed, listen, log }));
        return opened.link;
      },
    },
    { folder, version: packageJson.version, webFolder: join(root, 'dist', 'web') },
  );
  if (!opened.link) throw new Error('no link');
  const close = async () => {
    await node.close();
    folder.close();
  };
  return { node, link: opened.link, close };
}

const { node, link, close } = await start();
const { core } = node;

const orders: {
  readonly [K in keyof Orders]: (ask: Orders[K]['ask']) => Promise<Orders[K]['answer']> | Orders[K]['answer'];
} = {
  async joinLink({ administrator }) {
    const { links } = core.accounts;
    return administrator ? must(await links.makeFirstAdministrator()).token : (await links.makeJoin(null)).token;
  },
  ticket: () => core.tickets.invite(),
  async addTicket(ticket) {
    const peer = must(await core.tickets.addFromTicket(ticket));
    await core.federation.dial(peer.orgId);
    return null;
  },
  cut(key) {
    link.cut(Buffer.from(key, 'hex'));
    return null;
  },
  async heal(key) {
    link.heal(Buffer.from(key, 'hex'));
    const peer = core.peers.list().find((each) => Buffer.from(each.opKey).toString('hex') === key);
    if (peer) void core.federation.dial(peer.orgId);
    return null;
  },
  status() {
    const counts = core.chats.counts();
    const peers = core.peers.list().map(({ orgId }) => ({ org: orgId, ...core.federation.statusOf(orgId) }));
    const stopped = counts.stopped.reduce((sum, each) => sum + each.count, 0);
    return { peers, entries: counts.entries, arrival: core.chats.feed.latest(), stopped };
  },
  async people({ prefix, count }) {
    const { accounts, tokens } = core.accounts;
    const made: TokenHolder[] = [];
    for (let i = 0; i < count; i++) {
      const named = { localName: `${prefix}${i}`, displayName: `${prefix} ${i}` };
      const { accountId } = must(await accounts.createBot(named));
      const { token } = must(await tokens.addForBot(accountId, 'load', ['read', 'write']));
      made.push({ account: accountId, token });
    }
    return made;
  },
  usage() {
    const { user, system } = process.cpuUsage();
    return { cpuUs: user + system, rssBytes: process.memoryUsage().rss };
  },
  async checkpoint() {
    const file = join(settings.folder, DATA_FILES.database);
    const database = new Database(file);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    return statSync(file).size;
  },
  async stop() {
    await close();
    return null;
  },
};

process.on('message', async ({ id, order, ask }: Order) => {
  let reply: Reply;
  try {
    reply = { id, answer: await (orders[order] as (ask: unknown) => unknown)(ask) };
  } catch (error) {
    reply = { id, error: String(error) };
  }
  process.send?.(reply, () => {
    if (order === 'stop') process.exit(0);
  });
});
// Without the demo there is nobody to serve.
process.on('disconnect', () => void close().finally(() => process.exit(0)));
// Ctrl-C reaches every process of the terminal: the demo says when it is over.
process.on('SIGINT', () => {});

const ready: Ready = {
  url: node.url,
  address: node.url.replace(/\/\/[^:/]+/, '//127.0.0.1'),
  org: core.organisation.orgId,
  key: Buffer.from(core.organisation.signer.publicKey).toString('hex'),
};
process.send?.({ ready });
