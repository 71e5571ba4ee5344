/** What goes wrong, by chance: wires, machines, clocks. Each trouble is an event of the world, and so is its end. */
import { acceptedOrganisations } from '../../protocol/chat/state.ts';
import type { ChatId } from '../../protocol/ids.ts';
import type { WorldNode } from '../world/node.ts';
import { send } from './deeds.ts';
import { count, type Stage } from './stage.ts';

type Trouble = (stage: Stage) => void | Promise<void>;

/** By weight. */
const TROUBLES: readonly (readonly [number, string, Trouble])[] = [
  [5, 'cut', cut],
  [4, 'disconnect', disconnect],
  [2, 'slow', slow],
  [3, 'crash', (stage) => crash(stage)],
  [5, 'crash within', crashWithin],
  [2, 'clock', jumpClock],
];
const WEIGHT = TROUBLES.reduce((sum, [weight]) => sum + weight, 0);

export async function makeTrouble(stage: Stage): Promise<void> {
  let at = stage.rng.int(0, WEIGHT - 1);
  const [, name, trouble] = TROUBLES.find(([weight]) => {
    at -= weight;
    return at < 0;
  }) as (typeof TROUBLES)[number];
  count(stage, name);
  await trouble(stage);
}

function pair({ rng, nodes }: Stage): [string, string] {
  const one = rng.int(0, nodes.length - 1);
  const other = (one + rng.int(1, nodes.length - 1)) % nodes.length;
  return [nodes[one]?.name ?? '', nodes[other]?.name ?? ''];
}

function cut(stage: Stage): void {
  const [a, b] = pair(stage);
  stage.world.cut(a, b, { oneWay: stage.rng.chance(0.4) });
  stage.world.later(stage.rng.int(300, 60_000), `${a} and ${b} heal`, () => stage.world.heal(a, b));
}

function disconnect(stage: Stage): void {
  stage.world.disconnect(...pair(stage));
}

function slow(stage: Stage): void {
  const [a, b] = pair(stage);
  stage.world.faults.set(a, b, { delayMs: [100, stage.rng.int(200, 4_000)] });
  stage.world.later(stage.rng.int(1_000, 20_000), `${a} and ${b} are fast`, () => stage.world.faults.set(a, b, {}));
}

async function crash(stage: Stage, node: WorldNode = stage.rng.pick(stage.nodes)): Promise<void> {
  if (!node.isUp()) return;
  await node.crash();
  comeBack(stage, node);
}

/** In the middle of something: what it was about to say is not said. */
function crashWithin(stage: Stage): void {
  const node = stage.rng.pick(stage.nodes);
  if (node.isUp()) node.crashAfterSyncs(stage.rng.int(1, 6), () => comeBack(stage, node));
}

function comeBack(stage: Stage, node: WorldNode): void {
  stage.world.later(stage.rng.int(50, 15_000), `${node.name} comes back`, async () => {
    if (node.isUp()) return;
    await node.restart();
    await askAgain(stage, node);
  });
}

/** Clients that got no answer ask again, under the same id. */
export async function askAgain(stage: Stage, node: WorldNode): Promise<void> {
  const open = stage.unsure.filter(({ actor }) => actor.node === node);
  for (const message of open) {
    stage.unsure.splice(stage.unsure.indexOf(message), 1);
    await send(stage, message);
  }
}

function jumpClock(stage: Stage): void {
  const node = stage.rng.pick(stage.nodes);
  if (node.isUp()) stage.world.jumpClock(node.name, stage.rng.int(-200_000, 200_000));
}

/** An administrator puts back an old backup: once, on one node. */
export function goBack(stage: Stage, withinMs: number): void {
  const node = stage.rng.pick(stage.nodes);
  const halfMs = Math.floor(withinMs / 2);
  let backup: string | null = null;
  stage.world.later(stage.rng.int(0, halfMs), `${node.name} is backed up`, () => {
    if (node.isUp()) backup = node.backup();
  });
  stage.world.later(stage.rng.int(halfMs, 2 * halfMs), `${node.name} goes back`, async () => {
    if (backup === null) return;
    count(stage, 'go back');
    stage.tainted.add(node);
    for (const message of stage.unsure.filter(({ actor }) => actor.node === node))
      stage.unsure.splice(stage.unsure.indexOf(message), 1);
    await node.restore(backup);
    for (const chat of stage.chats) if (isAlone(node, chat)) stage.untold.add(chat);
  });
}

function isAlone({ core }: WorldNode, chat: ChatId): boolean {
  const held = core.chats.sharing.find(chat);
  const others = held ? acceptedOrganisations(held.state) : new Set();
  others.delete(core.organisation.orgId);
  return held !== undefined && others.size === 0;
}
