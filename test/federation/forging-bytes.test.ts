/** Bytes that are no frames, too much of everything, the same again, and names of others. Each with connections of its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../protocol/codec.ts';
import { signProfile } from '../../protocol/identity/profile.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { frame } from '../../protocol/sync/frames.ts';
import { write } from '../../protocol/testing/chat.ts';
import { bytesOf, idOf } from '../../protocol/testing/orgs.ts';
import { blocksOf, bundleOf, type Line } from './forger.ts';
import { controlOf, founderSignature, honestDraft, hubChat, lieIn } from './lies.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('forging bytes');
});
afterAll(() => stage.end());

async function again(): Promise<Line> {
  const line = await stage.dial(stage.acme);
  await stage.settle();
  expect(line.isWelcome()).toBe(true);
  return line;
}

const whole = () => encode(frame, { is: 'typing', chatId: stage.shared, account: stage.forger.account });
const broken: Record<string, () => Uint8Array> = {
  nothing: () => new Uint8Array(),
  garbage: () => new Uint8Array(500).fill(0xff),
  'half a frame': () => whole().subarray(0, 20),
  'a frame and more': () => Uint8Array.from([...whole(), 0]),
  'a map': () => Uint8Array.of(0xa1, 0x01, 0x02),
  'a depth of lists': () => new Uint8Array(5_000).fill(0x81),
  'a length of four gibibytes': () => Uint8Array.of(0x5a, 0xff, 0xff, 0xff, 0xff),
  'a body that is too large': () => {
    const { block } = lieIn(stage.forger, stage.shared, {});
    return encode(frame, blocksOf({ block, bodies: [new Uint8Array(LIMITS.bodyBytes + 1)] }));
  },
  'an act that is too large': () => {
    const act = { bytes: new Uint8Array(LIMITS.actBytes + 1), signature: bytesOf(64, 1) };
    return encode(frame, controlOf(stage.forger.chat(stage.shared), { acts: [act] }));
  },
};

test.each(Object.entries(broken))('%s ends the connection, and is counted', async (_name, make) => {
  const line = await again();
  const refused = stage.refused(stage.acme);
  line.sendBytes(make());
  await stage.settle();
  expect(line.closes).toHaveLength(1);
  expect(stage.refused(stage.acme)).toBe(refused + 1);
  await stage.expectUndisturbed();
});

test('a frame above the limit ends the connection before it is read', async () => {
  const line = await again();
  line.sendBytes(new Uint8Array(LIMITS.frameBytes + 1));
  await stage.settle();
  expect(line.closes).toHaveLength(1);
  await stage.expectUndisturbed();
});

test('a frame of a kind from the future is passed over', async () => {
  const line = await again();
  const typing = whole();
  // The kind is the first item of the frame's list.
  const future = Uint8Array.from([...typing.subarray(0, 1), 0x18, 99, ...typing.subarray(2)]);
  line.sendBytes(future);
  await stage.settle();
  expect(line.closes).toEqual([]);
  line.close();
});

test('everything sent and received, sent again, changes nothing', async () => {
  const { acme, ann, forger, shared, toGlobex } = stage;
  const first = await again();
  first.send(blocksOf(bundleOf(write(forger.chat(shared), forger.org, [honestDraft(forger, shared)]))));
  await stage.settle();
  const counts = () => ({ ...acme.core.chats.counts(), list: acme.core.chats.reading.list(ann.person.account).length });
  const before = counts();
  const log = [...forger.chat(shared).logs.values()].flatMap(({ blocks }) => blocks.map(bundleOf));
  for (let i = 0; i < 3; i += 1) {
    first.send(blocksOf(...log));
    for (const value of [...stage.toAcme.frames, ...toGlobex.frames]) if (value.is !== 'goodbye') first.send(value);
    await stage.settle();
  }
  expect(counts()).toEqual(before);
  await stage.expectUndisturbed();
  first.close();
});

test('a flood of invitations fills neither disk nor list, and stops nobody else', async () => {
  const { acme, globex, bob, forger } = stage;
  const line = await again();
  const before = acme.core.chats.counts().chats;
  // Nobody of acme is in it.
  const chat = hubChat(forger, [bob]);
  const signature = founderSignature(forger, chat.genesis);
  for (let i = 0; i < 600; i += 1) line.send(controlOf(chat, { founderSignature: signature }));
  await stage.settle();
  expect(acme.core.chats.counts().chats).toBe(before);
  const mine = hubChat(forger, [stage.ann]);
  line.send(controlOf(mine, { founderSignature: founderSignature(forger, mine.genesis) }));
  await stage.settle();
  expect(acme.core.chats.sharing.find(mine.state.chatId)).toBeUndefined();
  expect(globex.core.federation.statusOf(acme.core.organisation.orgId).connected).toBe(true);
  await stage.expectUndisturbed();
  line.close();
});

test('what waits for an act that never comes is bounded', async () => {
  const { acme, forger, shared } = stage;
  const line = await again();
  const entries = acme.core.chats.counts().entries;
  const heap = process.memoryUsage().heapUsed;
  const far = { cpos: 1_000, chash: bytesOf(32, 1) };
  for (let i = 0; i < 300; i += 1) {
    const draft = honestDraft(forger, shared, 'x'.repeat(60_000), far);
    line.send(blocksOf(lieIn(forger, shared, { draft, block: { ...far, blockSeq: 900 + i, firstSeq: 9_000 + i } })));
    await stage.settle();
  }
  expect(acme.core.chats.counts().entries).toBe(entries);
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(100 * 1_024 * 1_024);
  await stage.expectUndisturbed();
  line.close();
});

test('a profile is believed of its own organisation alone, and an older one never', async () => {
  const { acme, globex, ann, bob, forger, world } = stage;
  const line = await again();
  const refused = stage.refused(acme);
  const named = (
    orgId: typeof forger.org.orgId,
    accountId: typeof forger.account,
    version: number,
    displayName: string,
  ) =>
    signProfile(
      { v: 1, orgId, accountId, version, localName: 'mallory', displayName, state: 'active' },
      forger.org.op.sign,
    );
  const [anns, bobs] = [acme.core.organisation.orgId, globex.core.organisation.orgId];
  const now = stage.now() + 1_000;
  line.send({ is: 'profiles', profiles: [named(bobs, bob.person.account, now, 'Not Bob')] });
  line.send({ is: 'profiles', profiles: [named(anns, ann.person.account, now, 'Not Ann')] });
  line.send({ is: 'profiles', profiles: [named(idOf('org', 4), forger.account, now, 'Nobody')] });
  await stage.settle();
  expect(stage.refused(acme)).toBe(refused + 3);
  const of = (orgId: typeof anns, accountId: typeof forger.account) =>
    acme.core.profiles.get({ orgId, accountId })?.profile.displayName;
  expect([of(bobs, bob.person.account), of(anns, ann.person.account)]).toEqual(['bob', 'ann']);
  line.send({ is: 'profiles', profiles: [named(forger.org.orgId, forger.account, 5, 'Five')] });
  line.send({ is: 'profiles', profiles: [named(forger.org.orgId, forger.account, 4, 'Four')] });
  await stage.settle();
  expect(of(forger.org.orgId, forger.account)).toBe('Five');
  expect(world.thrown).toEqual([]);
  line.close();
});
