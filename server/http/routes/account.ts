/** The own account: who is signed in, where, and the own name. */
import { ok, refuse } from '../../../protocol/result.ts';
import type { SignedIn } from '../../accounts/access.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Sessions } from '../../accounts/sessions.ts';
import type { Handlers } from '../call.ts';
import type { PeopleView } from '../views/people.ts';

export const ACCOUNT = [
  'GET /api/v1/session',
  'DELETE /api/v1/session',
  'GET /api/v1/sessions',
  'DELETE /api/v1/sessions/:id',
  'DELETE /api/v1/sessions',
  'PATCH /api/v1/me',
] as const;
type Key = (typeof ACCOUNT)[number];

export interface AccountUses {
  readonly accounts: Pick<Accounts, 'rename'>;
  readonly sessions: Pick<Sessions, 'list' | 'end' | 'logoutEverywhere'>;
  readonly people: Pick<PeopleView, 'me'>;
}

export function accountRoutes({ accounts, sessions, people }: AccountUses): Handlers<Key> {
  return {
    'GET /api/v1/session': ({ me }) => ok({ me: people.me(me) }),
    'DELETE /api/v1/session': async ({ me, cookie }) => {
      const sessionId = sessionIdOf(me);
      if (sessionId === null) return refuse('not_found');
      const ended = await sessions.end(me.account.accountId, sessionId);
      cookie.clear();
      return ended.ok ? ok({}) : ended;
    },
    'GET /api/v1/sessions': ({ me }) => {
      const current = sessionIdOf(me);
      const all = sessions.list(me.account.accountId);
      return ok({
        sessions: all.map(({ sessionId, device, label, createdAtMs, lastUsedAtMs }) => ({
          id: sessionId,
          device,
          label,
          createdAt: createdAtMs,
          lastUsedAt: lastUsedAtMs,
          current: sessionId === current,
        })),
      });
    },
    'DELETE /api/v1/sessions/:id': async ({ me, params }) => {
      const ended = await sessions.end(me.account.accountId, params.id);
      return ended.ok ? ok({}) : ended;
    },
    'DELETE /api/v1/sessions': async ({ me, cookie }) => {
      await sessions.logoutEverywhere(me.account.accountId);
      cookie.clear();
      return ok({});
    },
    'PATCH /api/v1/me': async ({ me, body }) => {
      const renamed = await accounts.rename(me.account.accountId, { displayName: body.displayName });
      return renamed.ok ? ok({ me: people.me({ account: renamed.value, device: me.device }) }) : renamed;
    },
  };
}

function sessionIdOf({ via }: SignedIn): string | null {
  return via.kind === 'session' ? via.sessionId : null;
}
