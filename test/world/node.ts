/**
 * A whole node in the seeded world: the real core over a real SQLite file, with the world's clock, chance and links. A crash
 * keeps what the last synced commit left on disk, and nothing else; a restart is another life over that.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rules } from '../../protocol/chat/validity.ts';
import type { AccountId, DeviceId } from '../../protocol/ids.ts';
import { idFromBytes } from '../../protocol/ids.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import { type Core, openCore } from '../../server/core.ts';
import type { DatabaseFaults } from '../../server/db/batch.ts';
import { type Database, openDatabase } from '../../server/db/database.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import type { Clock, KeyFile } from '../../server/ports.ts';
import type { World } from './world.ts';

export interface WorldNode {
  readonly name: string;
  readonly core: Core;
  readonly db: Database;
  readonly isUp: () => boolean;
  crash(): Promise<void>;
  restart(): Promise<void>;
  end(): Promise<void>;
  /** A person who can write here. */
  person(name: string): Promise<Person>;
  /** Bytes as a backup of now; `restore` starts from them. */
  backup(): string;
  restore(backup: string): Promise<void>;
}

export interface Person {
  readonly name: string;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly administrator: boolean;
  readonly mayBringOutsiders: boolean;
}

export interface NodeOptions {
  readonly rules?: Rules;
  readonly databaseFaults?: DatabaseFaults;
}

const FILES = ['node.db', 'node.db-wal'];

/** Commits end with the work that made them: no event of the world lies between a write and its answer. */
function commitClock(now: () => number): Clock {
  return {
    now,
    after(_delayMs, run) {
      const handle = setImmediate(() => void run());
      return { cancel: () => clearImmediate(handle) };
    },
  };
}

export async function startWorldNode(world: World, name: string, options: NodeOptions = {}): Promise<WorldNode> {
  const root = mkdtempSync(join(tmpdir(), `conclave-world-${name}-`));
  let life = 0;
  let folder = join(root, '0');
  mkdirSync(folder);
  let synced: string | null = null;
  let running: { core: Core; db: Database } | null = null;
  const people = new Map<string, Person>();

  function keyFile(): KeyFile {
    const path = join(root, 'keys.json');
    return {
      read: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
      write: (text) => writeFileSync(path, text),
    };
  }

  async function open(): Promise<void> {
    const clock = world.clockFor(name);
    const faults: DatabaseFaults = { ...options.databaseFaults };
    const db = openDatabase({
      file: join(folder, 'node.db'),
      migrations,
      clock: commitClock(clock.now),
      log: world.logFor(name),
      faults,
    });
    if (options.databaseFaults?.synchronousOff) synced ??= copyTo(`${life}-synced`);
    const core = await openCore({
      db,
      clock,
      random: world.random(name),
      log: world.logFor(name),
      keyFile: keyFile(),
      makeSigner: createSigner,
      openLink: async (signer) => world.linkFor(name, signer.publicKey),
      wellKnown: world.wellKnownFor(name),
      domain: `${name}.example`,
      description: { name, endpoints: [`/memory/${name}`], features: [] },
      ...(options.rules ? { rules: options.rules } : {}),
    });
    running = { core, db };
    await core.start();
  }

  function copyTo(label: string): string {
    const to = join(root, label);
    mkdirSync(to, { recursive: true });
    for (const file of FILES) if (existsSync(join(folder, file))) cpSync(join(folder, file), join(to, file));
    return to;
  }

  function now(): { core: Core; db: Database } {
    if (!running) throw new Error(`${name} is down`);
    return running;
  }

  async function crash(): Promise<void> {
    const { db } = now();
    world.crash(name);
    // What SQLite holds in an open transaction is not in these files: it is lost, as it should be.
    life += 1;
    folder = options.databaseFaults?.synchronousOff && synced ? copyFrom(synced) : copyTo(String(life));
    running = null;
    await db.close();
  }

  function copyFrom(source: string): string {
    const to = join(root, String(life));
    cpSync(source, to, { recursive: true });
    return to;
  }

  await open();
  return {
    name,
    get core() {
      return now().core;
    },
    get db() {
      return now().db;
    },
    isUp: () => running !== null,
    crash,
    restart: open,
    async end() {
      if (running) await running.db.close();
      running = null;
      rmSync(root, { recursive: true, force: true });
    },
    backup: () => copyTo(`backup-${life}-${Math.random()}`),
    async restore(backup) {
      if (running) await crash();
      life += 1;
      folder = copyFrom(backup);
      await open();
    },
    async person(personName) {
      const known = people.get(personName);
      if (known) return known;
      const { core, db } = now();
      const made = await core.accounts.accounts.create({ localName: personName });
      if (!made.ok) throw new Error(made.refusal.code);
      const { accountId } = made.value;
      await db.write((tx) => {
        // As if the link had been redeemed: passwords are not this world's business.
        tx.prepare("UPDATE account SET state = 'active' WHERE accountId = ?").run(accountId);
        core.profiles.publishOwn({ accountId, name: personName, displayName: personName, state: 'active' }, tx);
        core.chats.noteProfile(tx, core.organisation.orgId, accountId);
      });
      const device = idFromBytes('device', world.random(`device ${name} ${personName}`).bytes(16));
      const person = { name: personName, account: accountId, device, administrator: true, mayBringOutsiders: true };
      people.set(personName, person);
      return person;
    },
  };
}
