import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../protocol/chat/genesis.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import { foundPrivate, invite, request } from '../world/talk.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.end());

test('an invitation after more acts than one frame holds arrives', async () => {
  stage = await openStage('long control');
  const { world, ann, bob, globex, now } = stage;
  const chatId = await world.act(() => foundPrivate(ann, world.rng, now()));
  for (let i = 0; i < 5; i += 1) {
    const intents = Array.from({ length: 30 }, (_, j) => ({
      is: 'policy' as const,
      policy: { ...DEFAULT_POLICY, look: 1 + ((i + j) % 3) },
    }));
    unwrap(await world.act(() => request(ann, world.rng, chatId, intents)));
  }
  unwrap(await world.act(() => invite(ann, world.rng, chatId, bob)));
  await world.run({ until: () => globex.core.chats.sharing.find(chatId) !== undefined, withinMs: 120_000 });
  expect(globex.core.chats.sharing.find(chatId)?.state.head.cpos).toBe(151);
  expect(world.thrown).toEqual([]);
});
