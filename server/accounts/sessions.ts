/**
 * Sessions of browsers and programs signed in by password. Always holds: an account has one live session per device; a session that
 * was not used for 30 days, or whose account is not active, opens nothing.
 */
import { isShownName } from '../../protocol/identity/names.ts';
import { type AccountId, type DeviceId, idFromBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ok, Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Clock, Log, Random } from '../ports.ts';
import type { SignedIn } from './access.ts';
import { type Account, type AccountRow, accountFromRow } from './account.ts';
import type { AccountChanges } from './changes.ts';
import { createPublicId, createSecret, hashSecret } from './secrets.ts';

export interface SessionInfo {
  readonly sessionId: string;
  readonly device: DeviceId;
  /** Says what it runs in, for the list of devices. */
  readonly label: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
}

/** What the client tells of itself when it signs in. */
export interface SessionStart {
  readonly label: string;
  /** As the client drew it; without it, it gets a new one. */
  readonly device?: DeviceId;
}

export interface NewSession {
  readonly account: Account;
  readonly session: SessionInfo;
  /** The secret for the cookie: only here, never again. */
  readonly token: string;
}

export interface Sessions {
  /** Refuses `not_signed_in`. */
  authenticate(token: string): Result<SignedIn>;
  /** Newest use first. */
  list(accountId: AccountId): SessionInfo[];
  /** Ends one, if it is the account's. Refuses `not_found`. */
  end(accountId: AccountId, sessionId: string): Promise<Result<void>>;
  /** Ends all but `keep`. */
  logoutEverywhere(accountId: AccountId, keep?: string): Promise<void>;
  /** Refuses (throws) `bad_device`: another session or a token of the account is that device. */
  begin(tx: Tx, account: Account, start: SessionStart): NewSession;
  endAll(tx: Tx, accountId: AccountId, keep?: string): void;
}

export const SESSION_IDLE_MS = 30 * 24 * 3_600_000;
const SESSIONS_PER_ACCOUNT = 50;
/** Uses are noted no more often than this, so that reading costs no write. */
const TOUCH_EVERY_MS = 5 * 60_000;

const BY_TOKEN = `SELECT s.sessionId, s.device, s.lastUsedAtMs, a.*
  FROM accountSession s JOIN account a ON a.accountId = s.accountId WHERE s.tokenHash = ?`;
type FoundRow = AccountRow & { sessionId: string; device: DeviceId; lastUsedAtMs: number };

export interface SessionsParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly changes: AccountChanges;
}

export function createSessions({ db, clock, random, log, changes }: SessionsParts): Sessions {
  const byToken = db.read.prepare<[Uint8Array], FoundRow>(BY_TOKEN);

  function touch({ sessionId, accountId }: FoundRow, nowMs: number): void {
    const touched = db.write((tx) => {
      tx.run(sql.updateTable('accountSession').set({ lastUsedAtMs: nowMs }).where('sessionId', '=', sessionId));
      tx.run(sql.updateTable('account').set({ lastSeenAtMs: nowMs }).where('accountId', '=', accountId));
    });
    touched.catch((error: unknown) => log.warn('session.touch_failed', { error: String(error) }));
  }

  function end(tx: Tx, accountId: AccountId, sessionId: string): boolean {
    const gone = sql.deleteFrom('accountSession').where('sessionId', '=', sessionId).where('accountId', '=', accountId);
    if (tx.run(gone).changes === 0) return false;
    changes.tell({ kind: 'signed_out', accountId, id: sessionId }, tx);
    return true;
  }

  function endAll(tx: Tx, accountId: AccountId, keep?: string): void {
    for (const { sessionId } of tx.all(sessionsOf(accountId))) if (sessionId !== keep) end(tx, accountId, sessionId);
  }

  return {
    authenticate(token) {
      const found = byToken.one(hashSecret('session', token));
      const nowMs = clock.now();
      if (found?.state !== 'active' || found.lastUsedAtMs + SESSION_IDLE_MS <= nowMs) return refuse('not_signed_in');
      if (found.lastUsedAtMs + TOUCH_EVERY_MS <= nowMs) touch(found, nowMs);
      const { sessionId, device } = found;
      return ok({ account: accountFromRow(found), device, via: { kind: 'session', sessionId } });
    },
    list: (accountId) => db.read.all(sessionsOf(accountId)),
    async end(accountId, sessionId) {
      return (await db.write((tx) => end(tx, accountId, sessionId))) ? ok(undefined) : refuse('not_found');
    },
    logoutEverywhere: (accountId, keep) => db.write((tx) => endAll(tx, accountId, keep)),
    begin(tx, account, { label, device = idFromBytes('device', random.bytes(16)) }) {
      const { accountId } = account;
      const nowMs = clock.now();
      refuseDeviceInUse(tx, accountId, device, nowMs);
      const before = tx.all(sessionsOf(accountId));
      const replaced = before.filter((old, at) => old.device === device || at >= SESSIONS_PER_ACCOUNT - 1);
      for (const { sessionId } of replaced) end(tx, accountId, sessionId);
      const secret = createSecret('session', random);
      const sessionId = createPublicId('ses', random);
      const session = { sessionId, device, label: shortLabel(label), createdAtMs: nowMs, lastUsedAtMs: nowMs };
      tx.run(sql.insertInto('accountSession').values({ ...session, accountId, tokenHash: secret.hash }));
      tx.run(sql.updateTable('account').set({ lastSeenAtMs: nowMs }).where('accountId', '=', accountId));
      return { account: { ...account, lastSeenAtMs: nowMs }, session, token: secret.text };
    },
    endAll,
  };
}

/** Else whoever has the password could end another's session and write in the name of that device. */
function refuseDeviceInUse(tx: Tx, accountId: AccountId, device: DeviceId, nowMs: number): void {
  const session = sql
    .selectFrom('accountSession')
    .select('sessionId')
    .where('accountId', '=', accountId)
    .where('device', '=', device)
    .where('lastUsedAtMs', '>', nowMs - SESSION_IDLE_MS);
  const token = sql
    .selectFrom('accountToken')
    .select('tokenId')
    .where('accountId', '=', accountId)
    .where('device', '=', device);
  if (tx.one(session) || tx.one(token)) throw new Refused('bad_device', 'in use');
}

function sessionsOf(accountId: AccountId) {
  return sql
    .selectFrom('accountSession')
    .select(['sessionId', 'device', 'label', 'createdAtMs', 'lastUsedAtMs'])
    .where('accountId', '=', accountId)
    .orderBy('lastUsedAtMs', 'desc')
    .orderBy('sessionId');
}

/** A label is a help for the eye, so an odd one is no reason to refuse the log-in. */
function shortLabel(label: string): string {
  const short = label.slice(0, LIMITS.deviceNameBytes).trim();
  return isShownName(short, LIMITS.deviceNameBytes) ? short : 'unknown';
}
