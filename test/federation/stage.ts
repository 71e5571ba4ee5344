/**
 * What attacks are tried on: acme (hub of every chat) and globex, both honest; the forger, their approved partner. Two chats:
 * `shared` has ann, bob and the forger's account, `other` has ann and bob alone.
 */
import { expect } from 'vitest';
import { parseTicket } from '../../protocol/identity/ticket.ts';
import type { ChatId, OrgId } from '../../protocol/ids.ts';
import { START_MS, unwrap } from '../../protocol/testing/orgs.ts';
import { startWorldNode, type WorldNode } from '../world/node.ts';
import { befriend, foundPrivate, invite, memberCount, request, say, seenBy, type Talker } from '../world/talk.ts';
import { createWorld, type World } from '../world/world.ts';
import { createForger, type Forger, forgerOrg, type Line, type Target } from './forger.ts';

export interface Stage {
  readonly world: World;
  readonly acme: WorldNode;
  readonly globex: WorldNode;
  readonly ann: Talker;
  readonly bob: Talker;
  readonly forger: Forger;
  /** The forger's connections. */
  readonly toAcme: Line;
  readonly toGlobex: Line;
  readonly shared: ChatId;
  readonly other: ChatId;
  now(): number;
  target(node: WorldNode): Target;
  dial(node: WorldNode, hello?: Parameters<Forger['dial']>[1], knownInstance?: boolean): Promise<Line>;
  /** Another forger, not known to anybody. */
  stranger(number: number): Forger;
  /** Another chat of ann, and bob unless said otherwise, with the forger's account or without. */
  found(withForger: boolean, withBob?: boolean): Promise<ChatId>;
  /** What the nodes' clocks are ahead of the world's: a restarted node needs it again. */
  readonly aheadMs: number;
  /** Runs until nothing is under way. */
  settle(): Promise<void>;
  refused(node: WorldNode, org?: OrgId): number;
  /** Ann and bob talk in both chats, in both directions; nothing was thrown, and no secret is in the log. */
  expectUndisturbed(chats?: readonly ChatId[]): Promise<void>;
  end(): Promise<void>;
}

/** Frozen test keys are in force from here on. */
const AHEAD_MS = START_MS + 60_000;

export async function openWorld(seed: string) {
  const world = createWorld(seed);
  const byMs = AHEAD_MS - world.clock.now();
  const now = () => world.clock.now() + byMs;
  const nodes: WorldNode[] = [];
  async function start(name: string): Promise<WorldNode> {
    world.jumpClock(name, byMs);
    const node = await world.act(() => startWorldNode(world, name));
    nodes.push(node);
    return node;
  }
  function makeForger(number: number): Forger {
    const org = forgerOrg(number, START_MS);
    const link = world.linkFor(`forger${number}`, org.op.key, { hostile: true });
    return createForger(link, org, now);
  }
  function target(node: WorldNode): Target {
    return { publicKey: node.core.organisation.signer.publicKey, addresses: [`/memory/${node.name}`] };
  }
  async function end(): Promise<void> {
    for (const node of nodes) await node.end();
  }
  return { world, aheadMs: byMs, now, start, makeForger, target, end };
}

/** A token of a ticket of this node. */
export async function tokenOf(world: World, node: WorldNode): Promise<Uint8Array> {
  return unwrap(parseTicket(await world.act(() => node.core.tickets.invite()))).token;
}

export async function openStage(seed: string): Promise<Stage> {
  const { world, aheadMs, now, start, makeForger, target, end } = await openWorld(seed);
  const settle = () => world.run({ untilIdle: true });
  const [acme, globex] = [await start('acme'), await start('globex')];
  const orgOf = (node: WorldNode) => node.core.organisation.orgId;
  await world.act(() => befriend(acme, globex));
  await world.run({ until: () => acme.core.federation.statusOf(orgOf(globex)).connected });
  const ann = { node: acme, person: await world.act(() => acme.person('ann')) };
  const bob = { node: globex, person: await world.act(() => globex.person('bob')) };
  const forger = makeForger(7);
  const dial: Stage['dial'] = (node, hello = {}, knownInstance = true) =>
    world.drive(forger.dial(target(node), hello, knownInstance));
  const toAcme = await dial(acme, { token: await tokenOf(world, acme) });
  const toGlobex = await dial(globex, { token: await tokenOf(world, globex) });
  await settle();
  expect([toAcme.isWelcome(), toGlobex.isWelcome()]).toEqual([true, true]);

  async function found(withForger: boolean, withBob = true): Promise<ChatId> {
    const chatId = await world.act(() => foundPrivate(ann, world.rng, now()));
    if (withBob) await bringInBob(chatId);
    if (withForger) await bringInForger(chatId);
    await world.run({ until: () => memberCount(acme, chatId) === 1 + Number(withForger) + Number(withBob) });
    await settle();
    return chatId;
  }

  async function bringInBob(chatId: ChatId): Promise<void> {
    unwrap(await world.act(() => invite(ann, world.rng, chatId, bob)));
    await world.run({ until: () => globex.core.chats.sharing.find(chatId) !== undefined });
    await world.act(() => request(bob, world.rng, chatId, [{ is: 'accept', identity: new Uint8Array() }]));
  }

  async function bringInForger(chatId: ChatId): Promise<void> {
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
    unwrap(await world.act(() => request(ann, world.rng, chatId, [intent])));
    await world.run({ until: () => forger.chats.has(chatId) });
    await settle();
    forger.accept(chatId, toAcme, toGlobex);
  }

  let said = 0;
  async function expectUndisturbed(chats: readonly ChatId[] = [shared, other]): Promise<void> {
    const texts: string[] = [];
    for (const chatId of chats) {
      for (const who of [ann, bob]) {
        said += 1;
        texts.push(`secret ${said}`);
        expect(await world.act(() => say(who, world.rng, chatId, `secret ${said}`))).toMatchObject({ ok: true });
        await settle();
        for (const reader of [ann, bob]) expect(seenBy(reader, chatId).at(-1)).toBe(`secret ${said}`);
      }
    }
    expect(world.thrown).toEqual([]);
    const log = world.lines.join('\n');
    for (const secret of [...texts, shared, other]) expect(log).not.toContain(secret);
  }

  const shared = await found(true);
  const other = await found(false);
  return {
    world,
    acme,
    globex,
    ann,
    bob,
    forger,
    toAcme,
    toGlobex,
    shared,
    other,
    now,
    target,
    dial,
    stranger: makeForger,
    found,
    aheadMs,
    settle,
    refused: (node, org = forger.org.orgId) => node.core.federation.statusOf(org).refused,
    expectUndisturbed,
    end,
  };
}
