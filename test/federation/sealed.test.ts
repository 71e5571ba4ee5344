/** Sealed chats over real nodes with real keys (SEAL 4, 5): who can read, what travels where, what a lie achieves. */
import { afterEach, expect, test } from 'vitest';
import { equalBytes } from '../../protocol/bytes.ts';
import { decode } from '../../protocol/codec.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { bundleHash, decodeBundle } from '../../protocol/seal/bundle.ts';
import { type Frame, frame } from '../../protocol/sync/frames.ts';
import { unwrap } from '../../protocol/testing/orgs.ts';
import type { Actor } from '../sim/stage.ts';
import { chainOf, changeKeys, epochsOf, keysOf, openText } from '../world/sealed.ts';
import { foundPrivate, invite, memberCount, openDirect, request, say, seenBy } from '../world/talk.ts';
import { accept, end, headAt, openParties, type Parties } from './parties.ts';

let parties: Parties;
afterEach(async () => {
  expect(parties.world.thrown).toEqual([]);
  await end(parties);
});

async function open(seed: string): Promise<{ ann: Actor; bob: Actor; cleo: Actor; dan: Actor; eve: Actor }> {
  parties = await openParties(seed, { sealed: true });
  const [ann, bob, cleo, dan, eve] = ['ann', 'bob', 'cleo', 'dan', 'eve'].map(parties.person) as Actor[];
  return { ann, bob, cleo, dan, eve } as never;
}

const heldAt = ({ node }: Actor, chat: ChatId) => {
  const held = node.core.chats.sharing.find(chat);
  if (!held) throw new Error('not here');
  return held;
};
const stateAt = (who: Actor, chat: ChatId) => heldAt(who, chat).state;

/** Everybody's node is as far as the hub's. */
async function level(chat: ChatId, hub: Actor, ...others: Actor[]): Promise<void> {
  await parties.world.run({ until: () => others.every((who) => headAt(who, chat) === headAt(hub, chat)) });
  await parties.world.run({ untilIdle: true });
}

async function found(by: Actor, ...others: Actor[]): Promise<ChatId> {
  const { world } = parties;
  const chat = await world.act(() => foundPrivate(by, world.rng, world.clock.now()));
  for (const who of others) {
    unwrap(await world.act(() => invite(by, world.rng, chat, who)));
    await level(chat, by, who);
    if (who.org !== by.org) unwrap(await accept(parties, who, chat));
    await level(chat, by, who);
  }
  await level(chat, by, ...others);
  return chat;
}

async function tell(who: Actor, chat: ChatId, text: string): Promise<void> {
  unwrap(await parties.world.act(() => say(who, parties.world.rng, chat, text)));
}

/** What `who` can open with its own keys of what its node shows it. */
async function opens(who: Actor, chat: ChatId): Promise<string[]> {
  const held = heldAt(who, chat);
  const page = unwrap(who.node.core.chats.reading.entries(who.person.account, chat, { limit: 200 }));
  const texts: string[] = [];
  for (const entry of page.entries) {
    if (entry.void || !entry.body) continue;
    const author = parties.stage.actors.find(
      ({ org, person }) => org === entry.org && person.account === entry.account,
    );
    const dk = author && keysOf(author.person)?.dk;
    const bytes = Uint8Array.fromBase64(entry.body, { alphabet: 'base64url' });
    const text = dk && (await openText(who, held, bytes, dk));
    texts.push(text ?? 'closed');
  }
  return texts;
}

test('SEAL 4: two organisations found a sealed chat, and read each other with their own keys alone', async () => {
  const { ann, bob } = await open('sealed founding');
  const chat = await found(ann, bob);
  expect(stateAt(ann, chat)).toMatchObject({ suite: 1, rekeyPending: false });
  expect(stateAt(bob, chat).owed.size).toBe(0);
  await tell(ann, chat, 'hello bob');
  await tell(bob, chat, 'hello ann');
  await level(chat, ann, bob);
  for (const who of [ann, bob]) {
    expect([...(await opens(who, chat))].sort()).toEqual(['hello ann', 'hello bob']);
    expect(seenBy(who, chat).sort()).toEqual(['hello ann', 'hello bob']);
  }
  expect(bob.node.holds('hello bob') || ann.node.holds('hello bob')).toBe(false);
});

