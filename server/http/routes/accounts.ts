/** What administrators do with accounts, their links and their tokens. */
import type { z } from 'zod';
import type { account as accountShape } from '../../../protocol/api/routes/admin.ts';
import type { AccountId, OrgId } from '../../../protocol/ids.ts';
import { ok, refuse } from '../../../protocol/result.ts';
import type { SignedIn } from '../../accounts/access.ts';
import type { Account } from '../../accounts/account.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Links, NewLink } from '../../accounts/links.ts';
import type { Tokens } from '../../accounts/tokens.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Call, Handlers } from '../call.ts';
import { newTokenView, tokenView } from '../views/tokens.ts';

export const ACCOUNTS = [
  'GET /api/v1/admin/accounts',
  'POST /api/v1/admin/invitations',
  'POST /api/v1/admin/bots',
  'POST /api/v1/admin/accounts/:account/reset-link',
  'PATCH /api/v1/admin/accounts/:account',
  'GET /api/v1/admin/accounts/:account/tokens',
  'POST /api/v1/admin/accounts/:account/tokens',
  'DELETE /api/v1/admin/accounts/:account/tokens/:token',
] as const;
type Key = (typeof ACCOUNTS)[number];

export interface AccountsUses {
  readonly accounts: Accounts;
  readonly links: Links;
  readonly tokens: Tokens;
  readonly chats: Pick<Chats, 'offboarding'>;
  readonly orgName: (org: OrgId) => string;
  /** Address of the screen behind a link. */
  readonly joinUrl: (token: string) => string;
}

const PAGE = 500;

export function accountsRoutes(uses: AccountsUses): Handlers<Key> {
  const { accounts, links, tokens, chats, orgName, joinUrl } = uses;

  function view(account: Account): z.infer<typeof accountShape> {
    const gone = account.state === 'disabled' ? chats.offboarding(account.accountId) : [];
    return {
      account: account.accountId,
      kind: account.kind,
      name: account.localName,
      displayName: account.displayName,
      administrator: account.role === 'admin',
      state: account.state === 'disabled' ? 'disabled' : 'active',
      mayBringOutsiders: account.mayBringOutsiders,
      createdAt: account.createdAtMs,
      lastSeenAt: account.lastSeenAtMs,
      offboarding: gone.map(({ org, stopped }) => ({ org, orgName: orgName(org), stopped })),
    };
  }

  function all(): Account[] {
    const found: Account[] = [];
    for (;;) {
      const page = accounts.list({ after: found.at(-1)?.localName ?? '', limit: PAGE });
      found.push(...page);
      if (page.length < PAGE) return found;
    }
  }

  function linkView({ token, expiresAtMs }: NewLink) {
    return { link: joinUrl(token), expiresAt: expiresAtMs };
  }

  async function invite({ who, body }: Call<'POST /api/v1/admin/invitations'>) {
    if (!body.administrator) return ok(linkView(await links.makeJoin(idOf(who))));
    const made = await links.makeFirstAdministrator();
    return made.ok ? ok(linkView(made.value)) : made;
  }

  /** One after another; what was done before a refusal stays done. */
  async function change({ params, body }: Call<'PATCH /api/v1/admin/accounts/:account'>) {
    const { account: id } = params;
    const { administrator, mayBringOutsiders, state } = body;
    const steps = [
      state === 'active' && (() => accounts.enable(id)),
      administrator !== undefined && (() => accounts.setRole(id, administrator ? 'admin' : 'person')),
      mayBringOutsiders !== undefined && (() => accounts.setMayBringOutsiders(id, mayBringOutsiders)),
      state === 'disabled' && (() => accounts.disable(id)),
    ];
    for (const step of steps) {
      const done = step && (await step());
      if (done && !done.ok) return done;
    }
    const account = accounts.byId(id);
    return account ? ok(view(account)) : refuse('unknown_account');
  }

  return {
    'GET /api/v1/admin/accounts': () => ok({ accounts: all().map(view) }),
    'POST /api/v1/admin/invitations': invite,
    'POST /api/v1/admin/bots': async ({ body: { name, displayName } }) => {
      const named = displayName.trim() === '' ? {} : { displayName };
      const made = await accounts.createBot({ localName: name, ...named });
      return made.ok ? ok(view(made.value)) : made;
    },
    'POST /api/v1/admin/accounts/:account/reset-link': async ({ who, params }) => {
      const made = await links.makeFor(params.account, idOf(who));
      return made.ok ? ok(linkView(made.value)) : made;
    },
    'PATCH /api/v1/admin/accounts/:account': change,
    'GET /api/v1/admin/accounts/:account/tokens': ({ params }) =>
      accounts.byId(params.account)
        ? ok({ tokens: tokens.list(params.account).map(tokenView) })
        : refuse('unknown_account'),
    'POST /api/v1/admin/accounts/:account/tokens': async ({ params, body }) => {
      const made = await tokens.addForBot(params.account, body.label, body.scopes);
      return made.ok ? ok(newTokenView(made.value)) : made;
    },
    'DELETE /api/v1/admin/accounts/:account/tokens/:token': async ({ params }) => {
      const revoked = await tokens.revoke(params.account, params.token);
      return revoked.ok ? ok({}) : revoked;
    },
  };
}

function idOf(who: SignedIn | null): AccountId | null {
  return who?.account.accountId ?? null;
}
