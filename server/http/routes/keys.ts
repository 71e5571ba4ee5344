/**
 * The own account's keys, and the password that opens them. Always holds: they go to the account itself and to nobody else; a new
 * password and the vault that it opens are one step.
 */
import { ok } from '../../../protocol/result.ts';
import type { SignedIn } from '../../accounts/access.ts';
import type { AccountKeys, NewVault } from '../../accounts/keys.ts';
import type { Login } from '../../accounts/login.ts';
import { base64Of, type Call, type Handlers } from '../call.ts';
import { envelopesView, keysOf } from '../views/keys.ts';

export const KEYS = [
  'GET /api/v1/me/keys',
  'PUT /api/v1/me/keys',
  'POST /api/v1/me/password/start',
  'POST /api/v1/me/password/finish',
] as const;
type Key = (typeof KEYS)[number];

export interface KeysUses {
  readonly keys: Pick<AccountKeys, 'get' | 'put'>;
  readonly login: Pick<Login, 'start' | 'startChange' | 'finishChange'>;
}

export function keysRoutes({ keys, login }: KeysUses): Handlers<Key> {
  async function startPassword({ me, body, address }: Call<'POST /api/v1/me/password/start'>) {
    const { accountId, localName } = me.account;
    const registration = await login.startChange(accountId, body.registrationRequest);
    if (!registration.ok) return registration;
    const started = await login.start({ name: localName, startLoginRequest: body.startLoginRequest, address });
    if (!started.ok) return started;
    const { attemptId: attempt, loginResponse } = started.value;
    return ok({ attempt, loginResponse, ...registration.value });
  }

  async function finishPassword({ me, body }: Call<'POST /api/v1/me/password/finish'>) {
    const { attempt: attemptId, finishLoginRequest, registrationRecord } = body;
    const { vault, envelopes } = keysOf(body);
    const newVault: NewVault | null = vault && { vault, envelopes: envelopes ?? [] };
    const changed = await login.finishChange(
      me.account.accountId,
      { attemptId, finishLoginRequest },
      { registrationRecord, vault: newVault, ...keptSession(me) },
    );
    return changed.ok ? ok({}) : changed;
  }

  return {
    'GET /api/v1/me/keys': ({ me }) => {
      const { identity, vault, envelopes } = keys.get(me.account.accountId);
      return ok({
        identity: identity && base64Of(identity),
        vault: vault && base64Of(vault),
        envelopes: envelopesView(envelopes),
      });
    },
    'PUT /api/v1/me/keys': async ({ me, body }) => {
      const holder = { accountId: me.account.accountId, device: me.device };
      const put = await keys.put(holder, me.via.kind === 'token', keysOf(body));
      return put.ok ? ok({ identity: put.value.identity && base64Of(put.value.identity) }) : put;
    },
    'POST /api/v1/me/password/start': startPassword,
    'POST /api/v1/me/password/finish': finishPassword,
  };
}

function keptSession({ via }: SignedIn): { keep?: string } {
  return via.kind === 'session' ? { keep: via.sessionId } : {};
}
