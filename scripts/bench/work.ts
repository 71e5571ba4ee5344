// The workloads. Each gives lines of a table: what, how much, the goal.
import type { ChatId } from '../../protocol/ids.ts';
import { type DemoNode, setWire } from '../demo/network.ts';
import { until } from '../demo/people.ts';
import { benchHub } from './hub.ts';
import { type LoadPerson, textOf300 } from './load.ts';
import { chatOf, cpuOf, median, openStage, type Stage } from './stage.ts';
import { benchXmpp, type XmppServer } from './xmpp.ts';

export interface Line {
  readonly what: string;
  readonly value: string;
  readonly goal: string;
  readonly compare?: string;
}

const us = (value: number) => `${value.toFixed(1)} µs`;

interface Sent {
  readonly people: readonly LoadPerson[];
  readonly senders: readonly LoadPerson[];
  readonly chatOf: (index: number) => ChatId;
  readonly messages: number;
  readonly atOnce: number;
  readonly deliveriesEach: number;
}

/** Sends in bursts, each awaited to its last delivery: what is measured is work, not waiting. */
async function burst({ people, senders, chatOf: chat, messages, atOnce, deliveriesEach }: Sent): Promise<void> {
  const counted = () => people.reduce((sum, person) => sum + person.count(), 0);
  const begin = counted();
  for (let sent = 0; sent < messages; ) {
    const stored: Promise<void>[] = [];
    for (let i = 0; i < atOnce && sent < messages; i++, sent++) {
      stored.push((senders[sent % senders.length] as LoadPerson).send(chat(sent), textOf300(`m${sent}`)));
    }
    await Promise.all(stored);
    await until('delivered', () => counted() - begin >= sent * deliveriesEach);
  }
}

/** Medians of three rounds after one that is not counted. */
async function rounds(stage: Stage, sent: Sent): Promise<number> {
  await burst(sent);
  const each: number[] = [];
  for (let i = 0; i < 3; i++)
    each.push((await cpuOf(stage.nodes, () => burst(sent))) / (sent.messages * sent.deliveriesEach));
  return median(each);
}

export async function w1(): Promise<Line[]> {
  const stage = await openStage(['acme']);
  const people = await stage.people(0, 'p', 50);
  const chat = await chatOf(people);
  for (const person of people) await person.listen(false);
  const sent = { people, senders: people, chatOf: () => chat, messages: 1_000, atOnce: 20, deliveriesEach: 50 };
  const value = await rounds(stage, sent);
  const hub = await benchHub(1, 50, 1_000, 20);
  const others = [await beside('Prosody'), await beside('ejabberd')];
  const [node] = stage.nodes;
  const bytes = node ? (await node.ask('checkpoint', null)) / 4_000 : 0;
  for (const person of people) person.close();
  await stage.end();
  return [
    {
      what: 'W1 one chat of 50, CPU a delivery',
      value: us(value),
      goal: '15 µs',
      compare: [`bare hub ${us(hub)}`, ...others].join(', '),
    },
    { what: 'W1 database a message of 300 bytes', value: `${Math.round(bytes)} bytes`, goal: '650 bytes' },
  ];
}

/** The same room and messages on what people run today, one after the other so that neither disturbs the other. */
async function beside(name: XmppServer): Promise<string> {
  const value = await benchXmpp(name, 50, 1_000, 20);
  return value === null ? `${name} is not installed` : `${name} ${us(value)}`;
}

export async function w2(): Promise<Line[]> {
  const stage = await openStage(['acme', 'globex']);
  const people = [...(await stage.people(0, 'a', 25)), ...(await stage.people(1, 'b', 25))];
  const chat = await chatOf(people);
  for (const person of people) await person.listen(true);
  const sent = { people, senders: people, chatOf: () => chat, messages: 500, atOnce: 20, deliveriesEach: 50 };
  const value = await rounds(stage, sent);
  const slow = await latency(people, chat, 10, 100);
  const fast = await latency(people, chat, 50, 300);
  for (const person of people) person.close();
  await stage.end();
  return [
    { what: 'W2 chat of 25 + 25 over two nodes, CPU a delivery, both nodes', value: us(value), goal: '25 µs' },
    { what: 'W2 p50 across nodes at 10 messages/s', value: `${slow.toFixed(1)} ms`, goal: '6 ms' },
    { what: 'W2 p50 across nodes at 50 messages/s', value: `${fast.toFixed(1)} ms`, goal: '6 ms' },
  ];
}

