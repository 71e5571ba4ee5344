/** Sign-up by link, log-in by OPAQUE (RFC 9807), sessions and tokens, the own account. */
import { z } from 'zod';
import { LIMITS } from '../../limits.ts';
import { route } from '../route.ts';
import {
  accountId,
  base64,
  card,
  deviceId,
  envelopes,
  identity,
  me,
  newToken,
  orgId,
  token,
  vault,
} from '../shapes.ts';

const opaque = base64(2048);
const linkToken = z.string().min(1).max(128);
const name = z.string().min(1).max(64);
const label = z.string().max(64).default('');

/** Drawn by the client; without it the node draws one. */
const device = deviceId.optional();
/** A vault as base64, and the rest. */
const KEYS_BYTES = Math.ceil((LIMITS.vaultBytes * 4) / 3) + 32 * 1024;
/** With the 16 KiB that strangers may send. */
const FIRST_VAULT_BYTES = 4 * 1024;

const session = z.object({
  id: z.string(),
  device: deviceId,
  label: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number(),
  current: z.boolean(),
});

const nodeInfo = z.object({
  org: z.string(),
  name: z.string(),
  domain: z.string(),
  version: z.string(),
});

export const accountRoutes = {
  'GET /api/v1/node': route({ summary: 'Which organisation this node is', access: 'anyone', reply: nodeInfo }),
  'POST /api/v1/join/look': route({
    summary: 'What an invitation link is for',
    access: 'anyone',
    body: z.object({ token: linkToken }),
    reply: z.object({
      kind: z.enum(['first-administrator', 'join', 'reset']),
      organisation: z.string(),
      domain: z.string(),
      /** For `reset`: whose password is set anew. */
      name: z.string().nullable(),
    }),
  }),
  'POST /api/v1/join/start': route({
    summary: 'OPAQUE registration, first step',
    access: 'anyone',
    body: z.object({ token: linkToken, name, registrationRequest: opaque }),
    reply: z.object({
      registrationResponse: opaque,
      org: orgId,
      account: accountId,
      /** The account has keys already: joining brings none. */
      keys: z.boolean(),
    }),
  }),
  'POST /api/v1/join/finish': route({
    summary: 'OPAQUE registration, second step: makes the account (or sets its password) and signs in',
    access: 'anyone',
    body: z.object({
      token: linkToken,
      name,
      displayName: z.string().max(128),
      registrationRecord: opaque,
      label,
      device,
      /** The first ones, of that device. */
      keys: z
        .object({ card, vault: base64(FIRST_VAULT_BYTES), envelopes })
        .nullable()
        .default(null),
    }),
    reply: z.object({ me }),
  }),
  'POST /api/v1/session/start': route({
    summary: 'OPAQUE log-in, first step; answers the same for names that do not exist',
    access: 'anyone',
    body: z.object({ name, startLoginRequest: opaque }),
    reply: z.object({ attempt: z.string(), loginResponse: opaque }),
  }),
  'POST /api/v1/session/finish': route({
    summary: 'OPAQUE log-in, second step: sets the session cookie',
    access: 'anyone',
    body: z.object({ attempt: z.string().max(64), finishLoginRequest: opaque, label, device }),
    reply: z.object({ me }),
  }),
  'GET /api/v1/session': route({
    summary: 'Who is signed in',
    access: 'member',
    scope: 'read',
    reply: z.object({ me }),
  }),
  'DELETE /api/v1/session': route({ summary: 'Sign out here', access: 'member', reply: z.object({}) }),
  'GET /api/v1/sessions': route({
    summary: 'All places where the account is signed in',
    access: 'member',
    scope: 'read',
    reply: z.object({ sessions: z.array(session) }),
  }),
  'DELETE /api/v1/sessions/:id': route({
    summary: 'Sign out one place',
    access: 'member',
    params: z.object({ id: z.string().max(64) }),
    reply: z.object({}),
  }),
  'DELETE /api/v1/sessions': route({ summary: 'Sign out everywhere', access: 'member', reply: z.object({}) }),
  'GET /api/v1/tokens': route({
    summary: "The account's own tokens, without their secrets",
    access: 'member',
    reply: z.object({ tokens: z.array(token) }),
  }),
  'POST /api/v1/tokens': route({
    summary: 'A token by which a program acts for the account; its secret is shown once',
    access: 'member',
    body: newToken,
    reply: z.object({ token, secret: z.string() }),
  }),
  'DELETE /api/v1/tokens/:token': route({
    summary: 'Revoke an own token',
    access: 'member',
    params: z.object({ token: z.string().max(64) }),
    reply: z.object({}),
  }),
  'GET /api/v1/me/keys': route({
    summary: "The account's identity chain, vault and envelopes, as its devices share them",
    access: 'member',
    scope: 'read',
    reply: z.object({ identity: identity.nullable(), vault: vault.nullable(), envelopes }),
  }),
  'PUT /api/v1/me/keys': route({
    summary: 'A new card, vault or envelopes, in one step; null leaves what is there. The node counter-signs',
    access: 'member',
    scope: 'write',
    body: z.object({
      card: card.nullable().default(null),
      /** Its version is one more than the stored one's. */
      vault: vault.nullable().default(null),
      /** All of them; with a vault only. */
      envelopes: envelopes.nullable().default(null),
    }),
    bodyBytes: KEYS_BYTES,
    reply: z.object({ identity: identity.nullable() }),
  }),
  'POST /api/v1/me/password/start': route({
    summary: 'A new password, first step: OPAQUE log-in with the old one and registration of the new one',
    access: 'member',
    body: z.object({ startLoginRequest: opaque, registrationRequest: opaque }),
    reply: z.object({ attempt: z.string(), loginResponse: opaque, registrationResponse: opaque }),
  }),
  'POST /api/v1/me/password/finish': route({
    summary: 'A new password, second step: with the vault that it opens; signs out all other places',
    access: 'member',
    body: z.object({
      attempt: z.string().max(64),
      finishLoginRequest: opaque,
      registrationRecord: opaque,
      /** null if and only if the account has none. */
      vault: vault.nullable(),
      envelopes: envelopes.nullable(),
    }),
    bodyBytes: KEYS_BYTES,
    reply: z.object({}),
  }),
  'PATCH /api/v1/me': route({
    summary: 'Change the own display name',
    access: 'member',
    scope: 'write',
    body: z.object({ displayName: z.string().min(1).max(128) }),
    reply: z.object({ me }),
  }),
};
