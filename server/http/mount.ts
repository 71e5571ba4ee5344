/**
 * Mounts rows of the contract: for each the same steps in the same order: origin, who, rate, scope, input, handler, answer.
 * Always holds: no handler runs before all of them have passed.
 */
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { contract, type RouteKey } from '../../protocol/api/contract.ts';
import type { Route } from '../../protocol/api/route.ts';
import { assert, ok, Refused, type Result, refuse } from '../../protocol/result.ts';
import { requireScope, type SignedIn } from '../accounts/access.ts';
import type { Log } from '../ports.ts';
import { answerRefusal, answerThrown } from './answers.ts';
import { readJson } from './body.ts';
import type { Call, Handler, Handlers } from './call.ts';
import type { SessionCookie } from './cookie.ts';
import type { Gate, HeaderOf } from './gate.ts';
import type { Rates } from './rates.ts';

type Row = Route<z.ZodType | null, z.ZodType | null, z.ZodType | null, z.ZodType>;

export interface MountUses {
  readonly gate: Gate;
  readonly rates: Rates;
  readonly cookie: SessionCookie;
  readonly log: Log;
  readonly addressOf: (c: Context) => string;
  /** The admin socket: the file's mode has said already who may ask. */
  readonly isAdminSocket: boolean;
}

/** A chat's first request with four looks is the largest; strangers send OPAQUE messages. */
const BODY_BYTES = { anyone: 16 * 1024, member: 640 * 1024, administrator: 64 * 1024 } as const;

export function mountContract<K extends RouteKey>(
  app: Hono,
  keys: readonly K[],
  handlers: Handlers<K>,
  uses: MountUses,
): void {
  for (const key of keys) {
    const [method = '', path = ''] = key.split(' ');
    app.on(method, path, (c) => answer(c, key, handlers[key], uses));
  }
}

async function answer<K extends RouteKey>(c: Context, key: K, handler: Handler<K>, uses: MountUses): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  try {
    const row = contract[key] as unknown as Row;
    const entered = enter(c, row, uses);
    if (!entered.ok) return answerRefusal(c, entered.refusal);
    const done = await handler(await readCall<K>(c, row, entered.value, uses));
    return done.ok ? c.json(done.value as object) : answerRefusal(c, done.refusal);
  } catch (error) {
    return answerThrown(c, error, uses.log, key);
  }
}

/** Refuses `wrong_origin`, `rate_limited`, `not_signed_in`, `scope_missing`, `not_administrator`. */
export function enter(
  c: Context,
  row: Pick<Row, 'access' | 'scope'>,
  { gate, rates, addressOf, isAdminSocket }: MountUses,
): Result<SignedIn | null> {
  if (isAdminSocket) return ok(null);
  const header: HeaderOf = (name) => c.req.header(name);
  const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD';
  if (row.access === 'anyone') {
    const passed = changes ? gate.passOrigin(header) : ok(undefined);
    if (!passed.ok) return passed;
    const rated = changes ? rates.entrance(addressOf(c)) : rates.stranger(addressOf(c));
    return rated.ok ? ok(null) : rated;
  }
  const who = gate.enter(header, changes);
  if (!who.ok) return mergeRefusals(rates.stranger(addressOf(c)), who);
  const rated = rates.account(who.value.account.accountId);
  if (!rated.ok) return rated;
  const allowed = checkScope(row, who.value);
  return allowed.ok ? who : allowed;
}

function mergeRefusals(rated: Result<void>, refused: Result<SignedIn>): Result<SignedIn> {
  return rated.ok ? refused : rated;
}

function checkScope({ access, scope }: Pick<Row, 'access' | 'scope'>, who: SignedIn): Result<void> {
  if (access === 'administrator') return requireScope(who, 'admin');
  if (scope !== null) return requireScope(who, scope);
  return who.via.kind === 'session' ? ok(undefined) : refuse('scope_missing', 'for sessions only');
}

async function readCall<K extends RouteKey>(
  c: Context,
  row: Row,
  who: SignedIn | null,
  { cookie, addressOf }: MountUses,
): Promise<Call<K>> {
  const parsed = {
    params: parsePart(row.params, 'params', () => c.req.param()),
    query: parsePart(row.query, 'query', () => c.req.query()),
    body: row.body === null ? null : parsePart(row.body, 'body', await bodyOf(c, row)),
  };
  const call = {
    ...parsed,
    address: addressOf(c),
    who,
    get me() {
      assert(who, 'a row for members was reached by somebody else');
      return who;
    },
    cookie: {
      set: (token: string) => c.header('Set-Cookie', cookie.set(token)),
      clear: () => c.header('Set-Cookie', cookie.clear()),
    },
  };
  return call as unknown as Call<K>;
}

async function bodyOf(c: Context, row: Row): Promise<() => unknown> {
  const value = await readJson(c, row.bodyBytes ?? BODY_BYTES[row.access]);
  return () => value;
}

/** Refuses (throws) `bad_input`, naming the field. */
function parsePart(schema: z.ZodType | null, part: string, read: () => unknown): unknown {
  if (schema === null) return null;
  const parsed = schema.safeParse(read());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refused('bad_input', `${[part, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? ''}`);
}
