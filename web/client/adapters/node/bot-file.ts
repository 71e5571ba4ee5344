/**
 * All that a bot is, in one file: where its node is, its token, its keys (SEAL 3.3) and the code that opens its vault. Whoever reads the
 * file is the bot. Always holds: it is whole, also after a crash; only its owner may read it, or it is refused. Every write begins
 * with what the file says then: several processes may work with one.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Refused } from '../../../../protocol/result.ts';
import type { KeyStore } from '../../ports.ts';
import { type BotData, packKeys, parseBotData, unpackKeys } from './bot-data.ts';
import { drawFileKeys } from './file-keys.ts';

export interface BotFile {
  /** `http://127.0.0.1:8440` */
  readonly node: string;
  readonly token: string;
  readonly keys: KeyStore;
  /** Opens the vault again when the keys are gone from the file; null until it was made. */
  readonly code: string | null;
  keepCode(code: string): void;
}

const OTHERS_MODE = 0o077;

/**
 * Makes the file, or nothing: `draw` is asked once it is certain that the file can be. Refuses (throws) `bad_input` where a file is
 * already, or none can be.
 */
export async function makeBotFile(
  path: string,
  draw: () => Promise<Pick<BotData, 'node' | 'token'>>,
): Promise<BotFile> {
  const file = openNew(path, `${path} is there already, or cannot be written: choose another with --file`);
  try {
    writeAll(file, { v: 1, ...(await draw()), code: null, keys: null });
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
  closeSync(file);
  return openBotFile(path);
}

/** Refuses (throws) `not_found`, and `bad_input` for a file that others can read or that is no bot's. */
export function openBotFile(path: string): BotFile {
  const { node, token } = readData(path);
  const change = (changed: Partial<BotData>) => replace(path, { ...readData(path), ...changed });
  return {
    node,
    token,
    get code() {
      return readData(path).code;
    },
    keepCode: (code) => change({ code }),
    keys: {
      fresh: drawFileKeys,
      async read() {
        const { keys } = readData(path);
        return keys && unpackKeys(keys);
      },
      write: async (keys) => change({ keys: packKeys(keys) }),
      clear: async () => change({ keys: null }),
    },
  };
}

function readData(path: string): BotData {
  const file = openOld(path);
  try {
    // Windows has no such modes: there the folder decides.
    if (process.platform !== 'win32' && (fstatSync(file).mode & OTHERS_MODE) !== 0)
      throw new Refused(
        'bad_input',
        `${path} can be read by others, and whoever reads it is the bot: chmod 600 ${path}`,
      );
    const data = parseBotData(readFileSync(file, 'utf8'));
    if (!data) throw new Refused('bad_input', `${path} is not the file of a bot, or of a newer version`);
    return data;
  } finally {
    closeSync(file);
  }
}

function replace(path: string, data: BotData): void {
  const place = realpathSync(path);
  const beside = `${place}.${process.pid}.new`;
  // Of a process with this number that was killed in the middle.
  rmSync(beside, { force: true });
  const file = openNew(beside, `${beside} cannot be written`);
  try {
    writeAll(file, data);
  } finally {
    closeSync(file);
  }
  renameSync(beside, place);
}

function writeAll(file: number, data: BotData): void {
  writeFileSync(file, `${JSON.stringify(data, null, 2)}\n`);
  fsyncSync(file);
}

function openNew(path: string, otherwise: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    throw new Refused('bad_input', `${otherwise} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function openOld(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new Refused('not_found', `${path} (${(error as NodeJS.ErrnoException).code})`);
  }
}
