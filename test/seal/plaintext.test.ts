// What nobody but members may read is nowhere where a node, its disk, its log, its wires or its backup could have it: three real
// organisations live through the life of a sealed chat, then everything is searched. What may be read there is found there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Connection from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChatId, idBytes } from '../../protocol/ids.ts';
import { createLibp2pLink } from '../../server/adapters/libp2p/link.ts';
import { createLog } from '../../server/adapters/log.ts';
import { readKeys } from '../../server/identity/keys.ts';
import type { Log } from '../../server/ports.ts';
import { type OpenChat, passwordOf, value } from '../client/screen.ts';
import { type Device, find, newDevice } from '../client/sealed-screens.ts';
import { befriend, startNode, type TestNode } from '../nodes.ts';
import { hunt, type Place, placesIn } from './hunt.ts';
import { LinkTap, tapWeb, type WebTap } from './taps.ts';

/** Nobody but members reads these; each is said in one place alone. */
const SEALED = {
  name: 'Operation Marbled Quokka',
  welcome: 'the gherkin arrives at half past',
  hers: 'anna says velvet tangerine',
  his: 'bob says crooked lighthouse',
  theirs: 'cyd says übermäßig 🦉 kumquat',
  mention: 'a nudge for the pelican keeper',
  renamed: 'Committee of Brass Otters',
  erased: 'regrettable porcupine remark',
  direct: 'whispered about the badger',
  back: 'answered under the juniper',
  granted: 'newcomer meets the walrus',
  after: 'anna is glad the heron left',
};
const PASSWORD = 'seventeen purple anvils humming';
/** Open to its own node, so it is found there, and nowhere else. */
const OPEN = 'canteen serves rhubarb lasagne';
const LOGGED = 'planted wolverine in a log';
/** Typed to find somebody, so partners are asked for it. */
const ASKED = 'flaminio';

interface Site {
  readonly name: string;
  /** As its people reach it: through the tap. */
  readonly node: TestNode;
  readonly link: LinkTap;
  readonly web: WebTap;
  readonly log: Log;
  readonly logged: string[];
}

const sites: Site[] = [];
const devices = new Set<Device>();
const windows = new Map<string, OpenChat>();
const disks: { running: Place[]; closed: Place[]; backups: Place[] } = { running: [], closed: [], backups: [] };
const backups = mkdtempSync(join(tmpdir(), 'conclave-backups-'));
let [anna, ben, bob, cyd, dora]: Device[] = [];
let chat: ChatId;
const codes: string[] = [];

async function openSite(name: string): Promise<Site> {
  const logged: string[] = [];
  const link = new LinkTap(name);
  const log = createLog({ level: 'debug', form: 'text', write: (line) => logged.push(line) });
  const openLink = async (keys: Parameters<typeof readKeys>[0]) => {
    const privateKeySeed = readKeys(keys)?.operationalSeed ?? new Uint8Array(32);
    return link.around(await createLibp2pLink({ privateKeySeed, listen: [{ host: '127.0.0.1', port: 0 }], log }));
  };
  const node = await startNode({ name, ports: { log, openLink } });
  const web = await tapWeb(name, node.address);
  const tapped: TestNode = Object.create(node, { address: { value: web.address } });
  return { name, node: tapped, link, web, log, logged };
}

async function closeSites(): Promise<void> {
  for (const each of devices) each.stop();
  for (const { web, node } of sites) {
    await node.node.close();
    await web.close();
  }
}

async function somebody(made: Promise<Device>): Promise<Device> {
  const device = await made;
  devices.add(device);
  return device;
}

/** A code that is written down in place of the first one. */
async function newCode(of: Device): Promise<void> {
  const code = value(await of.messenger.newRecoveryCode());
  value(await of.messenger.keepRecoveryCode(code));
  codes.push(code);
}

const texts = (open: OpenChat) =>
  (open.view?.items ?? []).flatMap((each) => (each.is === 'message' ? [each.text ?? each.instead ?? ''] : []));

async function say(who: Device, where: ChatId, text: string, readers: readonly Device[]): Promise<void> {
  value(await who.messenger.send(where, text, []));
  await read(where, text, readers);
}

async function read(where: ChatId, text: string, readers: readonly Device[]): Promise<void> {
  for (const each of readers) {
    const open = windowOf(each, where);
    await each.screen.until(() => texts(open).includes(text));
  }
}

/** Stays open. */
function windowOf(who: Device, where: ChatId): OpenChat {
  const key = `${[...devices].indexOf(who)} ${where}`;
  const open = windows.get(key) ?? who.screen.open(where);
  windows.set(key, open);
  return open;
}

async function enter(who: Device, where: ChatId, name: string): Promise<void> {
  await who.screen.until(() => who.screen.chat(where)?.name === name);
  if (who.screen.chat(where)?.standing === 'invited') value(await who.messenger.accept(where));
  await who.screen.until(() => who.screen.chat(where)?.standing === 'member');
}

