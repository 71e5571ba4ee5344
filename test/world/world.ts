/**
 * The seeded world (PROTOCOL 8): time, chance and the wire for whole nodes in one process. The same seed and the same
 * calls give the same trace, byte for byte.
 *
 *   const world = createWorld('seed 7');
 *   const ports = world.portsFor('a', publicKey);        // everything a node takes; or clockFor, random, linkFor, ...
 *   await world.run({ until: () => aliceHasIt() });      // or { forMs: 5_000 }, or { untilIdle: true }
 *   const made = await world.drive(node.createChat(...));
 *   world.cut('a', 'b', { oneWay: true }); world.heal('a', 'b'); world.disconnect('a', 'b'); world.jumpClock('a', -60_000);
 *   world.faults.setAll({ delayMs: [5, 400], loss: 0.01 });
 *   world.crash('a');                                    // its connections and timers die, nobody tells it
 *   const again = world.portsFor('a', publicKey);        // the next life of the same node
 *   expect(world.thrown).toEqual([]);
 *
 * One event at a time: the next waits until every handler has ended. A handler may await `connection.call`, `link.dial`
 * and `wellKnown.fetchRecord` (the world goes on and comes back), its own cryptography and disk; what else it awaits from
 * another event must go through `world.outside`, or the world waits for the handler and reports it after 20 s. Work that
 * a handler starts and does not await is not waited for: use `clock.after`, or the seed will not replay.
 */
import { Fault } from '../../protocol/result.ts';
import type { Link, Log, Ports, Random, WellKnown } from '../../server/ports.ts';
import { createWorldClock, type WorldClock } from './clock.ts';
import { createEvents, type Thrown } from './events.ts';
import { createFaults, type Faults } from './faults.ts';
import { createNet, createWorldLink, livePairs, type Net } from './link.ts';
import { createRng, type Rng } from './rng.ts';
import { actInWorld, drivePromise, type Run, runWorld, TEST } from './run.ts';
import type { Life, Tap, Wire } from './wire.ts';

/** 1 January 2026, UTC. */
const START_MS = 1_767_225_600_000;

export interface World {
  readonly clock: { now(): number };
  /** For the test's own choices. */
  readonly rng: Rng;
  readonly faults: Faults;
  /** What handlers threw, timers included; the real ports log it. */
  readonly thrown: readonly Thrown[];
  /** What nodes logged, newest last. */
  readonly lines: readonly string[];
  clockFor(name: string): WorldClock;
  random(name: string): Random;
  linkFor(name: string, publicKey: Uint8Array, options?: { hostile: boolean }): Link;
  portsFor(name: string, publicKey: Uint8Array): Ports;
  logFor(name: string): Log;
  wellKnownFor(name: string): WellKnown;
  /** What `wellKnown` finds at `domain`; a throw is a `Fault` for who asks. */
  publish(domain: string, record: () => Uint8Array): void;
  /** Both directions unless `oneWay` (from `a` to `b`). Connections hold what they carry, and end if it lasts. */
  cut(a: string, b: string, options?: { oneWay: boolean }): void;
  heal(a: string, b: string): void;
  /** Breaks their connections; what is under way is lost. */
  disconnect(a: string, b: string): void;
  jumpClock(name: string, byMs: number): void;
  crash(name: string): void;
  run(run: Run): Promise<void>;
  /** Runs until `promise` is settled: for what the test itself asks of a node. */
  drive<T>(promise: Promise<T>): Promise<T>;
  /** What the test does to a node, as an event of its own: the world waits for it as for any handler. */
  act<T>(run: () => T | Promise<T>): Promise<T>;
  /** The same, at its time and beside what else goes on. */
  later(delayMs: number, label: string, run: () => void | Promise<void>): void;
  /** Every frame that a node hands to its link, in order. */
  onFrame(tap: Tap): void;
  outside<T>(promise: Promise<T>): Promise<T>;
  /** Equal for equal runs. */
  digest(): string;
  recent(count: number): string[];
}

/** One life of a node with what was handed to it. */
interface Resident {
  readonly life: object;
  readonly clock: WorldClock;
  readonly random: Random;
}

