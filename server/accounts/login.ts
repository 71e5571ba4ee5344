/**
 * Log-in with a password (OPAQUE), and changing it. Always holds: until a password is proven, the answer does not tell whether the
 * account exists or in which state it is.
 */
import { type AccountId, idFromBytes } from '../../protocol/ids.ts';
import { Refused, type Result, refusing } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Clock, Random } from '../ports.ts';
import type { Account } from './account.ts';
import { createAttempts } from './attempts.ts';
import type { AccountKeys, NewVault } from './keys.ts';
import type { Lockouts } from './lockouts.ts';
import type { LoadPasswords, Passwords } from './passwords.ts';
import { accountById, accountByName, passwordRecord, storePassword } from './rows.ts';
import type { NewSession, SessionStart, Sessions } from './sessions.ts';

export interface LoginStart {
  /** As typed. */
  readonly name: string;
  readonly startLoginRequest: string;
  /** IP address of who asks. */
  readonly address: string;
}

export interface LoginStarted {
  readonly attemptId: string;
  readonly loginResponse: string;
}

export interface LoginProof {
  readonly attemptId: string;
  readonly finishLoginRequest: string;
}

export interface Login {
  /** Refuses `locked_out` (detail `retryAfterMs=N`), `malformed`, `overloaded`. */
  start(start: LoginStart): Promise<Result<LoginStarted>>;
  /** Refuses `bad_login`; `account_disabled` only to who proved the password. */
  finish(proof: LoginProof, session: SessionStart): Promise<Result<NewSession>>;
  /** The new password's registration, for the account itself. Refuses `malformed`. */
  startChange(accountId: AccountId, registrationRequest: string): Promise<Result<{ registrationResponse: string }>>;
  /**
   * Sets the new password, the old one being proven by a log-in under way, and the vault that it opens in the same transaction
   * (SEAL 3.4); ends the other sessions. Refuses `bad_login`, `account_disabled`, `malformed`; `bad_input` for a password
   * that does not open the vault; as `AccountKeys.put`.
   */
  finishChange(accountId: AccountId, proof: LoginProof, change: PasswordChange): Promise<Result<void>>;
}

export interface PasswordChange {
  readonly registrationRecord: string;
  /** The session that asks: it stays. */
  readonly keep?: string;
  /** null if and only if the account has no vault. */
  readonly vault: NewVault | null;
}

interface Attempt {
  readonly state: string;
  readonly name: string;
  readonly address: string;
  /** Null: the name has no account, or one without a password. */
  readonly known: { readonly accountId: AccountId; readonly record: string } | null;
}

/** Looked up where there is no account, so that both cases make the same queries. */
const NOBODY = idFromBytes('account', new Uint8Array(16));

export interface LoginParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly passwords: LoadPasswords;
  readonly lockouts: Lockouts;
  readonly sessions: Sessions;
  readonly keys: Pick<AccountKeys, 'rewrap'>;
}

export function createLogin({ db, clock, random, passwords: load, lockouts, sessions, keys }: LoginParts): Login {
  const attempts = createAttempts<Attempt>(clock, random);

  function start(passwords: Passwords, { name: typed, startLoginRequest, address }: LoginStart): LoginStarted {
    const name = typed.trim().toLowerCase().slice(0, 100);
    lockouts.guess(name, address);
    const account = accountByName(db.read, name);
    const record = passwordRecord(db.read, account?.accountId ?? NOBODY);
    const known = account && record !== undefined ? { accountId: account.accountId, record } : null;
    const { state, response } = known
      ? passwords.startLogin(known.accountId, known.record, startLoginRequest)
      : passwords.startDecoyLogin(name, startLoginRequest);
    return { attemptId: attempts.add({ state, name, address, known }), loginResponse: response };
  }

  /** Refuses (throws) `bad_login`. */
  function prove(
    passwords: Passwords,
    { attemptId, finishLoginRequest }: LoginProof,
  ): Attempt & { known: NonNullable<Attempt['known']> } {
    const attempt = attempts.take(attemptId);
    if (!attempt?.known || !passwords.finishLogin(attempt.state, finishLoginRequest)) throw new Refused('bad_login');
    lockouts.succeeded(attempt.name, attempt.address);
    return { ...attempt, known: attempt.known };
  }

  /** The account that proved its password, if that is still the password. Refuses (throws) `bad_login`, `account_disabled`. */
  function proven(tx: Tx, known: NonNullable<Attempt['known']>): Account {
    const account = accountById(tx, known.accountId);
    if (!account || passwordRecord(tx, known.accountId) !== known.record) throw new Refused('bad_login');
    if (account.state !== 'active') throw new Refused('account_disabled');
    return account;
  }

  return {
    async start(asked) {
      const passwords = await load();
      return refusing(() => start(passwords, asked));
    },
    async finish(proof, session) {
      const passwords = await load();
      const attempt = refusing(() => prove(passwords, proof));
      if (!attempt.ok) return attempt;
      return writeOrRefuse(db, (tx) => sessions.begin(tx, proven(tx, attempt.value.known), session));
    },
    async startChange(accountId, request) {
      const passwords = await load();
      return refusing(() => ({ registrationResponse: passwords.registrationResponse(accountId, request) }));
    },
    async finishChange(accountId, proof, { registrationRecord, keep, vault }) {
      const passwords = await load();
      const attempt = refusing(() => {
        passwords.checkRecord(registrationRecord);
        return prove(passwords, proof);
      });
      if (!attempt.ok) return attempt;
      return writeOrRefuse(db, (tx) => {
        const account = proven(tx, attempt.value.known);
        if (account.accountId !== accountId) throw new Refused('bad_login');
        storePassword(tx, accountId, registrationRecord, clock.now());
        keys.rewrap(tx, accountId, vault);
        sessions.endAll(tx, accountId, keep);
      });
    },
  };
}
