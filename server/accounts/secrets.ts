/**
 * Secrets that the node hands out and knows again: session tokens, bearer tokens, links. Always holds: only a hash is stored, so
 * the database opens nothing; the kinds cannot stand for one another.
 */
import { utf8 } from '../../protocol/bytes.ts';
import { taggedHash } from '../../protocol/hash.ts';
import { type Hash, toBase32 } from '../../protocol/ids.ts';
import type { Random } from '../ports.ts';

type SecretKind = 'session' | 'token' | 'link';

/** 160 bits for what a person may have to copy, 256 for the rest. */
const SECRET_BYTES: Record<SecretKind, number> = { session: 32, token: 32, link: 20 };
const PUBLIC_ID_BYTES = 10;

export interface Secret {
  /** Shown or set once, then forgotten. */
  readonly text: string;
  readonly hash: Hash;
}

export function createSecret(kind: SecretKind, random: Random): Secret {
  const text = toBase32(random.bytes(SECRET_BYTES[kind]));
  return { text, hash: hashSecret(kind, text) };
}

export function hashSecret(kind: SecretKind, text: string): Hash {
  return taggedHash('token', utf8(`${kind}:${text}`));
}

/** Names a session, token or link in lists; opens nothing. */
export function createPublicId(prefix: 'ses' | 'tok' | 'lnk', random: Random): string {
  return `${prefix}_${toBase32(random.bytes(PUBLIC_ID_BYTES))}`;
}