test('SEAL 4.2: who is removed derives nothing that comes later; who is left does', async () => {
  const { ann, bob, cleo } = await open('sealed removal');
  const chat = await found(ann, bob, cleo);
  await tell(bob, chat, 'all three');
  await level(chat, ann, bob, cleo);
  const remove = { is: 'remove', org: cleo.org, account: cleo.person.account } as const;
  unwrap(await parties.world.act(() => request(ann, parties.world.rng, chat, [remove, { is: 'rekey' }])));
  await level(chat, ann, bob);
  await tell(bob, chat, 'only two');
  await level(chat, ann, bob);
  expect(await opens(ann, chat)).toEqual(['all three', 'only two']);
  expect(await opens(cleo, chat)).toEqual(['all three']);
  const after = stateAt(ann, chat).segments.at(-1)?.at ?? 0;
  const cleos = await epochsOf(cleo, heldAt(ann, chat));
  expect(cleos.secretAt(after)).toBeNull();
});

test('SEAL 4.1: a request with keys from a node that is not the hub travels with its bundles', async () => {
  const { ann, bob, cleo } = await open('sealed remote rekey');
  const chat = await found(ann, bob, cleo);
  const before = stateAt(ann, chat).segments.length;
  unwrap(await parties.world.act(() => request(bob, parties.world.rng, chat, [{ is: 'rekey' }])));
  await parties.world.run({ until: () => stateAt(ann, chat).segments.length === before + 1 });
  await level(chat, ann, bob, cleo);
  await tell(cleo, chat, 'with new keys');
  await level(chat, ann, bob, cleo);
  for (const who of [ann, bob, cleo]) expect(await opens(who, chat)).toEqual(['with new keys']);
  // Whoever has its own needs nobody to keep it.
  for (const { node } of [ann, bob, cleo])
    expect(node.db.read.prepare('SELECT count(*) AS n FROM keyBundle').one()).toEqual({ n: 0 });
});

test('SEAL 4.1: a bundle goes to the hub and to the organisation that it names, and to no other', async () => {
  const { ann, bob, cleo } = await open('sealed privacy');
  const sent: { from: string; to: string; value: Frame }[] = [];
  parties.world.onFrame((from, to, bytes) => {
    const read = decode(frame, bytes, LIMITS.frameBytes);
    if (read.ok && read.value.is === 'keyBundles') sent.push({ from, to, value: read.value });
  });
  const chat = await found(ann, bob, cleo);
  unwrap(await parties.world.act(() => request(bob, parties.world.rng, chat, [{ is: 'rekey' }])));
  await level(chat, ann, bob, cleo);
  expect(sent.length).toBeGreaterThan(3);
  for (const { from, to, value } of sent) {
    if (value.is !== 'keyBundles' || to === 'acme') continue;
    const own = parties.stage.nodes.find(({ name }) => name === to)?.core.organisation.orgId;
    expect(from).toBe('acme');
    for (const bytes of value.bundles) expect(unwrap(decodeBundle(bytes)).org).toBe(own);
  }
});

test('SEAL 4.10: after the day the hub moves the secret on, once, if anything was written', async () => {
  const { ann, bob } = await open('sealed tick');
  const chat = await found(ann, bob);
  const quiet = await found(ann, bob);
  await tell(bob, chat, 'today');
  await level(chat, ann, bob);
  await parties.world.run({ forMs: 25 * 3_600_000 });
  await level(chat, ann, bob);
  expect(
    stateAt(bob, chat)
      .segments.map(({ kind }) => kind)
      .filter((kind) => kind === 'tick'),
  ).toEqual(['tick']);
  expect(stateAt(bob, quiet).segments.some(({ kind }) => kind === 'tick')).toBe(false);
  await tell(bob, chat, 'tomorrow');
  await level(chat, ann, bob);
  expect(await opens(ann, chat)).toEqual(['today', 'tomorrow']);
});

