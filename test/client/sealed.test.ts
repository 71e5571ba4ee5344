// Sealed chats at real nodes (SEAL 4, 5): three organisations, people who come, leave and are removed, devices that come later.
import { join } from 'node:path';
import Connection from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { befriend, startNode, type TestNode } from '../nodes.ts';
import { type OpenChat, value } from './screen.ts';
import { anotherDevice, type Device, find, newDevice } from './sealed-screens.ts';

let nodes: TestNode[];
let [anna, ben, bob, cyd]: Device[] = [];
const all = new Set<Device>();

beforeAll(async () => {
  nodes = await Promise.all(['acme', 'globex', 'initech'].map((name) => startNode({ name })));
  const [acme, globex, initech] = nodes as [TestNode, TestNode, TestNode];
  anna = await device(newDevice(acme, 'anna'));
  ben = await device(newDevice(acme, 'ben'));
  bob = await device(newDevice(globex, 'bob'));
  cyd = await device(newDevice(initech, 'cyd'));
  await befriend(acme, globex);
  await befriend(acme, initech);
  await befriend(globex, initech);
  for (const each of [anna, bob, cyd]) {
    value(await each.messenger.admin('PATCH /api/v1/admin/network', { body: { directory: 'search' } }));
  }
});
afterEach(() => {
  for (const each of all) expect(each.faults, each.name).toEqual([]);
});
afterAll(async () => {
  for (const each of all) each.stop();
  for (const each of nodes ?? []) await each.end();
});

async function device(made: Promise<Device>): Promise<Device> {
  const done = await made;
  all.add(done);
  return done;
}

const texts = (open: OpenChat) =>
  (open.view?.items ?? []).flatMap((each) => (each.is === 'message' ? [each.text ?? each.instead ?? ''] : []));
const reads = (who: Device, open: OpenChat, text: string) => who.screen.until(() => texts(open).includes(text));

async function founded(name: string, others: readonly Device[], welcome = 'welcome'): Promise<ChatId> {
  const members = await Promise.all(others.map((each) => find(anna as Device, each.name)));
  const chat = value(await (anna as Device).messenger.createPrivate({ name, colour: 'teal', members, welcome }));
  for (const each of others) {
    await each.screen.until(() => each.screen.chat(chat)?.name === name);
    if (each.screen.chat(chat)?.standing === 'invited') value(await each.messenger.accept(chat));
    await each.screen.until(() => each.screen.chat(chat)?.standing === 'member');
  }
  return chat;
}

async function say(who: Device, chat: ChatId, text: string): Promise<void> {
  value(await who.messenger.send(chat, text, []));
}

describe('a sealed chat of three organisations', () => {
  test('is read by all of its members, and written by all', async () => {
    const chat = await founded('Three', [ben, bob, cyd] as Device[]);
    const open = [anna, ben, bob, cyd].map((each) => [each, (each as Device).screen.open(chat)] as [Device, OpenChat]);
    for (const [each] of open) await say(each, chat, `by ${each.name}`);
    for (const [each, seen] of open) {
      for (const [author] of open) await reads(each, seen, `by ${author.name}`);
      await reads(each, seen, 'welcome');
      expect(each.screen.chat(chat)?.seal).toBe('sealed');
      seen.close();
    }
  });

  test('is closed to whoever was removed, and goes on with other keys', async () => {
    const chat = await founded('Removal', [bob, cyd] as Device[]);
    const [hers, his, theirs] = [anna, bob, cyd].map((each) => (each as Device).screen.open(chat)) as OpenChat[];
    await say(cyd as Device, chat, 'before');
    await reads(bob as Device, his as OpenChat, 'before');
    value(await (anna as Device).messenger.remove(chat, await find(anna as Device, 'bob')));
    await (bob as Device).screen.until(() => (bob as Device).screen.chat(chat)?.standing !== 'member');
    await say(anna as Device, chat, 'after');
    await say(cyd as Device, chat, 'after too');
    await reads(cyd as Device, theirs as OpenChat, 'after');
    await reads(anna as Device, hers as OpenChat, 'after too');
    expect(texts(his as OpenChat)).toEqual(['welcome', 'before']);
  });

  test('changes its keys after somebody has left, without anybody asking', async () => {
    const chat = await founded('Leaving', [bob, cyd] as Device[]);
    const [hers, , theirs] = [anna, bob, cyd].map((each) => (each as Device).screen.open(chat)) as OpenChat[];
    value(await (bob as Device).messenger.leave(chat));
    await (anna as Device).screen.until(() => hers?.lines().includes('left'));
    await say(cyd as Device, chat, 'just us');
    await reads(anna as Device, hers as OpenChat, 'just us');
    await say(anna as Device, chat, 'indeed');
    await reads(cyd as Device, theirs as OpenChat, 'indeed');
  });
});

