/**
 * Links that let a person set a password: the first administrator's, to join, and to reset. Always holds: a link works once and for
 * a limited time; who holds the database cannot make it up; every reason why one does not work has the same answer.
 */
import { type AccountId, idFromBytes, type OrgId } from '../../protocol/ids.ts';
import { ok, Refused, type Result, refuse, refusing } from '../../protocol/result.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Statements } from '../db/statements.ts';
import { writeOrRefuse } from '../db/write.ts';
import type { Clock, Log, Random } from '../ports.ts';
import type { AccountKeys } from './keys.ts';
import type { LoadPasswords } from './passwords.ts';
import type { RedeemLink, Redemption } from './redeem.ts';
import { accountById, accountOrRefuse, activeAdministrators, type LinkRow } from './rows.ts';
import { createPublicId, createSecret, hashSecret } from './secrets.ts';
import type { NewSession } from './sessions.ts';

export type LinkKind = 'first-administrator' | 'join' | 'reset';

export interface LinkInfo {
  readonly linkId: string;
  readonly kind: LinkKind;
  /** The account it is for; for an open invitation, the id it will get. */
  readonly accountId: AccountId;
  readonly madeBy: AccountId | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface NewLink extends LinkInfo {
  /** For the fragment of the address: only here, never again. */
  readonly token: string;
}

export interface LinkView {
  readonly kind: LinkKind;
  readonly expiresAtMs: number;
  /** Null: whoever joins chooses them. */
  readonly localName: string | null;
  readonly displayName: string | null;
}

/** What a device must know to make the account's first keys. */
export interface JoinStart {
  readonly registrationResponse: string;
  readonly org: OrgId;
  readonly account: AccountId;
  /** It has keys already: this link makes no others. */
  readonly hasKeys: boolean;
}

export interface Links {
  /** Takes the place of an earlier one. Refuses `bad_input` when there is an administrator already. */
  makeFirstAdministrator(): Promise<Result<NewLink>>;
  /** For anybody who holds it. */
  makeJoin(madeBy: AccountId | null): Promise<NewLink>;
  /**
   * A new password for an account, or the first one for a pending one (a link to join); takes the place of earlier ones.
   * A reset is logged with who made its link. Refuses `unknown_account`, `account_disabled`, `bot_has_no_password`.
   */
  makeFor(accountId: AccountId, madeBy: AccountId | null): Promise<Result<NewLink>>;
  /** Those that can still be used, newest first. */
  list(): LinkInfo[];
  /** Refuses `not_found`. */
  withdraw(linkId: string): Promise<Result<void>>;
  /** What the screen behind the link shows. Refuses `bad_invitation`. */
  look(token: string): Result<LinkView>;
  /** First half of setting the password. Refuses `bad_invitation`, `malformed`. */
  start(token: string, registrationRequest: string): Promise<Result<JoinStart>>;
  /** Sets the password, makes the account if there is none, and signs in. Refuses `bad_invitation` and as `RedeemLink`. */
  finish(token: string, redemption: Redemption): Promise<Result<NewSession>>;
}

const HOUR_MS = 3_600_000;
const LIFETIME_MS: Record<LinkKind, number> = {
  'first-administrator': 24 * HOUR_MS,
  join: 7 * 24 * HOUR_MS,
  reset: 24 * HOUR_MS,
};

export interface LinksParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly passwords: LoadPasswords;
  readonly redeem: RedeemLink;
  readonly keys: Pick<AccountKeys, 'identity'>;
  readonly organisation: { readonly orgId: OrgId };
}

