/** A few organisations with people, for what happens between them: ann and dan of acme, bob and eve of globex, cleo and fay of initech. */
import { compareBytes } from '../../protocol/bytes.ts';
import { type ChatId, idBytes } from '../../protocol/ids.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import { openStage } from '../sim/cast.ts';
import type { Actor, Stage } from '../sim/stage.ts';
import type { NodeOptions } from '../world/node.ts';
import { foundPrivate, invite, request } from '../world/talk.ts';
import { createWorld, type World } from '../world/world.ts';

export interface Parties {
  readonly world: World;
  readonly stage: Stage;
  person(name: string): Actor;
}

export async function openParties(seed: string, options: NodeOptions = {}): Promise<Parties> {
  const world = createWorld(seed);
  const stage = await openStage(world, 3, options);
  const person = (name: string): Actor => {
    const actor = stage.actors.find((each) => each.name === name);
    if (!actor) throw new Error(`nobody is called ${name}`);
    return actor;
  };
  return { world, stage, person };
}

export async function end({ stage }: Parties): Promise<void> {
  for (const node of stage.nodes) await node.end();
}

/** One of each: ann's is the hub, and of the others the lesser is the one to which a hub without members goes. */
export function threeOf({ person }: Parties): { ann: Actor; writer: Actor; successor: Actor } {
  const [ann, bob, cleo] = [person('ann'), person('bob'), person('cleo')];
  const isBobLess = compareBytes(idBytes(bob.org), idBytes(cleo.org)) < 0;
  return isBobLess ? { ann, writer: cleo, successor: bob } : { ann, writer: bob, successor: cleo };
}

export function headAt({ node }: Actor, chat: ChatId): number {
  return node.core.chats.sharing.find(chat)?.state.head.cpos ?? -1;
}

export function accept({ world }: Parties, who: Actor, chat: ChatId) {
  return world.act(() => request(who, world.rng, chat, [{ is: 'accept', identity: new Uint8Array() }]));
}

/** A chat of `by` in which the others are, one after the other, all accepted and everywhere known. */
export async function chatOf(parties: Parties, by: Actor, ...others: Actor[]): Promise<ChatId> {
  const { world } = parties;
  const chat = await world.act(() => foundPrivate(by, world.rng, world.clock.now()));
  for (const who of others) {
    unwrap(await world.act(() => invite(by, world.rng, chat, who)));
    await world.run({ until: () => headAt(who, chat) === headAt(by, chat) });
    await accept(parties, who, chat);
  }
  await world.run({ until: () => others.every((who) => headAt(who, chat) === 2 * others.length) });
  return chat;
}
