/** Chats: create, read, write, and everything that is asked of the hub. */
import { z } from 'zod';
import { LIMITS } from '../../limits.ts';
import { route } from '../route.ts';
import { base64, blobs, chatId, chatSummary, control, delivery, entry, stored, wrap } from '../shapes.ts';

const params = z.object({ chat: chatId });
const looks = z.array(base64(LIMITS.lookBytes)).max(4).default([]);
/** Of key material, beside the request that names them; all together at most `requestBundlesBytes`. */
const bundles = z.array(base64(LIMITS.bundleBytes)).max(LIMITS.organisationsPerChat).default([]);
/** Bundles and looks as base64, and the rest. */
const REQUEST_BYTES = Math.ceil((LIMITS.requestBundlesBytes * 4) / 3) + 640 * 1024;
const done = z.object({});

/** A request is stored; `ordered`: its acts are in the control log already. */
const requested = z.object({
  seq: z.number().int(),
  outcome: z.enum(['ordered', 'queued']),
  head: z.object({ cpos: z.number().int(), chash: base64(32) }),
});

export const chatRoutes = {
  'GET /api/v1/chats': route({
    summary: 'All chats of the account, and the arrival position that the list stands at',
    access: 'member',
    scope: 'read',
    reply: z.object({ chats: z.array(chatSummary), arrival: z.number().int() }),
  }),
  'GET /api/v1/chats/:chat': route({
    summary: 'One chat',
    access: 'member',
    scope: 'read',
    params,
    reply: chatSummary,
  }),
  'POST /api/v1/chats': route({
    summary: 'Found a chat: its genesis and, in one go, the first request (invitations, look)',
    access: 'member',
    scope: 'write',
    body: z.object({
      genesis: base64(LIMITS.genesisBytes),
      request: base64(LIMITS.bodyBytes).nullable().default(null),
      looks,
      bundles,
    }),
    bodyBytes: REQUEST_BYTES,
    reply: chatSummary,
  }),
  'GET /api/v1/public-chats': route({
    summary: 'Public chats of the organisation that the account is not in',
    access: 'member',
    scope: 'read',
    reply: z.object({
      chats: z.array(z.object({ chat: chatId, members: z.number().int(), look: base64(LIMITS.lookBytes).nullable() })),
    }),
  }),
  'GET /api/v1/chats/:chat/control': route({
    summary: 'The control log from a position on: what the client reduces to members, roles and look',
    access: 'member',
    scope: 'read',
    params,
    query: z.object({ from: z.coerce.number().int().min(0).default(0) }),
    reply: control,
  }),
  'GET /api/v1/chats/:chat/entries': route({
    summary: 'Entries in display order, newest page first; `before` and `after` are "HLC.ORG.SEQ" of an entry',
    access: 'member',
    scope: 'read',
    params,
    query: z.object({
      before: z.string().max(120).optional(),
      after: z.string().max(120).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    reply: z.object({ entries: z.array(entry), more: z.boolean() }),
  }),
  'POST /api/v1/chats/:chat/messages': route({
    summary:
      'Submit a message body, and the files that it names; a retry of the same entry id is taken once. Refused `stale_head` for another head than the node has, `blob_unknown` for files that the account has not uploaded and sees in none of its chats',
    access: 'member',
    scope: 'write',
    params,
    body: z.object({ body: base64(LIMITS.bodyBytes), blobs }),
    reply: stored,
  }),
  'POST /api/v1/chats/:chat/requests': route({
    summary: 'Submit a request to the hub; queued while the hub is away',
    access: 'member',
    scope: 'write',
    params,
    body: z.object({ body: base64(LIMITS.bodyBytes), looks, bundles }),
    bodyBytes: REQUEST_BYTES,
    reply: requested,
  }),
  'GET /api/v1/chats/:chat/wraps': route({
    summary:
      "The account's own wraps from a position on, by position of the act that brought them; some at a time: go on after the last until none is left",
    access: 'member',
    scope: 'read',
    params,
    query: z.object({ from: z.coerce.number().int().min(0).default(0) }),
    reply: z.object({ wraps: z.array(wrap) }),
  }),
  'POST /api/v1/chats/:chat/fin': route({
    summary: 'Leave, or decline an invitation; takes effect at once',
    access: 'member',
    scope: 'write',
    params,
    body: z.object({ body: base64(LIMITS.bodyBytes) }),
    reply: done,
  }),
  'POST /api/v1/chats/:chat/erase': route({
    summary: 'Erase a message for everybody: body and nonce go on all nodes',
    access: 'member',
    scope: 'write',
    params,
    body: z.object({ body: base64(LIMITS.bodyBytes) }),
    reply: stored,
  }),
  'POST /api/v1/chats/:chat/consent': route({
    summary: 'Take up a direct chat that somebody of another organisation began',
    access: 'member',
    scope: 'write',
    params,
    reply: done,
  }),
  'POST /api/v1/chats/:chat/read': route({
    summary: 'Read up to this arrival position; the highest wins, on all devices',
    access: 'member',
    scope: 'write',
    params,
    body: z.object({ arrival: z.number().int().min(0) }),
    reply: done,
  }),
  'GET /api/v1/chats/:chat/delivery': route({
    summary: "What each organisation has of the own organisation's log",
    access: 'member',
    scope: 'read',
    params,
    reply: z.object({ delivery: z.array(delivery) }),
  }),
};
