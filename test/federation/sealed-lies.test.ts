/** What a node or a client that lies achieves in a sealed chat: nothing that counts, and no key for whom it is not (SEAL 4.1, 4.4e). */
import { afterEach, expect, test } from 'vitest';
import { type ChatState, copyState, memberKey } from '../../protocol/chat/state.ts';
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { type ChatId, idFromBytes } from '../../protocol/ids.ts';
import { type Block, block } from '../../protocol/log/block.ts';
import { bodyCommit, decodeBody, messageBody } from '../../protocol/log/entry.ts';
import { REFUSAL_CODES } from '../../protocol/refusals.ts';
import type { Bundle } from '../../protocol/sync/frames.ts';
import { deviceOf, unwrap } from '../../protocol/testing/orgs.ts';
import type { Actor } from '../sim/stage.ts';
import { composeSealedRequest } from '../world/sealed.ts';
import { composeAny, foundPrivate, invite, request, say, seenBy } from '../world/talk.ts';
import { accept, end, headAt, openParties, type Parties } from './parties.ts';

let parties: Parties;
afterEach(async () => {
  expect(parties.world.thrown).toEqual([]);
  await end(parties);
});

/** A sealed chat of ann's, who is on the hub, with dan beside her, bob of globex and cleo of initech. */
async function open(seed: string) {
  parties = await openParties(seed, { sealed: true });
  const { world, person } = parties;
  const [ann, bob, cleo, dan] = [person('ann'), person('bob'), person('cleo'), person('dan')];
  const chat = await world.act(() => foundPrivate(ann, world.rng, world.clock.now()));
  for (const who of [dan, bob, cleo]) {
    unwrap(await world.act(() => invite(ann, world.rng, chat, who)));
    await level(chat, ann, who);
    if (who.org !== ann.org) unwrap(await accept(parties, who, chat));
    await level(chat, ann, who);
  }
  await level(chat, ann, bob, cleo);
  return { ann, bob, cleo, dan, chat };
}

async function level(chat: ChatId, hub: Actor, ...others: Actor[]): Promise<void> {
  await parties.world.run({ until: () => others.every((who) => headAt(who, chat) === headAt(hub, chat)) });
  await parties.world.run({ untilIdle: true });
}

function heldAt({ node }: Actor, chat: ChatId) {
  const held = node.core.chats.sharing.find(chat);
  if (!held) throw new Error('not here');
  return held;
}

/** A message of the actor's as its own node could change it, in the next block of that node. */
async function lieOf(by: Actor, chat: ChatId, change: { devSig?: Uint8Array; device?: 'another' }): Promise<Bundle> {
  const { world } = parties;
  const entryId = idFromBytes('entry', world.rng.bytes(16));
  const honest = await world.act(() => composeAny(by, world.rng, chat, 'a lie', entryId));
  const read = honest && unwrap(decodeBody('message', honest));
  if (read?.kind !== 'message') throw new Error('nothing to lie about');
  const device = change.device ? deviceOf(99) : read.body.device;
  const body = encode(messageBody, { ...read.body, device, devSig: change.devSig ?? read.body.devSig });
  const { account } = by.person;
  const held = heldAt(by, chat);
  const log = held.logs.get(read.body.logId);
  if (!log) throw new Error('no log');
  const hlc = Math.max(held.seenHlc, held.state.head.hlc) + 1_000;
  const { cpos, hash: chash } = held.state.head;
  const header = { kind: 0, account, device, bodyCommit: bodyCommit(body), bodyLength: body.length, blobs: [], hlc };
  const { blockSeq, seq, hash: prevHash, cpos: prevCpos } = log.head;
  const place = { logId: log.logId, keySeq: 0, blockSeq: blockSeq + 1, firstSeq: seq + 1, prevHash, prevCpos };
  const bytes = encode(block, { v: 1, ...place, cpos, chash, hlc, entries: [header] } satisfies Block);
  const { signer } = by.node.core.organisation;
  return { block: { bytes, signature: signer.sign(signedBytes('block', bytes)) }, bodies: [body] };
}

test.each([
  ['bad_signature', { devSig: new Uint8Array(64) }],
  ['bad_signature', { devSig: new Uint8Array() }],
  ['bad_device', { device: 'another' as const }],
])('what a node writes for its own member without the device is void everywhere: %s', async (code, change) => {
  const { ann, bob, cleo, chat } = await open(`sealed lies ${code} ${'devSig' in change ? change.devSig.length : ''}`);
  const lie = await lieOf(bob, chat, change);
  for (const { node } of [ann, cleo]) {
    const [taken] = await parties.world.act(() => node.core.chats.takeBundles(bob.org, [lie]));
    expect(taken).toMatchObject({ ok: true, value: { taken: 'stored' } });
    const states = node.db.read.prepare<[], { state: number }>('SELECT state FROM entry WHERE kind = 0').all();
    expect(states).toEqual([{ state: 10 + REFUSAL_CODES.indexOf(code as never) }]);
  }
  for (const who of [ann, cleo]) expect(seenBy(who, chat)).toEqual([]);
});