describe('the past', () => {
  async function withPast(): Promise<ChatId> {
    const chat = await founded('Past', [cyd] as Device[], 'one');
    const seen = (anna as Device).screen.open(chat);
    for (const text of ['two', 'three']) await say(anna as Device, chat, text);
    await reads(anna as Device, seen, 'three');
    await (anna as Device).screen.until(
      () => seen.view?.items.filter((each) => each.is === 'message' && each.state.is === 'stored').length === 3,
    );
    seen.close();
    return chat;
  }

  test('is closed to a newcomer to whom nothing was granted', async () => {
    const chat = await withPast();
    value(await (anna as Device).messenger.invite(chat, [await find(anna as Device, 'bob')], 'member'));
    await (bob as Device).screen.until(() => (bob as Device).screen.chat(chat)?.name === 'Past');
    value(await (bob as Device).messenger.accept(chat));
    const his = (bob as Device).screen.open(chat);
    await say(anna as Device, chat, 'four');
    await reads(bob as Device, his, 'four');
    expect(texts(his)).toEqual(['four']);
  });

  test('is opened whole, and as far as whole segments that hold the last messages', async () => {
    const chat = await withPast();
    const whole = value(await (anna as Device).messenger.historyReach(chat, { is: 'all' }));
    expect(whole).toMatchObject({ count: 3, all: true, limited: false });
    expect(value(await (anna as Device).messenger.historyReach(chat, { is: 'none' }))).toMatchObject({ count: 0 });
    expect(value(await (anna as Device).messenger.historyReach(chat, { is: 'last', count: 2 })).count).toBe(3);
    const [toBob, toBen] = [await find(anna as Device, 'bob'), await find(anna as Device, 'ben')];
    value(await (anna as Device).messenger.invite(chat, [toBob], 'member', { is: 'all' }));
    await (bob as Device).screen.until(() => (bob as Device).screen.chat(chat)?.name === 'Past');
    value(await (bob as Device).messenger.accept(chat));
    const his = (bob as Device).screen.open(chat);
    for (const text of ['one', 'two', 'three']) await reads(bob as Device, his, text);
    await say(bob as Device, chat, 'four');
    const hers = (anna as Device).screen.open(chat);
    await reads(anna as Device, hers, 'four');
    // The invitation began a segment, which holds the last message alone.
    expect(value(await (anna as Device).messenger.historyReach(chat, { is: 'last', count: 1 })).count).toBe(1);
    value(await (anna as Device).messenger.invite(chat, [toBen], 'member', { is: 'last', count: 1 }));
    await (ben as Device).screen.until(() => (ben as Device).screen.chat(chat)?.standing === 'member');
    const bens = (ben as Device).screen.open(chat);
    await reads(ben as Device, bens, 'four');
    expect(texts(bens)).toEqual(['four']);
    value(await (anna as Device).messenger.grantHistory(chat, toBen, { is: 'all' }));
    await reads(ben as Device, bens, 'one');
  });
});

