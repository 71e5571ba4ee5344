/**
 * The keys of this organisation that the node holds: the seed of the operational key and, until an administrator has confirmed
 * it, the recovery phrase. They lie in a file of their own, so that no copy of the database holds them (PROTOCOL 1.4).
 */
import { z } from 'zod';
import { Fault } from '../../protocol/result.ts';
import type { KeyFile } from '../ports.ts';

const schema = z.strictObject({
  v: z.literal(1),
  operationalSeed: z.base64(),
  recoveryPhrase: z.string().optional(),
});

export interface Keys {
  /** 32 bytes. */
  readonly operationalSeed: Uint8Array;
  readonly recoveryPhrase: string | undefined;
}

/** undefined: there is no file yet. Throws a `Fault` for a file that is not whole. */
export function readKeys(file: KeyFile): Keys | undefined {
  const text = file.read();
  if (text === undefined) return undefined;
  const read = schema.safeParse(parseJson(text));
  const seed = read.success && Buffer.from(read.data.operationalSeed, 'base64');
  if (!read.success || !seed || seed.length !== 32)
    throw new Fault('the key file is damaged: restore it from a backup');
  return { operationalSeed: new Uint8Array(seed), recoveryPhrase: read.data.recoveryPhrase };
}

export function writeKeys(file: KeyFile, { operationalSeed, recoveryPhrase }: Keys): void {
  const seed = Buffer.from(operationalSeed).toString('base64');
  const phrase = recoveryPhrase === undefined ? {} : { recoveryPhrase };
  file.write(`${JSON.stringify({ v: 1, operationalSeed: seed, ...phrase })}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
