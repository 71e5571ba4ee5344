/** What an account is to the rest of the node, and how its names are read. */
import type { Selectable } from 'kysely';
import { isLocalName, isShownName } from '../../protocol/identity/names.ts';
import type { AccountId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Refused } from '../../protocol/result.ts';
import type { AccountTables } from '../db/schema/accounts.ts';

export type Role = 'admin' | 'person';
/** A person signs in with a password and makes tokens; a bot has no password ever, and administrators make its tokens. */
export type AccountKind = 'person' | 'bot';

export interface Account {
  readonly accountId: AccountId;
  readonly kind: AccountKind;
  readonly localName: string;
  readonly displayName: string;
  readonly role: Role;
  /** pending: a person's, made by an administrator, has no password yet. */
  readonly state: 'pending' | 'active' | 'disabled';
  readonly mayBringOutsiders: boolean;
  readonly createdAtMs: number;
  /** null: never. Kept to within some minutes. */
  readonly lastSeenAtMs: number | null;
}

export type AccountRow = Selectable<AccountTables['account']>;

export function accountFromRow(row: AccountRow): Account {
  const { accountId, kind, localName, displayName, role, state, createdAtMs, lastSeenAtMs } = row;
  const mayBringOutsiders = row.mayBringOutsiders === 1;
  return { accountId, kind, localName, displayName, role, state, mayBringOutsiders, createdAtMs, lastSeenAtMs };
}

/** As typed, in any case, to its one spelling. Refuses (throws) `bad_name`. */
export function parseLocalName(typed: string): string {
  const name = typed.trim().toLowerCase();
  if (!isLocalName(name)) throw new Refused('bad_name', 'localName');
  return name;
}

/** Refuses (throws) `bad_input`. */
export function parseDisplayName(typed: string): string {
  const name = typed.trim();
  if (!isShownName(name, LIMITS.displayNameBytes))
    throw new Refused('bad_input', `displayName: 1 to ${LIMITS.displayNameBytes} bytes without hidden signs`);
  return name;
}

/** Words in lower case without accents, each with a space before it; empty when there is no letter or digit. */
export function foldWords(...texts: readonly string[]): string {
  const folded = texts.join(' ').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => ` ${word}`).join('');
}
