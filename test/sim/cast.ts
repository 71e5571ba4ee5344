/** Starts the nodes of a run, makes them partners, and gives them people. */
import { type NodeOptions, startWorldNode, type WorldNode } from '../world/node.ts';
import { enrol } from '../world/sealed.ts';
import { befriend } from '../world/talk.ts';
import type { World } from '../world/world.ts';
import type { Actor, Stage } from './stage.ts';

const NAMES = ['acme', 'globex', 'initech', 'umbrella'] as const;
const PEOPLE = ['ann', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'] as const;

export async function openStage(world: World, organisations: number, options: NodeOptions): Promise<Stage> {
  const nodes: WorldNode[] = [];
  for (const name of NAMES.slice(0, organisations))
    nodes.push(await world.act(() => startWorldNode(world, name, options)));
  const isConnected = (one: WorldNode, other: WorldNode): boolean =>
    one.core.federation.statusOf(other.core.organisation.orgId).connected;
  for (const [i, one] of nodes.entries()) {
    for (const other of nodes.slice(i + 1)) {
      await world.act(() => befriend(one, other));
      await world.run({ until: () => isConnected(one, other) && isConnected(other, one) });
    }
  }
  const actors: Actor[] = [];
  for (const [i, name] of PEOPLE.slice(0, 2 * organisations).entries()) {
    const node = nodes[i % organisations] as WorldNode;
    const person = await world.act(() => node.person(name));
    if (options.sealed) await world.act(() => enrol({ node, person }, world.rng.fork(`keys of ${name}`)));
    actors.push({ name, node, person, org: node.core.organisation.orgId, reader: { cursor: 0, seen: new Map() } });
  }
  return {
    world,
    rng: world.rng,
    nodes,
    actors,
    chats: [],
    said: [],
    unsure: [],
    erased: [],
    counts: new Map(),
    tainted: new Set(),
    untold: new Set(),
    disabled: new Set(),
    losesFrames: world.rng.fork('losses').chance(0.12),
  };
}
