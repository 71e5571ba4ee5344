/**
 * The accounts of this organisation. Always holds: an accountId is random and never used again; a local name belongs to one account
 * whatever its case; a person is an active administrator once one was; what is switched off is signed in nowhere.
 */
import { type AccountId, idFromBytes } from '../../protocol/ids.ts';
import { Refused, type Result } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Clock, Random } from '../ports.ts';
import { type Account, accountFromRow, foldWords, parseDisplayName, parseLocalName, type Role } from './account.ts';
import type { AccountChanges } from './changes.ts';
import {
  type AccountPatch,
  accountById,
  accountByName,
  accountOrRefuse,
  activeAccounts,
  activeAdministrators,
  hasPassword,
  insertAccount,
  updateAccount,
} from './rows.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

interface Names {
  readonly localName: string;
  readonly displayName?: string;
}

export interface Accounts {
  /** Makes a person's account, pending; a link for it lets its person in. Refuses `bad_name`, `name_taken`, `bad_input`. */
  create(names: Names): Promise<Result<Account>>;
  /** Makes an account for a program, active at once and never with a password. Refuses `bad_name`, `name_taken`, `bad_input`. */
  createBot(names: Names): Promise<Result<Account>>;
  byId(accountId: AccountId): Account | undefined;
  /** A name as typed, in any case. */
  byName(localName: string): Account | undefined;
  /** By local name, those behind `after`; at most `limit`. */
  list(page?: { after?: string; limit?: number }): Account[];
  /** Active accounts of which some word of the names begins with what was typed; by local name, at most `limit`. */
  search(typed: string, limit?: number): Account[];
  /** Everybody who can sign in. */
  countActive(): number;
  hasAdministrator(): boolean;
  /** Ends sessions and tokens too. Refuses `unknown_account`, `last_administrator`. */
  disable(accountId: AccountId): Promise<Result<Account>>;
  /** Refuses `unknown_account`. */
  enable(accountId: AccountId): Promise<Result<Account>>;
  /** Refuses `unknown_account`, `last_administrator`. */
  setRole(accountId: AccountId, role: Role): Promise<Result<Account>>;
  /** May it bring in outsiders? Refuses `unknown_account`. */
  setMayBringOutsiders(accountId: AccountId, may: boolean): Promise<Result<Account>>;
  /** Refuses `unknown_account`, `bad_name`, `name_taken`, `bad_input`. */
  rename(accountId: AccountId, names: { localName?: string; displayName?: string }): Promise<Result<Account>>;
}

const PAGE = 500;
const SUGGESTIONS = 20;

export interface AccountsParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly changes: AccountChanges;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
}

export function createAccounts({ db, clock, random, changes, sessions, tokens }: AccountsParts): Accounts {
  function change(tx: Tx, accountId: AccountId, patch: AccountPatch): Account {
    const account = updateAccount(tx, accountId, patch);
    if (account.state !== 'pending') changes.tell({ kind: 'changed', account }, tx);
    return account;
  }

  function createBot(tx: Tx, names: Names): Account {
    const account = insertAccount(tx, { ...newAccount(names, random, clock.now()), kind: 'bot', state: 'active' });
    changes.tell({ kind: 'created', account }, tx);
    return account;
  }

  function disable(tx: Tx, accountId: AccountId): Account {
    const before = accountOrRefuse(tx, accountId);
    if (before.state === 'disabled') return before;
    refuseLastAdministrator(tx, before);
    const account = updateAccount(tx, accountId, { state: 'disabled' });
    sessions.endAll(tx, accountId);
    tokens.revokeAll(tx, accountId);
    if (before.state === 'active') changes.tell({ kind: 'disabled', account }, tx);
    return account;
  }

  function enable(tx: Tx, accountId: AccountId): Account {
    const before = accountOrRefuse(tx, accountId);
    if (before.state !== 'disabled') return before;
    if (before.kind === 'person' && !hasPassword(tx, accountId))
      return updateAccount(tx, accountId, { state: 'pending' });
    const account = updateAccount(tx, accountId, { state: 'active' });
    changes.tell({ kind: 'enabled', account }, tx);
    return account;
  }

  function setRole(tx: Tx, accountId: AccountId, role: Role): Account {
    const before = accountOrRefuse(tx, accountId);
    if (role !== 'admin') refuseLastAdministrator(tx, before);
    return before.role === role ? before : change(tx, accountId, { role });
  }

  function rename(tx: Tx, accountId: AccountId, names: { localName?: string; displayName?: string }): Account {
    return change(tx, accountId, {
      ...(names.localName !== undefined && { localName: parseLocalName(names.localName) }),
      ...(names.displayName !== undefined && { displayName: parseDisplayName(names.displayName) }),
    });
  }

  return {
    create: (names) => writeOrRefuse(db, (tx) => insertAccount(tx, newAccount(names, random, clock.now()))),
    createBot: (names) => writeOrRefuse(db, (tx) => createBot(tx, names)),
    byId: (accountId) => accountById(db.read, accountId),
    byName: (localName) => accountByName(db.read, localName.trim().toLowerCase()),
    list({ after = '', limit = PAGE } = {}) {
      const query = sql.selectFrom('account').selectAll().where('localName', '>', after);
      return db.read.all(query.orderBy('localName').limit(limit)).map(accountFromRow);
    },
    search(typed, limit = SUGGESTIONS) {
      const words = foldWords(typed);
      if (words === '') return [];
      const matching = sql
        .selectFrom('account')
        .selectAll()
        .where('state', '=', 'active')
        .where((is) => is(is.fn<number>('instr', ['searchKey', is.val(words)]), '>', 0));
      return db.read.all(matching.orderBy('localName').limit(limit)).map(accountFromRow);
    },
    countActive: () => activeAccounts(db.read),
    hasAdministrator: () => activeAdministrators(db.read) > 0,
    disable: (accountId) => writeOrRefuse(db, (tx) => disable(tx, accountId)),
    enable: (accountId) => writeOrRefuse(db, (tx) => enable(tx, accountId)),
    setRole: (accountId, role) => writeOrRefuse(db, (tx) => setRole(tx, accountId, role)),
    setMayBringOutsiders: (accountId, may) =>
      writeOrRefuse(db, (tx) => change(tx, accountId, { mayBringOutsiders: may })),
    rename: (accountId, names) => writeOrRefuse(db, (tx) => rename(tx, accountId, names)),
  };
}

/** Refuses (throws) `bad_name`, `bad_input`. */
function newAccount(names: Names, random: Random, nowMs: number): Account {
  const localName = parseLocalName(names.localName);
  return {
    accountId: idFromBytes('account', random.bytes(16)),
    kind: 'person',
    localName,
    displayName: names.displayName === undefined ? localName : parseDisplayName(names.displayName),
    role: 'person',
    state: 'pending',
    mayBringOutsiders: true,
    createdAtMs: nowMs,
    lastSeenAtMs: null,
  };
}

function refuseLastAdministrator(tx: Tx, { kind, role, state }: Account): void {
  const administers = kind === 'person' && role === 'admin' && state === 'active';
  if (administers && activeAdministrators(tx) === 1) throw new Refused('last_administrator');
}
