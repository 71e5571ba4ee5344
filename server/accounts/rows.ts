/** The rows of accounts, for the modules of this folder only. */
import type { Selectable, Updateable } from 'kysely';
import type { AccountId } from '../../protocol/ids.ts';
import { assert, Refused } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import { sql } from '../db/query.ts';
import type { AccountTables } from '../db/schema/accounts.ts';
import type { Statements } from '../db/statements.ts';
import { type Account, accountFromRow, foldWords } from './account.ts';

export function accountById(on: Statements, accountId: AccountId): Account | undefined {
  const row = on.one(sql.selectFrom('account').selectAll().where('accountId', '=', accountId));
  return row && accountFromRow(row);
}

/** Refuses (throws) `unknown_account`. */
export function accountOrRefuse(on: Statements, accountId: AccountId): Account {
  const account = accountById(on, accountId);
  if (!account) throw new Refused('unknown_account');
  return account;
}

export function accountByName(on: Statements, localName: string): Account | undefined {
  const row = on.one(sql.selectFrom('account').selectAll().where('localName', '=', localName));
  return row && accountFromRow(row);
}

/** Refuses (throws) `name_taken`. */
export function insertAccount(tx: Tx, account: Account): Account {
  refuseTakenName(tx, account.localName);
  const searchKey = foldWords(account.localName, account.displayName);
  tx.run(sql.insertInto('account').values({ ...account, searchKey }));
  return account;
}

export type LinkRow = Selectable<AccountTables['accountLink']>;
export type AccountPatch = Omit<
  Updateable<AccountTables['account']>,
  'accountId' | 'kind' | 'createdAtMs' | 'searchKey'
>;

/** The account as it is then. Refuses (throws) `name_taken`, `unknown_account`. */
export function updateAccount(tx: Tx, accountId: AccountId, patch: AccountPatch): Account {
  const before = accountOrRefuse(tx, accountId);
  const localName = patch.localName ?? before.localName;
  if (localName !== before.localName) refuseTakenName(tx, localName);
  const searchKey = foldWords(localName, patch.displayName ?? before.displayName);
  tx.run(
    sql
      .updateTable('account')
      .set({ ...patch, searchKey })
      .where('accountId', '=', accountId),
  );
  const after = accountById(tx, accountId);
  assert(after, 'an updated account is there');
  return after;
}

function refuseTakenName(tx: Tx, localName: string): void {
  if (accountByName(tx, localName)) throw new Refused('name_taken', localName);
}

export function activeAccounts(on: Statements): number {
  const query = sql
    .selectFrom('account')
    .select((count) => count.fn.countAll<number>().as('n'))
    .where('state', '=', 'active');
  return on.one(query)?.n ?? 0;
}

/** Only persons: a bot cannot sign in to take care of the others. */
export function activeAdministrators(on: Statements): number {
  const query = sql
    .selectFrom('account')
    .select((count) => count.fn.countAll<number>().as('n'))
    .where('kind', '=', 'person')
    .where('role', '=', 'admin')
    .where('state', '=', 'active');
  return on.one(query)?.n ?? 0;
}

export function hasPassword(on: Statements, accountId: AccountId): boolean {
  return passwordRecord(on, accountId) !== undefined;
}

/** The OPAQUE registration record. */
export function passwordRecord(on: Statements, accountId: AccountId): string | undefined {
  return on.one(sql.selectFrom('accountPassword').select('record').where('accountId', '=', accountId))?.record;
}

export function storePassword(tx: Tx, accountId: AccountId, record: string, nowMs: number): void {
  const row = { record, changedAtMs: nowMs };
  tx.run(
    sql
      .insertInto('accountPassword')
      .values({ accountId, ...row })
      .onConflict((taken) => taken.column('accountId').doUpdateSet(row)),
  );
}