test('SEAL 4.9: a granted past comes to the node and opens; what is not granted never does', async () => {
  const { ann, bob, cleo } = await open('sealed history');
  const chat = await found(ann, bob);
  await tell(ann, chat, 'never');
  await level(chat, ann, bob);
  unwrap(await parties.world.act(() => request(ann, parties.world.rng, chat, [{ is: 'rekey' }])));
  await level(chat, ann, bob);
  const from = stateAt(ann, chat).segments.at(-1)?.at ?? 0;
  await tell(ann, chat, 'granted one');
  await level(chat, ann, bob);
  await tell(bob, chat, 'granted two');
  await level(chat, ann, bob);
  const history = [{ from, to: null }];
  unwrap(await parties.world.act(() => invite(ann, parties.world.rng, chat, cleo, 1, history)));
  await level(chat, ann, cleo);
  expect(seenBy(cleo, chat)).toEqual([]);
  unwrap(await accept(parties, cleo, chat));
  await level(chat, ann, bob, cleo);
  await tell(bob, chat, 'now');
  await level(chat, ann, bob, cleo);
  expect(await opens(cleo, chat)).toEqual(['granted one', 'granted two', 'now']);
  const listed = unwrap(cleo.node.core.chats.reading.summary(cleo.person.account, chat));
  expect(listed.unread).toBe(1);
  const texts = cleo.node.db.read.prepare<[], { n: number }>('SELECT count(*) AS n FROM entry WHERE kind = 0').one();
  expect(texts?.n).toBe(3);
});

test('SEAL 4.9: what is granted later to a member comes late, in its place, and is not unread', async () => {
  const { ann, bob, cleo } = await open('sealed late history');
  const chat = await found(ann, bob);
  const from = stateAt(ann, chat).segments[0]?.at ?? 0;
  await tell(ann, chat, 'old one');
  await level(chat, ann, bob);
  await tell(bob, chat, 'old two');
  await level(chat, ann, bob);
  unwrap(await parties.world.act(() => invite(ann, parties.world.rng, chat, cleo)));
  await level(chat, ann, bob, cleo);
  unwrap(await accept(parties, cleo, chat));
  await level(chat, ann, bob, cleo);
  await tell(ann, chat, 'new');
  await level(chat, ann, bob, cleo);
  expect(await opens(cleo, chat)).toEqual(['new']);
  // Up to now: whoever grants may open all of it.
  const grant = { is: 'grant', org: cleo.org, account: cleo.person.account, history: [{ from, to: null }] } as const;
  unwrap(
    await parties.world.act(() => request(ann, parties.world.rng, chat, [{ ...grant, history: [...grant.history] }])),
  );
  await level(chat, ann, bob, cleo);
  expect(await opens(cleo, chat)).toEqual(['old one', 'old two', 'new']);
  expect(unwrap(cleo.node.core.chats.reading.summary(cleo.person.account, chat)).unread).toBe(1);
});

test('SEAL 4.6: a reset suspends everywhere; who is admitted again opens nothing older', async () => {
  const { ann, bob, cleo } = await open('sealed reset');
  const chat = await found(ann, bob, cleo);
  await tell(bob, chat, 'before');
  await level(chat, ann, bob, cleo);
  await parties.world.act(() => changeKeys(bob, parties.world.rng, 'reset'));
  await parties.world.run({ until: () => stateAt(cleo, chat).rekeyPending });
  await level(chat, ann, bob, cleo);
  expect(await parties.world.act(() => say(bob, parties.world.rng, chat, 'no'))).toMatchObject({ ok: false });
  unwrap(await parties.world.act(() => request(cleo, parties.world.rng, chat, [{ is: 'rekey' }])));
  await parties.world.run({ until: () => !stateAt(ann, chat).rekeyPending });
  await level(chat, ann, bob, cleo);
  await tell(ann, chat, 'without bob');
  await level(chat, ann, bob, cleo);
  const readmit = { is: 'readmit', org: bob.org, account: bob.person.account, identity: chainOf(bob) } as const;
  unwrap(await parties.world.act(() => request(ann, parties.world.rng, chat, [readmit])));
  await level(chat, ann, bob, cleo);
  await tell(bob, chat, 'back');
  await level(chat, ann, bob, cleo);
  expect(await opens(ann, chat)).toEqual(['before', 'without bob', 'back']);
  const bobs = await epochsOf(bob, heldAt(bob, chat));
  const first = stateAt(bob, chat).segments.findIndex(({ kind }) => kind === 'readmit');
  for (const [i, { at }] of stateAt(bob, chat).segments.entries()) {
    // The keys from before the reset are still on this device: what counts is what the new ones got.
    if (i >= first) expect(bobs.secretAt(at)).not.toBeNull();
  }
});