export function createLinks({
  db,
  clock,
  random,
  log,
  passwords: load,
  redeem,
  keys,
  organisation,
}: LinksParts): Links {
  const newAccountId = () => idFromBytes('account', random.bytes(16));

  function make(tx: Tx, kind: LinkKind, accountId: AccountId, madeBy: AccountId | null): NewLink {
    const { text: token, hash: tokenHash } = createSecret('link', random);
    const createdAtMs = clock.now();
    const expiresAtMs = createdAtMs + LIFETIME_MS[kind];
    const info = { linkId: createPublicId('lnk', random), kind, accountId, madeBy, createdAtMs, expiresAtMs };
    tx.run(sql.insertInto('accountLink').values({ ...info, tokenHash, usedAtMs: null }));
    return { ...info, token };
  }

  function makeFirstAdministrator(tx: Tx): NewLink {
    if (activeAdministrators(tx) > 0) throw new Refused('bad_input', 'there is an administrator already');
    tx.run(sql.deleteFrom('accountLink').where('kind', '=', 'first-administrator').where('usedAtMs', 'is', null));
    return make(tx, 'first-administrator', newAccountId(), null);
  }

  function makeFor(tx: Tx, accountId: AccountId, madeBy: AccountId | null): NewLink {
    const { kind, state } = accountOrRefuse(tx, accountId);
    if (kind === 'bot') throw new Refused('bot_has_no_password');
    if (state === 'disabled') throw new Refused('account_disabled');
    tx.run(sql.deleteFrom('accountLink').where('accountId', '=', accountId).where('usedAtMs', 'is', null));
    return make(tx, state === 'pending' ? 'join' : 'reset', accountId, madeBy);
  }

  /** Refuses (throws) `bad_invitation`. */
  function usable(on: Statements, token: string): LinkRow {
    const row = on.one(sql.selectFrom('accountLink').selectAll().where('tokenHash', '=', hashSecret('link', token)));
    if (!row || row.usedAtMs !== null || row.expiresAtMs <= clock.now()) throw new Refused('bad_invitation');
    if (row.kind === 'first-administrator' && activeAdministrators(on) > 0) throw new Refused('bad_invitation');
    return row;
  }

  function look(token: string): LinkView {
    const { kind, expiresAtMs, accountId } = usable(db.read, token);
    const account = accountById(db.read, accountId);
    return {
      kind,
      expiresAtMs,
      localName: account?.localName ?? null,
      displayName: account?.displayName ?? null,
    };
  }

  return {
    makeFirstAdministrator: () => writeOrRefuse(db, makeFirstAdministrator),
    makeJoin: (madeBy) => db.write((tx) => make(tx, 'join', newAccountId(), madeBy)),
    async makeFor(accountId, madeBy) {
      const made = await writeOrRefuse(db, (tx) => makeFor(tx, accountId, madeBy));
      if (made.ok && made.value.kind === 'reset')
        log.info('account.reset_link', { account: accountId, by: madeBy ?? 'admin.sock' });
      return made;
    },
    list: () => db.read.all(usableLinks(clock.now())),
    async withdraw(linkId) {
      const gone = sql.deleteFrom('accountLink').where('linkId', '=', linkId).where('usedAtMs', 'is', null);
      const { changes } = await db.write((tx) => tx.run(gone));
      return changes > 0 ? ok(undefined) : refuse('not_found');
    },
    look: (token) => refusing(() => look(token)),
    async start(token, request) {
      const passwords = await load();
      return refusing(() => {
        const { accountId } = usable(db.read, token);
        const hasKeys = keys.identity(accountId) !== null;
        const registrationResponse = passwords.registrationResponse(accountId, request);
        return { registrationResponse, org: organisation.orgId, account: accountId, hasKeys };
      });
    },
    async finish(token, redemption) {
      const passwords = await load();
      return writeOrRefuse(db, (tx) => redeem(tx, passwords, usable(tx, token), redemption));
    },
  };
}

function usableLinks(nowMs: number) {
  return sql
    .selectFrom('accountLink')
    .select(['linkId', 'kind', 'accountId', 'madeBy', 'createdAtMs', 'expiresAtMs'])
    .where('usedAtMs', 'is', null)
    .where('expiresAtMs', '>', nowMs)
    .orderBy('createdAtMs', 'desc')
    .orderBy('linkId');
}
