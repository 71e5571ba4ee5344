/** The recovery phrase of the node in a data folder, whether it runs (then it is asked) or not (then it is opened, and made). */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Refused } from '../../protocol/result.ts';
import type { Config } from '../config/config.ts';
import { DATA_FILES } from '../config/data-files.ts';
import type { ActUses } from './act.ts';
import type { Call } from './call.ts';
import type { OpenStopped } from './stopped-node.ts';

export interface Phrase {
  readonly org: string;
  readonly name: string;
  readonly domain: string;
  readonly dataFolder: string;
  /** Was the organisation made just now? */
  readonly made: boolean;
  readonly words: readonly string[];
  /** False: those are not the words. Afterwards the node has forgotten them. */
  confirm(typed: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface PhraseUses extends Pick<ActUses, 'connect'> {
  readonly openStopped: OpenStopped;
  readonly config: Config;
  /** A name or a domain was asked for: not of a running node. */
  readonly isNamed: boolean;
}

/** Refuses (throws) `phrase_confirmed`, `running`, `in_use`, `newer_data`. */
export async function openPhrase({ connect, openStopped, config, isNamed }: PhraseUses): Promise<Phrase> {
  const call = connect(config);
  const words = await askRunning(call);
  if (words && isNamed) throw new Refused('running', 'name and domain are given before the first start');
  return words ? ofRunning(call, words) : ofStopped(openStopped, config);
}

async function askRunning(call: Call): Promise<string[] | undefined> {
  try {
    return (await call('GET /api/v1/admin/phrase', {})).words;
  } catch (error) {
    if (error instanceof Refused && error.refusal.code === 'not_running') return undefined;
    throw error;
  }
}

async function ofRunning(call: Call, words: readonly string[]): Promise<Phrase> {
  const { org, name, domain, dataFolder } = await call('GET /api/v1/admin/status', {});
  return {
    ...{ org, name, domain, dataFolder, words, made: false },
    async confirm(typed) {
      const body = { words: typed.trim().split(/\s+/) };
      return isRight(() => call('POST /api/v1/admin/phrase', { body }));
    },
    close: async () => {},
  };
}

async function ofStopped(openStopped: OpenStopped, config: Config): Promise<Phrase> {
  const dataFolder = resolve(config.dataFolder);
  const made = !existsSync(join(dataFolder, DATA_FILES.database));
  const { organisation, close } = await openStopped(config);
  const words = organisation.recoveryPhrase();
  if (!words) {
    await close();
    throw new Refused('phrase_confirmed');
  }
  const { name, domains } = organisation.current().record;
  return {
    ...{ org: organisation.orgId, name, domain: domains[0] ?? '', dataFolder, made, words, close },
    confirm: async (typed) => organisation.confirmPhrase(typed).ok,
  };
}

async function isRight(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof Refused && ['phrase_wrong', 'bad_input'].includes(error.refusal.code)) return false;
    throw error;
  }
}
