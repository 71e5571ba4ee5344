/** Every table of the node, put together from one file per domain (schema/*.ts), each beside the migration that makes it. */
import type { AccountTables } from './schema/accounts.ts';
import type { ChatTables } from './schema/chats.ts';
import type { FileTables } from './schema/files.ts';
import type { IdentityTables } from './schema/identity.ts';
import type { NotifyTables } from './schema/notify.ts';

export interface Schema extends IdentityTables, AccountTables, ChatTables, FileTables, NotifyTables {}
