/**
 * What the hub orders when its time has come (PROTOCOL 7, SEAL 4.10): the end of old invitations, and the day's tick. Always holds:
 * nothing is ordered in a chat that this node does not order, or may not sign in.
 */
import { mayTick, successor } from '../../protocol/chat/hub-acts.ts';
import type { HubIntent } from '../../protocol/chat/intent.ts';
import { currentInterval, memberKey } from '../../protocol/chat/state.ts';
import { hlcFromMs, nextHlc } from '../../protocol/hlc.ts';
import type { AccountId, ChatId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Tx } from '../db/batch.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../ports.ts';
import type { Cache } from './cache.ts';
import type { HeldChat } from './held.ts';

export interface Times {
  /** Ends invitations that are 30 days old. */
  expire(): Promise<void>;
  /** Moves on the secrets of the chats in which something was written, once their day is over. */
  tick(): Promise<void>;
}

interface Uses {
  readonly db: Database;
  readonly clock: Clock;
  readonly cache: Cache;
  readonly orders: (held: HeldChat) => boolean;
  readonly byItself: (tx: Tx, held: HeldChat, intent: HubIntent) => void;
}

/** What was written longer ago has had its tick; or the node was off, and the next that is written brings it. */
const LOOK_BACK_MS = 3 * 86_400_000;

export function createTimes({ db, clock, cache, orders, byItself }: Uses): Times {
  async function expire(): Promise<void> {
    const before = hlcFromMs(clock.now() - LIMITS.invitationLifetimeMs);
    const due = db.read
      .prepare<[number], { chatId: ChatId; org: OrgId; account: AccountId }>(
        `SELECT chat.chatId, person.org, person.account FROM seat JOIN chat ON chat.id = seat.chat JOIN person ON person.id = seat.person
         WHERE seat.standing = 'invited' AND seat.invitedHlc <= ?`,
      )
      .all(before);
    for (const { chatId, org, account } of due) {
      await cache.work(chatId, (tx) => {
        const held = cache.find(tx, chatId);
        const current = currentInterval(held?.state.members.get(memberKey(org, account)));
        if (held && orders(held) && current?.accepted === null) byItself(tx, held, { is: 'expire', org, account });
      });
    }
  }

  async function tick(): Promise<void> {
    const due = db.read
      .prepare<[number], { chatId: ChatId }>(
        `SELECT chatId FROM chat WHERE kind IN ('private', 'direct') AND stopped IS NULL
         AND EXISTS (SELECT 1 FROM entry WHERE entry.chat = chat.id AND entry.hlc >= ?)`,
      )
      .all(hlcFromMs(clock.now() - LOOK_BACK_MS));
    for (const { chatId } of due) {
      // Nothing that a read does not say first: most chats had their tick, or are ordered elsewhere.
      const seen = cache.find(db.read, chatId);
      if (!seen || !isDue(seen)) continue;
      await cache.work(chatId, (tx) => {
        const held = cache.find(tx, chatId);
        if (held && isDue(held) && wasWritten(tx, held)) byItself(tx, held, { is: 'tick' });
      });
    }
  }

  function isDue(held: HeldChat): boolean {
    const { state } = held;
    return orders(held) && !successor(state) && mayTick(state, nextHlc(clock.now(), state.head.hlc));
  }

  return { expire, tick };
}

/** Since the last segment began. */
function wasWritten(tx: Tx, { id, state }: HeldChat): boolean {
  const last = state.segments.at(-1);
  if (!last) return false;
  const found = tx
    .prepare<[number, number, number], { one: number }>(
      'SELECT 1 AS one FROM entry WHERE chat = ? AND hlc >= ? AND cpos >= ? AND kind = 0 AND state < 10 LIMIT 1',
    )
    .one(id, last.hlc, last.at);
  return found !== undefined;
}
