/**
 * Starts a node from its configuration and runs it until it is told to stop. The only place where the outside world of
 * `adapters/` is put behind the ports of a whole node. Exit codes: 0 stopped as asked, 1 a fault, else by the kind of refusal.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { Fault, Refused } from '../protocol/result.ts';
import { openBlobFiles } from './adapters/blob-files.ts';
import { createSystemClock } from './adapters/clock.ts';
import { openKeyFile } from './adapters/key-file.ts';
import { createLibp2pLink } from './adapters/libp2p/link.ts';
import { createLog } from './adapters/log.ts';
import { createSystemRandom } from './adapters/random.ts';
import { createSigner } from './adapters/signer.ts';
import { createWebPush } from './adapters/web-push.ts';
import { createWellKnown } from './adapters/well-known.ts';
import { failureOf } from './admin/failure.ts';
import type { Config } from './config/config.ts';
import { type FileFlags, readConfig } from './config/file.ts';
import { openFolder } from './db/folder.ts';
import { readKeys } from './identity/keys.ts';
import { createNode, type Node, type NodePorts } from './node.ts';
import type { Log } from './ports.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

function portsOf({ federation, network, notifications }: Config, log: Log): NodePorts {
  const listen = [{ host: federation.host === 'localhost' ? '127.0.0.1' : federation.host, port: federation.port }];
  return {
    clock: createSystemClock({ log }),
    random: createSystemRandom(),
    log,
    wellKnown: createWellKnown(network),
    webPush: createWebPush({ hosts: notifications.pushHosts }),
    makeSigner: createSigner,
    openKeyFile,
    openBlobs: openBlobFiles,
    async openLink(keys) {
      const seed = readKeys(keys)?.operationalSeed;
      if (!seed) throw new Fault('the key file is missing');
      const link = await createLibp2pLink({ privateKeySeed: seed, listen, announce: federation.announce, log });
      return { ...link, listen: (accept) => link.listen(accept).catch((error) => refuseTakenPort(federation, error)) };
    },
  };
}

function refuseTakenPort({ host, port }: Config['federation'], error: unknown): never {
  const why = /EADDRINUSE|EACCES|EADDRNOTAVAIL/.exec(String(error))?.[0];
  if (why === undefined) throw error;
  throw new Refused(
    'in_use',
    `federation.port = ${port} on ${host}: ${why}. Stop the other program, or choose another federation.port`,
  );
}

function readFlags(): FileFlags {
  try {
    const { values } = parseArgs({ options: { config: { type: 'string' }, data: { type: 'string' } } });
    return values;
  } catch (error) {
    throw new Refused(
      'bad_input',
      `${error instanceof Error ? error.message : error} Allowed: --config FILE, --data FOLDER`,
    );
  }
}

async function run(): Promise<void> {
  const config = readConfig(process.env, readFlags());
  if (!config.ok) throw new Refused(config.refusal.code, config.refusal.detail);
  const { level, format } = config.value.log;
  const log = createLog({ level, form: format });
  const folder = openFolder(config.value.dataFolder);
  try {
    const stopAsked = onSignal();
    const options = { folder, version: packageJson.version, webFolder: join(root, 'dist', 'web') };
    const node = await createNode(config.value, portsOf(config.value, log), options);
    await greet(node, folder.path, log);
    log.info('node.stopping', { signal: await stopAsked });
    await node.close();
  } finally {
    folder.close();
  }
}

/** The first signal; further ones while the node stops change nothing. */
function onSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
  });
}

/** The link is shown to a person only: what is not a terminal may be a log that others read. */
async function greet(node: Node, dataFolder: string, log: Log): Promise<void> {
  log.info('node.listening', { web: node.url, federation: node.federationAddresses().join(' ') });
  const isTerminal = process.stdout.isTTY === true;
  const lines = [`Conclave runs at ${node.url}`, `Data folder: ${dataFolder}`];
  if (!node.core.accounts.accounts.hasAdministrator())
    lines.push(
      ...(isTerminal
        ? ['', 'Become its first administrator (once, within 24 hours):', `  ${await node.firstLink()}`, '']
        : ['Get the link of the first administrator: npx conclave account add --administrator']),
    );
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Ends the process. */
export async function start(): Promise<void> {
  try {
    await run();
    process.exit(0);
  } catch (error) {
    const { exitCode, text } = failureOf(error, false);
    process.stderr.write(text);
    process.exit(exitCode);
  }
}
