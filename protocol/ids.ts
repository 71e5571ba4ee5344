/**
 * Branded ids. In memory and in JSON an id is its text form (prefix and base32, RFC 4648 lower case without
 * padding), so that ids of two kinds cannot be mixed up and serve as map keys; on the wire it is its raw bytes (PROTOCOL 2.3).
 */
import { Refused } from './result.ts';

declare const brand: unique symbol;
type Id<K extends string> = string & { readonly [brand]: K };

export type OrgId = Id<'org'>;
export type AccountId = Id<'account'>;
export type DeviceId = Id<'device'>;
export type ChatId = Id<'chat'>;
export type LogId = Id<'log'>;
export type EntryId = Id<'entry'>;
export type RequestId = Id<'request'>;
/** A position in a control log: 0 is genesis. */
export type Cpos = number;
/** A position in the arrival order of one node. */
export type Arrival = number;
/** A hybrid logical clock: see hlc.ts. */
export type Hlc = number;
/** SHA-256, 32 bytes. */
export type Hash = Uint8Array;

const KINDS = {
  org: { prefix: 'org_', length: 32 },
  account: { prefix: 'acc_', length: 16 },
  device: { prefix: 'dev_', length: 16 },
  chat: { prefix: 'chat_', length: 32 },
  log: { prefix: 'log_', length: 32 },
  entry: { prefix: 'ent_', length: 16 },
  request: { prefix: 'req_', length: 16 },
} as const;

export type IdKind = keyof typeof KINDS;
export interface IdOf {
  org: OrgId;
  account: AccountId;
  device: DeviceId;
  chat: ChatId;
  log: LogId;
  entry: EntryId;
  request: RequestId;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** RFC 4648 base32, lower case, no padding. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

/** Refuses `malformed`: other letters, and spare bits that are not zero (each value has one spelling). */
export function fromBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    const value = VALUES.get(letter);
    if (value === undefined) throw new Refused('malformed', 'base32');
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0 || bits >= 5) throw new Refused('malformed', 'base32 tail');
  return bytes;
}

/** Raw bytes to the id's text. Refuses `malformed` for a wrong length. */
export function idFromBytes<K extends IdKind>(kind: K, bytes: Uint8Array): IdOf[K] {
  const { prefix, length } = KINDS[kind];
  if (bytes.length !== length) throw new Refused('malformed', `${kind} id`);
  return (prefix + toBase32(bytes)) as IdOf[K];
}

/** The id's raw bytes, for the wire. */
export function idBytes(id: IdOf[IdKind]): Uint8Array {
  return fromBase32(id.slice(id.indexOf('_') + 1));
}

/** Text from outside to an id. Refuses `malformed`. */
export function parseId<K extends IdKind>(kind: K, text: string): IdOf[K] {
  const { prefix } = KINDS[kind];
  if (!text.startsWith(prefix)) throw new Refused('malformed', `${kind} id`);
  return idFromBytes(kind, fromBase32(text.slice(prefix.length)));
}

export function idLength(kind: IdKind): number {
  return KINDS[kind].length;
}

export function isId<K extends IdKind>(kind: K, text: string): text is IdOf[K] {
  try {
    parseId(kind, text);
    return true;
  } catch {
    return false;
  }
}
