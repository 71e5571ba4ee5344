/** For tests of this folder: the modules over a real database, a clock that stands until it is moved, and the real client of OPAQUE. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as opaque from '@serenity-kit/opaque';
import type { Result } from '../../protocol/result.ts';
import { createSystemRandom } from '../adapters/random.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { migrations } from '../db/migrations/index.ts';
import type { Clock, Log } from '../ports.ts';
import type { Account } from './account.ts';
import type { AccountChange } from './changes.ts';
import type { LoginProof } from './login.ts';
import { type AccountModules, openAccounts } from './open.ts';
import type { NewSession } from './sessions.ts';

export interface Fixture extends AccountModules {
  readonly db: Database;
  readonly file: string;
  readonly changes: AccountChange[];
  /** Moves the clock and runs what is due. */
  pass(ms: number): void;
  /** Makes an account with this name as its password, by a link to join. */
  person(name: string): Promise<NewSession>;
  administrator(name: string): Promise<NewSession>;
  logIn(name: string, password: string, address?: string): Promise<Result<NewSession>>;
  end(): Promise<void>;
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** The real cost is the client's alone; one test pays it. */
const QUICK = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } } as const;
type Stretching = NonNullable<opaque.client.FinishLoginParams['keyStretching']>;

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code} ${result.refusal.detail ?? ''}`);
  return result.value;
}

function movableClock(): Clock & { pass(ms: number): void } {
  let nowMs = Date.UTC(2026, 10, 24);
  let waiting: { atMs: number; run: () => unknown }[] = [];
  return {
    now: () => nowMs,
    after(delayMs, run) {
      if (delayMs === 0) {
        const immediate = setImmediate(run);
        return { cancel: () => clearImmediate(immediate) };
      }
      const entry = { atMs: nowMs + delayMs, run };
      waiting.push(entry);
      return {
        cancel() {
          waiting = waiting.filter((other) => other !== entry);
        },
      };
    },
    pass(ms) {
      nowMs += ms;
      const due = waiting.filter(({ atMs }) => atMs <= nowMs);
      waiting = waiting.filter(({ atMs }) => atMs > nowMs);
      for (const { run } of due) run();
    },
  };
}

export async function openFixture(): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-accounts-'));
  const file = join(folder, 'node.db');
  const clock = movableClock();
  const db = openDatabase({ file, migrations, clock, log: silent });
  const modules = await openAccounts({ db, clock, random: createSystemRandom(), log: silent });
  const changes: AccountChange[] = [];
  modules.onChange((change) => changes.push(change));
  return {
    ...modules,
    db,
    file,
    changes,
    pass: clock.pass,
    async person(name) {
      return value(await redeemLink(modules, (await modules.links.makeJoin(null)).token, name, { localName: name }));
    },
    async administrator(name) {
      const { token } = value(await modules.links.makeFirstAdministrator());
      return value(await redeemLink(modules, token, name, { localName: name }));
    },
    logIn: (name, password, address) => logIn(modules, name, password, address),
    async end() {
      modules.close();
      await db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What the client does to register a password: both halves. */
export async function register(
  password: string,
  answer: (registrationRequest: string) => Result<{ registrationResponse: string }>,
  keyStretching: Stretching = QUICK,
): Promise<string> {
  await opaque.ready;
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const { registrationResponse } = value(answer(registrationRequest));
  const parts = { password, clientRegistrationState, registrationResponse, keyStretching };
  return opaque.client.finishRegistration(parts).registrationRecord;
}

export async function redeemLink(
  { links }: AccountModules,
  token: string,
  password: string,
  names: { localName?: string; displayName?: string } = {},
  keyStretching: Stretching = QUICK,
): Promise<Result<NewSession>> {
  const registrationRecord = await register(password, (request) => links.start(token, request), keyStretching);
  return links.finish(token, { registrationRecord, session: { label: 'test' }, ...names });
}

/** The client's half of a log-in; undefined when the password is wrong, which the client sees by itself. */
export function prove(
  { login }: AccountModules,
  name: string,
  password: string,
  address = '192.0.2.1',
  keyStretching: Stretching = QUICK,
): Result<LoginProof | undefined> {
  const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
  const started = login.start({ name, startLoginRequest, address });
  if (!started.ok) return started;
  const { attemptId, loginResponse } = started.value;
  const finished = opaque.client.finishLogin({ password, clientLoginState, loginResponse, keyStretching });
  return { ok: true, value: finished && { attemptId, finishLoginRequest: finished.finishLoginRequest } };
}

async function logIn(
  modules: AccountModules,
  name: string,
  password: string,
  address?: string,
): Promise<Result<NewSession>> {
  const proof = prove(modules, name, password, address);
  if (!proof.ok) return proof;
  if (!proof.value) return { ok: false, refusal: { code: 'bad_login' } };
  return modules.login.finish(proof.value, { label: 'test' });
}

export function namesOf(accounts: readonly Account[]): string[] {
  return accounts.map(({ localName }) => localName);
}
