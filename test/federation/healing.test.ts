/** What must come right by itself over a connection that lives: nobody reconnects here. */
import { afterEach, expect, test } from 'vitest';
import { openLogOf } from '../../protocol/chat/state.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import { openStage } from '../sim/cast.ts';
import type { Actor, Stage } from '../sim/stage.ts';
import { foundPrivate, invite, memberCount, request, say } from '../world/talk.ts';
import { createWorld, type World } from '../world/world.ts';

let stage: Stage;
afterEach(async () => {
  for (const node of stage.nodes) await node.end();
});

async function open(seed: string): Promise<{ world: World; actors: Record<string, Actor> }> {
  const world = createWorld(seed);
  stage = await openStage(world, 3, {});
  return { world, actors: Object.fromEntries(stage.actors.map((actor) => [actor.name, actor])) };
}

/** A chat of `by` in which the others are, all accepted and everywhere known. */
async function chatOf(world: World, by: Actor, ...others: Actor[]): Promise<ChatId> {
  const chat = await world.act(() => foundPrivate(by, world.rng, world.clock.now()));
  for (const who of others) {
    unwrap(await world.act(() => invite(by, world.rng, chat, who)));
    await world.run({ until: () => headAt(who, chat) === headAt(by, chat) });
    await world.act(() => request(who, world.rng, chat, [{ is: 'accept' }]));
  }
  await world.run({ until: () => others.every((who) => memberCount(who.node, chat) === 1 + others.length) });
  return chat;
}

function headAt({ node }: Actor, chat: ChatId): number | undefined {
  return node.core.chats.sharing.find(chat)?.state.head.cpos;
}

test('a block that waited for the clock gives a receipt when its hour comes', async () => {
  const { world, actors } = await open('ahead of the clock');
  const { ann, bob } = actors as { ann: Actor; bob: Actor };
  const chat = await chatOf(world, ann, bob);
  world.jumpClock('globex', 400_000);
  expect(await world.act(() => say(bob, world.rng, chat, 'from the future'))).toMatchObject({ ok: true });
  const state = bob.node.core.chats.sharing.find(chat)?.state;
  const logId = state && openLogOf(state, bob.org)?.logId;
  const receipted = (): number => {
    const delivery = unwrap(bob.node.core.chats.reading.delivery(bob.person.account, chat));
    return delivery.find(({ log, org }) => log === logId && org === ann.org)?.seq ?? 0;
  };
  await world.run({ forMs: 60_000 });
  expect(receipted()).toBe(1);
  await world.run({ until: () => receipted() === 2, withinMs: 60_000 });
});