/** From the founding to the last message that all four of the beginning read. */
async function beginning(): Promise<void> {
  const members = await Promise.all(['bob', 'cyd'].map((name) => find(anna as Device, name)));
  const look = { name: SEALED.name, colour: 'teal' as const };
  chat = value(await (anna as Device).messenger.createPrivate({ ...look, members, welcome: SEALED.welcome }));
  const all = [anna, bob, cyd] as Device[];
  for (const each of all) await enter(each, chat, SEALED.name);
  await read(chat, SEALED.welcome, all);
  await say(anna as Device, chat, SEALED.hers, all);
  await say(bob as Device, chat, SEALED.his, all);
  await say(cyd as Device, chat, SEALED.theirs, all);
  value(await (anna as Device).messenger.send(chat, SEALED.mention, [(bob as Device).me]));
  await read(chat, SEALED.mention, all);
  (bob as Device).messenger.typing(chat);
  value(await (bob as Device).messenger.markRead(chat));
}

async function changes(): Promise<void> {
  value(await (anna as Device).messenger.setLook(chat, { name: SEALED.renamed, colour: 'moss' }));
  for (const each of [bob, cyd] as Device[]) {
    await each.screen.until(() => each.screen.chat(chat)?.name === SEALED.renamed);
  }
  await say(cyd as Device, chat, SEALED.erased, [anna, bob] as Device[]);
  const hers = windowOf(cyd as Device, chat);
  const key = await (cyd as Device).screen.until(
    () => hers.view?.items.find((each) => each.is === 'message' && each.text === SEALED.erased)?.key,
  );
  value(await (cyd as Device).messenger.erase(chat, key));
  await (cyd as Device).screen.until(() => !texts(hers).includes(SEALED.erased));
  await read(chat, 'erased', [anna, bob] as Device[]);
}

/** Somebody comes and gets the past. */
async function coming(): Promise<void> {
  const newcomer = await find(anna as Device, 'dora');
  value(await (anna as Device).messenger.invite(chat, [newcomer], 'member', { is: 'all' }));
  await enter(dora as Device, chat, SEALED.renamed);
  await read(chat, SEALED.his, [dora as Device]);
  await say(dora as Device, chat, SEALED.granted, [anna, bob, cyd] as Device[]);
}

/** Who is left reads on under another key. */
async function going(): Promise<void> {
  value(await (anna as Device).messenger.remove(chat, await find(anna as Device, 'bob')));
  await (bob as Device).screen.until(() => (bob as Device).screen.chat(chat)?.standing !== 'member');
  await say(anna as Device, chat, SEALED.after, [anna, cyd, dora] as Device[]);
}

async function elsewhere(): Promise<void> {
  const direct = value(await (anna as Device).messenger.openDirect(await find(anna as Device, 'cyd')));
  const line = await (cyd as Device).screen.until(() => (cyd as Device).screen.chat(direct));
  if (line.standing === 'invited') value(await (cyd as Device).messenger.accept(direct));
  await say(anna as Device, direct, SEALED.direct, [cyd as Device]);
  await say(cyd as Device, direct, SEALED.back, [anna as Device]);
  const general = await (anna as Device).screen.until(() =>
    (anna as Device).screen.app.chats.find(({ kind }) => kind === 'general'),
  );
  await say(anna as Device, general.chat, OPEN, [ben as Device]);
  value(await (anna as Device).messenger.searchPeople(ASKED));
}

/** What opens the vault is typed in every place where it can be. */
async function ways(): Promise<void> {
  value(await (bob as Device).messenger.changePassword(passwordOf('bob'), PASSWORD));
  await newCode(bob as Device);
  value(await (bob as Device).messenger.lock());
  value(await (bob as Device).messenger.unlock({ code: codes[0] as string }));
  value(await (bob as Device).messenger.lock());
  value(await (bob as Device).messenger.unlock({ password: PASSWORD }));
  await newCode(anna as Device);
}

async function backUp({ name, node }: Site): Promise<void> {
  const database = new Connection(join(node.folder, 'node.db'));
  await database.backup(join(backups, `${name}-backup.db`));
  database.prepare('VACUUM INTO ?').run(join(backups, `${name}-vacuum.db`));
  database.close();
}

