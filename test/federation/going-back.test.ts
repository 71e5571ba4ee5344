/** A node that was put back to an old backup finds out by what others hold of it, and signs nothing before (PROTOCOL 3.6-3.8). */
import { afterEach, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import type { Actor } from '../sim/stage.ts';
import { watchSignatures } from '../sim/watch.ts';
import { foundPrivate, invite, request } from '../world/talk.ts';
import { accept, chatOf, end, headAt, openParties, type Parties, threeOf } from './parties.ts';

let parties: Parties;
afterEach(() => end(parties));

const held = ({ node }: Actor, chat: ChatId) => node.core.chats.sharing.find(chat);

/** Bob is invited, is backed up, is invited again, accepts in another log, and goes back. */
async function goBack(seed: string) {
  parties = await openParties(seed);
  const { world } = parties;
  const twice = watchSignatures(world);
  const [ann, bob] = [parties.person('ann'), parties.person('bob')];
  const chat = await world.act(() => foundPrivate(ann, world.rng, world.clock.now()));
  unwrap(await world.act(() => invite(ann, world.rng, chat, bob)));
  await world.run({ until: () => headAt(bob, chat) === 1 });
  const backup = bob.node.backup();
  unwrap(
    await world.act(() =>
      request(ann, world.rng, chat, [{ is: 'withdraw', org: bob.org, account: bob.person.account }]),
    ),
  );
  unwrap(await world.act(() => invite(ann, world.rng, chat, bob)));
  await world.run({ until: () => headAt(bob, chat) === 3 });
  await accept(parties, bob, chat);
  await world.run({ until: () => headAt(bob, chat) === 4 });
  await world.act(() => bob.node.restore(backup));
  return { world, twice, bob, chat };
}

test('the acts before one that names what it has lost show it so', async () => {
  const { world, bob, chat } = await goBack('lost request');
  await world.run({ until: () => held(bob, chat)?.stopped === 'read_only', withinMs: 300_000 });
  expect(headAt(bob, chat)).toBe(3);
});

test('it signs nothing in a log that was opened after its backup', async () => {
  const { world, twice, bob, chat } = await goBack('lost log');
  await world.run({ until: () => headAt(bob, chat) === 3, withinMs: 300_000 });
  expect(held(bob, chat)).toMatchObject({ stopped: null, confirmed: false });
  await accept(parties, bob, chat);
  await world.run({ until: () => held(bob, chat)?.stopped === 'read_only', withinMs: 300_000 });
  expect([...twice]).toEqual([]);
});

test('one that contradicts itself keeps nobody from the acts that the hub ordered of its other story', async () => {
  parties = await openParties('two stories');
  const { world } = parties;
  const { ann, writer, successor } = threeOf(parties);
  const chat = await chatOf(parties, ann, writer, successor);
  await world.run({ until: () => headAt(writer, chat) === headAt(ann, chat) });
  const coworker = parties.stage.actors.find((each) => each.org === writer.org && each !== writer) as Actor;
  const ask = () => world.act(() => invite(writer, world.rng, chat, coworker));
  const heard = () => [...(held(successor, chat)?.logs.values() ?? [])].find(({ org }) => org === writer.org)?.head.seq;
  const before = heard() ?? 0;
  const backup = writer.node.backup();
  world.cut(writer.node.name, ann.node.name);
  await ask();
  await world.run({ until: () => (heard() ?? 0) > before });
  world.cut(writer.node.name, successor.node.name);
  await world.act(() => writer.node.restore(backup));
  world.heal(writer.node.name, ann.node.name);
  await world.run({ until: () => held(writer, chat)?.confirmed === true });
  await ask();
  await world.run({ until: () => headAt(ann, chat) === 5 });
  await world.run({ forMs: 1_000 });
  expect(headAt(successor, chat)).toBe(4);
  world.heal(writer.node.name, successor.node.name);
  await world.run({ until: () => headAt(successor, chat) === 5, withinMs: 300_000 });
  expect(held(successor, chat)?.stopped).toBeNull();
});
