/**
 * A node that does not run, for the commands that are safe then: the parts of it that `init` and `doctor` need, put together as
 * node.ts does. `open` holds the lock of the data folder, `look` takes none and changes nothing.
 */
import { join, resolve } from 'node:path';
import { createSystemClock } from '../adapters/clock.ts';
import { openKeyFile } from '../adapters/key-file.ts';
import { createLog } from '../adapters/log.ts';
import { createSystemRandom } from '../adapters/random.ts';
import { createSigner } from '../adapters/signer.ts';
import type { Config } from '../config/config.ts';
import { DATA_FILES } from '../config/data-files.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { type DataFolder, openFolder } from '../db/folder.ts';
import { migrations } from '../db/migrations/index.ts';
import { openReadOnly } from '../db/read-only.ts';
import { readKeys } from '../identity/keys.ts';
import { createNetwork } from '../identity/network.ts';
import { type OwnOrganisation, openOrganisation } from '../identity/organisation.ts';
import { createPeers } from '../identity/peers.ts';
import { storedOrganisation } from '../identity/stored.ts';
import type { LookAtStopped, OpenStopped } from './stopped-node.ts';

const log = createLog({ level: 'warn', form: 'text' });
const clock = createSystemClock({ log });

/** Makes folder, database and organisation where they are not yet. Refuses (throws) `in_use`, `newer_data`. */
export const openStopped: OpenStopped = async (config) => {
  const folder = openFolder(config.dataFolder);
  let db: Database | undefined;
  try {
    db = openDatabase({ file: folder.file(DATA_FILES.database), migrations, clock, log });
    const organisation = await openOwn(config, db, folder.file(DATA_FILES.keys));
    return { organisation, close: () => closeAll(folder, db, organisation) };
  } catch (error) {
    await closeAll(folder, db);
    throw error;
  }
};

async function closeAll(folder: DataFolder, db?: Database, organisation?: OwnOrganisation): Promise<void> {
  organisation?.close();
  await db?.close();
  folder.close();
}

function openOwn(config: Config, db: Database, keys: string): Promise<OwnOrganisation> {
  return openOrganisation({
    db,
    clock,
    log,
    random: createSystemRandom(),
    keyFile: openKeyFile(keys),
    makeSigner: createSigner,
    domain: config.organisation.domain,
    description: { name: config.organisation.name, endpoints: config.federation.announce, features: [] },
  });
}

/** undefined: nothing is there yet, or what is there belongs to another version. */
export const lookAtStopped: LookAtStopped = async ({ dataFolder }) => {
  const folder = resolve(dataFolder);
  const db = openReadOnly(join(folder, DATA_FILES.database), migrations);
  try {
    const organisation = db && storedOrganisation(db);
    if (!organisation) return undefined;
    const { orgId } = organisation;
    const peers = createPeers({ db, clock, organisation: { orgId, current: () => organisation } });
    return {
      organisation,
      network: createNetwork({ db, peers }).settings(),
      peers: peers.list(),
      isPhraseConfirmed: readKeys(openKeyFile(join(folder, DATA_FILES.keys)))?.recoveryPhrase === undefined,
    };
  } finally {
    await db?.close();
  }
};