/** Milliseconds from sending at the first node to the push at the other, median; sent at random (Poisson) times. */
async function latency(
  people: readonly LoadPerson[],
  chat: ChatId,
  perSecond: number,
  messages: number,
): Promise<number> {
  const sender = people[0] as LoadPerson;
  const receiver = people.at(-1) as LoadPerson;
  const sentAt = new Map<string, number>();
  for (let i = 0; i < messages; i++) {
    const text = textOf300(`latency${perSecond}-${i}`);
    sentAt.set(text, performance.now());
    void sender.send(chat, text);
    await new Promise((resolve) => setTimeout(resolve, (-Math.log(1 - Math.random()) * 1_000) / perSecond));
  }
  await until('all are there', () => receiver.got.filter(({ text }) => sentAt.has(text)).length === messages);
  return median(
    receiver.got.flatMap(({ text, atMs }) => (sentAt.has(text) ? [atMs - (sentAt.get(text) as number)] : [])),
  );
}

export async function w3(): Promise<Line[]> {
  const CHATS = 500;
  const stage = await openStage(['acme', 'globex']);
  const a = await stage.people(0, 'a', 40);
  const b = await stage.people(1, 'b', 40);
  const chats: { chat: ChatId; sender: LoadPerson }[] = [];
  for (let i = 0; i < CHATS; i++) {
    const pick = (list: readonly LoadPerson[], n: number) => list[(i + n) % list.length] as LoadPerson;
    const members = [pick(a, 0), pick(a, 1 + (i % 13)), pick(b, 0), pick(b, 1 + (i % 17))];
    chats.push({ chat: await chatOf(members), sender: pick(a, 0) });
  }
  const people = [...a, ...b];
  for (const person of people) await person.listen(false);
  const senders = chats.map(({ sender }) => sender);
  const sent = {
    people,
    senders,
    chatOf: (i: number) => (chats[i % CHATS] as { chat: ChatId }).chat,
    messages: CHATS * 2,
    atOnce: 25,
    deliveriesEach: 4,
  };
  const value = await rounds(stage, sent);
  const hub = await benchHub(CHATS, 4, 1_000, 25);
  for (const person of people) person.close();
  await stage.end();
  return [
    {
      what: 'W3 500 chats of 2 + 2, CPU a delivery, both nodes',
      value: us(value),
      goal: '120 µs',
      compare: `bare hub ${us(hub)}`,
    },
  ];
}

export async function w4(): Promise<Line[]> {
  const SOCKETS = 2_000;
  const stage = await openStage(['acme']);
  const people = await stage.people(0, 'p', 200);
  const [node] = stage.nodes;
  if (!node) return [];
  for (const person of people.slice(0, 20)) await person.listen(false);
  const before = (await node.ask('usage', null)).rssBytes;
  for (let i = 0; i < SOCKETS; i++) await (people[i % people.length] as LoadPerson).listen(false);
  const after = (await node.ask('usage', null)).rssBytes;
  await stage.end();
  return [
    {
      what: `W4 memory an idle connection (${SOCKETS})`,
      value: `${((after - before) / SOCKETS / 1024).toFixed(1)} KiB`,
      goal: '25 KiB',
    },
  ];
}

