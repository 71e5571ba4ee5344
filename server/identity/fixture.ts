/** For tests of this folder: nodes' identities over real databases and key files, with a clock that stands until it is moved. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { Result } from '../../protocol/result.ts';
import { openKeyFile } from '../adapters/key-file.ts';
import { createSigner } from '../adapters/signer.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { migrations } from '../db/migrations/index.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { createNetwork, type Network } from './network.ts';
import { type OrganisationParts, type OwnOrganisation, openOrganisation } from './organisation.ts';
import { createPeers, type Peers } from './peers.ts';
import { createProfiles, type Profiles } from './profiles.ts';
import { createTickets, type Tickets } from './tickets.ts';

export interface MovableClock extends Clock {
  /** Moves the time and runs what is due by then. */
  pass(ms: number): Promise<void>;
}

export interface TestLog extends Log {
  readonly events: string[];
}

export interface Home {
  readonly folder: string;
  readonly clock: MovableClock;
  readonly log: TestLog;
  readonly random: Random;
  parts(domain: string): OrganisationParts;
  node(domain: string): Promise<Identity>;
  /** Closes everything and opens the database again. */
  reopen(): Promise<void>;
  end(): Promise<void>;
  readonly db: Database;
}

export interface Identity {
  readonly db: Database;
  readonly organisation: OwnOrganisation;
  readonly peers: Peers;
  readonly network: Network;
  readonly tickets: Tickets;
  readonly profiles: Profiles;
}

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code} ${result.refusal.detail ?? ''}`);
  return result.value;
}

export function expectRefusal(result: Result<unknown>, code: RefusalCode): void {
  expect(result).toMatchObject({ ok: false, refusal: { code } });
}

export function movableClock(): MovableClock {
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
    async pass(ms) {
      nowMs += ms;
      const due = waiting.filter(({ atMs }) => atMs <= nowMs);
      waiting = waiting.filter(({ atMs }) => atMs > nowMs);
      for (const { run } of due) await run();
    },
  };
}

/** The same bytes in every run, and different ones for every seed. */
function seededRandom(seed: string): Random {
  let count = 0;
  return {
    bytes: (length) => new Uint8Array(createHash('sha512').update(`${seed}/${count++}`).digest().subarray(0, length)),
  };
}

function testLog(): TestLog {
  const events: string[] = [];
  const note = (event: string) => {
    events.push(event);
  };
  return { events, debug: note, info: note, warn: note, error: note };
}

export function openHome(seed: string): Home {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-identity-'));
  const clock = movableClock();
  const log = testLog();
  const random = seededRandom(seed);
  const open = () => openDatabase({ file: join(folder, 'node.db'), migrations, clock, log });
  let db = open();
  const opened: OwnOrganisation[] = [];

  function parts(domain: string): OrganisationParts {
    const keyFile = openKeyFile(join(folder, 'keys.json'));
    const description = { name: seed, endpoints: ['/ip4/127.0.0.1/tcp/4440'], features: [] };
    return { db, clock, random, log, keyFile, makeSigner: createSigner, domain, description };
  }

  async function close(): Promise<void> {
    for (const each of opened.splice(0)) each.close();
    await db.close();
  }

  return {
    folder,
    clock,
    log,
    random,
    parts,
    async node(domain) {
      const organisation = await openOrganisation(parts(domain));
      opened.push(organisation);
      const peers = createPeers({ db, clock, organisation });
      const network = createNetwork({ db, peers });
      const tickets = createTickets({ db, clock, random, organisation, peers });
      const profiles = createProfiles({ db, clock, organisation });
      return { db, organisation, peers, network, tickets, profiles };
    },
    async reopen() {
      await close();
      db = open();
    },
    async end() {
      await close();
      rmSync(folder, { recursive: true });
    },
    get db() {
      return db;
    },
  };
}
