/** Finds and reads the configuration file: `--config`, else CONCLAVE_CONFIG, else `conclave.toml` in the data folder if there is one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, type Result, refuse } from '../../protocol/result.ts';
import { type Config, type Flags, parseConfig } from './config.ts';
import { KEYS } from './keys.ts';
import type { Environment } from './sources.ts';

export interface FileFlags extends Flags {
  readonly config?: string;
}

/** Refuses `bad_config`: a named file that is not there, and whatever `parseConfig` refuses. */
export function readConfig(env: Environment, flags: FileFlags): Result<Config> {
  const named = flags.config ?? env.CONCLAVE_CONFIG;
  const file = named ?? join(flags.data ?? env.CONCLAVE_DATA ?? KEYS.data.fallback, 'conclave.toml');
  const text = readIfThere(file);
  if (text === undefined && named !== undefined)
    return refuse('bad_config', `${flags.config ? '--config' : 'CONCLAVE_CONFIG'} = "${named}": there is no such file`);
  const read = parseConfig(text ?? '', env, flags);
  return read.ok
    ? read
    : refuse(read.refusal.code, `${text === undefined ? '' : `${file}: `}${read.refusal.detail ?? ''}`);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Fault(`the configuration file ${file} cannot be read`, { cause: error });
  }
}
