/** People and organisations: completion, addresses, profiles. */
import { z } from 'zod';
import { LIMITS } from '../../limits.ts';
import { route } from '../route.ts';
import { accountId, identity, member, organisation, orgId, person } from '../shapes.ts';

export const peopleRoutes = {
  'GET /api/v1/people/search': route({
    summary: 'Completion: co-workers, people of partners that share their directory, people one already chats with',
    access: 'member',
    scope: 'read',
    query: z.object({ q: z.string().max(128) }),
    reply: z.object({ people: z.array(person) }),
  }),
  'POST /api/v1/people/resolve': route({
    summary: 'A full address (bob@globex.example) to a person; "nobody" and "not for you" are one answer',
    access: 'member',
    scope: 'write',
    body: z.object({ address: z.string().min(1).max(320) }),
    reply: z.object({ person }),
  }),
  'POST /api/v1/people': route({
    summary: 'Profiles of these members, where the account shares a chat or a directory with them',
    access: 'member',
    scope: 'read',
    body: z.object({ members: z.array(member).max(500) }),
    reply: z.object({ people: z.array(person) }),
  }),
  'POST /api/v1/people/identities': route({
    summary:
      'Identity chains of these members; "nobody", "not for you" and "has no keys" are one answer: left out. Of whose people somebody is not known here, and whose node has not answered, is in `unanswered`',
    access: 'member',
    scope: 'read',
    body: z.object({ members: z.array(member).max(LIMITS.identitiesPerCall) }),
    reply: z.object({
      identities: z.array(z.object({ org: orgId, account: accountId, chain: identity })),
      unanswered: z.array(z.object({ org: orgId })),
    }),
  }),
  'GET /api/v1/organisations': route({
    summary: 'The own organisation and those that the account shares a chat with or may look up',
    access: 'member',
    scope: 'read',
    reply: z.object({ organisations: z.array(organisation) }),
  }),
  'GET /api/v1/organisations/:org': route({
    summary: 'One organisation with its record chain, as an invitation of its people needs it',
    access: 'member',
    scope: 'read',
    params: z.object({ org: orgId }),
    reply: organisation,
  }),
};
