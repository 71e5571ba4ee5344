import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { Fault } from '../../protocol/result.ts';
import type { Connection, Link } from '../../server/ports.ts';
import { recorder } from '../contract/link-harness.ts';
import { createRng } from './rng.ts';
import { createWorld, type World } from './world.ts';

const keyOf = (name: string): Uint8Array => new Uint8Array(32).fill(name.charCodeAt(0));

/** Real work of a length that no seed decides. */
async function workAWhile(): Promise<void> {
  for (let turns = randomInt(4); turns > 0; turns -= 1) await new Promise((turned) => setImmediate(turned));
}

/** A node that greets by timer, answers frames and asks back within its handlers: all that a node does, and no more. */
async function startChatter(world: World, name: string, others: readonly string[]): Promise<void> {
  const { clock, random, link } = world.portsFor(name, keyOf(name));
  const open = new Map<string, Connection>();
  const handlersOf = (connection: Connection, other: string) =>
    recorder({
      onFrame: async (frame) => {
        await workAWhile();
        if (frame.length > 1) connection.send(frame.subarray(1));
        else await connection.call(random.bytes(4), 500).catch(() => {});
        await workAWhile();
      },
      onCall: async (request) => {
        await workAWhile();
        return request;
      },
      onDrain: () => open.delete(other),
    });
  await link.listen((connection) => handlersOf(connection, 'inbound'));
  const greet = async (): Promise<void> => {
    clock.after(random.bytes(1)[0]! * 10, greet);
    const other = others[random.bytes(1)[0]! % others.length]!;
    try {
      const dial = () => link.dial(keyOf(other), [`/memory/${other}`], (connection) => handlersOf(connection, other));
      const connection = open.get(other) ?? (await dial());
      open.set(other, connection);
      if (!connection.send(random.bytes(6))) open.delete(other);
    } catch {
      open.delete(other);
    }
  };
  clock.after(0, greet);
}

async function playChatter(seed: string): Promise<World> {
  const world = createWorld(seed);
  const names = ['a', 'b', 'c'];
  world.faults.setAll({
    delayMs: [1, 300],
    loss: 0.05,
    dialLoss: 0.1,
    duplicateFrame: 0.1,
    reorderFrame: 0.1,
    dropFrame: 0.1,
  });
  for (const name of names)
    await startChatter(
      world,
      name,
      names.filter((other) => other !== name),
    );
  await world.run({ forMs: 5_000 });
  world.cut('a', 'b', { oneWay: true });
  world.crash('c');
  await world.run({ forMs: 5_000 });
  await startChatter(world, 'c', ['a', 'b']);
  world.heal('a', 'b');
  await world.run({ forMs: 5_000 });
  return world;
}

test('a seed replays to the byte, however long the handlers really take', async () => {
  const digests = new Set<string>();
  for (let seed = 0; seed < 5; seed += 1) {
    const [first, second] = [await playChatter(`seed ${seed}`), await playChatter(`seed ${seed}`)];
    expect(second.recent(10_000)).toEqual(first.recent(10_000));
    expect(second.digest()).toBe(first.digest());
    expect(first.thrown).toEqual([]);
    expect(first.recent(10_000).length).toBeGreaterThan(200);
    digests.add(first.digest());
  }
  expect(digests.size).toBe(5);
});

async function joinWorld(seed = 'world') {
  const world = createWorld(seed);
  const [atA, atB] = [recorder(), recorder()];
  const [linkA, linkB] = [world.linkFor('a', keyOf('a')), world.linkFor('b', keyOf('b'))];
  let b: Connection | undefined;
  await linkB.listen((connection) => {
    b = connection;
    return atB;
  });
  const a = await world.drive(dialB(linkA, atA));
  return { world, a, b: b!, atA, atB, linkA };
}

function dialB(link: Link, handlers = recorder()): Promise<Connection> {
  return link.dial(keyOf('b'), ['/memory/b'], () => handlers);
}

