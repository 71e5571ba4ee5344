/** Chats that were founded before sealing: to be read, and to be left, and nothing more (SEAL 5.5). */
import { expect, test } from 'vitest';
import { ALL_RULES, type Rules } from '../../protocol/chat/validity.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import { leave, openDirect, request, say, seenBy } from '../world/talk.ts';
import { accept, chatOf, end, openParties } from './parties.ts';

test('SEAL 5.5: a chat that is not sealed is read-only, and none is founded any more', async () => {
  const options: { rules: Rules } = { rules: { ...ALL_RULES, sealed: false } };
  const parties = await openParties('clear chats', options);
  const { world, person, stage } = parties;
  const [ann, bob] = [person('ann'), person('bob')];
  const chat = await chatOf(parties, ann, bob);
  unwrap(await world.act(() => say(ann, world.rng, chat, 'from before')));
  await world.run({ until: () => seenBy(bob, chat).length === 1 });

  options.rules = { ...ALL_RULES, sealed: true };
  for (const node of stage.nodes) {
    await world.act(() => node.crash());
    await world.act(() => node.restart());
  }
  await world.run({ untilIdle: true });
  const { reading } = bob.node.core.chats;
  expect(unwrap(reading.summary(bob.person.account, chat))).toMatchObject({ suite: 0, readOnly: 'suite_not_allowed' });
  expect(seenBy(bob, chat)).toEqual(['from before']);
  const refused = { ok: false, refusal: { code: 'suite_not_allowed' } };
  expect(await world.act(() => say(bob, world.rng, chat, 'now'))).toMatchObject(refused);
  const rename = { is: 'role', org: bob.org, account: bob.person.account, role: 2 } as const;
  expect(await world.act(() => request(ann, world.rng, chat, [rename]))).toMatchObject(refused);
  expect(await accept(parties, bob, chat)).toMatchObject(refused);
  await expect(world.act(() => openDirect(ann, bob))).rejects.toThrow('suite_not_allowed');
  expect(await world.act(() => leave(bob, chat))).toMatchObject({ ok: true });
  expect(world.thrown).toEqual([]);
  await end(parties);
});
