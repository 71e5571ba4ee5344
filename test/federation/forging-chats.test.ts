/** Attacks that cost the forger its log or its chat: each has a chat of its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatIdOf, directGenesis } from '../../protocol/chat/genesis.ts';
import { openLogOf } from '../../protocol/chat/state.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { citedAt, logOf, orderByHub, type TestChat, tick, write } from '../../protocol/testing/chat.ts';
import { eraseOf, finOf, messageOf, requestOf, writeBlock } from '../../protocol/testing/log.ts';
import { accountOf, bytesOf, idOf } from '../../protocol/testing/orgs.ts';
import type { WorldNode } from '../world/node.ts';
import { memberCount, request, say, seenBy, type Talker } from '../world/talk.ts';
import { blocksOf, bundleOf, type Line } from './forger.ts';
import { controlOf, falselyFounded, forgedAct, founderSignature, honestDraft, hubChat, lieIn } from './lies.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('forging chats');
});
afterAll(() => stage.end());

const held = (node: WorldNode, chatId: ChatId) => node.core.chats.sharing.find(chatId);

function forgersLog(node: WorldNode, chatId: ChatId) {
  const { logId } = logOf(stage.forger.chat(chatId), stage.forger.org);
  return held(node, chatId)?.logs.get(logId);
}

async function send(line: Line, ...values: Parameters<Line['send']>): Promise<void> {
  line.send(...values);
  await stage.settle();
}

/** An honest message of the forger in both nodes: its log is at block 2. */
async function speak(chatId: ChatId, text: string): Promise<void> {
  const { forger, toAcme, toGlobex } = stage;
  const frame = blocksOf(
    bundleOf(write(forger.chat(chatId), forger.org, [honestDraft(forger, chatId, `"text":"${text}"`)])),
  );
  await send(toAcme, frame);
  await send(toGlobex, frame);
}

test.each([
  ['a wrong previous hash', { prevHash: bytesOf(32, 1) }],
  ['a wrong entry number', { firstSeq: 40 }],
  ['a previous position that was not', { prevCpos: 1 }],
])('a block with %s stops the log that it is of, and nothing else', async (_name, block) => {
  const { acme, ann, bob, forger, toAcme, found, settle } = stage;
  const chatId = await found(true);
  await speak(chatId, 'before');
  const refused = stage.refused(acme);
  await send(toAcme, blocksOf(lieIn(forger, chatId, { block })));
  expect(forgersLog(acme, chatId)?.stopped).toMatch(/forked|bad_chain/);
  expect(held(acme, chatId)?.stopped).toBeNull();
  // What it says then is not heard.
  await send(
    toAcme,
    blocksOf(bundleOf(write(forger.chat(chatId), forger.org, [honestDraft(forger, chatId, '"text":"after"')]))),
  );
  expect(stage.refused(acme)).toBeGreaterThan(refused);
  await settle();
  expect(seenBy(ann, chatId).at(-1)).toBe('before');
  expect(seenBy(bob, chatId).at(-1)).toBe('before');
  await stage.expectUndisturbed([chatId, stage.other]);
});

test('two blocks with one number, one to each node: both keep the proof, stop the log and go on', async () => {
  const { acme, globex, forger, toAcme, toGlobex, found } = stage;
  const chatId = await found(true);
  await speak(chatId, 'before');
  toAcme.send(blocksOf(lieIn(forger, chatId, {})));
  toGlobex.send(blocksOf(lieIn(forger, chatId, {})));
  await stage.world.run({
    until: () => [acme, globex].every((node) => forgersLog(node, chatId)?.stopped === 'forked'),
  });
  await stage.settle();
  for (const { db } of [acme, globex]) {
    const { logId } = logOf(forger.chat(chatId), forger.org);
    expect(
      db.read.prepare('SELECT 1 AS one FROM forkProof JOIN chatLog ON id = log WHERE logId = ?').one(logId),
    ).toBeDefined();
  }
  await stage.expectUndisturbed([chatId, stage.other]);
});

