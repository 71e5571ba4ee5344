import { afterEach, expect, test } from 'vitest';
import { startWorldNode, type WorldNode } from '../world/node.ts';
import { befriend, foundPrivate, invite, memberCount, request, say, seenBy } from '../world/talk.ts';
import { createWorld, type World } from '../world/world.ts';

let nodes: WorldNode[] = [];
afterEach(async () => {
  for (const node of nodes) await node.end();
  nodes = [];
});

async function start(world: World, name: string): Promise<WorldNode> {
  const node = await world.act(() => startWorldNode(world, name));
  nodes.push(node);
  return node;
}

test('two organisations hold a private chat together', async () => {
  const world = createWorld('story');
  const acme = await start(world, 'acme');
  const globex = await start(world, 'globex');
  await world.act(() => befriend(acme, globex));
  await world.run({ until: () => acme.core.federation.statusOf(globex.core.organisation.orgId).connected });
  const ann = { node: acme, person: await acme.person('ann') };
  const bob = { node: globex, person: await globex.person('bob') };
  const chat = await world.act(() => foundPrivate(ann, world.rng, world.clock.now()));
  expect(await world.act(() => invite(ann, world.rng, chat, bob))).toMatchObject({
    ok: true,
    value: { outcome: 'ordered' },
  });
  await world.run({
    until: () => globex.core.chats.reading.list(bob.person.account).some((each) => each.standing === 'invited'),
  });
  await world.act(() => say(ann, world.rng, chat, 'before bob accepted'));
  expect(seenBy(bob, chat)).toEqual([]);
  await world.act(() => request(bob, world.rng, chat, [{ is: 'accept', identity: new Uint8Array() }]));
  await world.run({ until: () => memberCount(globex, chat) === 2 && memberCount(acme, chat) === 2 });
  // Ann never looked bob up: his profile came with his acceptance.
  const bobAtAcme = { orgId: globex.core.organisation.orgId, accountId: bob.person.account };
  await world.run({ until: () => acme.core.profiles.get(bobAtAcme)?.profile.displayName === 'bob' });
  await world.act(() => say(bob, world.rng, chat, 'hello from globex'));
  await world.run({ until: () => seenBy(ann, chat).length === 2 && seenBy(bob, chat).length === 2 });
  expect(seenBy(ann, chat)).toEqual(seenBy(bob, chat));
  expect(world.thrown).toEqual([]);
});
