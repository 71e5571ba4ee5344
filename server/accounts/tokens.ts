/**
 * Bearer tokens of programs: each with a label, scopes and a device of its own; shown once, stored hashed. Always holds: a
 * token does what its scopes allow and never more than its account may; of a person's account only that person makes one.
 */
import { isShownName } from '../../protocol/identity/names.ts';
import { type AccountId, type DeviceId, idFromBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ok, Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { SCOPES, type Scope, type SignedIn } from './access.ts';
import { type AccountRow, accountFromRow } from './account.ts';
import type { AccountChanges } from './changes.ts';
import { accountOrRefuse } from './rows.ts';
import { createPublicId, createSecret, hashSecret } from './secrets.ts';

export interface TokenInfo {
  readonly tokenId: string;
  readonly device: DeviceId;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly createdAtMs: number;
  /** null: never. Kept to within some minutes. */
  readonly lastUsedAtMs: number | null;
}

export interface NewToken {
  readonly info: TokenInfo;
  /** The secret: only here, never again. */
  readonly token: string;
}

export interface Tokens {
  /**
   * For the account itself, which asks.
   * Refuses `unknown_account`, `account_disabled`, `not_administrator` (scope `admin`), `bad_input` (label, scopes, how many).
   */
  add(accountId: AccountId, label: string, scopes: readonly Scope[]): Promise<Result<NewToken>>;
  /** For an administrator. Refuses as `add`, and `token_of_person`: else administrators could read chats as that person. */
  addForBot(accountId: AccountId, label: string, scopes: readonly Scope[]): Promise<Result<NewToken>>;
  /** Oldest first. */
  list(accountId: AccountId): TokenInfo[];
  /** Refuses `unknown_token`. */
  revoke(accountId: AccountId, tokenId: string): Promise<Result<void>>;
  /** Refuses `not_signed_in`. */
  authenticate(token: string): Result<SignedIn>;
  revokeAll(tx: Tx, accountId: AccountId): void;
}

const TOKENS_PER_ACCOUNT = 20;
const TOUCH_EVERY_MS = 5 * 60_000;

const BY_TOKEN = `SELECT t.tokenId, t.device, t.scopes, t.lastUsedAtMs, a.*
  FROM accountToken t JOIN account a ON a.accountId = t.accountId WHERE t.tokenHash = ?`;
type FoundRow = AccountRow & { tokenId: string; device: DeviceId; scopes: string; lastUsedAtMs: number | null };

export interface TokensParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly changes: AccountChanges;
}

export function createTokens({ db, clock, random, log, changes }: TokensParts): Tokens {
  const byToken = db.read.prepare<[Uint8Array], FoundRow>(BY_TOKEN);

  function add(tx: Tx, accountId: AccountId, label: string, scopes: readonly Scope[]): NewToken {
    refuseUnfit(tx, accountId, label, scopes);
    const secret = createSecret('token', random);
    const info: TokenInfo = {
      tokenId: createPublicId('tok', random),
      device: idFromBytes('device', random.bytes(16)),
      label,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      createdAtMs: clock.now(),
      lastUsedAtMs: null,
    };
    const row = { ...info, scopes: info.scopes.join(','), accountId, tokenHash: secret.hash };
    tx.run(sql.insertInto('accountToken').values(row));
    return { info, token: secret.text };
  }

  function revoke(tx: Tx, accountId: AccountId, tokenId: string): boolean {
    const gone = sql.deleteFrom('accountToken').where('tokenId', '=', tokenId).where('accountId', '=', accountId);
    if (tx.run(gone).changes === 0) return false;
    changes.tell({ kind: 'signed_out', accountId, id: tokenId }, tx);
    return true;
  }

  function touch(tokenId: string, nowMs: number): void {
    const query = sql.updateTable('accountToken').set({ lastUsedAtMs: nowMs }).where('tokenId', '=', tokenId);
    const touched = db.write((tx) => tx.run(query));
    touched.catch((error: unknown) => log.warn('token.touch_failed', { error: String(error) }));
  }

  return {
    add: (accountId, label, scopes) => writeOrRefuse(db, (tx) => add(tx, accountId, label, scopes)),
    addForBot: (accountId, label, scopes) =>
      writeOrRefuse(db, (tx) => {
        if (accountOrRefuse(tx, accountId).kind !== 'bot') throw new Refused('token_of_person');
        return add(tx, accountId, label, scopes);
      }),
    list: (accountId) => db.read.all(tokensOf(accountId)).map((row) => ({ ...row, scopes: splitScopes(row.scopes) })),
    async revoke(accountId, tokenId) {
      return (await db.write((tx) => revoke(tx, accountId, tokenId))) ? ok(undefined) : refuse('unknown_token');
    },
    authenticate(token) {
      const found = byToken.one(hashSecret('token', token));
      if (found?.state !== 'active') return refuse('not_signed_in');
      const { tokenId, device, scopes, lastUsedAtMs } = found;
      const nowMs = clock.now();
      if ((lastUsedAtMs ?? 0) + TOUCH_EVERY_MS <= nowMs) touch(tokenId, nowMs);
      return ok({
        account: accountFromRow(found),
        device,
        via: { kind: 'token', tokenId, scopes: splitScopes(scopes) },
      });
    },
    revokeAll(tx, accountId) {
      for (const { tokenId } of tx.all(tokensOf(accountId))) revoke(tx, accountId, tokenId);
    },
  };
}

function refuseUnfit(tx: Tx, accountId: AccountId, label: string, scopes: readonly Scope[]): void {
  const account = accountOrRefuse(tx, accountId);
  if (account.state !== 'active') throw new Refused('account_disabled');
  if (scopes.includes('admin') && account.role !== 'admin') throw new Refused('not_administrator');
  if (scopes.length === 0) throw new Refused('bad_input', `scopes: at least one of ${SCOPES.join(', ')}`);
  if (!isShownName(label, LIMITS.deviceNameBytes))
    throw new Refused('bad_input', `label: 1 to ${LIMITS.deviceNameBytes} bytes without hidden signs`);
  if (tx.all(tokensOf(accountId)).length >= TOKENS_PER_ACCOUNT)
    throw new Refused('bad_input', `an account has at most ${TOKENS_PER_ACCOUNT} tokens: revoke one first`);
}

function tokensOf(accountId: AccountId) {
  return sql
    .selectFrom('accountToken')
    .select(['tokenId', 'device', 'label', 'scopes', 'createdAtMs', 'lastUsedAtMs'])
    .where('accountId', '=', accountId)
    .orderBy('createdAtMs')
    .orderBy('tokenId');
}

function splitScopes(scopes: string): Scope[] {
  return scopes.split(',') as Scope[];
}