test('two blocks with one number to one node: the other is given the proof', async () => {
  const { acme, globex, forger, toAcme, found } = stage;
  const chatId = await found(true);
  await speak(chatId, 'before');
  await send(toAcme, blocksOf(lieIn(forger, chatId, {})));
  await send(toAcme, blocksOf(lieIn(forger, chatId, {})));
  expect(forgersLog(acme, chatId)?.stopped).toBe('forked');
  expect(forgersLog(globex, chatId)?.stopped).toBe('forked');
  await stage.expectUndisturbed([chatId, stage.other]);
});

test('a block that cites another history stops its log; one that cites no position yet waits, unseen', async () => {
  const { acme, ann, forger, toAcme, found } = stage;
  const chatId = await found(true);
  await speak(chatId, 'before');
  const cpos = forger.chat(chatId).state.head.cpos;
  await send(
    toAcme,
    blocksOf(
      lieIn(forger, chatId, {
        block: { cpos: cpos + 50 },
        draft: honestDraft(forger, chatId, 'x', { cpos: cpos + 50, chash: citedAt(forger.chat(chatId)).chash }),
      }),
    ),
  );
  expect(seenBy(ann, chatId).at(-1)).toBe('before');
  const chash = bytesOf(32, 9);
  await send(
    toAcme,
    blocksOf(lieIn(forger, chatId, { block: { chash }, draft: honestDraft(forger, chatId, 'x', { cpos, chash }) })),
  );
  expect(forgersLog(acme, chatId)?.stopped).toBe('forked');
  await stage.expectUndisturbed([chatId, stage.other]);
});

test('who was removed and cites the time before is not stored any more', async () => {
  const { acme, ann, forger, toAcme, found, world } = stage;
  const chatId = await found(true);
  await speak(chatId, 'before');
  const log = logOf(forger.chat(chatId), forger.org);
  const cited = citedAt(forger.chat(chatId));
  await world.act(() =>
    request(ann, world.rng, chatId, [{ is: 'remove', org: forger.org.orgId, account: forger.account }]),
  );
  await stage.settle();
  const entries = acme.core.chats.counts().entries;
  const refused = stage.refused(acme);
  for (let i = 0; i < 5; i += 1) {
    const draft = messageOf(forger.account, log.logId, cited, 500 + i, 'old');
    await send(toAcme, blocksOf(bundleOf(writeBlock(log, cited, [draft], tick(forger.chat(chatId))))));
  }
  expect(stage.refused(acme)).toBe(refused + 5);
  expect(acme.core.chats.counts().entries).toBe(entries);
  expect(seenBy(ann, chatId).at(-1)).toBe('before');
  await stage.expectUndisturbed([chatId, stage.other]);
});

test('whoever was removed can pull nothing that came after', async () => {
  const { acme, globex, ann, forger, toAcme, toGlobex, found, world } = stage;
  const chatId = await found(true);
  await world.act(() =>
    request(ann, world.rng, chatId, [{ is: 'remove', org: forger.org.orgId, account: forger.account }]),
  );
  await stage.settle();
  await stage.expectUndisturbed([chatId]);
  const ended = forger.chat(chatId).state.head.cpos;
  const before = [toAcme.frames.length, toGlobex.frames.length] as const;
  const logs = [...(held(acme, chatId)?.logs.keys() ?? [])].map((logId) => ({ logId, fromBlock: 1 }));
  await world.act(() => say(ann, world.rng, chatId, 'not for the forger'));
  for (const line of [toAcme, toGlobex]) await send(line, { is: 'pull', chatId, fromCpos: 0, logs });
  const came = [...toAcme.frames.slice(before[0]), ...toGlobex.frames.slice(before[1])];
  expect(came.filter((each) => each.is === 'profiles')).toEqual([]);
  const text = came
    .map((each) => JSON.stringify(each, (_, v) => (v instanceof Uint8Array ? new TextDecoder().decode(v) : v)))
    .join();
  expect(text).not.toContain('not for the forger');
  expect(text).not.toContain('secret');
  expect(forger.chat(chatId).state.head.cpos).toBe(ended);
  expect(globex.isUp()).toBe(true);
});

