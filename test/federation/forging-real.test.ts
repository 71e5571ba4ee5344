/** The forger over real libp2p on loopback: the gate, membership and lies come out as over the simulated link. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseTicket } from '../../protocol/identity/ticket.ts';
import { type ChatId, idFromBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { write } from '../../protocol/testing/chat.ts';
import { bytesOf, unwrap } from '../../protocol/testing/orgs.ts';
import { openBlobFiles } from '../../server/adapters/blob-files.ts';
import { createSystemClock } from '../../server/adapters/clock.ts';
import { openKeyFile } from '../../server/adapters/key-file.ts';
import { createLibp2pLink } from '../../server/adapters/libp2p/link.ts';
import { createLog } from '../../server/adapters/log.ts';
import { createSystemRandom } from '../../server/adapters/random.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import { type Core, openCore } from '../../server/core.ts';
import { openDatabase } from '../../server/db/database.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import type { Link } from '../../server/ports.ts';
import type { WorldNode } from '../world/node.ts';
import { createRng } from '../world/rng.ts';
import { CLEAR_RULES } from '../world/rules.ts';
import { foundPrivate, memberCount, request, say, seenBy, type Talker } from '../world/talk.ts';
import { blocksOf, bundleOf, createForger, type Forger, forgerOrg, type Target } from './forger.ts';
import { damaged, honestDraft, lieIn } from './lies.ts';

const log = createLog({ level: 'error', write: () => {} });
const clock = createSystemClock({ log });
const rng = createRng('real');
const ends: (() => unknown)[] = [];
let core: Core;
let ann: Talker;
let target: Target;

function openLink(seed: Uint8Array): Promise<Link> {
  return createLibp2pLink({ privateKeySeed: seed, listen: [{ host: '127.0.0.1', port: 0 }], log });
}

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-forging-'));
  const db = openDatabase({ file: join(folder, 'node.db'), migrations, clock, log });
  let link: Link | undefined;
  const seeds = new Map<string, Uint8Array>();
  const nameOf = (key: Uint8Array) => Buffer.from(key).toString('hex');
  core = await openCore({
    ...{ db, clock, log, random: createSystemRandom(), keyFile: openKeyFile(join(folder, 'keys.json')) },
    makeSigner: (of) => {
      const signer = createSigner(of);
      seeds.set(nameOf(signer.publicKey), of.slice());
      return signer;
    },
    openLink: async ({ publicKey }) => (link = await openLink(seeds.get(nameOf(publicKey)) ?? bytesOf(32, 0))),
    wellKnown: { fetchRecord: () => Promise.reject(new Error('nobody')) },
    domain: 'acme.example',
    description: { name: 'acme', endpoints: [], features: [] },
    store: openBlobFiles(join(folder, 'blobs')),
    fileLimits: { maxBytes: 1e6, accountBytes: 1e7, nodeBytes: 1e8, freeBytes: 0 },
    rules: CLEAR_RULES,
  });
  await core.start();
  ends.push(() => rmSync(folder, { recursive: true }), db.close, core.stop);
  const made = unwrap(await core.accounts.accounts.create({ localName: 'ann' }));
  const device = idFromBytes('device', rng.bytes(16));
  // Of a world's node the helpers that talk use the core alone.
  const node = { name: 'acme', core } as WorldNode;
  const person = { name: 'ann', account: made.accountId, device, administrator: true, mayBringOutsiders: true };
  ann = { node, person };
  target = { publicKey: core.organisation.signer.publicKey, addresses: link?.addresses() ?? [] };
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function makeForger(number: number): Promise<Forger> {
  const link = await openLink(bytesOf(32, number));
  await link.listen(() => null);
  ends.push(link.close);
  return createForger(link, forgerOrg(number, clock.now()), clock.now);
}

async function until(isTrue: () => boolean): Promise<void> {
  await vi.waitUntil(isTrue, { timeout: 20_000, interval: 10 });
}

async function token(): Promise<Uint8Array> {
  return unwrap(parseTicket(await core.tickets.invite())).token;
}

async function chatWith(forger: Forger, line: Parameters<Forger['accept']>[1]): Promise<ChatId> {
  const chatId = await foundPrivate(ann, rng, clock.now());
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
  unwrap(await request(ann, rng, chatId, [intent]));
  await until(() => forger.chats.has(chatId));
  forger.accept(chatId, line);
  await until(() => memberCount(ann.node, chatId) === 2);
  return chatId;
}

test('strangers get hello and goodbye, whether they are unknown or blocked', async () => {
  const [unknown, blocked] = [await makeForger(10), await makeForger(11)];
  await core.peers.block(blocked.org.orgId);
  const lines = [await unknown.dial(target), await blocked.dial(target)];
  await until(() => lines.every(({ closes }) => closes.length === 1));
  for (const { frames } of lines) expect(frames.map(({ is }) => is)).toEqual(['hello', 'goodbye']);
  expect(lines[1]?.bytes).toEqual(lines[0]?.bytes);
});

test('a member that forges is refused and counted, and the chat goes on', async () => {
  const forger = await makeForger(10);
  const line = await forger.dial(target, { token: await token() });
  await until(() => line.isWelcome());
  const chatId = await chatWith(forger, line);
  const refused = () => core.federation.statusOf(forger.org.orgId).refused;
  expect(refused()).toBe(0);
  const bundle = lieIn(forger, chatId, {});
  line.send(blocksOf({ ...bundle, block: damaged(bundle.block) }));
  await until(() => refused() === 1);
  line.send({ is: 'typing', chatId, account: ann.person.account });
  await until(() => refused() === 2);
  unwrap(await say(ann, rng, chatId, 'from ann'));
  line.send(
    blocksOf(bundleOf(write(forger.chat(chatId), forger.org, [honestDraft(forger, chatId, '"text":"honest"')]))),
  );
  await until(() => seenBy(ann, chatId).length === 2);
  expect(seenBy(ann, chatId).toSorted()).toEqual(['from ann', 'honest']);
  expect(line.closes).toEqual([]);
});

test.each([
  ['garbage', () => new Uint8Array(500).fill(0xff)],
  ['a hello that is too large', () => new Uint8Array(LIMITS.helloBytes + 1)],
])('%s instead of a hello ends the connection without a word', async (_name, make) => {
  const line = await (await makeForger(10)).dial(target, null);
  line.sendBytes(make());
  await until(() => line.closes.length === 1);
  expect(line.frames.filter(({ is }) => is !== 'hello')).toEqual([]);
});
