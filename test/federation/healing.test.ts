/** What must come right by itself over a connection that lives: nobody reconnects here. */
import { afterEach, expect, test } from 'vitest';
import { compareBytes } from '../../protocol/bytes.ts';
import { DEFAULT_POLICY } from '../../protocol/chat/genesis.ts';
import { openLogOf } from '../../protocol/chat/state.ts';
import { type ChatId, idBytes } from '../../protocol/ids.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import { openStage } from '../sim/cast.ts';
import type { Actor, Stage } from '../sim/stage.ts';
import { foundPrivate, invite, leave, memberCount, request, say, seenBy } from '../world/talk.ts';
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

/** Ann of acme, and one of each of the others: the greater organisation, and the lesser, to which a hub without members goes. */
function threeOf(actors: Record<string, Actor>): { ann: Actor; writer: Actor; successor: Actor } {
  const { ann, bob, cleo } = actors as { ann: Actor; bob: Actor; cleo: Actor };
  const isBobLess = compareBytes(idBytes(bob.org), idBytes(cleo.org)) < 0;
  return isBobLess ? { ann, writer: cleo, successor: bob } : { ann, writer: bob, successor: cleo };
}

/** A chat of `by` in which the others are, all accepted and everywhere known. */
async function chatOf(world: World, by: Actor, ...others: Actor[]): Promise<ChatId> {
  const chat = await world.act(() => foundPrivate(by, world.rng, world.clock.now()));
  for (const who of others) {
    unwrap(await world.act(() => invite(by, world.rng, chat, who)));
    await world.run({ until: () => headAt(who, chat) === headAt(by, chat) });
    await world.act(() => request(who, world.rng, chat, [{ is: 'accept', identity: new Uint8Array() }]));
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

/** What the writer asks for waits, before the successor has anybody in; then the hub moves to it. */
async function moveHub(world: World, actors: Record<string, Actor>, isLossy: boolean): Promise<() => boolean> {
  const { ann, writer, successor } = threeOf(actors);
  const chat = await chatOf(world, ann, writer);
  world.cut(writer.node.name, ann.node.name, { oneWay: true });
  const asked = await world.act(() => request(writer, world.rng, chat, [{ is: 'policy', policy: DEFAULT_POLICY }]));
  expect(asked).toMatchObject({ ok: true, value: { outcome: 'queued' } });
  unwrap(await world.act(() => invite(ann, world.rng, chat, successor)));
  await world.run({ until: () => headAt(successor, chat) === 3 });
  await world.act(() => request(successor, world.rng, chat, [{ is: 'accept', identity: new Uint8Array() }]));
  await world.run({ until: () => headAt(writer, chat) === 4 && headAt(successor, chat) === 4 });
  // This is for the successor's people, and jumps over what was not.
  unwrap(await world.act(() => say(writer, world.rng, chat, 'to the newcomer')));
  await world.run({ forMs: 10_000 });
  expect(seenBy(successor, chat)).toEqual(['to the newcomer']);
  if (isLossy) world.faults.set(writer.node.name, successor.node.name, { dropFrame: 1 });
  await world.act(() => leave(ann, chat));
  await world.run({ until: () => headAt(writer, chat) === 6 && headAt(successor, chat) === 6 });
  await world.run({ forMs: 100 });
  world.faults.set(writer.node.name, successor.node.name, {});
  return () => headAt(successor, chat) === 7;
}

test.each(['as soon as it is one', 'by the comparison of heads'])('a new hub gets what waited: %s', async (how) => {
  const { world, actors } = await open(`new hub ${how}`);
  const { writer, successor } = threeOf(actors);
  const isLossy = how.startsWith('by');
  const isDisposed = await moveHub(world, actors, isLossy);
  await world.run({ until: isDisposed, withinMs: isLossy ? 300_000 : 1_000 });
  const connected = `${writer.node.name} info federation.connected {"org":"${successor.org}"`;
  expect(world.lines.filter((line) => line.includes(connected))).toHaveLength(1);
  expect(world.thrown).toEqual([]);
});

test('who came in by an act that the hub told one member only is heard by the other, while the hub is away', async () => {
  const { world, actors } = await open('brought in unseen');
  const { ann, writer, successor } = threeOf(actors);
  const chat = await chatOf(world, ann, writer);
  world.cut(ann.node.name, writer.node.name);
  unwrap(await world.act(() => invite(ann, world.rng, chat, successor)));
  await world.run({ until: () => headAt(successor, chat) === 3 });
  await world.act(() => request(successor, world.rng, chat, [{ is: 'accept', identity: new Uint8Array() }]));
  await world.run({ until: () => headAt(successor, chat) === 4 });
  await world.act(() => ann.node.crash());
  expect(headAt(writer, chat)).toBe(2);
  unwrap(await world.act(() => say(successor, world.rng, chat, 'here I am')));
  await world.run({ until: () => seenBy(writer, chat).includes('here I am'), withinMs: 300_000 });
  expect(world.thrown).toEqual([]);
});
