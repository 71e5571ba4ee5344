import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Push } from '../../protocol/api/socket.ts';
import { requestSealed } from '../../scripts/bench/sealed.ts';
import { createSystemClock } from '../../server/adapters/clock.ts';
import { createLog } from '../../server/adapters/log.ts';
import type { Clock } from '../../server/ports.ts';
import { openPush, pushOf } from '../fixtures/push.ts';
import { found, invite, keysOf, messageOf, say } from '../fixtures/talk.ts';
import { reply, startNode, type TestNode, type TestPerson } from '../nodes.ts';

let acme: TestNode;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  acme = await startNode({ name: 'acme', env: { CONCLAVE_LIMITS_REQUESTS_PER_MINUTE: '1000000' } });
  ann = await acme.person('ann', { administrator: true });
  bob = await acme.person('bob');
});
afterAll(() => acme.end());

test('a message comes to the members who are connected, and to nobody else', async () => {
  const eve = await acme.person('eve');
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  const [atBob, atEve] = [await pushOf(bob), await pushOf(eve)];
  await Promise.all([atBob.next('ready'), atEve.next('ready')]);
  const { seq } = await say(ann, chat, 'hello');
  expect(await atBob.next('entry', (push) => push.seq === seq && push.chat === chat)).toMatchObject({ void: null });
  await say(eve, (await reply(eve.call('GET /api/v1/chats', {}))).chats[0]?.chat as never, 'to all');
  await atEve.next('entry', (push) => push.account === eve.me.account);
  expect(JSON.stringify(atEve.pushes)).not.toContain(chat);
  for (const client of [atBob, atEve]) client.kill();
});

test('an act that brings keys is told as well as the keys, in the order in which they arrived', async () => {
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  const client = await pushOf(bob);
  await client.next('ready');
  await requestSealed(await keysOf(ann), chat, [{ is: 'rekey' }]);
  const wraps = await client.next('wraps', (push) => push.chat === chat);
  const act = await client.next('act', (push) => push.chat === chat && push.cpos === wraps.cpos);
  expect(act.arrival).toBeLessThan(wraps.arrival);
  client.kill();
});

test('what a client submits is answered as stored once it is on disk, and as refused with the table’s sentence', async () => {
  const { chat } = await found(ann);
  const summary = await reply(ann.call('GET /api/v1/chats/:chat', { params: { chat } }));
  const client = await pushOf(ann);
  client.say({ t: 'submit', id: 1, chat, body: await messageOf(ann, summary, 'one') });
  const stored = await client.next('stored', ({ id }) => id === 1);
  const { entries } = await reply(ann.call('GET /api/v1/chats/:chat/entries', { params: { chat }, query: {} }));
  expect(entries.map(({ arrival }) => arrival)).toContain(stored.arrival);
  client.say({ t: 'submit', id: 2, chat, body: 'AAAA' });
  expect(await client.next('refused', ({ id }) => id === 2)).toMatchObject({ code: expect.any(String) });
  client.kill();
});

test('typing is told to the others in the chat and not to the writer', async () => {
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  const [atAnn, atBob] = [await pushOf(ann), await pushOf(bob)];
  await Promise.all([atAnn.next('ready'), atBob.next('ready')]);
  atAnn.say({ t: 'typing', chat });
  expect(await atBob.next('typing')).toMatchObject({ chat, account: ann.me.account });
  expect(atAnn.pushes.filter(({ t }) => t === 'typing')).toEqual([]);
  for (const client of [atAnn, atBob]) client.kill();
});

test('who was offline gets everything once and in order, then goes on live', async () => {
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  const before = (await reply(bob.call('GET /api/v1/chats', {}))).arrival;
  const arrivals: number[] = [];
  for (let at = 0; at < 30; at += 1) arrivals.push((await say(ann, chat, `message ${at}`)).arrival);
  const client = await pushOf(bob, before);
  await client.next('ready');
  arrivals.push((await say(ann, chat, 'live')).arrival);
  await client.next('entry', ({ arrival }) => arrival === arrivals.at(-1));
  expect(entriesOf(client.pushes)).toEqual(arrivals);
  client.kill();
});

test('a new name, a read position and an invitation are told where they concern somebody', async () => {
  const client = await pushOf(bob);
  await client.next('ready');
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  expect((await client.next('chat', (push) => push.summary.chat === chat)).summary.standing).toBe('member');
  const { arrival } = await say(ann, chat, 'read me');
  await reply(bob.call('POST /api/v1/chats/:chat/read', { params: { chat }, body: { arrival } }));
  expect(await client.next('read', (push) => push.chat === chat)).toMatchObject({ to: arrival, unread: 0 });
  await acme.node.core.accounts.accounts.rename(ann.account.accountId, { displayName: 'Ann of Acme' });
  await client.next('person', ({ person }) => person.name === 'Ann of Acme');
  client.kill();
});

