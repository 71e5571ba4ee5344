/** Tables made by migrations/0002-accounts.ts and 0004-account-keys.ts. */
import type { ColumnType } from 'kysely';
import type { AccountId, DeviceId } from '../../../protocol/ids.ts';

type Flag = ColumnType<number, boolean, boolean>;

interface AccountTable {
  accountId: AccountId;
  /** Never changes. */
  kind: 'person' | 'bot';
  /** Lower case, so unique whatever the case. */
  localName: string;
  displayName: string;
  role: 'admin' | 'person';
  /** pending: a person's, made by an administrator, has no password yet. */
  state: 'pending' | 'active' | 'disabled';
  mayBringOutsiders: Flag;
  /** The words of both names, folded, each with a space before it. */
  searchKey: string;
  createdAtMs: number;
  lastSeenAtMs: number | null;
}

/** One row: what the node needs to answer for every password. */
interface PasswordSetupTable {
  id: 1;
  setup: string;
}

interface AccountPasswordTable {
  accountId: AccountId;
  /** The OPAQUE registration record, as the library spells it. */
  record: string;
  changedAtMs: number;
}

interface AccountSessionTable {
  sessionId: string;
  accountId: AccountId;
  tokenHash: Uint8Array;
  device: DeviceId;
  label: string;
  createdAtMs: number;
  lastUsedAtMs: number;
}

interface AccountTokenTable {
  tokenId: string;
  accountId: AccountId;
  tokenHash: Uint8Array;
  device: DeviceId;
  label: string;
  /** Joined with commas. */
  scopes: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
}

interface AccountLinkTable {
  linkId: string;
  kind: 'first-administrator' | 'join' | 'reset';
  tokenHash: Uint8Array;
  /** Whose password the link sets: there already, or kept for whoever joins by it. */
  accountId: AccountId;
  /** null: somebody at the machine itself. */
  madeBy: AccountId | null;
  createdAtMs: number;
  expiresAtMs: number;
  usedAtMs: number | null;
}

/** What an account's devices share. The node reads the chain, and of the rest its outer fields (SEAL 3.1). */
interface AccountKeysTable {
  accountId: AccountId;
  /** Identity chain, counter-signed; null: a vault alone. */
  identity: Uint8Array | null;
  /** How many of its cards are resets. */
  resets: number;
  /** 0: no vault. */
  vaultVersion: number;
  vault: Uint8Array | null;
  /** The list of them, encoded. */
  envelopes: Uint8Array | null;
}

export interface AccountTables {
  account: AccountTable;
  passwordSetup: PasswordSetupTable;
  accountPassword: AccountPasswordTable;
  accountSession: AccountSessionTable;
  accountToken: AccountTokenTable;
  accountLink: AccountLinkTable;
  accountKeys: AccountKeysTable;
}
