/** Tables of server/notify. */
import type { AccountId, ChatId } from '../../../protocol/ids.ts';

/** What an account keeps for itself. */
interface PersonalTable {
  accountId: AccountId;
  /** '': of the account as a whole. */
  chatId: ChatId | '';
  key: string;
  /** Of the account; grows with each change. */
  revision: number;
  /** When it was decided, never later than the node had it. */
  atMs: number;
  /** JSON */
  value: string;
}

/** A browser that is told of what is new while it is closed. */
interface PushSubscriptionTable {
  /** Where its push service takes messages; https. */
  endpoint: string;
  accountId: AccountId;
  /** It ends with this. */
  sessionId: string;
  /** P-256, uncompressed. */
  p256dh: Uint8Array;
  auth: Uint8Array;
  createdAtMs: number;
}

/** The node's own key for push services (RFC 8292), made when it is first needed: one row. */
interface PushKeyTable {
  id: number;
  /** P-256, uncompressed. */
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

export interface NotifyTables {
  personal: PersonalTable;
  pushSubscription: PushSubscriptionTable;
  pushKey: PushKeyTable;
}
