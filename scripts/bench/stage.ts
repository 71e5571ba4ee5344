// Nodes for the bench, each a process of its own in a temporary folder, and chats between their people.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROLES } from '../../protocol/chat/intent.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { createDemoNode, type DemoNode, freePort } from '../demo/network.ts';
import { until } from '../demo/people.ts';
import { befriendAll } from '../demo/seed.ts';
import { type LoadPerson, openLoadPerson } from './load.ts';

const ENV = { CONCLAVE_LIMITS_REQUESTS_PER_MINUTE: '1000000' };

export interface Stage {
  readonly nodes: readonly DemoNode[];
  readonly folder: string;
  people(index: number, prefix: string, count: number): Promise<LoadPerson[]>;
  end(): Promise<void>;
}

export async function openStage(names: readonly string[]): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
  const nodes: DemoNode[] = [];
  for (const name of names) {
    const settings = { name, title: name, folder: join(folder, name), overrides: {}, env: ENV };
    nodes.push(createDemoNode({ ...settings, webPort: await freePort(), federationPort: await freePort() }));
  }
  await Promise.all(nodes.map((node) => node.start()));
  if (nodes.length > 1) await befriendAll(nodes);
  return {
    nodes,
    folder,
    async people(index, prefix, count) {
      const node = nodes[index] as DemoNode;
      const holders = await node.ask('people', { prefix, count });
      return Promise.all(holders.map((holder) => openLoadPerson(node, holder)));
    },
    async end() {
      await Promise.all(nodes.map((node) => node.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A private chat of all of these; the first founds it. Waits until all are in. */
export async function chatOf(people: readonly LoadPerson[]): Promise<ChatId> {
  const [founder, ...others] = people as [LoadPerson, ...LoadPerson[]];
  const chat = await founder.found();
  for (const org of new Set(others.map(({ me }) => me.org))) {
    const guests = others.filter(({ me }) => me.org === org);
    const guest = guests[0] as LoadPerson;
    const { chain } = org === founder.me.org ? { chain: '' } : await chainOf(guest);
    for (const { me, holder } of guests) {
      const orgChain = new Uint8Array(Buffer.from(chain, 'base64url'));
      await founder.request(chat, [
        {
          is: 'invite',
          org,
          account: me.account,
          role: ROLES.member,
          history: [],
          orgChain,
          identity: holder.chain,
        },
      ]);
    }
    if (org !== founder.me.org) await acceptAll(guests, chat);
  }
  await until('all are in', async () => (await founder.refresh(chat)).members === people.length);
  for (const person of people)
    await until('the head is known', async () => (await person.refresh(chat)).members === people.length);
  return chat;
}

async function chainOf(guest: LoadPerson): Promise<{ chain: string }> {
  const answer = await guest.api.call('GET /api/v1/organisations/:org', { params: { org: guest.me.org } });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value;
}

async function acceptAll(guests: readonly LoadPerson[], chat: ChatId): Promise<void> {
  for (const guest of guests) {
    await until('the invitation is here', async () => {
      const answer = await guest.api.call('GET /api/v1/chats/:chat', { params: { chat } });
      return answer.ok && answer.value.standing === 'invited';
    });
    await guest.request(chat, [{ is: 'accept', identity: new Uint8Array() }]);
  }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** CPU that these nodes used while `work` ran, in µs. */
export async function cpuOf(nodes: readonly DemoNode[], work: () => Promise<void>): Promise<number> {
  const used = async () =>
    (await Promise.all(nodes.map((node) => node.ask('usage', null)))).reduce((sum, { cpuUs }) => sum + cpuUs, 0);
  const before = await used();
  await work();
  return (await used()) - before;
}
