/**
 * Browsers that are told of what is new while they are closed. Always holds: each belongs to a session and ends with it; what it names
 * to be called is an address that the port allows; an account has a bounded number.
 */
import type { AccountId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';
import type { Tx } from '../db/work.ts';
import type { Clock, PushKeys, PushTarget, WebPush } from '../ports.ts';

export interface Subscriptions {
  /** Of the node, made when it is first asked for. */
  keys(): Promise<PushKeys>;
  /** Refuses `bad_input`: an address that is not called, keys that are none. */
  add(account: AccountId, sessionId: string, target: PushTarget): Promise<Result<void>>;
  end(account: AccountId, endpoint: string): Promise<void>;
  endSession(tx: Tx, sessionId: string): void;
  endAccount(tx: Tx, account: AccountId): void;
  /** The push service knows it no more. */
  drop(endpoint: string): Promise<void>;
  of(account: AccountId): readonly PushTarget[];
  /** Those that have any. */
  accounts(): readonly AccountId[];
}

interface SubscriptionsParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly webPush: Pick<WebPush, 'makeKeys' | 'mayCall'>;
}

const P256_BYTES = 65;
const UNCOMPRESSED = 4;
const AUTH_BYTES = 16;

export function createSubscriptions({ db, clock, webPush }: SubscriptionsParts): Subscriptions {
  const all = sql.selectFrom('pushSubscription');
  let made: Promise<PushKeys> | null = null;

  function stored(): PushKeys | undefined {
    const row = db.read.one(sql.selectFrom('pushKey').select(['publicKey', 'privateKey']));
    return row && { publicKey: new Uint8Array(row.publicKey), privateKey: new Uint8Array(row.privateKey) };
  }

  async function make(): Promise<PushKeys> {
    const keys = webPush.makeKeys();
    await db.write((tx) => tx.run(sql.insertInto('pushKey').values({ id: 1, ...keys })));
    return keys;
  }

  function put(tx: Tx, accountId: AccountId, sessionId: string, target: PushTarget): void {
    const row = { ...target, accountId, sessionId, createdAtMs: clock.now() };
    tx.run(
      sql
        .insertInto('pushSubscription')
        .values(row)
        .onConflict((taken) => taken.column('endpoint').doUpdateSet(row)),
    );
    const oldest = tx.all(
      all.select('endpoint').where('accountId', '=', accountId).orderBy('createdAtMs', 'desc').orderBy('endpoint'),
    );
    for (const { endpoint } of oldest.slice(LIMITS.pushSubscriptions)) remove(tx, endpoint);
  }

  return {
    async keys() {
      const known = stored();
      if (known) return known;
      made ??= make();
      return made;
    },
    async add(account, sessionId, target) {
      const { p256dh, auth, endpoint } = target;
      if (p256dh.length !== P256_BYTES || p256dh[0] !== UNCOMPRESSED || auth.length !== AUTH_BYTES)
        return refuse('bad_input', 'keys');
      if (!webPush.mayCall(endpoint)) return refuse('bad_input', 'endpoint');
      await db.write((tx) => put(tx, account, sessionId, target));
      return ok(undefined);
    },
    end: (account, endpoint) =>
      db.write((tx) => {
        tx.run(sql.deleteFrom('pushSubscription').where('accountId', '=', account).where('endpoint', '=', endpoint));
      }),
    endSession(tx, sessionId) {
      tx.run(sql.deleteFrom('pushSubscription').where('sessionId', '=', sessionId));
    },
    endAccount(tx, account) {
      tx.run(sql.deleteFrom('pushSubscription').where('accountId', '=', account));
    },
    drop: (endpoint) => db.write((tx) => remove(tx, endpoint)),
    of: (account) =>
      db.read
        .all(all.select(['endpoint', 'p256dh', 'auth']).where('accountId', '=', account))
        .map(({ endpoint, p256dh, auth }) => ({
          endpoint,
          p256dh: new Uint8Array(p256dh),
          auth: new Uint8Array(auth),
        })),
    accounts: () => db.read.all(all.select('accountId').distinct()).map(({ accountId }) => accountId),
  };
}

function remove(tx: Tx, endpoint: string): void {
  tx.run(sql.deleteFrom('pushSubscription').where('endpoint', '=', endpoint));
}
