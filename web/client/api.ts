/**
 * Calls the contract's routes by their keys. Only types of the contract are imported: method and path are read from the key
 * itself, so no schema code reaches a browser. A refusal is a value; a node that does not answer as one is a Fault. Who asks too
 * often waits as long as the node says, if that is short: nothing was done yet, so asking again is safe.
 */
import type { CallOf, ReplyOf, RouteKey } from '../../protocol/api/contract.ts';
import type { RefusalReply } from '../../protocol/api/shapes.ts';
import { Fault } from '../../protocol/result.ts';
import type { Answer } from './model.ts';
import type { Clock, Fetch } from './ports.ts';

/** A part that the route does not have may be left out. */
type Given<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] };
export type InputOf<K extends RouteKey> = Given<CallOf<K>>;

export interface Api {
  /** Throws `Fault` when the node cannot be reached or does not speak the contract. */
  call<K extends RouteKey>(key: K, input: InputOf<K>): Promise<Answer<ReplyOf<K>>>;
}

export interface ApiOptions {
  /** Without a slash at the end; empty: the page's own origin. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Bearer token of a program; a browser has its cookie. */
  readonly token?: string;
  /** To wait with where the node asks for it; without one, its refusal is the answer. */
  readonly clock?: Pick<Clock, 'after'>;
}

const LONGEST_PAUSE_MS = 3_000;
const PAUSES = 3;

interface Loose {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
}

export function createApi({ baseUrl, fetch, token, clock }: ApiOptions): Api {
  async function patiently<T>(ask: () => Promise<Answer<T>>, pauses = PAUSES): Promise<Answer<T>> {
    const answer = await ask();
    const pauseMs = answer.ok ? null : pauseOf(answer.refusal);
    if (pauseMs === null || pauses === 0 || !clock) return answer;
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
    return patiently(ask, pauses - 1);
  }

  return {
    async call<K extends RouteKey>(key: K, input: InputOf<K>): Promise<Answer<ReplyOf<K>>> {
      const { params = {}, query = {}, body } = input as Loose;
      const [method = '', path = ''] = key.split(' ');
      const headers: Record<string, string> = { accept: 'application/json' };
      if (token !== undefined) headers.authorization = `Bearer ${token}`;
      if (body !== undefined) headers['content-type'] = 'application/json';
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      const url = baseUrl + fillPath(path, params) + queryText(query);
      return patiently(async () => readAnswer(await reached(() => fetch(url, init))));
    },
  };
}

/** Null: not to be waited out. */
function pauseOf({ code, detail }: RefusalReply): number | null {
  if (code !== 'rate_limited') return null;
  const asked = Number(/^retryAfterMs=(\d+)$/.exec(detail ?? '')?.[1] ?? Number.NaN);
  return asked <= LONGEST_PAUSE_MS ? asked : null;
}

function fillPath(path: string, params: Record<string, string>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function queryText(query: Record<string, unknown>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

async function reached(ask: () => ReturnType<Fetch>): Promise<{ status: number; text: string }> {
  try {
    const response = await ask();
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new Fault('the node cannot be reached', { cause: error });
  }
}

function readAnswer<T>({ status, text }: { status: number; text: string }): Answer<T> {
  const value = parse(text);
  if (status >= 200 && status < 300) return { ok: true, value: value as T };
  if (isRefusal(value)) return { ok: false, refusal: value };
  throw new Fault(`the node answered ${status}`);
}

function parse(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new Fault('the answer is not from a node', { cause: error });
  }
}

function isRefusal(value: unknown): value is RefusalReply {
  const { code, sentence } = (value ?? {}) as Record<string, unknown>;
  return typeof code === 'string' && typeof sentence === 'string';
}