describe('devices', () => {
  test('read the same, and a new one writes after the chat knows it', async () => {
    const chat = await founded('Devices', [bob, cyd] as Device[]);
    const first = (anna as Device).screen.open(chat);
    await say(bob as Device, chat, 'hello');
    await reads(anna as Device, first, 'hello');
    const other = await device(anotherDevice(anna as Device));
    await other.screen.until(() => other.screen.chat(chat)?.name === 'Devices');
    const second = other.screen.open(chat);
    await reads(other, second, 'hello');
    await say(other, chat, 'from elsewhere');
    const his = (bob as Device).screen.open(chat);
    await reads(bob as Device, his, 'from elsewhere');
    await reads(anna as Device, first, 'from elsewhere');
    expect(texts(second)).toEqual(texts(first));
    expect(texts(his)).toEqual(texts(first));
  });

  test('that were away while much changed find every key again', async () => {
    const chat = await founded('Away', [bob, cyd] as Device[]);
    const theirs = (cyd as Device).screen.open(chat);
    await reads(cyd as Device, theirs, 'welcome');
    theirs.close();
    (cyd as Device).stop();
    const who = await find(anna as Device, 'ben');
    for (let turn = 0; turn < 50; turn++) {
      value(await (anna as Device).messenger.invite(chat, [who], 'member'));
      await say(anna as Device, chat, `turn ${turn}`);
      value(await (anna as Device).messenger.setRole(chat, who, 'moderator'));
      value(await (anna as Device).messenger.remove(chat, who));
    }
    (cyd as Device).start();
    const again = (cyd as Device).screen.open(chat);
    for (let turn = 0; turn < 50; turn++) await reads(cyd as Device, again, `turn ${turn}`);
    await say(cyd as Device, chat, 'back');
    const hers = (anna as Device).screen.open(chat);
    await reads(anna as Device, hers, 'back');
  }, 240_000);
});

describe('keys that the own node has lost or spoilt', () => {
  /** What globex keeps of its people's wraps, changed behind its back. */
  function spoil(sql: string): void {
    const database = new Connection(join((nodes[1] as TestNode).folder, 'node.db'));
    database.exec(sql);
    database.close();
  }

  test.each([
    ['lost', 'DELETE FROM ownWrap'],
    ['spoilt', 'UPDATE ownWrap SET sealed = randomblob(length(sealed))'],
  ])('come again from others: %s', async (name, sql) => {
    const chat = await founded(name, [bob, cyd] as Device[]);
    const his = (bob as Device).screen.open(chat);
    await reads(bob as Device, his, 'welcome');
    his.close();
    spoil(sql);
    const other = await device(anotherDevice(bob as Device));
    const seen = other.screen.open(chat);
    await reads(other, seen, 'welcome');
    await say(other, chat, 'healed');
    const theirs = (cyd as Device).screen.open(chat);
    await reads(cyd as Device, theirs, 'healed');
    for (const each of [seen, theirs]) each.close();
  });
});

describe('while the hub is away', () => {
  test('the others write on, and what is pending is done when it is back', async () => {
    const chat = await founded('Away hub', [bob, cyd] as Device[]);
    const [his, theirs] = [bob, cyd].map((each) => (each as Device).screen.open(chat)) as [OpenChat, OpenChat];
    await reads(bob as Device, his, 'welcome');
    await reads(cyd as Device, theirs, 'welcome');
    const acme = nodes[0] as TestNode;
    await acme.node.close();
    await say(bob as Device, chat, 'meanwhile');
    await reads(cyd as Device, theirs, 'meanwhile');
    value(await (cyd as Device).messenger.leave(chat));
    await acme.restart();
    const hers = (anna as Device).screen.open(chat);
    await reads(anna as Device, hers, 'meanwhile');
    await (bob as Device).screen.until(() => his.lines().includes('left'));
    await say(bob as Device, chat, 'two of us');
    await reads(anna as Device, hers, 'two of us');
    await (anna as Device).screen.until(() => hers.view?.seal?.changesWith === null);
  });
});
