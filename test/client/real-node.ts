// A whole real node in this process: real SQLite in a temporary folder, real libp2p and HTTP on free ports of the loopback.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '../../server/adapters/clock.ts';
import { openKeyFile } from '../../server/adapters/key-file.ts';
import { createLibp2pLink } from '../../server/adapters/libp2p/link.ts';
import { createLog } from '../../server/adapters/log.ts';
import { createSystemRandom } from '../../server/adapters/random.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import { createWellKnown } from '../../server/adapters/well-known.ts';
import type { Config } from '../../server/config/config.ts';
import { readConfig } from '../../server/config/file.ts';
import { openFolder } from '../../server/db/folder.ts';
import { readKeys } from '../../server/identity/keys.ts';
import { createNode, type Node, type NodePorts } from '../../server/node.ts';
import { createNodeMessenger } from '../../web/client/adapters/node.ts';
import type { RunningMessenger } from '../../web/client/messenger.ts';

export interface RealNode {
  readonly node: Node;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

export interface RealNodeOptions {
  readonly webFolder?: string;
  readonly env?: Record<string, string>;
}

const log = createLog({ level: 'error', form: 'text' });

function portsOf(config: Config): NodePorts {
  return {
    clock: createSystemClock({ log }),
    random: createSystemRandom(),
    log,
    wellKnown: createWellKnown(config.network),
    makeSigner: createSigner,
    openKeyFile,
    openLink: (keys) => {
      const privateKeySeed = readKeys(keys)?.operationalSeed;
      if (!privateKeySeed) throw new Error('no key');
      return createLibp2pLink({ privateKeySeed, listen: [{ host: '127.0.0.1', port: 0 }], announce: [], log });
    },
  };
}

export async function startRealNode(name: string, options: RealNodeOptions = {}): Promise<RealNode> {
  const path = mkdtempSync(join(tmpdir(), 'ccn-'));
  const env = {
    CONCLAVE_DATA: join(path, 'data'),
    CONCLAVE_ORGANISATION_NAME: name,
    CONCLAVE_ORGANISATION_DOMAIN: `${name}.localhost`,
    CONCLAVE_WEB_PORT: '0',
    CONCLAVE_FEDERATION_PORT: '0',
    CONCLAVE_LIMITS_REQUESTS_PER_MINUTE: '100000',
    ...options.env,
  };
  const config = readConfig(env, {});
  if (!config.ok) throw new Error(`${config.refusal.code}: ${config.refusal.detail}`);
  const folder = openFolder(config.value.dataFolder);
  const { webFolder } = options;
  const node = await createNode(config.value, portsOf(config.value), { folder, version: '0.0.0', webFolder });
  return {
    node,
    url: `http://127.0.0.1:${new URL(node.url).port}`,
    async close() {
      await node.close();
      folder.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Somebody new at that node, signed in. The first is its administrator. */
export async function joinRealNode(real: RealNode, name: string): Promise<RunningMessenger> {
  const messenger = createNodeMessenger({ baseUrl: real.url, label: 'test' });
  const link = (await real.node.firstLink()) ?? (await inviteTo(real));
  const token = new URL(link).hash.split(/[#=/]/).at(-1) ?? '';
  const joined = await messenger.join(token, name, name, `correct horse ${name} battery`);
  if (!joined.ok) throw new Error(`${joined.refusal.code} ${joined.refusal.detail ?? ''}`);
  return messenger;
}

async function inviteTo({ node }: RealNode): Promise<string> {
  return node.joinUrl((await node.core.accounts.links.makeJoin(null)).token);
}
