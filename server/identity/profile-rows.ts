/** Profiles in the database: the signed bytes as they came, and the words of the names of active people for search. */
import type { Signed } from '../../protocol/codec.ts';
import { searchWords } from '../../protocol/identity/names.ts';
import { decodeProfile, type Profile } from '../../protocol/identity/profile.ts';
import type { AccountId, OrgId } from '../../protocol/ids.ts';
import { assert } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import { sql } from '../db/query.ts';
import type { Statements } from '../db/statements.ts';
import { plain } from './peer.ts';

export interface ProfileRef {
  readonly orgId: OrgId;
  readonly accountId: AccountId;
}

export interface HeldProfile {
  readonly profile: Profile;
  /** As the organisation signed it, to be passed on. */
  readonly signed: Signed;
}

/** A search looks at no more names than this, whatever its filter refuses. */
const LOOKED_AT = 2_000;
/** Above every letter: where the words that begin with a prefix end. */
const LAST_LETTER = '\u{10ffff}';

export function heldProfile(from: Statements, { orgId, accountId }: ProfileRef): HeldProfile | undefined {
  const query = sql.selectFrom('profile').select(['bytes', 'signature']);
  const row = from.one(query.where('orgId', '=', orgId).where('accountId', '=', accountId));
  if (!row) return undefined;
  const signed = { bytes: plain(row.bytes), signature: plain(row.signature) };
  const read = decodeProfile(signed.bytes);
  assert(read.ok, 'a stored profile is valid');
  return { profile: read.value, signed };
}

export function storeProfile(tx: Tx, profile: Profile, { bytes, signature }: Signed): void {
  const { orgId, accountId, version } = profile;
  const columns = { version, bytes, signature };
  const insert = sql.insertInto('profile').values({ orgId, accountId, ...columns });
  tx.run(insert.onConflict((conflict) => conflict.columns(['orgId', 'accountId']).doUpdateSet(columns)));
  tx.run(sql.deleteFrom('profileWord').where('orgId', '=', orgId).where('accountId', '=', accountId));
  if (profile.state !== 'active') return;
  for (const word of wordsOf(profile)) tx.run(sql.insertInto('profileWord').values({ word, orgId, accountId }));
}

function wordsOf({ localName, displayName }: Profile): string[] {
  return searchWords(localName, displayName);
}

/** People with a word that begins with each of `words`. */
export function findByWords(
  from: Statements,
  words: readonly string[],
  limit: number,
  filter: (profile: Profile) => boolean,
): Profile[] {
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
  const query = sql
    .selectFrom('profileWord')
    .select(['orgId', 'accountId'])
    .where('word', '>=', longest)
    .where('word', '<', longest + LAST_LETTER)
    .orderBy('word')
    .limit(LOOKED_AT);
  const found: Profile[] = [];
  const seen = new Set<string>();
  for (const ref of from.all(query)) {
    if (found.length >= limit) break;
    const name = ref.orgId + ref.accountId;
    if (seen.has(name)) continue;
    seen.add(name);
    const profile = heldProfile(from, ref)?.profile;
    if (profile && hasAll(profile, words) && filter(profile)) found.push(profile);
  }
  return found;
}

function hasAll(profile: Profile, words: readonly string[]): boolean {
  const own = wordsOf(profile);
  return words.every((word) => own.some((each) => each.startsWith(word)));
}
