/** Whoever may not exchange gets hello and goodbye, the same bytes whatever the reason; and the gate opens only as it is set. */
import { afterEach, expect, test } from 'vitest';
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { extendChain, verifyChain } from '../../protocol/identity/organisation.ts';
import { frame } from '../../protocol/sync/frames.ts';
import { bytesOf, keyOf, START_MS, unwrap } from '../../protocol/testing/orgs.ts';
import type { WorldNode } from '../world/node.ts';
import { createForger, type Forger, forgerOrg, type Line } from './forger.ts';
import { openWorld, tokenOf } from './stage.ts';

type Opened = Awaited<ReturnType<typeof openWorld>> & { acme: WorldNode };
let opened: Opened;
afterEach(() => opened.end());

async function open(seed: string): Promise<Opened> {
  const world = await openWorld(seed);
  opened = { ...world, acme: await world.start('acme') };
  return opened;
}

async function knock(forger: Forger, hello?: Parameters<Forger['dial']>[1]): Promise<Line> {
  const { world, target, acme } = opened;
  const line = await world.drive(forger.dial(target(acme), hello));
  await world.run({ untilIdle: true });
  return line;
}

const kinds = (line: Line) => line.frames.map(({ is }) => is);
const hex = (line: Line) => line.bytes.map((each) => Buffer.from(each).toString('hex'));

test('the unknown, the blocked, the wrong key, the expired, the forged and the guesser get the same bytes', async () => {
  const { acme, world, makeForger } = await open('strangers');
  const lines: Record<string, Line> = {};
  const unknown = makeForger(10);
  lines.unknown = await knock(unknown);
  lines.again = await knock(unknown);
  const blocked = makeForger(11);
  await world.act(() => acme.core.peers.block(blocked.org.orgId));
  lines.blocked = await knock(blocked);
  lines.blockedWithTicket = await knock(blocked, { token: await tokenOf(world, acme) });
  lines.anotherKey = await knock(makeForger(12), { chain: makeForger(13).org.chain });
  lines.ourselves = await knock(makeForger(14), { chain: acme.core.organisation.chainBytes() });
  lines.expired = await knock(makeForger(15), { chain: forgerOrg(15, START_MS - 7 * 86_400_000).chain });
  lines.early = await knock(makeForger(16), { chain: forgerOrg(16, START_MS + 86_400_000).chain });
  lines.noChain = await knock(makeForger(17), { chain: bytesOf(50, 1) });
  const { chain } = makeForger(18).org;
  lines.badSignature = await knock(makeForger(18), { chain: chain.with(chain.length - 1, (chain.at(-1) ?? 0) ^ 1) });
  for (let guess = 1; guess <= 5; guess += 1)
    lines[`guess ${guess}`] = await knock(makeForger(20 + guess), { token: bytesOf(16, guess) });
  for (const [name, line] of Object.entries(lines)) {
    expect([name, kinds(line)]).toEqual([name, ['hello', 'goodbye']]);
    expect([name, line.closes.length]).toEqual([name, 1]);
    expect([name, hex(line)]).toEqual([name, hex(lines.unknown)]);
  }
  expect(acme.core.peers.list().every(({ state }) => state !== 'approved')).toBe(true);
});

test('with Network access off nobody is answered, partners neither, and who is connected is cut off', async () => {
  const { acme, world, makeForger } = await open('off');
  const partner = makeForger(10);
  const line = await knock(partner, { token: await tokenOf(world, acme) });
  expect(line.isWelcome()).toBe(true);
  await world.act(() => acme.core.network.set({ mode: 'off' }));
  await world.run({ untilIdle: true });
  expect(line.closes).toHaveLength(1);
  for (const forger of [partner, makeForger(11)]) {
    const { world: w, target } = opened;
    const again = await w.drive(forger.dial(target(acme)).catch(() => null));
    await world.run({ untilIdle: true });
    expect(again?.frames ?? []).toEqual([]);
  }
});

test('blocking closes the connection at once, in every mode, and wins over a ticket', async () => {
  const { acme, world, makeForger } = await open('block');
  const partner = makeForger(10);
  const line = await knock(partner, { token: await tokenOf(world, acme) });
  await world.act(() => acme.core.network.set({ mode: 'open' }));
  expect(line.closes).toEqual([]);
  await world.act(() => acme.core.peers.block(partner.org.orgId));
  await world.run({ untilIdle: true });
  expect(line.closes).toHaveLength(1);
  expect(kinds(await knock(partner, { token: await tokenOf(world, acme) }))).toEqual(['hello', 'goodbye']);
});