test('a cut of one direction holds what goes there, and healing lets it go on in order', async () => {
  const { world, a, b, atA, atB } = await joinWorld();
  world.cut('a', 'b', { oneWay: true });
  for (let i = 0; i < 5; i += 1) {
    a.send(Uint8Array.of(i));
    b.send(Uint8Array.of(i));
  }
  await world.run({ forMs: 10_000 });
  expect([atA.frames.length, atB.frames.length]).toEqual([5, 0]);
  world.heal('a', 'b');
  a.send(Uint8Array.of(5));
  await world.run({ untilIdle: true });
  expect(atB.frames.map(([first]) => first)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a cut that lasts ends the connection on both sides, and no dial gets through it', async () => {
  const { world, atA, atB, linkA } = await joinWorld();
  world.cut('b', 'a', { oneWay: true });
  await expect(world.drive(dialB(linkA))).rejects.toThrow(Fault);
  await world.run({ forMs: 60_000 });
  expect([atA.closes, atB.closes]).toEqual([['the other side is silent'], ['the other side is silent']]);
  world.heal('a', 'b');
  expect((await world.drive(dialB(linkA))).remoteKey).toEqual(keyOf('b'));
});

test('a crash takes timers and connections without a word, and the next life begins anew', async () => {
  const { world, a, atA, atB, linkA } = await joinWorld();
  const ran: string[] = [];
  world.clockFor('a').after(100, () => void ran.push('timer'));
  const before = world.random('a').bytes(8);
  a.send(Uint8Array.of(1));
  world.crash('a');
  await world.run({ forMs: 60_000 });
  expect([ran, atA.events, atB.events]).toEqual([[], [], ['close']]);
  expect(a.send(Uint8Array.of(1))).toBe(false);
  void dialB(linkA);
  const again = recorder();
  await world.drive(dialB(world.linkFor('a', keyOf('a')), again));
  expect(world.random('a').bytes(8)).not.toEqual(before);
  world.clockFor('a').after(100, () => void ran.push('again'));
  await world.run({ forMs: 1_000 });
  expect([ran, again.closes]).toEqual([['again'], []]);
});

test('a lost connection ends on both sides and takes what was under way', async () => {
  const { world, a, atA, atB } = await joinWorld();
  a.send(Uint8Array.of(1));
  world.disconnect('a', 'b');
  await world.run({ untilIdle: true });
  expect([atA.events, atB.events]).toEqual([['close'], ['close']]);
});

test.each([
  ['dropFrame', (got: number[]) => expect(got.length).toBeLessThan(100)],
  ['duplicateFrame', (got: number[]) => expect(got.length).toBeGreaterThan(100)],
  ['reorderFrame', (got: number[]) => expect(got).not.toEqual(got.toSorted((x, y) => x - y))],
] as const)('with %s, frames are not what they were', async (fault, expectFault) => {
  const { world, a, atB } = await joinWorld();
  world.faults.set('a', 'b', { [fault]: 0.3 });
  for (let i = 0; i < 100; i += 1) a.send(Uint8Array.of(i));
  await world.run({ untilIdle: true });
  expectFault(atB.frames.map(([first]) => first!));
});

test('a jump of a clock moves its time and leaves its timers', async () => {
  const world = createWorld('jump');
  const clock = world.clockFor('a');
  const start = clock.now();
  let ranAt = 0;
  clock.after(1_000, () => {
    ranAt = world.clock.now();
  });
  world.jumpClock('a', -3_600_000);
  expect(clock.now()).toBe(start - 3_600_000);
  await world.run({ forMs: 2_000 });
  expect(ranAt).toBe(start + 1_000);
  expect(world.clockFor('b').now()).toBe(start + 2_000);
});

test('timers that throw are written down, and a run that cannot get there says so', async () => {
  const world = createWorld('throws');
  world.clockFor('a').after(5, async () => {
    throw new Error('of the timer');
  });
  await world.run({ untilIdle: true });
  expect(world.thrown).toMatchObject([{ label: 'a timer', error: { message: 'of the timer' } }]);
  await expect(world.run({ until: () => false })).rejects.toThrow('did not get there');
});

test('what is published at a domain is found there, and nothing elsewhere', async () => {
  const world = createWorld('domains');
  const { wellKnown } = world.portsFor('a', keyOf('a'));
  world.publish('b.example', () => Uint8Array.of(1));
  expect(await world.drive(wellKnown.fetchRecord('b.example'))).toEqual(Uint8Array.of(1));
  await expect(world.drive(wellKnown.fetchRecord('c.example'))).rejects.toThrow(Fault);
});

test('chance is the same for the same seed, within its bounds, and independent by name', () => {
  const [one, same, other] = [createRng('x'), createRng('x'), createRng('y')];
  const draw = (rng = one) => Array.from({ length: 200 }, () => rng.int(3, 7));
  const drawn = draw();
  expect(draw(same)).toEqual(drawn);
  expect(draw(other)).not.toEqual(drawn);
  expect(new Set(drawn)).toEqual(new Set([3, 4, 5, 6, 7]));
  expect(one.fork('a').bytes(16)).toEqual(same.fork('a').bytes(16));
  expect(one.fork('a').bytes(16)).not.toEqual(one.fork('b').bytes(16));
});
