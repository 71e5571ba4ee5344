/** Telling a browser that is closed of what is new, by its push service (RFC 8030, 8291, 8292). For sessions alone. */
import { z } from 'zod';
import { LIMITS } from '../../limits.ts';
import { route } from '../route.ts';
import { base64 } from '../shapes.ts';

const endpoint = z.string().min(1).max(LIMITS.pushEndpointBytes);

export const pushRoutes = {
  'GET /api/v1/me/push': route({
    summary: "The node's public key for push services; null: this node uses none",
    access: 'member',
    reply: z.object({ publicKey: base64(65).nullable() }),
  }),
  'PUT /api/v1/me/push': route({
    summary: 'Tells this browser of what is new, by its push service, until the session ends',
    access: 'member',
    body: z.object({ endpoint, p256dh: base64(65), auth: base64(16) }),
    reply: z.object({}),
  }),
  'POST /api/v1/me/push/end': route({
    summary: 'Tells this browser no more',
    access: 'member',
    body: z.object({ endpoint }),
    reply: z.object({}),
  }),
};
