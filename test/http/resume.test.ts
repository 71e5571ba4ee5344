// A client whose connection is killed at any moment, again and again, while people write: at the end it has everything that was
// for it, once and in order of arrival (PROTOCOL 6).
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Push } from '../../protocol/api/socket.ts';
import { pushOf } from '../fixtures/push.ts';
import { found, invite, say } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

let acme: TestNode;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  acme = await startNode({ env: { CONCLAVE_LIMITS_REQUESTS_PER_MINUTE: '1000000' } });
  [ann, bob] = [await acme.person('ann'), await acme.person('bob')];
});
afterAll(() => acme.end());

const long = process.env.CONCLAVE_LONG === '1';

/** Of how many pushes each connection takes before it is killed. */
const lives = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 });

test('a killed connection loses nothing and repeats nothing', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(lives, fc.integer({ min: 1, max: 40 }), async (counts, messages) => {
      const { chat } = await found(ann);
      await invite(ann, chat, bob);
      const start = (await reply(bob.call('GET /api/v1/chats', {}))).arrival;
      const writing = writeAll(chat, messages);
      const taken: Push[] = [];
      for (const count of counts) await takeSome(taken, start, count);
      const arrivals = await writing;
      await takeSome(taken, start, Number.POSITIVE_INFINITY, arrivals.at(-1));
      const entries = taken.flatMap((push) => (push.t === 'entry' ? [push.arrival] : []));
      expect(entries).toEqual(arrivals);
      const durable = taken.flatMap((push) => ('arrival' in push && push.t !== 'ready' ? [push.arrival] : []));
      expect(durable).toEqual([...durable].sort((a, b) => a - b));
    }),
    { numRuns: long ? 500 : 12 },
  );
});

async function writeAll(chat: Parameters<typeof say>[1], messages: number): Promise<number[]> {
  const arrivals: number[] = [];
  for (let at = 0; at < messages; at += 1) arrivals.push((await say(ann, chat, `message ${at}`)).arrival);
  return arrivals;
}

/** One connection: begins where the last one ended, keeps `count` pushes, or those up to an arrival, and is killed. */
async function takeSome(taken: Push[], start: number, count: number, until = 0): Promise<void> {
  const from = taken.reduce((last, push) => ('arrival' in push ? Math.max(last, push.arrival) : last), start);
  const client = await pushOf(bob, from);
  const isDone = () =>
    client.pushes.length >= count || client.pushes.some((push) => push.t === 'ready' && push.arrival >= until);
  await expect.poll(isDone, { interval: 2, timeout: 20_000 }).toBe(true);
  client.kill();
  taken.push(...client.pushes.slice(0, count));
}