test('SEAL 4.11: a direct chat needs no hub to begin: what follows the keys in the same log counts', async () => {
  const { ann, bob } = await open('sealed direct');
  const chat = await parties.world.act(() => openDirect(ann, bob));
  await tell(ann, chat, 'hello');
  await parties.world.run({ until: () => bob.node.core.chats.sharing.find(chat) !== undefined });
  await parties.world.act(() => bob.node.core.chats.consent(bob.person.account, chat));
  await parties.world.run({ untilIdle: true });
  await tell(bob, chat, 'hello too');
  await parties.world.run({ untilIdle: true });
  for (const who of [ann, bob]) expect((await opens(who, chat)).sort()).toEqual(['hello', 'hello too']);
  const enrolled = stateAt(ann, chat).members.get(`${bob.org}/${bob.person.account}`)?.pins.at(-1)?.identity.enrolHash;
  expect(enrolled && equalBytes(enrolled, keysOf(bob.person)?.enrol.enrolHash as Uint8Array)).toBe(true);
});

test('SEAL 4.1: a bundle of which the hub has not heard that it is there is brought again, and then not kept', async () => {
  const { ann, bob, cleo } = await open('sealed unconfirmed');
  const chat = await found(ann, bob, cleo);
  const { world } = parties;
  const sent: Uint8Array[] = [];
  world.onFrame((from, to, bytes) => {
    const read = decode(frame, bytes, LIMITS.frameBytes);
    if (from === 'acme' && to === 'globex' && read.ok && read.value.is === 'keyBundles')
      sent.push(...read.value.bundles);
  });
  unwrap(await world.act(() => request(ann, world.rng, chat, [{ is: 'rekey' }])));
  await level(chat, ann, bob, cleo);
  expect(sent.length).toBe(1);
  const kept = () => ann.node.db.read.prepare<[], { n: number }>('SELECT count(*) AS n FROM keyBundle').one()?.n;
  expect(kept()).toBe(0);
  // As if the answer had been lost.
  const [bytes] = sent as [Uint8Array];
  const at = unwrap(decodeBundle(bytes)).baseCpos + 1;
  await world.act(() =>
    ann.node.db.write((tx) => {
      tx.prepare('INSERT INTO keyBundle (chat, hash, org, cpos, named, bytes) VALUES (?, ?, ?, ?, 1, ?)').run(
        heldAt(ann, chat).id,
        bundleHash(bytes),
        bob.org,
        at,
        bytes,
      );
    }),
  );
  world.disconnect('acme', 'globex');
  await world.run({ until: () => kept() === 0 });
  expect(sent.length).toBe(2);
});

test('a node that starts again in the middle keeps keys, bundles and what waits', async () => {
  const { ann, bob, cleo } = await open('sealed restart');
  const chat = await found(ann, bob, cleo);
  const before = stateAt(ann, chat).segments.length;
  await parties.world.act(() => ann.node.crash());
  const asked = await parties.world.act(() => request(bob, parties.world.rng, chat, [{ is: 'rekey' }]));
  expect(asked).toMatchObject({ ok: true, value: { outcome: 'queued' } });
  await parties.world.act(() => bob.node.crash());
  await parties.world.act(() => bob.node.restart());
  await parties.world.act(() => ann.node.restart());
  await parties.world.run({ until: () => stateAt(ann, chat).segments.length === before + 1, withinMs: 600_000 });
  await level(chat, ann, bob, cleo);
  await parties.world.act(() => cleo.node.crash());
  await parties.world.act(() => cleo.node.restart());
  await level(chat, ann, bob, cleo);
  await tell(cleo, chat, 'still here');
  await level(chat, ann, bob, cleo);
  for (const who of [ann, bob, cleo]) expect(await opens(who, chat)).toEqual(['still here']);
  expect(memberCount(cleo.node, chat)).toBe(3);
});