export function createWorld(seed: string): World {
  const rng = createRng(seed);
  const events = createEvents(START_MS);
  const faults = createFaults();
  const wire: Wire = { events, faults, rng: rng.fork('link'), taps: new Set() };
  const net = createNet(wire);
  const records = new Map<string, () => Uint8Array>();
  const lines: string[] = [];
  const residents = createResidents(wire, rng);
  const { of } = residents;

  const linkFor: World['linkFor'] = (name, publicKey, options) => {
    const life = Object.assign(of(name).life, { name, publicKey, isHostile: options?.hostile ?? false });
    return createWorldLink(net, life, () => of(name).life === life);
  };
  return {
    ...createTroubles(net, residents),
    clock: { now: events.now },
    rng: rng.fork('test'),
    faults,
    thrown: events.thrown,
    lines,
    clockFor: (name) => of(name).clock,
    random: (name) => of(name).random,
    linkFor,
    logFor: (name) => createWorldLog(name, events.now, lines),
    wellKnownFor: (name) => createWorldWellKnown(wire, of(name).life, name, records),
    portsFor: (name, publicKey) => ({
      clock: of(name).clock,
      random: of(name).random,
      log: createWorldLog(name, events.now, lines),
      link: linkFor(name, publicKey),
      wellKnown: createWorldWellKnown(wire, of(name).life, name, records),
    }),
    publish: (domain, record) => void records.set(domain, record),
    run: (run) => runWorld(events, run),
    drive: (promise) => drivePromise(events, promise),
    act: (run) => actInWorld(events, run),
    later: (delayMs, label, run) => void events.add({ delayMs, kind: 'timer', owner: TEST, label, run }),
    onFrame: (tap) => void wire.taps.add(tap),
    outside: events.outside,
    digest: events.digest,
    recent: events.recent,
  };
}

function createResidents({ events }: Wire, rng: Rng) {
  const residents = new Map<string, Resident>();
  const lives = new Map<string, number>();
  const settle = (name: string): Resident => {
    const count = (lives.get(name) ?? 0) + 1;
    lives.set(name, count);
    const life = {};
    const { bytes } = rng.fork(`node ${name} ${count}`);
    const resident = { life, clock: createWorldClock(events, life, name), random: { bytes } };
    residents.set(name, resident);
    return resident;
  };
  return {
    of: (name: string): Resident => residents.get(name) ?? settle(name),
    /** The life that ended. */
    end: (name: string): object | undefined => {
      const life = residents.get(name)?.life;
      residents.delete(name);
      return life;
    },
  };
}

function createTroubles(net: Net, residents: ReturnType<typeof createResidents>) {
  const { events, faults } = net.wire;
  const between = (a: string, b: string) => livePairs(net).filter((pair) => pair.isBetween(a, b));
  const cutOneWay = (from: string, to: string): void => {
    faults.cut(from, to);
    for (const pair of between(from, to)) pair.watchCut(from, to);
  };
  return {
    cut: (a: string, b: string, options?: { oneWay: boolean }): void => {
      cutOneWay(a, b);
      if (!options?.oneWay) cutOneWay(b, a);
    },
    heal: (a: string, b: string): void => {
      faults.heal(a, b);
      faults.heal(b, a);
      for (const pair of between(a, b)) pair.release();
    },
    disconnect: (a: string, b: string): void => {
      for (const pair of between(a, b)) pair.lose('connection lost');
    },
    jumpClock: (name: string, byMs: number): void => residents.of(name).clock.jump(byMs),
    crash: (name: string): void => {
      const life = residents.end(name);
      if (life === undefined) return;
      events.note(`${name} crashes`);
      if (net.listeners.get(name)?.life === life) net.listeners.delete(name);
      for (const pair of livePairs(net)) {
        if (pair.dialler.life === life || pair.acceptor.life === life) pair.abandon(life as Life);
      }
      events.kill(life);
    },
  };
}

function createWorldLog(name: string, now: () => number, lines: string[]): Log {
  const at =
    (level: string) =>
    (event: string, fields: object = {}) => {
      lines.push(`${now()} ${name} ${level} ${event} ${JSON.stringify(fields)}`);
    };
  return { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
}

function createWorldWellKnown(
  { events, rng }: Wire,
  owner: object,
  name: string,
  records: ReadonlyMap<string, () => Uint8Array>,
): WellKnown {
  return {
    fetchRecord: (domain) => {
      const fetched = Promise.withResolvers<Uint8Array>();
      const run = (): void => {
        try {
          const record = records.get(domain);
          if (record === undefined) throw new Error('nobody answers');
          fetched.resolve(record());
        } catch (error) {
          fetched.reject(new Fault(`well-known: ${domain}`, { cause: error }));
        }
      };
      events.add({ delayMs: rng.int(1, 50), kind: 'link', owner, label: `${name} asks ${domain}`, run });
      return events.outside(fetched.promise);
    },
  };
}
