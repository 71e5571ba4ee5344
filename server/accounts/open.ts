/** Puts the modules of accounts together, for node.ts. */
import type { Database } from '../db/database.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { type AccountListener, createAccountChanges } from './changes.ts';
import { type AccountKeys, createKeys, type KeysParts } from './keys.ts';
import { createLinks, type Links } from './links.ts';
import { createLockouts } from './lockouts.ts';
import { createLogin, type Login } from './login.ts';
import { createPasswords } from './passwords.ts';
import { createRedeem } from './redeem.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { startSweep } from './sweep.ts';
import { createTokens, type Tokens } from './tokens.ts';

export interface AccountModules {
  readonly accounts: Accounts;
  readonly login: Login;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly links: Links;
  readonly keys: AccountKeys;
  /** Called inside the transaction of each change: see changes.ts. */
  onChange(listener: AccountListener): void;
  close(): void;
}

export interface AccountParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly organisation: KeysParts['organisation'];
}

export function openAccounts({ db, clock, random, log, organisation }: AccountParts): AccountModules {
  const changes = createAccountChanges();
  const passwords = createPasswords(db);
  const lockouts = createLockouts(clock);
  const keys = createKeys({ db, changes, organisation });
  const sessions = createSessions({ db, clock, random, log, changes });
  const tokens = createTokens({ db, clock, random, log, changes });
  const redeem = createRedeem({ clock, changes, lockouts, sessions, tokens, keys });
  const sweep = startSweep(db, clock);
  return {
    accounts: createAccounts({ db, clock, random, changes, sessions, tokens }),
    login: createLogin({ db, clock, random, passwords, lockouts, sessions, keys }),
    sessions,
    tokens,
    links: createLinks({ db, clock, random, log, passwords, redeem, keys, organisation }),
    keys,
    onChange: changes.onChange,
    close: () => sweep.cancel(),
  };
}
