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
import { openBlobFiles } from '../../server/adapters/blob-files.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import { type Core, openCore } from '../../server/core.ts';
import type { DatabaseFaults } from '../../server/db/batch.ts';
import { type Database, openDatabase } from '../../server/db/database.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import type { Clock, KeyFile } from '../../server/ports.ts';
import { CLEAR_RULES } from './rules.ts';
import type { World } from './world.ts';

export interface WorldNode {
  readonly name: string;
  readonly core: Core;
  readonly db: Database;
  readonly isUp: () => boolean;
  /** Ends with the life that is on now: what waits for a node in vain can race it. */
  readonly died: Promise<void>;
  crash(): Promise<void>;
  /** As `crash`, in the middle of what it does: right after the n-th sync to disk from now. `onDead`: it has happened. */
  crashAfterSyncs(count: number, onDead: () => void): void;
  restart(): Promise<void>;
  end(): Promise<void>;
  /** A person who can write here. */
  person(name: string): Promise<Person>;
  /** Do these bytes stand anywhere in the files of the database? */
  holds(text: string): boolean;
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
  /** Everybody has keys, and what they found is sealed (sealed.ts). */
  readonly sealed?: boolean;
}

/** A disk in memory where there is one: a crash copies the files as of the last sync, so that nothing rests on the real disk. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const FILES = ['node.db', 'node.db-wal'];
const FILE_LIMITS = { maxBytes: 1e9, accountBytes: 1e10, nodeBytes: 1e11, freeBytes: 0 };

/**
 * Commits end with the work that made them: no event of the world lies between a write and its answer. Only a node that
 * answers without waiting for them shows what lies between.
 */
function commitClock(clock: Clock, faults: DatabaseFaults | undefined): Clock {
  if (faults?.acknowledgeBeforeCommit) return { now: clock.now, after: (_delayMs, run) => clock.after(40, run) };
  return {
    now: clock.now,
    after(_delayMs, run) {
      const handle = setImmediate(() => void run());
      return { cancel: () => clearImmediate(handle) };
    },
  };
}

export async function startWorldNode(world: World, name: string, options: NodeOptions = {}): Promise<WorldNode> {
  const root = mkdtempSync(join(FOLDER, `conclave-world-${name}-`));
  let life = 0;
  let backups = 0;
  let folder = join(root, '0');
  mkdirSync(folder);
  let synced: string | null = null;
  let running: { core: Core; db: Database } | null = null;
  let death = Promise.withResolvers<void>();
  let countdown: { left: number; readonly onDead: () => void } | null = null;
  /** Of lives that ended in the middle of something: closed when nothing can come to them any more. */
  const ghosts: Database[] = [];
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
    death = Promise.withResolvers();
    countdown = null;
    const of = life;
    const faults: DatabaseFaults = { ...options.databaseFaults, onSynced: () => countDown(of) };
    const db = openDatabase({
      file: join(folder, 'node.db'),
      migrations,
      clock: commitClock(clock, options.databaseFaults),
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
      store: openBlobFiles(join(root, 'blobs')),
      fileLimits: FILE_LIMITS,
      rules: options.rules ?? CLEAR_RULES,
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

  /** Nothing of this life happens any more, and the disk is as it is now. */
  function die(): Database {
    const { db } = now();
    world.crash(name);
    // What SQLite holds in an open transaction is not in these files: it is lost, as it should be.
    life += 1;
    folder = options.databaseFaults?.synchronousOff && synced ? copyFrom(synced) : copyTo(String(life));
    running = null;
    countdown = null;
    death.resolve();
    return db;
  }

  async function crash(): Promise<void> {
    await die().close();
  }

  function countDown(of: number): void {
    if (!countdown || of !== life) return;
    countdown.left -= 1;
    if (countdown.left > 0) return;
    const { onDead } = countdown;
    ghosts.push(die());
    onDead();
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
    get died() {
      return death.promise;
    },
    crash,
    crashAfterSyncs(count, onDead) {
      countdown = { left: count, onDead };
    },
    restart: open,
    async end() {
      if (running) await running.db.close();
      running = null;
      for (const ghost of ghosts) await ghost.close();
      rmSync(root, { recursive: true, force: true });
    },
    holds: (text) =>
      FILES.some((file) => existsSync(join(folder, file)) && readFileSync(join(folder, file)).includes(text)),
    backup: () => copyTo(`backup-${backups++}`),
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
