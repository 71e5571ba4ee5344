/** What must come right by itself over a connection that lives: nobody reconnects here. */
import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../protocol/chat/genesis.ts';
import { openLogOf } from '../../protocol/chat/state.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import { invite, leave, request, say, seenBy } from '../world/talk.ts';
import { accept, chatOf, end, headAt, openParties, type Parties, threeOf } from './parties.ts';

let parties: Parties;
afterEach(() => end(parties));

test('a block that waited for the clock gives a receipt when its hour comes', async () => {
  parties = await openParties('ahead of the clock');
  const { world } = parties;
  const [ann, bob] = [parties.person('ann'), parties.person('bob')];
  const chat = await chatOf(parties, ann, bob);
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

test('what waited for a wire that was cut for minutes is there soon after it healed', async () => {
  parties = await openParties('a wire cut for minutes');
  const { world } = parties;
  const [ann, bob] = [parties.person('ann'), parties.person('bob')];
  const chat = await chatOf(parties, ann, bob);
  world.cut(ann.node.name, bob.node.name);
  world.disconnect(ann.node.name, bob.node.name);
  await world.run({ forMs: 200_000 });
  unwrap(await world.act(() => say(ann, world.rng, chat, 'still there?')));
  await world.run({ forMs: 10_000 });
  expect(seenBy(bob, chat)).toEqual([]);
  world.heal(ann.node.name, bob.node.name);
  // A dial into the dark takes 10 s to fail.
  await world.run({ until: () => seenBy(bob, chat).includes('still there?'), withinMs: 12_500 });
});

/** What the writer asks for waits, before the successor has anybody in; then the hub moves to it. */
async function moveHub(isLossy: boolean): Promise<() => boolean> {
  const { world } = parties;
  const { ann, writer, successor } = threeOf(parties);
  const chat = await chatOf(parties, ann, writer);
  world.cut(writer.node.name, ann.node.name, { oneWay: true });
  const asked = await world.act(() => request(writer, world.rng, chat, [{ is: 'policy', policy: DEFAULT_POLICY }]));
  expect(asked).toMatchObject({ ok: true, value: { outcome: 'queued' } });
  unwrap(await world.act(() => invite(ann, world.rng, chat, successor)));
  await world.run({ until: () => headAt(successor, chat) === 3 });
  await accept(parties, successor, chat);
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
  parties = await openParties(`new hub ${how}`);
  const { world } = parties;
  const { writer, successor } = threeOf(parties);
  const isLossy = how.startsWith('by');
  const isDisposed = await moveHub(isLossy);
  await world.run({ until: isDisposed, withinMs: isLossy ? 300_000 : 1_000 });
  const connected = `${writer.node.name} info federation.connected {"org":"${successor.org}"`;
  expect(world.lines.filter((line) => line.includes(connected))).toHaveLength(1);
  expect(world.thrown).toEqual([]);
});

test('who came in by an act that the hub told one member only is heard by the other, while the hub is away', async () => {
  parties = await openParties('brought in unseen');
  const { world } = parties;
  const { ann, writer, successor } = threeOf(parties);
  const chat = await chatOf(parties, ann, writer);
  world.cut(ann.node.name, writer.node.name);
  unwrap(await world.act(() => invite(ann, world.rng, chat, successor)));
  await world.run({ until: () => headAt(successor, chat) === 3 });
  await accept(parties, successor, chat);
  await world.run({ until: () => headAt(successor, chat) === 4 });
  await world.act(() => ann.node.crash());
  expect(headAt(writer, chat)).toBe(2);
  unwrap(await world.act(() => say(successor, world.rng, chat, 'here I am')));
  await world.run({ until: () => seenBy(writer, chat).includes('here I am'), withinMs: 300_000 });
  expect(world.thrown).toEqual([]);
});
