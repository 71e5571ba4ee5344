/**
 * Whole nodes for tests, the demo's checks and the bench: the real node in this process, with real SQLite, real HTTP and real
 * libp2p, on free ports of loopback, in a folder of its own. People come in without typing a password.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY_STRETCHING } from '../protocol/api/opaque.ts';
import type { Me } from '../protocol/api/shapes.ts';
import type { Rules } from '../protocol/chat/validity.ts';
import type { Result } from '../protocol/result.ts';
import type { Account } from '../server/accounts/account.ts';
import { openBlobFiles } from '../server/adapters/blob-files.ts';
import { createSystemClock } from '../server/adapters/clock.ts';
import { openKeyFile } from '../server/adapters/key-file.ts';
import { createLibp2pLink } from '../server/adapters/libp2p/link.ts';
import { createLog } from '../server/adapters/log.ts';
import { createSystemRandom } from '../server/adapters/random.ts';
import { createSigner } from '../server/adapters/signer.ts';
import { createWebPush } from '../server/adapters/web-push.ts';
import { createWellKnown } from '../server/adapters/well-known.ts';
import { type Config, parseConfig } from '../server/config/config.ts';
import { openFolder } from '../server/db/folder.ts';
import { readKeys } from '../server/identity/keys.ts';
import { createNode, type Node, type NodePorts } from '../server/node.ts';
import { type Api, createApi } from '../web/client/api.ts';
import type { Answer } from '../web/client/model.ts';
import { redeemLink } from './fixtures/accounts.ts';

export interface TestNodeOptions {
  readonly name?: string;
  readonly domain?: string;
  /** Environment variables of the configuration, such as CONCLAVE_LIMITS_SOCKETS. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the built web client; without it none is served. */
  readonly webFolder?: string;
  /** Ports of the outside world other than the real ones. */
  readonly ports?: Partial<NodePorts>;
  /** Read at each start. */
  rules?: Rules;
}

export interface TestNode {
  /** The life that runs now. */
  readonly node: Node;
  /** Where programs of this machine reach it: an address, not the name. */
  readonly address: string;
  readonly folder: string;
  /** Its log, as lines. */
  readonly logged: string[];
  /** Somebody with an account, a session and a token. */
  person(name: string, options?: PersonOptions): Promise<TestPerson>;
  /** Ends this life and begins another over the same data and the same ports. */
  restart(): Promise<void>;
  /** The same, with something done in between. */
  whileDown(work: () => Promise<void>): Promise<void>;
  /** Ends it, and the folder with it. */
  end(): Promise<void>;
}

export interface PersonOptions {
  /** The first administrator: one for each node. */
  readonly administrator?: boolean;
  readonly displayName?: string;
  /** To log in with, as in a browser: costs the time that stretching it takes. Without it nobody can. */
  readonly password?: string;
}

export interface TestPerson extends Api {
  readonly at: TestNode;
  readonly name: string;
  readonly account: Account;
  /** As the node sees it by this token. */
  readonly me: Me;
  /** A bearer token with all scopes of the account. */
  readonly token: string;
  /** Of a session, as a browser has it in its cookie. */
  readonly sessionToken: string;
}

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code} ${result.refusal.detail ?? ''}`);
  return result.value;
}

/** The reply of a call that must not be refused. */
export async function reply<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer;
  if (!given.ok) throw new Error(`refused: ${given.refusal.code} ${given.refusal.detail ?? ''}`);
  return given.value;
}

export async function startNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const { name = 'acme', domain = `${name}.localhost`, webFolder } = options;
  const path = mkdtempSync(join(tmpdir(), `conclave-${name}-`));
  const logged: string[] = [];
  const ports = { web: 0, federation: 0 };
  let life: { node: Node; folder: ReturnType<typeof openFolder> };

  function configured(): Config {
    const env = {
      CONCLAVE_ORGANISATION_NAME: name,
      CONCLAVE_ORGANISATION_DOMAIN: domain,
      CONCLAVE_WEB_PORT: String(ports.web),
      CONCLAVE_FEDERATION_HOST: '127.0.0.1',
      CONCLAVE_FEDERATION_PORT: String(ports.federation),
      ...options.env,
    };
    return value(parseConfig('', env, { data: path }));
  }

  async function begin(): Promise<void> {
    const config = configured();
    const folder = openFolder(path);
    const node = await createNode(
      config,
      { ...portsOf(config, logged), ...options.ports },
      { folder, version: '0', webFolder, rules: options.rules },
    );
    life = { node, folder };
    ports.web = Number(new URL(node.url).port);
    ports.federation = Number(/\/tcp\/(\d+)/.exec(node.federationAddresses()[0] ?? '')?.[1] ?? 0);
  }

  async function stop(): Promise<void> {
    await life.node.close();
    life.folder.close();
  }

  await begin();
  const started: TestNode = {
    get node() {
      return life.node;
    },
    get address() {
      return life.node.url.replace(/\/\/[^:/]+/, '//127.0.0.1');
    },
    folder: path,
    logged,
    person: (personName, options = {}) => makePerson(started, personName, options),
    restart: () => started.whileDown(async () => {}),
    async whileDown(work) {
      await stop();
      await work();
      await begin();
    },
    async end() {
      await stop();
      rmSync(path, { recursive: true, force: true });
    },
  };
  return started;
}

function portsOf(config: Config, logged: string[]): NodePorts {
  const log = createLog({ level: 'debug', form: 'text', write: (line) => logged.push(line) });
  return {
    clock: createSystemClock({ log }),
    random: createSystemRandom(),
    log,
    wellKnown: createWellKnown(config.network),
    webPush: createWebPush({ hosts: config.notifications.pushHosts }),
    makeSigner: createSigner,
    openKeyFile,
    openBlobs: openBlobFiles,
    openLink: (keys) => {
      const privateKeySeed = readKeys(keys)?.operationalSeed ?? new Uint8Array(32);
      const { host, port } = config.federation;
      return createLibp2pLink({ privateKeySeed, listen: [{ host, port }], log });
    },
  };
}

async function makePerson(at: TestNode, name: string, options: PersonOptions): Promise<TestPerson> {
  const { administrator = false, displayName = name, password } = options;
  const { accounts: modules } = at.node.core;
  const link = administrator ? value(await modules.links.makeFirstAdministrator()) : await modules.links.makeJoin(null);
  const names = { localName: name, displayName };
  const stretched = password === undefined ? [] : ([KEY_STRETCHING] as const);
  const joined = await redeemLink(modules, link.token, password ?? name, names, ...stretched);
  const { account, token: sessionToken } = value(joined);
  const scopes = administrator ? (['read', 'write', 'admin'] as const) : (['read', 'write'] as const);
  const { token } = value(await modules.tokens.add(account.accountId, 'test', scopes));
  const call: Api['call'] = (key, input) => createApi({ baseUrl: at.address, fetch, token }).call(key, input);
  const { me } = await reply(call('GET /api/v1/session', {}));
  return { at, name, account, me, token, sessionToken, call };
}

/** Two organisations approve each other, as their administrators do with a ticket. */
export async function befriend(one: TestNode, other: TestNode): Promise<void> {
  const ticket = await one.node.core.tickets.invite();
  value(await other.node.core.tickets.addFromTicket(ticket));
  await other.node.core.federation.dial(one.node.core.organisation.orgId);
}
