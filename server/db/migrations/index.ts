/** Every migration, in order. A released one is never changed: what it did wrong, a later one puts right. */
import type { Migration } from '../migrate.ts';
import { identity } from './0001-identity.ts';
import { accounts } from './0002-accounts.ts';
import { chats } from './0003-chats.ts';
import { accountKeys } from './0004-account-keys.ts';
import { keyBundles } from './0005-key-bundles.ts';
import { personal } from './0006-personal.ts';
import { openSearch } from './0007-open-search.ts';
import { files } from './0008-files.ts';
import { erasures } from './0009-erasures.ts';

export const migrations: readonly Migration[] = [
  identity,
  accounts,
  chats,
  accountKeys,
  keyBundles,
  personal,
  openSearch,
  files,
  erasures,
];