test('who is only invited gets the control log and no entry', async () => {
  const { acme, ann, forger, toAcme, found, world } = stage;
  const chatId = await found(false);
  const { orgId, chain } = forger.org;
  const intent = {
    is: 'invite',
    org: orgId,
    account: forger.account,
    role: 1,
    history: [],
    orgChain: chain,
    identity: new Uint8Array(),
  } as const;
  await world.act(() => request(ann, world.rng, chatId, [intent]));
  await stage.settle();
  await world.act(() => say(ann, world.rng, chatId, 'not yet'));
  const before = toAcme.frames.length;
  const logs = [...(held(acme, chatId)?.logs.keys() ?? [])].map((logId) => ({ logId, fromBlock: 1 }));
  await send(toAcme, { is: 'pull', chatId, fromCpos: 0, logs });
  const came = toAcme.frames.slice(before);
  expect(came.some((each) => each.is === 'control')).toBe(true);
  expect(came.filter((each) => each.is === 'blocks')).toEqual([]);
  const typing = stage.refused(acme);
  await send(toAcme, { is: 'typing', chatId, account: forger.account });
  expect(stage.refused(acme)).toBe(typing + 1);
});

test("an erasure of somebody else's message, and a fin of somebody else, do nothing", async () => {
  const { acme, ann, bob, forger, toAcme, found, world } = stage;
  const chatId = await found(true);
  await world.act(() => say(ann, world.rng, chatId, 'stays'));
  await stage.settle();
  const chat = forger.chat(chatId);
  const log = openLogOf(held(acme, chatId)!.state, acme.core.organisation.orgId)!.logId;
  const seq = held(acme, chatId)!.logs.get(log)!.head.seq;
  await send(toAcme, blocksOf(bundleOf(write(chat, forger.org, [eraseOf(forger.account, chatId, log, seq)]))));
  await send(toAcme, blocksOf(bundleOf(write(chat, forger.org, [finOf(bob.person.account, chatId)]))));
  expect(seenBy(ann, chatId)).toContain('stays');
  expect(memberCount(acme, chatId)).toBe(3);
  await stage.expectUndisturbed([chatId, stage.other]);
});

test('an erasure reaches no chat but its own, whatever right its author has there', async () => {
  const { acme, ann, globex, bob, forger, toAcme, world } = stage;
  const chat = await founded([ann]);
  const target = openLogOf(held(acme, stage.other)!.state, globex.core.organisation.orgId)!.logId;
  const next = held(acme, stage.other)!.logs.get(target)!.head.seq + 1;
  const drafts = [0, 1, 2, 3].map((i) => eraseOf(forger.account, chat.state.chatId, target, next + i));
  await send(toAcme, blocksOf(bundleOf(write(chat, forger.org, drafts))));
  expect(acme.db.read.prepare('SELECT 1 AS one FROM erasure WHERE logId = ?').one(target)).toBeUndefined();
  await world.act(() => say(bob, world.rng, stage.other, 'not erased'));
  await stage.settle();
  expect(seenBy(ann, stage.other).at(-1)).toBe('not erased');
});

/** A chat with the forger as its hub, known at acme. */
async function founded(invited: readonly Talker[]): Promise<TestChat> {
  const { forger, toAcme } = stage;
  const chat = hubChat(forger, invited);
  await send(toAcme, controlOf(chat, { founderSignature: founderSignature(forger, chat.genesis) }));
  for (const { node } of invited) if (node === stage.acme) expect(held(node, chat.state.chatId)).toBeDefined();
  return chat;
}

test('a chat in which nobody of ours is stays unknown, and leaves nothing behind', async () => {
  const { acme, bob, forger, toAcme } = stage;
  const before = acme.core.chats.counts().chats;
  const chat = hubChat(forger, [bob]);
  await send(toAcme, controlOf(chat, { founderSignature: founderSignature(forger, chat.genesis) }));
  expect(acme.core.chats.counts().chats).toBe(before);
  expect(held(acme, chat.state.chatId)).toBeUndefined();
});

test('a genesis is refused that does not fit its id, is not signed, or says that somebody else founded it', async () => {
  const { acme, globex, ann, forger, toAcme } = stage;
  const chats = acme.core.chats.counts().chats;
  const refused = stage.refused(acme);
  const chat = hubChat(forger, [ann]);
  const signature = founderSignature(forger, chat.genesis);
  await send(toAcme, controlOf(chat, { chatId: idOf('chat', 77), founderSignature: signature }));
  await send(toAcme, controlOf(chat, { founderSignature: signature.with(3, 1) }));
  for (const [org, keySeq] of [
    [globex.core.organisation.orgId, 0],
    [globex.core.organisation.orgId, 99],
    [acme.core.organisation.orgId, 99],
    [idOf('org', 5), 0],
  ] as const) {
    const forged = falselyFounded(forger, org, keySeq, [ann]);
    await send(toAcme, controlOf(forged, { founderSignature: founderSignature(forger, forged.genesis) }));
  }
  expect(stage.refused(acme)).toBe(refused + 6);
  expect(acme.core.chats.counts().chats).toBe(chats);
});

