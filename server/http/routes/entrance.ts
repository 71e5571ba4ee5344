/** Sign-up by link and log-in (OPAQUE): what strangers may call. */
import { formatAddress } from '../../../protocol/identity/names.ts';
import { ok } from '../../../protocol/result.ts';
import type { Links } from '../../accounts/links.ts';
import type { Login } from '../../accounts/login.ts';
import type { NewSession, SessionStart } from '../../accounts/sessions.ts';
import type { OwnOrganisation } from '../../identity/organisation.ts';
import type { Call, Handlers } from '../call.ts';
import { keysOf } from '../views/keys.ts';
import type { PeopleView } from '../views/people.ts';

export const ENTRANCE = [
  'GET /api/v1/node',
  'POST /api/v1/join/look',
  'POST /api/v1/join/start',
  'POST /api/v1/join/finish',
  'POST /api/v1/session/start',
  'POST /api/v1/session/finish',
] as const;
type Key = (typeof ENTRANCE)[number];

export interface EntranceUses {
  readonly links: Pick<Links, 'look' | 'start' | 'finish'>;
  readonly login: Pick<Login, 'start' | 'finish'>;
  readonly organisation: Pick<OwnOrganisation, 'orgId' | 'current'>;
  readonly people: Pick<PeopleView, 'me'>;
  readonly version: string;
}

export function entranceRoutes({ links, login, organisation, people, version }: EntranceUses): Handlers<Key> {
  const own = () => {
    const { name, domains } = organisation.current().record;
    return { name, domain: domains[0] ?? '' };
  };

  function signIn({ cookie }: Pick<Call<Key>, 'cookie'>, { account, session, token }: NewSession) {
    cookie.set(token);
    return ok({ me: people.me({ account, device: session.device }) });
  }

  return {
    'GET /api/v1/node': () => ok({ org: organisation.orgId, ...own(), version }),
    'POST /api/v1/join/look': ({ body }) => {
      const seen = links.look(body.token);
      if (!seen.ok) return seen;
      const { kind, localName } = seen.value;
      const { name: orgName, domain } = own();
      return ok({ kind, organisation: orgName, domain, name: localName });
    },
    'POST /api/v1/join/start': async ({ body }) => {
      const started = await links.start(body.token, body.registrationRequest);
      if (!started.ok) return started;
      const { hasKeys: keys, ...rest } = started.value;
      return ok({ ...rest, keys });
    },
    'POST /api/v1/join/finish': async (call) => {
      const { token, name, displayName, registrationRecord, keys } = call.body;
      const joined = await links.finish(token, {
        ...{ registrationRecord, localName: name, session: sessionOf(call.body) },
        ...(displayName.trim() !== '' && { displayName }),
        ...(keys && { keys: keysOf(keys) }),
      });
      return joined.ok ? signIn(call, joined.value) : joined;
    },
    'POST /api/v1/session/start': async ({ body, address }) => {
      const started = await login.start({
        name: withoutDomain(body.name, own().domain),
        startLoginRequest: body.startLoginRequest,
        address,
      });
      return started.ok
        ? ok({ attempt: started.value.attemptId, loginResponse: started.value.loginResponse })
        : started;
    },
    'POST /api/v1/session/finish': async (call) => {
      const { attempt: attemptId, finishLoginRequest } = call.body;
      const entered = await login.finish({ attemptId, finishLoginRequest }, sessionOf(call.body));
      return entered.ok ? signIn(call, entered.value) : entered;
    },
  };
}

function sessionOf({
  label,
  device,
}: Pick<Call<'POST /api/v1/session/finish'>['body'], 'label' | 'device'>): SessionStart {
  return device === undefined ? { label } : { label, device };
}

/** People type their whole address as well. */
function withoutDomain(typed: string, domain: string): string {
  const name = typed.trim().toLowerCase();
  const ending = formatAddress({ name: '', domain });
  return name.endsWith(ending) ? name.slice(0, -ending.length) : typed;
}
