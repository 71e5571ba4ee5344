/** Sign-up by link, log-in by OPAQUE (RFC 9807), sessions and tokens, the own account. */
import { z } from 'zod';
import { route } from '../route.ts';
import { base64, me, newToken, token } from '../shapes.ts';

const opaque = base64(2048);
const linkToken = z.string().min(1).max(128);
const name = z.string().min(1).max(64);
const label = z.string().max(64).default('');

const session = z.object({
  id: z.string(),
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
    reply: z.object({ registrationResponse: opaque }),
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
    body: z.object({ attempt: z.string().max(64), finishLoginRequest: opaque, label }),
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
  'PATCH /api/v1/me': route({
    summary: 'Change the own display name',
    access: 'member',
    scope: 'write',
    body: z.object({ displayName: z.string().min(1).max(128) }),
    reply: z.object({ me }),
  }),
};
