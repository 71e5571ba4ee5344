/** Every migration, in order. A released one is never changed: what it did wrong, a later one puts right. */
import type { Migration } from '../migrate.ts';
import { accounts } from './0002-accounts.ts';

export const migrations: readonly Migration[] = [accounts];
