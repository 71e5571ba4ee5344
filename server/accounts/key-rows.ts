/** Rows of accounts' keys, for keys.ts only. Bytes come out as they went in; nothing is checked here. */
import { decode, encode, list } from '../../protocol/codec.ts';
import type { AccountId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { assert } from '../../protocol/result.ts';
import { type Envelope, envelope } from '../../protocol/seal/unlockers.ts';
import type { Tx } from '../db/batch.ts';
import { sql } from '../db/query.ts';
import type { Statements } from '../db/statements.ts';

export interface StoredKeys {
  /** Identity chain, counter-signed; null: the account has no keys yet. */
  readonly identity: Uint8Array | null;
  /** How many of its cards are resets. */
  readonly resets: number;
  /** 0: no vault. */
  readonly vaultVersion: number;
  readonly vault: Uint8Array | null;
  readonly envelopes: readonly Envelope[];
}

const NO_KEYS: StoredKeys = { identity: null, resets: 0, vaultVersion: 0, vault: null, envelopes: [] };
const envelopesShape = list(envelope, LIMITS.unlockers);
const ENVELOPES_BYTES = LIMITS.unlockers * 128;

export function storedKeys(on: Statements, accountId: AccountId): StoredKeys {
  const row = on.one(sql.selectFrom('accountKeys').selectAll().where('accountId', '=', accountId));
  if (!row) return NO_KEYS;
  const { identity, resets, vaultVersion, vault, envelopes } = row;
  return {
    identity: identity && plain(identity),
    resets,
    vaultVersion,
    vault: vault && plain(vault),
    envelopes: envelopes ? envelopesOf(plain(envelopes)) : [],
  };
}

export function storeKeys(tx: Tx, accountId: AccountId, { envelopes, ...keys }: StoredKeys): void {
  const columns = { ...keys, envelopes: encode(envelopesShape, envelopes) };
  tx.run(
    sql
      .insertInto('accountKeys')
      .values({ accountId, ...columns })
      .onConflict((taken) => taken.column('accountId').doUpdateSet(columns)),
  );
}

export function identityOf(on: Statements, accountId: AccountId): Uint8Array | null {
  const query = sql.selectFrom('accountKeys').select('identity').where('accountId', '=', accountId);
  const identity = on.one(query)?.identity ?? null;
  return identity && plain(identity);
}

/** Every account that was ever reset. */
export function resetAccounts(on: Statements): { accountId: AccountId; identity: Uint8Array }[] {
  const query = sql.selectFrom('accountKeys').select(['accountId', 'identity']).where('resets', '>', 0);
  return on.all(query).flatMap(({ accountId, identity }) => (identity ? { accountId, identity: plain(identity) } : []));
}

function envelopesOf(bytes: Uint8Array): readonly Envelope[] {
  const read = decode(envelopesShape, bytes, ENVELOPES_BYTES);
  assert(read.ok, 'stored envelopes are whole');
  return read.value;
}

/** The database gives buffers, whose `slice` shares their memory. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
