/**
 * Brings what was written (a TOML text, environment variables, flags) into one flat map of key to value, still unchecked.
 * Flags win over the environment, the environment over the file. Unknown keys are refused with the nearest known one.
 */
import { parse, TomlError } from 'smol-toml';
import { Refused } from '../../protocol/result.ts';
import { environmentName, isKeyName, KEY_NAMES, KEYS, type KeyName } from './keys.ts';
import { nearest } from './nearest.ts';

export interface Written {
  readonly value: unknown;
  /** Where it was set, for the error. */
  readonly from: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Adds each unknown key to `problems`. Refuses (throws) `bad_config` for a text that is not TOML. */
export function fromToml(text: string, problems: string[]): Map<KeyName, Written> {
  const found = new Map<KeyName, Written>();
  walk(readToml(text), '', (name, value) => {
    if (isKeyName(name)) found.set(name, { value, from: 'the configuration file' });
    else problems.push(`${name}: there is no such key${didYouMean(name, KEY_NAMES)}`);
  });
  return found;
}

function readToml(text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof TomlError)
      throw new Refused('bad_config', `line ${error.line}, column ${error.column}: ${error.message.split('\n')[0]}`);
    throw error;
  }
}

function walk(table: Record<string, unknown>, prefix: string, visit: (name: string, value: unknown) => void): void {
  for (const [part, value] of Object.entries(table)) {
    const name = prefix + part;
    if (isTable(value) && !isKeyName(name)) walk(value, `${name}.`, visit);
    else visit(name, value);
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Only names that begin like a group of keys are ours; CONCLAVE_BROWSER and the like belong to the scripts. */
export function fromEnvironment(env: Environment, problems: string[]): Map<KeyName, Written> {
  const byVariable = new Map(KEY_NAMES.map((name) => [environmentName(name), name]));
  const groups = new Set(
    KEY_NAMES.filter((name) => name.includes('.')).map((name) => name.split('.')[0]?.toUpperCase()),
  );
  const found = new Map<KeyName, Written>();
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || !variable.startsWith('CONCLAVE_')) continue;
    const name = byVariable.get(variable);
    if (name) found.set(name, { value: fromText(name, value), from: variable });
    else if (variable.split('_').length > 2 && groups.has(variable.split('_')[1]))
      problems.push(`${variable}: there is no such key${didYouMean(variable, [...byVariable.keys()])}`);
  }
  return found;
}

/** Reads a text by the key's kind; what does not fit stays as it is, so that the check shows it as it was written. */
function fromText(name: KeyName, value: string): unknown {
  switch (KEYS[name].kind) {
    case 'text':
      return value;
    case 'number':
      return /^\d+$/.test(value) ? Number(value) : value;
    case 'flag':
      return value === 'true' || value === 'false' ? value === 'true' : value;
    case 'list':
      return parts(value);
    case 'map':
      return Object.fromEntries(parts(value).map((part) => part.split(/=(.*)/s).slice(0, 2)));
  }
}

function parts(value: string): string[] {
  return value === '' ? [] : value.split(',').map((part) => part.trim());
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near ? `. Did you mean ${near}?` : '';
}
