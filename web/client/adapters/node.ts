/**
 * The messenger in node: for tests, bots, the demo and load. With a token it is signed in from the start; without, `signIn` or
 * `join` sign in, and the session's cookie is kept here.
 */
import { createApi } from '../api.ts';
import { createMemoryStore } from '../memory-store.ts';
import { createMessenger, type RunningMessenger } from '../messenger.ts';
import type { Fetch, Store } from '../ports.ts';
import { createSystemClock, systemRandom } from './system.ts';
import { openSockets } from './web-socket.ts';

export interface NodeMessengerOptions {
  /** `http://127.0.0.1:8440` */
  readonly baseUrl: string;
  readonly token?: string;
  readonly store?: Store;
  readonly label?: string;
  /** Name of the host that the node serves, where `baseUrl` is an address: `acme.localhost:8441`. */
  readonly host?: string;
  readonly report?: (error: unknown) => void;
}

export function createNodeMessenger(options: NodeMessengerOptions): RunningMessenger {
  const { baseUrl, token, store = createMemoryStore(), label = 'program', report = console.error } = options;
  const cookies = new Map<string, string>();
  const headers = () => headersOf(options, cookies);
  const socketUrl = `${baseUrl.replace(/^http/, 'ws')}/api/v1/socket`;
  return createMessenger({
    api: createApi({ baseUrl, fetch: keepingCookies(cookies, headers), ...(token === undefined ? {} : { token }) }),
    store,
    clock: createSystemClock(report),
    random: systemRandom,
    openSocket: openSockets(() => new WebSocket(socketUrl, { headers: headers() })),
    readAhead: 0,
    tellAfterMs: 0,
    label,
    report,
  });
}

/** As a browser on that page would say it. */
function headersOf(
  { baseUrl, token, host }: NodeMessengerOptions,
  cookies: Map<string, string>,
): Record<string, string> {
  const { protocol, host: urlHost } = new URL(baseUrl);
  const headers: Record<string, string> = { origin: `${protocol}//${host ?? urlHost}` };
  if (host !== undefined) headers.host = host;
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (cookies.size > 0) headers.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return headers;
}

function keepingCookies(cookies: Map<string, string>, headers: () => Record<string, string>): Fetch {
  return async (url, init) => {
    const response = await fetch(url, { ...init, headers: { ...headers(), ...init.headers } });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '' || /max-age=0/i.test(cookie)) cookies.delete(name.trim());
      else cookies.set(name.trim(), value.trim());
    }
    return response;
  };
}
