/** Search in what is open to the own node: general and public chats. What is sealed is searched by its readers' devices. */
import { z } from 'zod';
import { route } from '../route.ts';
import { accountId, chatId, orgId, searchHit } from '../shapes.ts';

/** Words by their beginnings, what stands in quotation marks as it stands; `from`, `to` in milliseconds, `to` not in it. */
const query = z.object({
  q: z.string().max(400).default(''),
  org: orgId.optional(),
  account: accountId.optional(),
  kind: z.enum(['message', 'file', 'link']).optional(),
  from: z.coerce.number().int().min(0).optional(),
  to: z.coerce.number().int().min(0).optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(40),
});
const reply = z.object({ hits: z.array(searchHit) });

export const searchRoutes = {
  'GET /api/v1/search': route({
    summary:
      'Search the general chat and the public chats that the account is in; newest first, `before` is an arrival',
    access: 'member',
    scope: 'read',
    query,
    reply,
  }),
  'GET /api/v1/chats/:chat/search': route({
    summary: 'Search one general or public chat; of any other that the account may see, the answer is empty',
    access: 'member',
    scope: 'read',
    params: z.object({ chat: chatId }),
    query,
    reply,
  }),
};