/** Two people at two nodes in one chat; what one writes during an outage, and when the other has been pushed all of it. */
async function outage(
  what: string,
  forMs: number,
  begin: (stage: Stage, bob: LoadPerson) => Promise<void>,
  end: (stage: Stage, bob: LoadPerson) => Promise<void>,
): Promise<Line[]> {
  const stage = await openStage(['acme', 'globex']);
  const [ann] = await stage.people(0, 'a', 1);
  const [bob] = await stage.people(1, 'b', 1);
  if (!ann || !bob) return [];
  const chat = await chatOf([ann, bob]);
  await ann.listen(true);
  await bob.listen(true);
  let sent = 0;
  const send = () => ann.send(chat, textOf300(`w5-${sent++}`));
  for (let i = 0; i < 100; i++) await send();
  await until('before', () => bob.got.length === sent);
  await begin(stage, bob);
  const before = sent;
  const endMs = Date.now() + forMs;
  while (Date.now() < endMs) {
    await send();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await end(stage, bob);
  const backMs = performance.now();
  await until('complete', () => new Set(bob.got.map(({ text }) => text)).size === sent, 120_000).catch(() => {});
  const completeMs = performance.now() - backMs;
  const lost = sent - new Set(bob.got.map(({ text }) => text)).size;
  const twice = bob.got.length - new Set(bob.got.map(({ text }) => text)).size;
  await stage.end();
  return [
    {
      what: `W5 ${what} for ${forMs / 1000} s, ${sent - before} messages: lost, twice`,
      value: `${lost}, ${twice}`,
      goal: '0',
    },
    { what: `W5 ${what}: all pushed after its end`, value: `${(completeMs / 1000).toFixed(1)} s`, goal: '1 s' },
  ];
}

export async function w5(isLong: boolean): Promise<Line[]> {
  const killed = await outage(
    'node killed',
    isLong ? 15_000 : 5_000,
    async ({ nodes }, bob) => {
      await nodes[1]?.kill();
      bob.close();
    },
    async ({ nodes }, bob) => {
      await nodes[1]?.start();
      await bob.listen(true);
    },
  );
  const wire =
    (order: 'cut' | 'heal') =>
    ({ nodes }: Stage) =>
      setWire(nodes[0] as DemoNode, nodes[1] as DemoNode, order);
  return [...killed, ...(await outage('link cut', isLong ? 180_000 : 10_000, wire('cut'), wire('heal')))];
}

export async function w6(): Promise<Line[]> {
  const MESSAGES = 10_000;
  const stage = await openStage(['acme']);
  const people = await stage.people(0, 'p', 20);
  const chat = await chatOf(people);
  for (const person of people) await person.listen(false);
  for (let sent = 0; sent < MESSAGES; ) {
    const stored: Promise<void>[] = [];
    for (let i = 0; i < 200; i++, sent++)
      stored.push((people[sent % 20] as LoadPerson).send(chat, textOf300(`m${sent}`)));
    await Promise.all(stored);
  }
  const late = people[0] as LoadPerson;
  const first = await timed(() =>
    late.api.call('GET /api/v1/chats/:chat/entries', { params: { chat }, query: { limit: 50 } }),
  );
  const all = await timed(() => readAll(late, chat, MESSAGES));
  await stage.end();
  return [
    { what: 'W6 latecomer, first page of 50', value: `${first.toFixed(1)} ms`, goal: '5 ms' },
    { what: 'W6 latecomer, all 10,000', value: `${(all / 1000).toFixed(2)} s`, goal: '1 s' },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return median(times);
}

async function readAll(person: LoadPerson, chat: ChatId, expected: number): Promise<void> {
  let before: string | undefined;
  let count = 0;
  for (;;) {
    const answer = await person.api.call('GET /api/v1/chats/:chat/entries', {
      params: { chat },
      query: { limit: 500, ...(before ? { before } : {}) },
    });
    if (!answer.ok) throw new Error(answer.refusal.code);
    const { entries, more } = answer.value;
    count += entries.length;
    const [first] = entries;
    if (!more || !first) break;
    before = `${first.hlc}.${first.org}.${first.seq}`;
  }
  if (count !== expected) throw new Error(`read ${count} of ${expected}`);
}

export async function w7(): Promise<Line[]> {
  const begin = performance.now();
  const stage = await openStage(['acme']);
  const firstMs = performance.now() - begin;
  const [node] = stage.nodes;
  if (!node) return [];
  await node.stop();
  const again = performance.now();
  await node.start();
  const startMs = performance.now() - again;
  const { rssBytes } = await node.ask('usage', null);
  await stage.end();
  return [
    {
      what: 'W7 cold start (first start ever)',
      value: `${(startMs / 1000).toFixed(2)} s (${(firstMs / 1000).toFixed(2)} s)`,
      goal: '1 s',
    },
    { what: 'W7 memory after it', value: `${(rssBytes / 1024 / 1024).toFixed(0)} MB`, goal: '130 MB' },
  ];
}
