/** The own tokens. For sessions alone: a token that leaked must not make others that outlive it. */
import { ok } from '../../../protocol/result.ts';
import type { Tokens } from '../../accounts/tokens.ts';
import type { Handlers } from '../call.ts';
import { newTokenView, tokenView } from '../views/tokens.ts';

export const TOKENS = ['GET /api/v1/tokens', 'POST /api/v1/tokens', 'DELETE /api/v1/tokens/:token'] as const;
type Key = (typeof TOKENS)[number];

export interface TokensUses {
  readonly tokens: Pick<Tokens, 'add' | 'list' | 'revoke'>;
}

export function tokensRoutes({ tokens }: TokensUses): Handlers<Key> {
  return {
    'GET /api/v1/tokens': ({ me }) => ok({ tokens: tokens.list(me.account.accountId).map(tokenView) }),
    'POST /api/v1/tokens': async ({ me, body }) => {
      const made = await tokens.add(me.account.accountId, body.label, body.scopes);
      return made.ok ? ok(newTokenView(made.value)) : made;
    },
    'DELETE /api/v1/tokens/:token': async ({ me, params }) => {
      const revoked = await tokens.revoke(me.account.accountId, params.token);
      return revoked.ok ? ok({}) : revoked;
    },
  };
}
