/**
 * The configuration that `conclave init` goes by. Name and domain that are asked for are written into the data folder, so that the
 * next start knows them too; where a configuration says something else, it is not overruled.
 */
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'smol-toml';
import { Refused, type Result } from '../../protocol/result.ts';
import { type Config, parseConfig } from '../config/config.ts';
import { DATA_FILES } from '../config/data-files.ts';
import type { ActUses, GlobalOptions } from './act.ts';

export interface Names {
  readonly name?: string;
  readonly domain?: string;
}

export interface Asked {
  readonly config: Config;
  /** Was a name or a domain asked for? */
  readonly isNamed: boolean;
}

type Key = 'name' | 'domain';
const KEYS: readonly Key[] = ['name', 'domain'];

/** Refuses (throws) `bad_config`; `bad_input` for a name or domain that the configuration gives differently. */
export async function configured(readConfig: ActUses['readConfig'], options: GlobalOptions & Names): Promise<Asked> {
  const before = valueOrThrow(readConfig(options));
  const asked = KEYS.filter((key) => options[key] !== undefined);
  const differing = asked.filter((key) => options[key] !== before.organisation[key]);
  if (differing.length === 0) return { config: before, isNamed: asked.length > 0 };
  const undo = writeNames(before, options, differing);
  const config = valueOrThrow(readConfig(options));
  // The environment wins over the file that was just written.
  const overruled = differing.filter((key) => config.organisation[key] !== options[key]);
  if (overruled.length === 0) return { config, isNamed: true };
  undo();
  throw new Refused('bad_input', overruled.map((key) => differs(key, config)).join('\n'));
}

/** Gives what takes it back. */
function writeNames(config: Config, options: GlobalOptions & Names, differing: readonly Key[]): () => void {
  const folder = resolve(config.dataFolder);
  const file = join(folder, DATA_FILES.configuration);
  const isConfigured = options.config !== undefined || existsSync(file);
  if (isConfigured) throw new Refused('bad_input', differing.map((key) => differs(key, config)).join('\n'));
  if (existsSync(join(folder, DATA_FILES.database)))
    throw new Refused('bad_input', `the organisation in ${folder} was made before: leave out --name and --domain`);
  const organisation = Object.fromEntries(KEYS.flatMap((key) => (options[key] ? [[key, options[key]]] : [])));
  const text = `${stringify({ organisation })}\n`;
  valueOrThrow(parseConfig(text, {}, {}));
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  return () => {
    rmSync(file);
    if (made !== undefined) rmdirSync(folder);
  };
}

function differs(key: Key, { organisation }: Config): string {
  return `organisation.${key} is "${organisation[key]}" in the configuration: change it there, or leave out --${key}`;
}

function valueOrThrow(read: Result<Config>): Config {
  if (read.ok) return read.value;
  throw new Refused(read.refusal.code, read.refusal.detail);
}
