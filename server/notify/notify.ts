/** Notifications of this node, put together: who subscribed, who is told, what is on its way. */
import type { AccountId } from '../../protocol/ids.ts';
import type { Result } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import type { Tx } from '../db/work.ts';
import type { Clock, Log, PushTarget, Random, WebPush } from '../ports.ts';
import { createPushDeliveries } from './deliveries.ts';
import { createSubscriptions } from './subscriptions.ts';
import { type Arrived, createTelling, type TellingParts } from './telling.ts';

export interface Notify {
  /** P-256, uncompressed; null: this node uses no push services. */
  publicKey(): Promise<Uint8Array | null>;
  /** Refuses `not_acceptable` where this node uses none, `bad_input`. */
  subscribe(account: AccountId, sessionId: string, target: PushTarget): Promise<Result<void>>;
  unsubscribe(account: AccountId, endpoint: string): Promise<void>;
  /** A session ended, or (null) all of the account. */
  ended(tx: Tx, account: AccountId, sessionId: string | null): void;
  /** After its commit. */
  arrived(what: Arrived): void;
  stop(): void;
}

interface NotifyParts extends Pick<TellingParts, 'personal' | 'summary'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** null: the configuration says that push services are not used. */
  readonly webPush: WebPush | null;
  readonly subject: () => string;
}

export function createNotify(parts: NotifyParts): Notify {
  return parts.webPush ? createWithPush(parts, parts.webPush) : createWithout();
}

function createWithPush(parts: NotifyParts, webPush: WebPush): Notify {
  const subscriptions = createSubscriptions({ ...parts, webPush });
  const { keys, drop: gone } = subscriptions;
  const deliveries = createPushDeliveries({ ...parts, webPush, keys, gone, subject: parts.subject });
  const telling = createTelling({ ...parts, subscriptions, deliveries });
  return {
    publicKey: async () => (await keys()).publicKey,
    async subscribe(account, sessionId, target) {
      const added = await subscriptions.add(account, sessionId, target);
      if (added.ok) telling.note(account);
      return added;
    },
    unsubscribe: subscriptions.end,
    ended: (tx, account, sessionId) =>
      sessionId === null ? subscriptions.endAccount(tx, account) : subscriptions.endSession(tx, sessionId),
    arrived: telling.arrived,
    stop: deliveries.stop,
  };
}

function createWithout(): Notify {
  return {
    publicKey: async () => null,
    subscribe: async () => ({ ok: false, refusal: { code: 'not_acceptable' } }),
    async unsubscribe() {},
    ended() {},
    arrived() {},
    stop() {},
  };
}
