/**
 * Who is asking: by the browser's cookie or a bearer token. Always holds: what a cookie proves counts for a change only when the
 * browser says that the page asking is this node's own.
 */
import { ok, type Result, refuse } from '../../protocol/result.ts';
import type { SignedIn } from '../accounts/access.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Tokens } from '../accounts/tokens.ts';
import type { Site } from './address.ts';
import type { SessionCookie } from './cookie.ts';

/** Headers of a request, by lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

export interface Gate {
  /** Refuses `not_signed_in`; `wrong_origin` for a cookie in a request that changes something. */
  enter(header: HeaderOf, changes: boolean): Result<SignedIn>;
  /** For strangers: refuses `wrong_origin` when a browser says that another site asks. */
  passOrigin(header: HeaderOf): Result<void>;
}

export interface GateUses {
  readonly sessions: Pick<Sessions, 'authenticate'>;
  readonly tokens: Pick<Tokens, 'authenticate'>;
  readonly site: Site;
  readonly cookie: SessionCookie;
}

export function createGate({ sessions, tokens, site, cookie }: GateUses): Gate {
  const origin = (header: HeaderOf) =>
    site.isSameOrigin({ host: header('host'), origin: header('origin'), fetchSite: header('sec-fetch-site') });

  return {
    enter(header, changes) {
      const bearer = /^Bearer +(\S{1,128})$/i.exec(header('authorization') ?? '')?.[1];
      if (bearer !== undefined) return tokens.authenticate(bearer);
      const token = cookie.read(header('cookie'));
      if (token === undefined || token.length > 128) return refuse('not_signed_in');
      if (changes && origin(header) !== true) return refuse('wrong_origin');
      return sessions.authenticate(token);
    },
    passOrigin: (header) => (origin(header) === false ? refuse('wrong_origin') : ok(undefined)),
  };
}
