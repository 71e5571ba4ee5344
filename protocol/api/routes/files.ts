/**
 * Files: what is JSON of them. The bytes go up by tus 1.0 at `/api/v1/files` and come down from
 * `/api/v1/chats/:chat/files/:blob`: server/http/files/.
 */
import { z } from 'zod';
import { route } from '../route.ts';

export const fileRoutes = {
  'GET /api/v1/files/quota': route({
    summary: 'How large a file may be before it is sealed, and how much of its room the account has used',
    access: 'member',
    scope: 'read',
    reply: z.object({ maxBytes: z.number().int(), used: z.number().int(), quota: z.number().int() }),
  }),
};
