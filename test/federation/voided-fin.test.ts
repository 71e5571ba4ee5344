import { afterEach, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import type { Actor } from '../sim/stage.ts';
import { invite, leave, request } from '../world/talk.ts';
import { accept, chatOf, end, headAt, openParties, type Parties } from './parties.ts';

let parties: Parties;
afterEach(() => end(parties));

/** The states of what this account wrote, in the order of its log (server/chats/entries.ts). */
function statesOf({ node }: Actor, { person }: Actor, chat: ChatId): number[] {
  const rows = node.db.read
    .prepare<[string, string], { state: number }>(
      `SELECT state FROM entry JOIN chat ON chat.id = entry.chat JOIN person ON person.id = entry.person
       WHERE chat.chatId = ? AND person.account = ? ORDER BY seq`,
    )
    .all(chat, person.account);
  return rows.map(({ state }) => state);
}

test('a fin past the cut of a removal ends nothing, neither where it was written nor elsewhere', async () => {
  parties = await openParties('voided fin');
  const { world, person } = parties;
  const [ann, bob, eve] = [person('ann'), person('bob'), person('eve')];
  const chat = await chatOf(parties, ann, bob);
  unwrap(await world.act(() => invite(bob, world.rng, chat, eve)));
  await world.run({ until: () => headAt(bob, chat) === 3 });
  world.cut('acme', 'globex');
  unwrap(await world.act(() => leave(bob, chat)));
  const removal = { is: 'remove', org: bob.org, account: bob.person.account } as const;
  await world.act(() => request(ann, world.rng, chat, [removal]));
  await world.run({ until: () => headAt(ann, chat) === 4 });
  world.heal('acme', 'globex');
  await world.run({ until: () => headAt(bob, chat) === headAt(ann, chat) && headAt(ann, chat) >= 5 });
  // Out, and not invited: a request that counts, and is refused.
  await accept(parties, bob, chat);
  await world.run({ until: () => headAt(bob, chat) === headAt(ann, chat) && headAt(ann, chat) >= 6 });
  await world.run({ forMs: 1_000 });
  expect(statesOf(ann, bob, chat)).toEqual(statesOf(bob, bob, chat));
  expect(statesOf(bob, bob, chat).map((state) => state === 0)).toEqual([true, true, false, true]);
});