test('who is blocked between the two welcomes is not let in by the second', async () => {
  const { acme, world, target, makeForger } = await open('between');
  const partner = makeForger(10);
  const { orgId } = partner.org;
  const token = await tokenOf(world, acme);
  // Says hello and holds its welcome back.
  const org = partner.org;
  const link = world.linkFor('slow', org.op.key, { hostile: true });
  const came: Uint8Array[] = [];
  const connection = await world.drive(
    link.dial(target(acme).publicKey, target(acme).addresses, (to) => {
      to.send(encode(frame, { ...partner.hello, token }));
      return {
        onFrame: (bytes) => void came.push(bytes),
        onCall: async () => bytesOf(4, 1),
        onFetch: async () => bytesOf(4, 1),
        onDrain() {},
        onClose() {},
      };
    }),
  );
  await world.run({ until: () => came.length === 2 });
  await world.act(() => acme.core.peers.block(orgId));
  connection.send(encode(frame, { is: 'welcome', knownInstance: true }));
  await world.run({ untilIdle: true });
  expect(acme.core.federation.statusOf(orgId).connected).toBe(false);
  expect(came).toHaveLength(2);
});

test('open mode lets strangers in; back to allow-list puts them out', async () => {
  const { acme, world, makeForger } = await open('open');
  await world.act(() => acme.core.network.set({ mode: 'open' }));
  const line = await knock(makeForger(10));
  expect(line.isWelcome()).toBe(true);
  await world.act(() => acme.core.network.set({ mode: 'allow-list' }));
  await world.run({ untilIdle: true });
  expect(line.closes).toHaveLength(1);
});

test('a chain without the newest keys does not let in, however valid it was', async () => {
  const { acme, world, makeForger } = await open('rotation');
  const partner = makeForger(10);
  expect((await knock(partner, { token: await tokenOf(world, acme) })).isWelcome()).toBe(true);
  const before = unwrap(verifyChain(partner.org.chain));
  const op = keyOf(500);
  const content = { ...before.record, opKey: op.key };
  const after = unwrap(extendChain(before, content, 1, partner.org.root.sign));
  const renewed = createForger(
    world.linkFor('renewed', op.key, { hostile: true }),
    {
      ...partner.org,
      op,
      chain: after.chainBytes,
      signed: (tag, bytes) => ({ bytes, signature: op.sign(signedBytes(tag, bytes)) }),
    },
    opened.now,
  );
  expect((await knock(renewed)).isWelcome()).toBe(true);
  expect(kinds(await knock(partner))).toEqual(['hello', 'goodbye']);
});

test('two histories signed with one root key: the second is not believed, and an administrator is told', async () => {
  const { acme, world, makeForger } = await open('fork');
  const partner = makeForger(10);
  const token = await tokenOf(world, acme);
  const before = unwrap(verifyChain(partner.org.chain));
  const made = [1, 2].map((n) =>
    unwrap(extendChain(before, { ...before.record, name: `Name ${n}` }, 1, partner.org.root.sign)),
  );
  expect((await knock(partner, { token, chain: made[0]?.chainBytes as Uint8Array })).isWelcome()).toBe(true);
  expect(kinds(await knock(partner, { chain: made[1]?.chainBytes as Uint8Array }))).toEqual(['hello', 'goodbye']);
  expect(acme.core.peers.get(partner.org.orgId)).toMatchObject({ name: 'Name 1', warning: expect.any(String) });
});

test('strangers cannot make the node verify chain after chain; partners come in meanwhile', async () => {
  const { acme, world, makeForger } = await open('flood');
  const partner = makeForger(10);
  await knock(partner, { token: await tokenOf(world, acme) });
  for (let i = 0; i < 40; i += 1) {
    const org = forgerOrg(100 + i, START_MS);
    // All from one address.
    const link = world.linkFor('flood', org.op.key, { hostile: true });
    const line = await knock(createForger(link, org, opened.now));
    expect(kinds(line)).toEqual(['hello', 'goodbye']);
  }
  expect(acme.core.peers.list().filter(({ state }) => state === 'seen').length).toBeLessThan(30);
  expect((await knock(partner)).isWelcome()).toBe(true);
});

test('who says nothing is let go after ten seconds', async () => {
  const { world, makeForger } = await open('silent');
  const line = await knock(makeForger(10), null);
  expect(kinds(line)).toEqual(['hello']);
  await world.run({ forMs: 11_000 });
  expect(line.closes).toHaveLength(1);
});
