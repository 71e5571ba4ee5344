/**
 * What administrators do, in the web client and through `DATA/admin.sock`. No route here gives access to a chat: there is
 * none that takes a chat id.
 */
import { z } from 'zod';
import { route } from '../route.ts';
import { accountId, newToken, orgId, token } from '../shapes.ts';

const done = z.object({});
const directory = z.enum(['nobody', 'exact', 'search']);

export const account = z.object({
  account: accountId,
  /** A bot is made by an administrator, has no password, and signs in with tokens that administrators make. */
  kind: z.enum(['person', 'bot']),
  name: z.string(),
  displayName: z.string(),
  administrator: z.boolean(),
  state: z.enum(['active', 'disabled']),
  mayBringOutsiders: z.boolean(),
  createdAt: z.number(),
  lastSeenAt: z.number().nullable(),
  /** Of a disabled account: per partner, has it confirmed that the account's entries ended? */
  offboarding: z.array(z.object({ org: orgId, orgName: z.string(), stopped: z.boolean() })),
});
export const peer = z.object({
  org: orgId,
  name: z.string(),
  domain: z.string(),
  state: z.enum(['approved', 'seen', 'open', 'blocked']),
  directory: directory.nullable(),
  /** Invitations from there are taken up without asking. */
  autoAccept: z.boolean(),
  connected: z.boolean(),
  lastContactAt: z.number().nullable(),
  /** Positions of the own arrival order that the partner has not confirmed yet. */
  queued: z.number().int(),
  warning: z.string().nullable(),
});
export const network = z.object({
  mode: z.enum(['off', 'allow-list', 'open']),
  directory,
});
export const status = z.object({
  version: z.string(),
  org: orgId,
  name: z.string(),
  domain: z.string(),
  startedAt: z.number(),
  webAddress: z.string(),
  dataFolder: z.string(),
  federationAddresses: z.array(z.string()),
  recordExpiresAt: z.number(),
  phraseConfirmed: z.boolean(),
  accounts: z.number().int(),
  chats: z.number().int(),
  entries: z.number().int(),
  databaseBytes: z.number().int(),
  memoryBytes: z.number().int(),
  sockets: z.number().int(),
  /** Chats that stopped, by reason; never which. */
  stopped: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  peers: z.array(peer),
});
export const check = z.object({
  name: z.string(),
  state: z.enum(['good', 'warning', 'bad', 'skipped']),
  found: z.string(),
  fix: z.string().nullable(),
});

const byAccount = z.object({ account: accountId });
const byOrg = z.object({ org: orgId });
const admin = { access: 'administrator', scope: 'admin' } as const;

export const adminRoutes = {
  'GET /api/v1/admin/status': route({
    ...admin,
    summary: 'The node: versions, sizes, partners, queues',
    reply: status,
  }),
  'GET /api/v1/admin/doctor': route({
    ...admin,
    summary: 'Checks of the running node, each with its fix',
    reply: z.object({ checks: z.array(check) }),
  }),
  'GET /api/v1/admin/accounts': route({
    ...admin,
    summary: 'All accounts',
    reply: z.object({ accounts: z.array(account) }),
  }),
  'POST /api/v1/admin/invitations': route({
    ...admin,
    summary: 'A one-time link that makes an account',
    body: z.object({ administrator: z.boolean().default(false) }),
    reply: z.object({ link: z.string(), expiresAt: z.number() }),
  }),
  'POST /api/v1/admin/bots': route({
    ...admin,
    summary: 'Make an account for a program: active at once, without a password',
    body: z.object({ name: z.string().min(1).max(64), displayName: z.string().max(128).default('') }),
    reply: account,
  }),
  'POST /api/v1/admin/accounts/:account/reset-link': route({
    ...admin,
    summary: "A one-time link that sets a new password of a person's account; using it ends all sessions and tokens",
    params: byAccount,
    reply: z.object({ link: z.string(), expiresAt: z.number() }),
  }),
  'PATCH /api/v1/admin/accounts/:account': route({
    ...admin,
    summary: 'Disable or enable, make administrator, allow to bring in outsiders',
    params: byAccount,
    body: z.object({
      state: z.enum(['active', 'disabled']).optional(),
      administrator: z.boolean().optional(),
      mayBringOutsiders: z.boolean().optional(),
    }),
    reply: account,
  }),
  'GET /api/v1/admin/accounts/:account/tokens': route({
    ...admin,
    summary: "An account's tokens, without their secrets",
    params: byAccount,
    reply: z.object({ tokens: z.array(token) }),
  }),
  'POST /api/v1/admin/accounts/:account/tokens': route({
    ...admin,
    summary: 'A token of a bot; its secret is shown once. Tokens of persons are made by themselves',
    params: byAccount,
    body: newToken,
    reply: z.object({ token, secret: z.string() }),
  }),
  'DELETE /api/v1/admin/accounts/:account/tokens/:token': route({
    ...admin,
    summary: 'Revoke a token',
    params: z.object({ account: accountId, token: z.string().max(64) }),
    reply: done,
  }),
  'GET /api/v1/admin/network': route({ ...admin, summary: 'Network access', reply: network }),
  'PATCH /api/v1/admin/network': route({
    ...admin,
    summary: 'Set Network access: mode, and what the directory shows to partners',
    body: z.object({ mode: z.enum(['off', 'allow-list', 'open']).optional(), directory: directory.optional() }),
    reply: network,
  }),
  'GET /api/v1/admin/peers': route({
    ...admin,
    summary: 'Partner organisations',
    reply: z.object({ peers: z.array(peer) }),
  }),
  'POST /api/v1/admin/peers/invite': route({
    ...admin,
    summary: 'A ticket for a partner: the text that "peer add" takes',
    reply: z.object({ ticket: z.string(), expiresAt: z.number() }),
  }),
  'POST /api/v1/admin/peers': route({
    ...admin,
    summary: 'Add a partner by ticket, or by domain',
    body: z.object({ ticket: z.string().max(4096).optional(), domain: z.string().max(253).optional() }),
    reply: peer,
  }),
  'PATCH /api/v1/admin/peers/:org': route({
    ...admin,
    summary:
      'Approve, block or unblock a partner; what the directory shows to it (null: as for all); whether its invitations are taken up without asking',
    params: byOrg,
    body: z.object({
      state: z.enum(['approved', 'blocked', 'unblocked']).optional(),
      directory: directory.nullable().optional(),
      autoAccept: z.boolean().optional(),
    }),
    reply: peer,
  }),
  'DELETE /api/v1/admin/peers/:org': route({
    ...admin,
    summary: 'Forget a partner that no chat is shared with',
    params: byOrg,
    reply: done,
  }),
  'GET /api/v1/admin/phrase': route({
    ...admin,
    summary: 'The recovery phrase, until it is confirmed',
    reply: z.object({ words: z.array(z.string()) }),
  }),
  'POST /api/v1/admin/phrase': route({
    ...admin,
    summary: 'Confirm the recovery phrase by typing it: the node forgets it',
    body: z.object({ words: z.array(z.string().max(32)).max(24) }),
    reply: done,
  }),
};
