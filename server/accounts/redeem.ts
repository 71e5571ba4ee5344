/** What using a link does: sets a password, and with it makes, activates or resets an account. */
import type { AccountId } from '../../protocol/ids.ts';
import { Refused } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import { sql } from '../db/query.ts';
import type { Clock } from '../ports.ts';
import { type Account, parseDisplayName, parseLocalName } from './account.ts';
import type { AccountChanges } from './changes.ts';
import type { AccountKeys, NewKeys } from './keys.ts';
import type { Lockouts } from './lockouts.ts';
import type { Passwords } from './passwords.ts';
import { accountById, insertAccount, type LinkRow, storePassword, updateAccount } from './rows.ts';
import type { NewSession, SessionStart, Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

export interface Redemption {
  readonly registrationRecord: string;
  readonly session: SessionStart;
  /** Needed for a new account; for one that is there the administrator's choice stays. */
  readonly localName?: string;
  readonly displayName?: string;
  /** Its first keys, of a device that the session names. */
  readonly keys?: NewKeys;
}

/** Refuses (throws) `malformed`, `bad_name`, `name_taken`, `bad_input`, `account_disabled`, and as `AccountKeys.enrol`. */
export type RedeemLink = (tx: Tx, passwords: Passwords, link: LinkRow, redemption: Redemption) => NewSession;

export interface RedeemParts {
  readonly clock: Clock;
  readonly changes: AccountChanges;
  readonly lockouts: Lockouts;
  readonly sessions: Sessions;
  readonly tokens: Pick<Tokens, 'revokeAll'>;
  readonly keys: Pick<AccountKeys, 'enrol'>;
}

export function createRedeem({ clock, changes, lockouts, sessions, tokens, keys }: RedeemParts): RedeemLink {
  /** Whoever had the account before has no way left into it. */
  function endAll(tx: Tx, accountId: AccountId): void {
    sessions.endAll(tx, accountId);
    tokens.revokeAll(tx, accountId);
  }

  return (tx, passwords, link, redemption) => {
    passwords.checkRecord(redemption.registrationRecord);
    const nowMs = clock.now();
    const before = accountById(tx, link.accountId);
    const account = before ? reopen(tx, before, redemption) : join(tx, link, redemption, nowMs);
    storePassword(tx, account.accountId, redemption.registrationRecord, nowMs);
    tx.run(sql.updateTable('accountLink').set({ usedAtMs: nowMs }).where('linkId', '=', link.linkId));
    if (before?.state === 'active') endAll(tx, account.accountId);
    else changes.tell({ kind: 'created', account }, tx);
    tx.afterCommit(() => lockouts.forgive(account.localName));
    const begun = sessions.begin(tx, account, redemption.session);
    if (redemption.keys)
      keys.enrol(tx, { accountId: account.accountId, device: begun.session.device }, redemption.keys);
    return begun;
  };
}

function join(tx: Tx, { accountId, kind }: LinkRow, { localName, displayName }: Redemption, nowMs: number): Account {
  const name = parseLocalName(localName ?? '');
  return insertAccount(tx, {
    accountId,
    kind: 'person',
    localName: name,
    displayName: displayName === undefined ? name : parseDisplayName(displayName),
    role: kind === 'first-administrator' ? 'admin' : 'person',
    state: 'active',
    mayBringOutsiders: true,
    createdAtMs: nowMs,
    lastSeenAtMs: null,
  });
}

function reopen(tx: Tx, { accountId, state }: Account, { displayName }: Redemption): Account {
  if (state === 'disabled') throw new Refused('account_disabled');
  const named = state === 'pending' && displayName !== undefined;
  return updateAccount(tx, accountId, {
    state: 'active',
    ...(named && { displayName: parseDisplayName(displayName) }),
  });
}
