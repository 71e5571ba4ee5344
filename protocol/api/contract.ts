/**
 * The one table of routes: the server mounts it, clients call it by its keys, OpenAPI comes out of it. Browsers import
 * its *types* only, so that no schema code is in the page.
 */
import type { z } from 'zod';
import { accountRoutes } from './routes/accounts.ts';
import { adminRoutes } from './routes/admin.ts';
import { chatRoutes } from './routes/chats.ts';
import { fileRoutes } from './routes/files.ts';
import { peopleRoutes } from './routes/people.ts';
import { personalRoutes } from './routes/personal.ts';
import { pushRoutes } from './routes/push.ts';
import { searchRoutes } from './routes/search.ts';

export const contract = {
  ...accountRoutes,
  ...chatRoutes,
  ...fileRoutes,
  ...searchRoutes,
  ...peopleRoutes,
  ...personalRoutes,
  ...pushRoutes,
  ...adminRoutes,
};

export type Contract = typeof contract;
export type RouteKey = keyof Contract;
type Input<S> = S extends z.ZodType ? z.input<S> : undefined;

/** `params` of the path, `query`, `body`: what a caller hands over. */
export interface CallOf<K extends RouteKey> {
  readonly params: Input<Contract[K]['params']>;
  readonly query: Input<Contract[K]['query']>;
  readonly body: Input<Contract[K]['body']>;
}
export type ReplyOf<K extends RouteKey> = z.infer<Contract[K]['reply']>;
