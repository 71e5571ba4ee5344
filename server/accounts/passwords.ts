/**
 * The node's half of OPAQUE (RFC 9807): it checks passwords and never sees one. Always holds: an unknown name is answered by the same
 * steps as a known one, against a decoy that no password opens. The setup is made once and never printed: without it every
 * password is lost. Its chance is the library's own, from the operating system. The library (26 MB of memory) is loaded by the first who
 * logs in: a node that was only restarted does without.
 */
import type { AccountId } from '../../protocol/ids.ts';
import { assert, Refused } from '../../protocol/result.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/query.ts';

export interface LoginAnswer {
  /** Kept until the client's second message. */
  readonly state: string;
  readonly response: string;
}

/** All messages are text as the library spells it (base64url); what is not refuses (throws) `malformed`. */
export interface Passwords {
  registrationResponse(accountId: AccountId, request: string): string;
  /** Would this record serve a log-in? Refuses (throws) `malformed`. */
  checkRecord(record: string): void;
  startLogin(accountId: AccountId, record: string, request: string): LoginAnswer;
  /** As `startLogin`, for a name that has no account: nothing finishes it. */
  startDecoyLogin(name: string, request: string): LoginAnswer;
  /** Has the client proven the password? */
  finishLogin(state: string, request: string): boolean;
}

/** Longer than every message of the protocol. */
const MESSAGE_LETTERS = 1_024;

export type LoadPasswords = () => Promise<Passwords>;

type Opaque = typeof import('@serenity-kit/opaque');

export function createPasswords(db: Database): LoadPasswords {
  let loaded: Promise<Passwords> | undefined;
  return () => {
    loaded ??= open(db).catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

async function open(db: Database): Promise<Passwords> {
  const opaque = await import('@serenity-kit/opaque');
  await opaque.ready;
  const serverSetup = await loadSetup(opaque, db);
  assert(opaque.server.getPublicKey(serverSetup), 'the password setup is whole');
  const decoy = makeDecoy(opaque, serverSetup);

  function start(userIdentifier: string, registrationRecord: string, startLoginRequest: string): LoginAnswer {
    const { serverLoginState, loginResponse } = understood([registrationRecord, startLoginRequest], () =>
      opaque.server.startLogin({ serverSetup, userIdentifier, registrationRecord, startLoginRequest }),
    );
    return { state: serverLoginState, response: loginResponse };
  }

  return {
    registrationResponse: (accountId, registrationRequest) =>
      understood([registrationRequest], () =>
        opaque.server.createRegistrationResponse({ serverSetup, userIdentifier: accountId, registrationRequest }),
      ).registrationResponse,
    checkRecord(record) {
      start('', record, decoy.request);
    },
    startLogin: start,
    startDecoyLogin: (name, request) => start(`name:${name}`, decoy.record, request),
    finishLogin(serverLoginState, finishLoginRequest) {
      if (finishLoginRequest.length > MESSAGE_LETTERS) return false;
      try {
        opaque.server.finishLogin({ serverLoginState, finishLoginRequest });
        return true;
      } catch {
        return false;
      }
    },
  };
}

async function loadSetup(opaque: Opaque, db: Database): Promise<string> {
  const found = db.read.one(sql.selectFrom('passwordSetup').select('setup'));
  if (found) return found.setup;
  const setup = opaque.server.createSetup();
  await db.write((tx) => tx.run(sql.insertInto('passwordSetup').values({ id: 1, setup })));
  return setup;
}

/** A record of a password that nobody knows, and the first message of a log-in. Stretching would cost time and give nothing. */
function makeDecoy(opaque: Opaque, serverSetup: string): { record: string; request: string } {
  const password = opaque.server.createSetup();
  const keyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const { registrationResponse } = opaque.server.createRegistrationResponse({
    serverSetup,
    userIdentifier: 'decoy',
    registrationRequest,
  });
  const { registrationRecord } = opaque.client.finishRegistration({
    password,
    clientRegistrationState,
    registrationResponse,
    keyStretching,
  });
  return { record: registrationRecord, request: opaque.client.startLogin({ password }).startLoginRequest };
}

/** The library throws plain errors for bytes from outside that it does not understand. */
function understood<T>(messages: readonly string[], work: () => T): T {
  if (messages.some((message) => message.length > MESSAGE_LETTERS)) throw new Refused('malformed', 'length');
  try {
    return work();
  } catch (error) {
    throw new Refused('malformed', error instanceof Error ? error.message : 'opaque');
  }
}
