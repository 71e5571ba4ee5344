/**
 * The shell: the files of one build of the client, kept so that it opens without the node. Always holds: a cache has files of one
 * build and no other, each as the build made it (its hash is checked); nothing but those is ever kept, so no answer of the API is.
 */
import { scope } from './scope.ts';

/** `path`, and the SHA-256 of what is served there, base64url. */
type ShellFile = readonly [path: string, hash: string];
/** Put in by the build (service-worker.config.ts). `first`: kept at once; `later`: when somebody asks for it. */
declare const SHELL: {
  readonly version: string;
  readonly first: readonly ShellFile[];
  readonly later: readonly ShellFile[];
};

const shell = SHELL;
const PREFIX = 'shell-';
const NAME = `${PREFIX}${shell.version}`;
const hashes = new Map([...shell.first, ...shell.later]);
/** At once, so that a slow line is left something for the person who waits. */
const AT_ONCE = 4;

/** Everything of `first`, or (it throws) nothing that would ever be used: the browser tries again another time. */
export async function fillShell(): Promise<void> {
  const cache = await caches.open(NAME);
  const waiting = shell.first.map(([path]) => path);
  const take = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await keep(cache, path);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

/** Of earlier builds; were there any? */
export async function dropOtherShells(): Promise<boolean> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
  return names.length > 0;
}

/** Null: not a file of this build; the node answers. */
export function answerFromShell(request: Request, url: URL): Promise<Response> | null {
  const path = url.pathname === '/' ? '/index.html' : url.pathname;
  return request.method === 'GET' && url.origin === scope.location.origin && hashes.has(path) ? fromShell(path) : null;
}

async function fromShell(path: string): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? (await keep(cache, path));
}

/** Throws where the node cannot be reached, or has another build. */
async function keep(cache: Cache, path: string): Promise<Response> {
  // The page itself is asked for by another name than it has: as the node serves it.
  const response = await fetch(path === '/index.html' ? '/' : path, { cache: 'no-cache' });
  const bytes = await response.clone().arrayBuffer();
  if (!response.ok || (await hashOf(bytes)) !== hashes.get(path)) throw new Error(`${path} is of another build`);
  await cache.put(path, response.clone());
  return response;
}

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...hash))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
