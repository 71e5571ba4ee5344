/** What one member merely says stops no chat of others; what proves it does (PROTOCOL 3.6, 3.8). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../protocol/chat/genesis.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { bytesOf } from '../../protocol/testing/orgs.ts';
import type { WorldNode } from '../world/node.ts';
import { request, say, seenBy } from '../world/talk.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage('freezing');
});
afterEach(() => stage.end());

const held = (node: WorldNode, chatId: ChatId) => node.core.chats.sharing.find(chatId);

/** Heads of the chat as the node has them, but for its own log, of which the forger claims to have more; and for the position. */
function boast(node: WorldNode, chatId: ChatId, change: { blocks?: number; hash?: Uint8Array; cpos?: number }) {
  const here = held(node, chatId);
  if (!here) throw new Error('no chat');
  const own = [...here.logs.values()].find((log) => log.org === node.core.organisation.orgId);
  if (!own) throw new Error('no log');
  const { blockSeq, seq, hash } = own.head;
  const more = change.blocks ?? 0;
  const log = { logId: own.logId, blockSeq: blockSeq + more, seq: seq + more, hash: change.hash ?? hash };
  const { cpos, hash: chash } = here.state.head;
  return { is: 'heads', chats: [{ chatId, cpos: cpos + (change.cpos ?? 0), chash, logs: [log] }] } as const;
}

test.each([
  ['newer blocks of our own log', { blocks: 5 }],
  ['another block of ours for the same number', { hash: bytesOf(32, 3) }],
  ['later acts of the hub that we are', { cpos: 7 }],
])('to say that there are %s stops nothing, and makes us ask for them', async (_name, change) => {
  const { acme, toAcme, shared, settle } = stage;
  const before = toAcme.frames.length;
  toAcme.send(boast(acme, shared, change));
  await settle();
  expect(toAcme.frames.slice(before)).toContainEqual(expect.objectContaining({ is: 'pull', chatId: shared }));
  expect(held(acme, shared)?.stopped).toBeNull();
  await stage.expectUndisturbed();
});

async function restart(node: WorldNode, how: () => Promise<void>): Promise<void> {
  const { world, aheadMs } = stage;
  await world.act(() => node.crash());
  world.jumpClock(node.name, aheadMs);
  await world.act(how);
}

test('after a restart a liar cannot confirm a chat by boasting, nor keep others from confirming it', async () => {
  const { acme, globex, ann, bob, world, shared, settle, dial } = stage;
  world.cut('acme', 'globex');
  await restart(acme, acme.restart);
  const line = await dial(acme);
  await settle();
  line.send(boast(acme, shared, { blocks: 5 }));
  await settle();
  expect(await world.act(() => say(ann, world.rng, shared, 'after the restart'))).toMatchObject({ ok: true });
  expect(held(acme, shared)).toMatchObject({ confirmed: false, stopped: null });
  world.heal('acme', 'globex');
  await world.run({ until: () => seenBy(bob, shared).at(-1) === 'after the restart' });
  expect(held(globex, shared)?.stopped).toBeNull();
});

test('to say that another installation of ours was there stops no chat that has others in it', async () => {
  const { acme, toAcme, dial, settle, forger, found } = stage;
  const alone = await found(true, false);
  toAcme.close();
  await settle();
  await dial(acme, {}, false);
  await settle();
  expect(acme.core.federation.statusOf(forger.org.orgId)).toMatchObject({ connected: true });
  // The chat with nobody else in it is the liar's own to lose.
  expect(held(acme, alone)?.stopped).toBe('read_only');
  await stage.expectUndisturbed();
});

test('a node that was restored is stopped by its own blocks and acts, from whoever has them', async () => {
  const { acme, globex, ann, world, shared, other, settle } = stage;
  const backup = acme.backup();
  await stage.expectUndisturbed();
  await world.act(() => request(ann, world.rng, other, [{ is: 'policy', policy: { ...DEFAULT_POLICY, look: 3 } }]));
  await settle();
  await restart(acme, () => acme.restore(backup));
  await world.run({ until: () => [shared, other].every((chatId) => held(acme, chatId)?.stopped === 'read_only') });
  expect(held(globex, shared)?.stopped).toBeNull();
});
