/**
 * What others must learn of accounts, told inside the transaction that makes it so: what they write of it is there if and only if
 * the change is. A listener that throws undoes the change.
 */
import type { AccountId } from '../../protocol/ids.ts';
import type { Tx } from '../db/batch.ts';
import type { Account } from './account.ts';

export type AccountChange =
  /** It can be signed in to for the first time; or `disabled`, `enabled` again; or other names, role or rights. */
  | { readonly kind: 'created' | 'disabled' | 'enabled' | 'changed'; readonly account: Account }
  /** Its chain has a new card. `isReset`: the identity key changed without the old one's word (SEAL 4.6). */
  | { readonly kind: 'keys'; readonly accountId: AccountId; readonly identity: Uint8Array; readonly isReset: boolean }
  /** A session or token that holds no more: its sockets must close. */
  | { readonly kind: 'signed_out'; readonly accountId: AccountId; readonly id: string };

export type AccountListener = (change: AccountChange, tx: Tx) => void;

export interface AccountChanges {
  onChange(listener: AccountListener): void;
  tell(change: AccountChange, tx: Tx): void;
}

export function createAccountChanges(): AccountChanges {
  const listeners: AccountListener[] = [];
  return {
    onChange(listener) {
      listeners.push(listener);
    },
    tell(change, tx) {
      for (const listener of listeners) listener(change, tx);
    },
  };
}