test('the own node refuses what no device of the author signed', async () => {
  const { ann, chat } = await open('sealed own lies');
  const { world } = parties;
  const entryId = idFromBytes('entry', world.rng.bytes(16));
  const honest = await world.act(() => composeAny(ann, world.rng, chat, 'a lie', entryId));
  const read = honest && unwrap(decodeBody('message', honest));
  if (read?.kind !== 'message') throw new Error('nothing to lie about');
  const submit = (change: object, author = ann.person) =>
    world.act(() => ann.node.core.chats.message(author, chat, encode(messageBody, { ...read.body, ...change })));
  expect(await submit({ devSig: new Uint8Array(64) })).toMatchObject({ refusal: { code: 'bad_signature' } });
  expect(await submit({ suite: 0, devSig: new Uint8Array() })).toMatchObject({
    refusal: { code: 'suite_not_allowed' },
  });
  const device = deviceOf(98);
  expect(await submit({ device }, { ...ann.person, device })).toMatchObject({ refusal: { code: 'bad_device' } });
  expect(await submit({})).toMatchObject({ ok: true });
});

/** What the hub ordered for the last request of the actor's organisation. */
function lastActs(who: Actor, chat: ChatId, count: number) {
  const { sharing } = who.node.core.chats;
  return sharing.acts(heldAt(who, chat), headAt(who, chat) - count + 1, count).map(({ act: { cause } }) => cause);
}

test('bundles that are withheld are set aside: who is to go goes, and the keys are pending', async () => {
  const { ann, bob, cleo, chat } = await open('sealed withheld');
  const { world } = parties;
  const role = { is: 'role', org: bob.org, account: bob.person.account, role: 3 } as const;
  unwrap(await world.act(() => request(ann, world.rng, chat, [role])));
  await level(chat, ann, bob, cleo);
  const remove = { is: 'remove', org: cleo.org, account: cleo.person.account } as const;
  await world.act(async () => {
    unwrap(await request(bob, world.rng, chat, [remove, { is: 'rekey' }]));
    await bob.node.db.write((tx) => void tx.prepare('DELETE FROM keyBundle').run());
  });
  await world.run({ until: () => heldAt(ann, chat).state.rekeyPending });
  await level(chat, ann, bob);
  expect(lastActs(ann, chat, 3)[0]).toMatchObject({ is: 'hub', intent: { is: 'setAside' } });
  expect(
    heldAt(ann, chat).state.members.get(memberKey(cleo.org, cleo.person.account))?.intervals.at(-1)?.to,
  ).not.toBeNull();
  // Whoever is left draws new ones.
  unwrap(await world.act(() => request(ann, world.rng, chat, [{ is: 'rekey' }])));
  await level(chat, ann, bob);
  expect(heldAt(bob, chat).state.rekeyPending).toBe(false);
});

/** As if the person were not in the chat. */
function without(state: ChatState, who: Actor): ChatState {
  const copy = copyState(state);
  copy.members.delete(memberKey(who.org, who.person.account));
  return copy;
}

test('a rekey that leaves out a member, though its organisation has a bundle, is refused', async () => {
  const { ann, bob, dan, chat } = await open('sealed left out');
  const { world } = parties;
  const held = heldAt(bob, chat);
  const segments = heldAt(ann, chat).state.segments.length;
  await world.act(async () => {
    const blind = { ...held, state: without(held.state, dan) };
    const { bytes, bundles } = await composeSealedRequest(bob, world.rng, blind, [{ is: 'rekey' }]);
    unwrap(await bob.node.core.chats.request(bob.person, chat, bytes, { looks: [], bundles }));
  });
  await level(chat, ann, bob);
  const code = REFUSAL_CODES.indexOf('incomplete_key_material');
  expect(lastActs(ann, chat, 1)).toMatchObject([{ is: 'hub', intent: { is: 'refuse', code } }]);
  expect(heldAt(ann, chat).state.segments.length).toBe(segments);
});

test('stale keys do not hold up what else is asked for', async () => {
  const { ann, bob, cleo, chat } = await open('sealed stale');
  const { world } = parties;
  const role = { is: 'role', org: bob.org, account: bob.person.account, role: 3 } as const;
  unwrap(await world.act(() => request(ann, world.rng, chat, [role])));
  await level(chat, ann, bob, cleo);
  const remove = { is: 'remove', org: cleo.org, account: cleo.person.account } as const;
  // The hub orders something else before it hears of bob's.
  parties.world.cut('acme', 'globex');
  await world.act(() => request(bob, world.rng, chat, [remove, { is: 'rekey' }]));
  unwrap(await world.act(() => request(ann, world.rng, chat, [{ is: 'rekey' }])));
  parties.world.heal('acme', 'globex');
  await world.run({ until: () => heldAt(ann, chat).state.rekeyPending });
  await level(chat, ann, bob);
  await world.act(() => say(bob, world.rng, chat, 'pending keys never block writing'));
  await level(chat, ann, bob);
  expect(seenBy(ann, chat)).toEqual(['pending keys never block writing']);
  expect(bob.node.db.read.prepare('SELECT count(*) AS n FROM keyBundle').one()).toEqual({ n: 0 });
});

test('a bundle that nothing names, or for somebody else, is not kept', async () => {
  const { ann, bob, chat } = await open('sealed unnamed');
  const { keyBundles } = ann.node.core.chats;
  const taken = await parties.world.act(() => keyBundles.take(bob.org, chat, [new Uint8Array(500)]));
  expect(taken).toEqual({ ok: true, value: [] });
  expect(ann.node.db.read.prepare('SELECT count(*) AS n FROM keyBundle').one()).toEqual({ n: 0 });
});
