/** The session cookie. Only over HTTPS can it have the name that browsers keep to this host; on localhost it is a plain one. */
const YEAR_SECONDS = 365 * 24 * 3_600;

export interface SessionCookie {
  /** Of a `Cookie` header, the session's token. */
  read(header: string | undefined): string | undefined;
  /** `Set-Cookie`. The node ends sessions that are not used long before the cookie goes. */
  set(token: string): string;
  clear(): string;
}

export function createSessionCookie(isHttps: boolean): SessionCookie {
  const name = isHttps ? '__Host-conclave' : 'conclave';
  const rest = `Path=/; HttpOnly; SameSite=Strict${isHttps ? '; Secure' : ''}`;
  return {
    read(header) {
      const pair = header?.split(';').find((each) => each.trim().startsWith(`${name}=`));
      return pair?.trim().slice(name.length + 1);
    },
    set: (token) => `${name}=${token}; Max-Age=${YEAR_SECONDS}; ${rest}`,
    clear: () => `${name}=; Max-Age=0; ${rest}`,
  };
}
