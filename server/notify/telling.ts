/**
 * Tells browsers that are closed of what is new (P16). Always holds: only who is in the chat, or invited to it, and has not read it
 * elsewhere meanwhile is told; a note has no content; nothing here is waited for by whoever writes.
 */
import type { ChatSummary } from '../../protocol/api/shapes.ts';
import type { AccountId, Arrival, ChatId } from '../../protocol/ids.ts';
import type { Clock } from '../ports.ts';
import { isTold } from './deciding.ts';
import type { PushDeliveries } from './deliveries.ts';
import type { Personal } from './personal.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Something came that people are told of. */
export interface Arrived {
  readonly chat: ChatId;
  readonly arrival: Arrival;
  /** Of this organisation, whom it is for, without its author; null: every account. Asked only where somebody may be told. */
  readonly audience: () => readonly AccountId[] | null;
  /** Who wrote it, if it is one of this organisation. */
  readonly author: AccountId | null;
}

export interface TellingParts {
  readonly clock: Clock;
  readonly personal: Pick<Personal, 'attention'>;
  readonly subscriptions: Pick<Subscriptions, 'of' | 'accounts'>;
  readonly deliveries: PushDeliveries;
  /** The chat as the account has it now; undefined: not in its list. */
  readonly summary: (account: AccountId, chat: ChatId) => ChatSummary | undefined;
}

/** So long, whoever reads it elsewhere is left in peace. */
const HOLD_MS = 3_000;

export function createTelling({ clock, personal, subscriptions, deliveries, summary }: TellingParts) {
  const subscribed = new Set(subscriptions.accounts());
  const held = new Map<string, Arrival>();

  function hold(account: AccountId, { chat, arrival }: Arrived): void {
    const key = `${account} ${chat}`;
    const isNew = !held.has(key);
    held.set(key, arrival);
    if (!isNew) return;
    clock.after(HOLD_MS, () => {
      const newest = held.get(key) ?? arrival;
      held.delete(key);
      tell(account, chat, newest);
    });
  }

  function tell(account: AccountId, chat: ChatId, arrival: Arrival): void {
    const now = summary(account, chat);
    if (!now || (now.standing === 'member' && now.readTo >= arrival)) return;
    if (now.standing === 'ended' || (now.standing === 'member' && now.unread === 0)) return;
    if (!isTold(personal.attention(account, chat), now.mentions > 0 || now.standing === 'invited', clock.now())) return;
    for (const target of subscriptions.of(account)) deliveries.deliver(target, { chat, arrival, count: now.unread });
  }

  return {
    arrived(what: Arrived): void {
      if (subscribed.size === 0) return;
      for (const account of what.audience() ?? subscribed)
        if (account !== what.author && subscribed.has(account)) hold(account, what);
    },
    /** The account has browsers that are told; one that has none any more costs a look. */
    note: (account: AccountId) => void subscribed.add(account),
  };
}
