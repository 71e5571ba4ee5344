// Search at real nodes: what was said in another organisation, granted late, erased, said before a restart; and that log-out wipes it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import type { SearchReply } from '../../web/client/model.ts';
import type { SearchQuery } from '../../web/client/search-model.ts';
import { befriend, startNode, type TestNode } from '../nodes.ts';
import { nodeIndexPlace } from './node-index.ts';
import { type OpenChat, value } from './screen.ts';
import { anotherDevice, type Device, find, newDevice } from './sealed-screens.ts';

let folder: string;
let acme: TestNode;
let globex: TestNode;
let anna: Device;
let ben: Device;
let bob: Device;
const all: Device[] = [];
const fileOf = (name: string) => join(folder, `${name}.db`);

async function person(node: TestNode, name: string): Promise<Device> {
  const made = await newDevice(node, name, nodeIndexPlace(fileOf(name)));
  all.push(made);
  return made;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-search-'));
  [acme, globex] = (await Promise.all(['acme', 'globex'].map((name) => startNode({ name })))) as [TestNode, TestNode];
  anna = await person(acme, 'anna');
  ben = await person(acme, 'ben');
  bob = await person(globex, 'bob');
  await befriend(acme, globex);
  for (const each of [anna, bob])
    value(await each.messenger.admin('PATCH /api/v1/admin/network', { body: { directory: 'search' } }));
});
afterEach(() => {
  for (const each of all) expect(each.faults, each.name).toEqual([]);
});
afterAll(async () => {
  for (const each of all) each.stop();
  await acme?.end();
  await globex?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function founded(name: string, others: readonly Device[], welcome: string): Promise<ChatId> {
  const members = await Promise.all(others.map((each) => find(anna, each.name)));
  const chat = value(await anna.messenger.createPrivate({ name, colour: 'teal', members, welcome }));
  for (const each of others) {
    await each.screen.until(() => each.screen.chat(chat)?.name === name);
    if (each.screen.chat(chat)?.standing === 'invited') value(await each.messenger.accept(chat));
    await each.screen.until(() => each.screen.chat(chat)?.standing === 'member');
  }
  return chat;
}

async function search(who: Device, text: string, more: Partial<SearchQuery> = {}): Promise<SearchReply> {
  const query = { chat: null, who: null, kind: null, from: null, to: null, before: null };
  return value(await who.messenger.search({ ...query, text, ...more }));
}

const textsOf = ({ found }: SearchReply) => found.map(({ text }) => text.map((part) => part.text).join(''));

/** Until search gives just these. */
async function finds(
  who: Device,
  text: string,
  expected: readonly string[],
  more?: Partial<SearchQuery>,
): Promise<void> {
  for (;;) {
    const found = textsOf(await search(who, text, more));
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const reads = (who: Device, open: OpenChat, text: string) =>
  who.screen.until(() => (open.view?.items ?? []).some((each) => each.is === 'message' && each.text === text));

describe('search in sealed chats', () => {
  test('finds what was said in another organisation, and who said it where', async () => {
    const chat = await founded('Harbour', [ben, bob], 'zebra welcome');
    value(await bob.messenger.send(chat, 'The zebra contract from Globex', []));
    await finds(anna, 'zebra', ['The zebra contract from Globex', 'zebra welcome']);
    await finds(bob, 'zebr contr', ['The zebra contract from Globex']);
    const { found } = await search(anna, 'contract', { chat });
    expect(found[0]).toMatchObject({ chat: { name: 'Harbour' }, author: { name: 'bob', outsider: true }, own: false });
    expect(found[0]?.text.filter(({ hit }) => hit).map((part) => part.text)).toEqual(['contract']);
    const who = found[0]?.author ?? null;
    await finds(anna, 'zebra', ['The zebra contract from Globex'], { who });
  });

  test('does not find what was erased', async () => {
    const chat = await founded('Erasing', [bob], 'hello');
    const [hers, his] = [anna.screen.open(chat), bob.screen.open(chat)];
    value(await anna.messenger.send(chat, 'giraffe secret', []));
    await reads(bob, his, 'giraffe secret');
    await finds(bob, 'giraffe', ['giraffe secret']);
    await reads(anna, hers, 'giraffe secret');
    const said = () => hers.view?.items.find((each) => each.is === 'message' && each.text === 'giraffe secret');
    await anna.screen.until(() => {
      const item = said();
      return item?.is === 'message' && item.canErase;
    });
    value(await anna.messenger.erase(chat, said()?.key ?? ''));
    await finds(anna, 'giraffe', []);
    await finds(bob, 'giraffe', []);
    hers.close();
    his.close();
  });

  test('finds history that was granted late', async () => {
    const chat = await founded('Late', [bob], 'ostrich before');
    value(await anna.messenger.invite(chat, [await find(anna, 'ben')], 'member'));
    await ben.screen.until(() => ben.screen.chat(chat)?.standing === 'member');
    value(await anna.messenger.send(chat, 'ostrich after', []));
    await finds(ben, 'ostrich', ['ostrich after']);
    value(await anna.messenger.grantHistory(chat, await find(anna, 'ben'), { is: 'all' }));
    await finds(ben, 'ostrich', ['ostrich after', 'ostrich before']);
  });

  test('on a new device fills by itself, says how far it is, and goes on after a restart', async () => {
    const file = fileOf('elsewhere');
    const other = await anotherDevice(anna, nodeIndexPlace(file));
    all.push(other);
    await finds(other, 'zebra', ['The zebra contract from Globex', 'zebra welcome']);
    while (value(await other.messenger.searchProgress(null)).is !== 'whole')
      await new Promise((resolve) => setTimeout(resolve, 50));
    other.stop();
    other.start();
    await other.screen.until(() => other.screen.app.connection === 'online');
    await finds(other, 'ostrich', ['ostrich after', 'ostrich before']);
    expect(existsSync(file)).toBe(true);
    value(await other.messenger.signOut(false));
    expect(existsSync(file)).toBe(false);
  });

  test('keeps what may still be read of a chat that one has left', async () => {
    const chat = await founded('Leaving', [bob], 'pelican');
    await finds(bob, 'pelican', ['pelican']);
    value(await bob.messenger.leave(chat));
    await bob.screen.until(() => bob.screen.chat(chat)?.standing !== 'member');
    await finds(bob, 'pelican', ['pelican']);
  });
});

describe('search in open chats', () => {
  test('is answered by the node, in one list with what is sealed', async () => {
    const general = anna.screen.app.chats.find(({ kind }) => kind === 'general')?.chat as ChatId;
    await founded('Both', [ben], 'lemur sealed');
    value(await anna.messenger.send(general, 'lemur for everybody', []));
    await finds(ben, 'lemur', ['lemur for everybody', 'lemur sealed']);
    await finds(ben, 'lemur', ['lemur for everybody'], { chat: general });
    expect((await search(ben, 'lemur')).unreachable).toBe(false);
  });

  test('whatever is asked is answered', async () => {
    for (const text of ['"', '*', 'NEAR(', "'; --", ') OR (', '\ud800'])
      expect((await search(anna, text)).more).toBeNull();
  });
});
