/** What a person keeps for themselves, on all their devices (personal.ts), and where they are told of what is new. */
import { z } from 'zod';
import { LIMITS } from '../../limits.ts';
import { personalChange, personalRow } from '../personal.ts';
import { route } from '../route.ts';

const BODY_BYTES = Math.ceil((LIMITS.draftBytes * 4) / 3) * 2 + 64 * 1024;

export const personalRoutes = {
  'GET /api/v1/me/personal': route({
    summary: 'What the account keeps for itself of its chats, as far as it changed after a revision',
    access: 'member',
    scope: 'read',
    query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
    reply: z.object({ rows: z.array(personalRow), revision: z.number().int() }),
  }),
  'PUT /api/v1/me/personal': route({
    summary: 'Changes of it; an older one than the node has changes nothing. What stands then',
    access: 'member',
    scope: 'write',
    body: z.object({ changes: z.array(personalChange).min(1).max(LIMITS.personalChanges) }),
    bodyBytes: BODY_BYTES,
    reply: z.object({ rows: z.array(personalRow) }),
  }),
};