test('a direct chat is begun by one of its two sides, with somebody who is here', async () => {
  const { acme, globex, ann, bob, forger, toAcme } = stage;
  const chats = acme.core.chats.counts().chats;
  const refused = stage.refused(acme);
  const side = (org: typeof forger.org.orgId, account: typeof forger.account) => ({
    org,
    account,
    enrolHash: new Uint8Array(),
  });
  const mine = side(forger.org.orgId, forger.account);
  const anns = side(acme.core.organisation.orgId, ann.person.account);
  const bobs = side(globex.core.organisation.orgId, bob.person.account);
  const nobody = side(acme.core.organisation.orgId, accountOf(3));
  for (const [one, other] of [
    [mine, bobs],
    [anns, bobs],
    [mine, nobody],
  ] as const) {
    const bytes = directGenesis(one, other, 0);
    await send(toAcme, {
      is: 'control',
      chatId: chatIdOf(bytes),
      genesis: bytes,
      founderSignature: new Uint8Array(),
      acts: [],
      looks: [],
    });
  }
  expect(stage.refused(acme)).toBe(refused + 3);
  expect(acme.core.chats.counts().chats).toBe(chats);
});

test('a hub cannot say that one of our members asked for something', async () => {
  const { acme, ann, forger, toAcme } = stage;
  const chat = await founded([ann]);
  const { chatId } = chat.state;
  const log = openLogOf(chat.state, acme.core.organisation.orgId)!.logId;
  const { body } = requestOf(ann.person.account, chatId, 4, [{ is: 'accept', identity: new Uint8Array() }]);
  const refused = stage.refused(acme);
  const asked = forgedAct(forger, chat, { is: 'request', logId: log, seq: 1, index: 0, body });
  const left = forgedAct(forger, chat, { is: 'fin', logId: log, seq: 1, body: finOf(ann.person.account, chatId).body });
  for (const each of [asked, left]) await send(toAcme, controlOf(chat, { genesis: new Uint8Array(), acts: [each] }));
  expect(stage.refused(acme)).toBe(refused + 2);
  expect(memberCount(acme, chatId)).toBe(1);
});

test('a hub that signs two acts for one position stops its own chat and no other', async () => {
  const { acme, ann, forger, toAcme } = stage;
  const chat = await founded([ann]);
  const { chatId } = chat.state;
  const cause = { is: 'hub', intent: { is: 'refuse', logId: idOf('log', 1), seq: 1, code: 1 } } as const;
  const other = forgedAct(forger, chat, cause);
  orderByHub(chat, { is: 'refuse', logId: idOf('log', 1), seq: 2, code: 1 });
  await send(toAcme, controlOf(chat, { genesis: new Uint8Array() }));
  expect(held(acme, chatId)?.stopped).toBeNull();
  await send(toAcme, controlOf(chat, { genesis: new Uint8Array(), acts: [other] }));
  expect(held(acme, chatId)?.stopped).toBe('forked');
  await stage.expectUndisturbed();
});

test('looks that no act commits to are not kept', async () => {
  const { acme, ann, forger, toAcme } = stage;
  const chat = await founded([ann]);
  const looks = () => acme.db.read.prepare<[], { n: number }>('SELECT count(*) AS n FROM look').one()?.n;
  const before = looks();
  await send(
    toAcme,
    controlOf(chat, { genesis: new Uint8Array(), acts: [], looks: [bytesOf(1_000, 1), bytesOf(1_000, 2)] }),
  );
  const blocks = blocksOf(bundleOf(write(chat, forger.org, [finOf(accountOf(9), chat.state.chatId)])));
  await send(toAcme, { ...blocks, looks: [bytesOf(1_000, 3)] });
  expect(looks()).toBe(before);
});
