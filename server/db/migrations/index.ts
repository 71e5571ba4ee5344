/** Every migration, in order. A released one is never changed: what it did wrong, a later one puts right. */
import type { Migration } from '../migrate.ts';

export const migrations: readonly Migration[] = [];
