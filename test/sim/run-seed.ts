/**
 * One seeded run of whole nodes (PROTOCOL 8): people do things, things go wrong, everything heals, and then the invariants
 * are asked. The same seed and options give the same digest.
 */

import type { Rules } from '../../protocol/chat/validity.ts';
import type { DatabaseFaults } from '../../server/db/batch.ts';
import { createWorld } from '../world/world.ts';
import { openStage } from './cast.ts';
import { type DeedRow, doSomething, foundOne, readPage } from './deeds.ts';
import { brokenIn } from './invariants.ts';
import { keysBroken, mendAll, SEALED_DEEDS } from './sealed-deeds.ts';
import { truthOf } from './snapshot.ts';
import type { Stage } from './stage.ts';
import { askAgain, goBack, makeTrouble } from './troubles.ts';
import { watchSignatures } from './watch.ts';

export interface SeedOptions {
  readonly rules?: Rules;
  readonly databaseFaults?: DatabaseFaults;
  readonly sealed?: boolean;
  /** Called when a run is over, before its nodes end. */
  readonly inspect?: (stage: Stage, broken: readonly string[]) => void;
}

export interface SeedOutcome {
  readonly seed: string;
  /** Empty: every invariant holds. */
  readonly broken: readonly string[];
  readonly digest: string;
  readonly trace: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

const SETTLE_TIMES = 12;
const SETTLE_MS = 60_000;

export async function runSeed(seed: string, options: SeedOptions = {}): Promise<SeedOutcome> {
  const world = createWorld(seed);
  const signedTwice = watchSignatures(world);
  const organisations = world.rng.chance(0.2) ? 4 : 3;
  const stage = await openStage(world, organisations, options);
  try {
    const isHard = world.rng.chance(0.25);
    await live(stage, isHard, options.sealed ? SEALED_DEEDS : []);
    await calm(stage, isHard);
    const broken = [...(await settle(stage, options.sealed ?? false)), ...complaints(stage)];
    if (options.sealed && stage.tainted.size === 0) broken.push(...(await world.act(() => keysBroken(stage))));
    // Whoever goes back may sign again what nobody ever got; what somebody got, the invariants compare.
    if (stage.tainted.size === 0) for (const place of signedTwice) broken.push(`signed twice: ${place}`);
    options.inspect?.(stage, broken);
    return {
      seed,
      broken,
      digest: world.digest(),
      trace: [...world.lines.slice(-40), ...world.recent(60)],
      counts: stage.counts,
    };
  } finally {
    for (const node of stage.nodes) await node.end();
  }
}

async function live(stage: Stage, isHard: boolean, more: readonly DeedRow[]): Promise<void> {
  const { world, rng } = stage;
  const endMs = world.clock.now() + (rng.chance(0.05) ? 90_000 : rng.int(5_000, 25_000));
  world.faults.setAll({
    delayMs: [1, rng.pick([10, 50, 400])],
    loss: rng.pick([0, 0, 0.01, 0.05]),
    dialLoss: rng.pick([0, 0.2]),
    ...(isHard ? { dropFrame: 0.02, duplicateFrame: 0.02, reorderFrame: 0.03, reorderMs: 300 } : {}),
    ...(stage.losesFrames ? { dropFrame: 0.02 } : {}),
  });
  const first = stage.actors[0];
  if (first) await world.act(() => foundOne(stage, first));
  const again = (least: number, most: number, what: string, run: (stage: Stage) => Promise<void>): void => {
    if (world.clock.now() >= endMs) return;
    world.later(rng.int(least, most), what, async () => {
      again(least, most, what, run);
      await run(stage);
    });
  };
  again(0, rng.pick([400, 1_200]), 'a deed', (of) => doSomething(of, more));
  again(0, rng.pick([300, 2_000]), 'another deed', (of) => doSomething(of, more));
  if (rng.chance(0.85)) again(500, rng.pick([6_000, 15_000]), 'a trouble', makeTrouble);
  if (rng.chance(0.15)) goBack(stage, endMs - world.clock.now());
  await world.run({ forMs: endMs - world.clock.now() });
}

/** Every wire heals, every node is up, every client has its answers. */
async function calm(stage: Stage, isHard: boolean): Promise<void> {
  const { world, nodes } = stage;
  world.faults.setAll({});
  for (const one of nodes) {
    for (const other of nodes) {
      world.heal(one.name, other.name);
      // No real link loses frames within a connection. Where it does nothing else, the comparison of heads has to do.
      if (isHard && !stage.losesFrames) world.disconnect(one.name, other.name);
    }
  }
  await wakeAll(stage);
  // Those that still come back do nothing any more, and a trouble that was still to come does nothing worse.
  await world.run({ forMs: 60_000 });
  await wakeAll(stage);
  for (const node of nodes) await world.act(() => askAgain(stage, node));
}

async function wakeAll({ world, nodes }: Stage): Promise<void> {
  for (const node of nodes) {
    if (!node.isUp()) await world.act(() => node.restart());
    node.crashAfterSyncs(Number.MAX_SAFE_INTEGER, () => {});
  }
}

async function settle(stage: Stage, isSealed: boolean): Promise<string[]> {
  const { world } = stage;
  let broken: string[] = [];
  for (let times = 0; times < SETTLE_TIMES; times += 1) {
    await world.run({ forMs: SETTLE_MS });
    if (isSealed) await world.act(() => mendAll(stage));
    await world.act(() => readAll(stage));
    broken = stage.chats
      .filter((chat) => !stage.untold.has(chat))
      .flatMap((chat) => {
        const truth = truthOf(stage, chat);
        return truth ? brokenIn(stage, truth) : [];
      });
    if (broken.length === 0 && (!isSealed || times > 4)) break;
  }
  try {
    await world.run({ untilIdle: true, withinMs: SETTLE_MS });
  } catch {
    broken.push('it never ends');
  }
  return broken;
}

function readAll({ actors }: Stage): void {
  for (const actor of actors) while (readPage(actor, 100));
}

/** What nodes throw, or say that must not happen. */
function complaints({ world, tainted }: Stage): string[] {
  const thrown = world.thrown.map(
    ({ label, error }) => `${label} threw ${error instanceof Error ? error.stack : error}`,
  );
  // Whoever goes back stops, and so may a log of it, with others.
  const isExpected = (line: string): boolean => tainted.size > 0 && / error (chat|log)\.stopped /.test(line);
  const said = world.lines.filter((line) => / error | act\.no_effect /.test(line) && !isExpected(line));
  return [...thrown, ...said];
}
