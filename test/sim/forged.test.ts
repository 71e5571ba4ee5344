import { afterEach, expect, test } from 'vitest';
import { openLogOf } from '../../protocol/chat/state.ts';
import type { Rules } from '../../protocol/chat/validity.ts';
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { type ChatId, idFromBytes } from '../../protocol/ids.ts';
import { type Block, block, readBlock } from '../../protocol/log/block.ts';
import { bodyCommit } from '../../protocol/log/entry.ts';
import type { Bundle } from '../../protocol/sync/frames.ts';
import { CLEAR_RULES } from '../world/rules.ts';
import { composeMessage, foundPrivate, invite, leave, memberCount, request, say, seenBy } from '../world/talk.ts';
import { createWorld } from '../world/world.ts';
import { openStage } from './cast.ts';
import type { Actor, Stage } from './stage.ts';

let stage: Stage | null = null;
afterEach(async () => {
  for (const node of stage?.nodes ?? []) await node.end();
  stage = null;
});

/** Acme's chat with globex and initech in it; whoever forges is globex. */
async function openChat(
  rules: Rules,
): Promise<{ stage: Stage; chat: ChatId; hub: Actor; forger: Actor; other: Actor }> {
  const world = createWorld('forged');
  stage = await openStage(world, 3, { rules });
  const [hub, forger, other] = stage.actors as readonly Actor[] as [Actor, Actor, Actor];
  const chat = await world.act(() => foundPrivate(hub, world.rng, world.clock.now()));
  for (const guest of [forger, other]) {
    await world.act(() => invite(hub, world.rng, chat, guest));
    const isInvited = () => guest.node.core.chats.sharing.find(chat) !== undefined;
    await world.run({ until: isInvited });
    await world.act(() => request(guest, world.rng, chat, [{ is: 'accept', identity: new Uint8Array() }]));
  }
  await world.run({ until: () => [hub, forger, other].every(({ node }) => memberCount(node, chat) === 3) });
  await world.act(() => say(forger, world.rng, chat, 'true'));
  await world.run({ until: () => [hub, other].every((actor) => seenBy(actor, chat).length === 1) });
  return { stage, chat, hub, forger, other };
}

/** Globex's next block with one message, changed and signed. */
function forge(at: Stage, forger: Actor, chat: ChatId, text: string, change: (honest: Block) => Block): Bundle {
  const { sharing } = forger.node.core.chats;
  const { organisation } = forger.node.core;
  const held = sharing.find(chat);
  const log = held?.logs.get(openLogOf(held.state, forger.org)?.logId as never);
  const body = composeMessage(forger, at.rng, chat, text, idFromBytes('entry', at.rng.bytes(16)));
  if (!held || !log || !body) throw new Error('nothing to forge');
  const { account, device } = forger.person;
  const hlc = log.head.hlc + 1_000;
  const { cpos, hash: chash } = held.state.head;
  const header = { kind: 0, account, device, bodyCommit: bodyCommit(body), bodyLength: body.length, blobs: [], hlc };
  const bytes = encode(
    block,
    change({
      v: 1,
      logId: log.logId,
      keySeq: 0,
      blockSeq: log.head.blockSeq + 1,
      firstSeq: log.head.seq + 1,
      prevHash: log.head.hash,
      prevCpos: log.head.cpos,
      cpos,
      chash,
      hlc,
      entries: [header],
    }),
  );
  return { block: { bytes, signature: organisation.signer.sign(signedBytes('block', bytes)) }, bodies: [body] };
}

async function give(at: Stage, to: Actor, from: Actor, bundle: Bundle): Promise<string> {
  expect(readBlock(bundle.block).ok).toBe(true);
  const [taken] = await at.world.act(() => to.node.core.chats.takeBundles(from.org, [bundle]));
  await at.world.run({ forMs: 5_000 });
  return taken?.ok ? taken.value.taken : (taken?.refusal.code ?? '');
}

const otherHash = new Uint8Array(32).fill(7);

test.each([
  ['chain', true],
  ['chain', false],
] as const)('two next blocks are taken by nobody twice, unless the rule "%s" is off (%s)', async (rule, isOn) => {
  const { stage: at, chat, hub, forger, other } = await openChat({ ...CLEAR_RULES, [rule]: isOn });
  const one = forge(at, forger, chat, 'one story', (honest) => honest);
  const two = forge(at, forger, chat, 'after another', (honest) => ({ ...honest, prevHash: otherHash }));
  await give(at, hub, forger, one);
  const taken = await give(at, other, forger, two);
  expect(taken).toBe(isOn ? 'forked' : 'stored');
  const isStopped = [hub, other].some(({ node }) =>
    [...(node.core.chats.sharing.find(chat)?.logs.values() ?? [])].some((log) => log.stopped === 'forked'),
  );
  expect(isStopped).toBe(isOn);
});

test.each([true, false])(
  'a block that cites another control log stops its log, if the rule is on (%s)',
  async (isOn) => {
    const { stage: at, chat, forger, other } = await openChat({ ...CLEAR_RULES, citation: isOn });
    // Its body would say the true place: an erased one says nothing.
    const lie: Bundle = {
      ...forge(at, forger, chat, 'x', (honest) => ({ ...honest, chash: otherHash })),
      bodies: [null],
    };
    expect(await give(at, other, forger, lie)).toBe(isOn ? 'forked' : 'stored');
  },
);

test.each([true, false])(
  'who has left says nothing more, also with the hub away, if the rule is on (%s)',
  async (isOn) => {
    const { stage: at, chat, forger, other } = await openChat({ ...CLEAR_RULES, fin: isOn });
    const { world } = at;
    const [acme] = at.nodes;
    await acme?.crash();
    await world.act(() => leave(forger, chat));
    const said = await world.act(() => say(forger, world.rng, chat, 'after all'));
    await world.run({ forMs: 5_000 });
    expect(said.ok).toBe(!isOn);
    expect(seenBy(other, chat).includes('after all')).toBe(!isOn);
  },
);

test.each([true, false])(
  'who went back to a backup is read-only and forks nothing, if the rule is on (%s)',
  async (isOn) => {
    const { stage: at, chat, hub, forger, other } = await openChat({ ...CLEAR_RULES, confirm: isOn });
    const { world } = at;
    const { node } = forger;
    const backup = node.backup();
    await world.act(() => say(forger, world.rng, chat, 'before'));
    // One that lacks it would confirm: nobody can know more than those who are asked.
    await world.run({ until: () => [hub, other].every((actor) => seenBy(actor, chat).includes('before')) });
    for (const { name } of at.nodes) world.cut(node.name, name);
    await world.act(() => node.restore(backup));
    await world.act(() => say(forger, world.rng, chat, 'another past'));
    for (const { name } of at.nodes) world.heal(node.name, name);
    await world.run({ forMs: 180_000 });
    const stopped = hub.node.core.chats.sharing.find(chat)?.logs;
    const isForked = [...(stopped?.values() ?? [])].some((log) => log.stopped === 'forked');
    expect(isForked).toBe(!isOn);
    if (isOn) expect(node.core.chats.sharing.find(chat)?.stopped).toBe('read_only');
    expect(seenBy(hub, chat)).not.toContain('another past');
  },
);