test('who is too far behind, or ahead of all there is, is told to load anew', async () => {
  const client = await pushOf(bob, 1_000_000);
  await client.next('resync');
  expect(await client.closed()).toBe(4410);
});

test('a socket ends with its session, and with its account', async () => {
  const carl = await acme.person('carl');
  const host = new URL(acme.address).host;
  const bySession = await openPush(acme, { cookie: `conclave=${carl.sessionToken}`, origin: `http://${host}` });
  const byToken = await pushOf(carl);
  await acme.node.core.accounts.sessions.logoutEverywhere(carl.account.accountId);
  expect(await bySession.closed()).toBe(4401);
  await byToken.next('ready');
  await acme.node.core.accounts.accounts.disable(carl.account.accountId);
  expect(await byToken.closed()).toBe(4401);
});

test('a socket needs a session of this site or a token', async () => {
  const cookie = `conclave=${ann.sessionToken}`;
  await expect(openPush(acme, {})).rejects.toThrow('401');
  await expect(openPush(acme, { cookie })).rejects.toThrow('403');
  await expect(openPush(acme, { cookie, origin: 'https://evil.example' })).rejects.toThrow('403');
  await expect(openPush(acme, { authorization: 'Bearer wrong' })).rejects.toThrow('401');
  await expect(openPush(acme, { authorization: `Bearer ${ann.token}`, host: 'evil.example' })).rejects.toThrow('421');
});

test('who does not keep the form loses the connection', async () => {
  for (const text of ['{', '{"t":"other"}', '{"t":"hello","from":-1}']) {
    const client = await openPush(acme, { authorization: `Bearer ${ann.token}` });
    client.socket.send(text);
    expect(await client.closed()).toBe(1008);
  }
});

test('an account has a bounded number of sockets', async () => {
  const dora = await acme.person('dora');
  const open = await Promise.all(Array.from({ length: 20 }, () => pushOf(dora)));
  await expect(pushOf(dora)).rejects.toThrow('429');
  open[0]?.kill();
  await expect
    .poll(() =>
      pushOf(dora).then(
        (client) => client.kill(),
        () => 'no',
      ),
    )
    .toBe(undefined);
  for (const client of open) client.kill();
});

test('a client that does not take what is sent is told to begin anew, and the node keeps no more for it', async () => {
  const { chat } = await found(ann);
  await invite(ann, chat, bob);
  const client = await pushOf(bob, (await reply(bob.call('GET /api/v1/chats', {}))).arrival);
  await client.next('ready');
  client.socket.pause();
  const text = 'x'.repeat(40_000);
  // More than the bound of the node and the buffers of the system together.
  for (let at = 0; at < 400; at += 1) {
    await say(ann, chat, text);
  }
  client.socket.resume();
  await client.next('resync');
  expect(await client.closed()).toBe(4408);
});

test('a client that answers no ping is let go, and one that does stays', async () => {
  const system = createSystemClock({ log: createLog({ write: () => {} }) });
  const pings: (() => void | Promise<void>)[] = [];
  const clock: Clock = {
    now: system.now,
    after: (delayMs, run) => {
      if (delayMs !== 30_000) return system.after(delayMs, run);
      pings.push(run);
      return { cancel() {} };
    },
  };
  const node = await startNode({ name: 'pinged', ports: { clock } });
  try {
    const [dora, emil] = [await node.person('dora'), await node.person('emil')];
    const [atDora, atEmil] = [await pushOf(dora), await pushOf(emil)];
    await Promise.all([atDora.next('ready'), atEmil.next('ready')]);
    const pinged = once(atEmil.socket, 'ping');
    atDora.socket.pause();
    await pings.shift()?.();
    await pinged;
    // What the node has heard from this client comes behind its answer to the ping.
    atEmil.say({ t: 'submit', id: 1, chat: (await found(emil)).chat, body: 'AAAA' });
    await atEmil.next('refused');
    await pings.shift()?.();
    atDora.socket.resume();
    expect(await atDora.closed()).toBe(1006);
    expect(atEmil.socket.readyState).toBe(atEmil.socket.OPEN);
  } finally {
    await node.end();
  }
});

test('the node has a bounded number of sockets', async () => {
  const small = await startNode({ name: 'small', env: { CONCLAVE_LIMITS_SOCKETS: '1' } });
  try {
    const [dora, emil] = [await small.person('dora'), await small.person('emil')];
    await pushOf(dora);
    await expect(pushOf(emil)).rejects.toThrow('503');
  } finally {
    await small.end();
  }
});

function entriesOf(pushes: readonly Push[]): number[] {
  return pushes.flatMap((push) => (push.t === 'entry' ? [push.arrival] : []));
}