beforeAll(async () => {
  sites.push(...(await Promise.all(['acme', 'globex', 'initech'].map(openSite))));
  const [acme, globex, initech] = sites.map(({ node }) => node) as [TestNode, TestNode, TestNode];
  [anna, bob, cyd] = await Promise.all([
    somebody(newDevice(acme, 'anna')),
    somebody(newDevice(globex, 'bob')),
    somebody(newDevice(initech, 'cyd')),
  ]);
  [ben, dora] = await Promise.all([somebody(newDevice(acme, 'ben')), somebody(newDevice(globex, 'dora'))]);
  for (const [one, other] of [
    [acme, globex],
    [acme, initech],
    [globex, initech],
  ] as const)
    await befriend(one, other);
  for (const each of [anna, bob, cyd] as Device[]) {
    value(await each.messenger.admin('PATCH /api/v1/admin/network', { body: { directory: 'search' } }));
  }
  for (const part of [beginning, changes, coming, elsewhere, ways, going]) await part();
  sites[1]?.log.debug('test.planted', { text: LOGGED });
  disks.running = sites.flatMap(({ node }) => placesIn(node.folder));
  for (const each of sites) await backUp(each);
  disks.backups = placesIn(backups);
  await closeSites();
  disks.closed = sites.flatMap(({ node }) => placesIn(node.folder));
}, 60_000);
afterAll(async () => {
  for (const { node } of sites) rmSync(node.folder, { recursive: true, force: true });
  rmSync(backups, { recursive: true, force: true });
});

const logs = () =>
  sites.map(({ name, node, logged }) => ({
    name: `${name} log`,
    bytes: Buffer.from([...node.logged, ...logged].join('')),
  }));
const frames = () => sites.flatMap(({ link }) => link.places);
const webs = () => sites.flatMap(({ web }) => web.heard());

describe('what is sealed', () => {
  const typed = ['anna', 'ben', 'bob', 'cyd', 'dora'].map(passwordOf);
  const words = () => [
    ...[...Object.values(SEALED), PASSWORD, ...typed],
    ...codes.flatMap((code) => [code, code.replaceAll(' ', ''), code.replaceAll(' ', '').toLowerCase()]),
  ];
  const places: Record<string, () => Place[]> = {
    'on the disks while the nodes run': () => disks.running,
    'on the disks after the nodes are closed': () => disks.closed,
    'in backups': () => disks.backups,
    'in the logs': logs,
    'in what nodes say to each other': frames,
    'in what clients say and hear': webs,
  };

  test('was lived through without a fault', () => {
    for (const each of devices) expect(each.faults, each.name).toEqual([]);
    expect(codes).toHaveLength(2);
  });

  test.each(Object.entries(places))('is not %s', (_, where) => {
    const searched = where();
    expect(searched.length).toBeGreaterThanOrEqual(3);
    expect(hunt(searched, words())).toEqual([]);
  });
});

describe('the hunt looks where it says', () => {
  const placesOf = (places: readonly Place[], site: string) => places.filter(({ name }) => name.includes(site));
  const isIn = (places: readonly Place[], bytes: Uint8Array) =>
    places.some((each) => Buffer.from(each.bytes).includes(bytes));

  test('on disks and in backups: the general chat lies open at its own node, and nowhere else', () => {
    for (const places of [disks.running, disks.closed, disks.backups]) {
      expect(hunt(placesOf(places, 'acme'), [OPEN])).not.toEqual([]);
      for (const other of ['globex', 'initech']) {
        expect(placesOf(places, other)).not.toEqual([]);
        expect(hunt(placesOf(places, other), [OPEN])).toEqual([]);
      }
    }
    for (const kind of ['backup', 'vacuum']) {
      expect(hunt([...placesOf(disks.backups, `acme-${kind}`)], [OPEN])).toHaveLength(1);
    }
    expect(disks.running.some(({ name }) => name.endsWith('node.db-wal'))).toBe(true);
  });

  test('in what clients say and hear, and in what push sockets bring', () => {
    const [acme, globex] = sites.map(({ web }) => web) as [WebTap, WebTap];
    for (const way of ['socket', 'out'] as const) expect(hunt(acme.heard(way), [OPEN]), way).not.toEqual([]);
    expect(isIn(globex.heard('in'), Buffer.from(`/api/v1/chats/${chat}`))).toBe(true);
    expect(hunt(globex.heard(), [OPEN])).toEqual([]);
    for (const way of ['socket', 'out'] as const) expect(isIn(globex.heard(way), Buffer.from(chat)), way).toBe(true);
    // Of a coded body the hunt knows the beginning, unless it is this one.
    expect(isIn(webs(), Buffer.from('content-encoding: br'))).toBe(false);
  });

  test('in frames and calls of every node, both ways, where the general chat never is', () => {
    expect(hunt(frames(), [OPEN])).toEqual([]);
    for (const { link } of sites) {
      for (const way of ['in', 'out'] as const) expect(isIn(link.heard('frame', way), idBytes(chat)), way).toBe(true);
    }
    const [acme, globex] = sites.map(({ link }) => link) as [LinkTap, LinkTap];
    expect(hunt(acme.heard('request', 'out'), [ASKED])).not.toEqual([]);
    expect(hunt(globex.heard('request', 'in'), [ASKED])).not.toEqual([]);
    expect(acme.heard('answer', 'in').length).toBeGreaterThan(0);
    expect(globex.heard('answer', 'out').length).toBeGreaterThan(0);
  });

  test('in logs', () => {
    expect(hunt(logs(), [LOGGED]).map(({ place }) => place)).toEqual(['globex log']);
  });
});
