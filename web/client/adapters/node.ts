/**
 * The messenger in node: for tests, bots, the demo and load. With a token it is signed in from the start; without, `signIn` or
 * `join` sign in, and the session's cookie is kept here.
 */
import { createApi } from '../api.ts';
import type { SpoolStore } from '../files/ports.ts';
import type { Joining } from '../login.ts';
import { createMemoryStore } from '../memory-store.ts';
import { createMessenger, type RunningMessenger } from '../messenger.ts';
import type { Answer, Phase } from '../model.ts';
import type { Clock, Fetch, IndexPlace, KeyStore, Store } from '../ports.ts';
import { createMemoryKeys } from './memory-keys.ts';
import { createFolderSpools } from './node/spools.ts';
import { createSystemClock, systemRandom } from './system.ts';
import { openSockets } from './web-socket.ts';

/** What one request of an upload carries, held in memory as it goes. */
const UPLOAD_PIECE_BYTES = 8 * 1024 * 1024;

export interface NodeMessengerOptions {
  /** `http://127.0.0.1:8440` */
  readonly baseUrl: string;
  readonly token?: string;
  readonly store?: Store;
  /** Of a program without one, every sealed chat stays closed. */
  readonly keys?: KeyStore;
  /** Null, or not given: nothing is indexed. */
  readonly index?: IndexPlace | null;
  /** By name: what a new start goes on with, as a browser's would. */
  readonly cookies?: Map<string, string>;
  readonly label?: string;
  /** Where files wait for their upload; a temporary folder where it is not given. */
  readonly spools?: SpoolStore;
  /** Other than the system's: for tests. */
  readonly clock?: Clock;
  /** Name of the host that the node serves, where `baseUrl` is an address: `acme.localhost:8441`. */
  readonly host?: string;
  readonly report?: (error: unknown) => void;
}

export function createNodeMessenger(options: NodeMessengerOptions): RunningMessenger {
  const {
    baseUrl,
    token,
    store = createMemoryStore(),
    keys = token === undefined ? createMemoryKeys() : null,
    label = 'program',
    report = console.error,
  } = options;
  const cookies = options.cookies ?? new Map<string, string>();
  const headers = () => headersOf(options, cookies);
  const socketUrl = `${baseUrl.replace(/^http/, 'ws')}/api/v1/socket`;
  const clock = options.clock ?? createSystemClock(report);
  const fetch = keepingCookies(cookies, headers);
  return createMessenger({
    api: createApi({ baseUrl, fetch, clock, ...(token === undefined ? {} : { token }) }),
    store,
    keys,
    byToken: token !== undefined,
    clock,
    random: systemRandom,
    files: {
      baseUrl,
      spools: options.spools ?? createFolderSpools(),
      fetch: (url, init) => globalThis.fetch(url, { ...init, headers: { ...headers(), ...init.headers } }),
      headers,
      pieceBytes: UPLOAD_PIECE_BYTES,
    },
    openSocket: openSockets(() => new WebSocket(socketUrl, { headers: headers() })),
    index: options.index ?? null,
    isLooked: () => true,
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

/**
 * Joins by a link as somebody who writes the recovery code down, and gives the code; null where the account has keys already, and is
 * locked until its code opens them.
 */
export async function signUp(messenger: RunningMessenger, joining: Joining): Promise<Answer<string | null>> {
  const { token, name, displayName, password } = joining;
  const joined = await messenger.join(token, name, displayName, password);
  if (!joined.ok) return joined;
  const phase = await phaseAfter(messenger);
  if (phase.is !== 'recovery') return { ok: true, value: null };
  const kept = await messenger.keepRecoveryCode(phase.code);
  return kept.ok ? { ok: true, value: phase.code } : kept;
}

/** What has come of a way in. */
function phaseAfter(messenger: RunningMessenger): Promise<Phase> {
  return new Promise((resolve) => {
    let stop = () => {};
    let isOver = false;
    stop = messenger.watchApp(({ phase }) => {
      if (isOver || phase.is === 'starting' || phase.is === 'signed-out') return;
      isOver = true;
      resolve(phase);
      // The first call comes before there is anything to stop.
      queueMicrotask(() => stop());
    });
  });
}
