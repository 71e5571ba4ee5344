// What people say of messages (SEAL 5.3) at real nodes: replies, edits, reactions, pins and erasures, in sealed chats across two
// organisations, on two devices of one person, offline and back.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import type { MessageView } from '../../web/client/model.ts';
import type { Target } from '../../web/client/said.ts';
import { befriend, startNode, type TestNode } from '../nodes.ts';
import { type OpenChat, value } from './screen.ts';
import { anotherDevice, type Device, find, newDevice } from './sealed-screens.ts';

let nodes: TestNode[];
let anna: Device;
let annaToo: Device;
let bob: Device;
let chat: ChatId;
let [hers, hersToo, his]: OpenChat[] = [];

beforeAll(async () => {
  nodes = await Promise.all(['acme', 'globex'].map((name) => startNode({ name })));
  const [acme, globex] = nodes as [TestNode, TestNode];
  anna = await newDevice(acme, 'anna');
  bob = await newDevice(globex, 'bob');
  await befriend(acme, globex);
  for (const each of [anna, bob]) {
    value(await each.messenger.admin('PATCH /api/v1/admin/network', { body: { directory: 'search' } }));
  }
  const members = [await find(anna, 'bob')];
  chat = value(await anna.messenger.createPrivate({ name: 'Talk', colour: 'teal', members, welcome: 'welcome' }));
  await bob.screen.until(() => bob.screen.chat(chat)?.standing === 'invited');
  value(await bob.messenger.accept(chat));
  await bob.screen.until(() => bob.screen.chat(chat)?.standing === 'member');
  annaToo = await anotherDevice(anna);
  [hers, hersToo, his] = [anna, annaToo, bob].map((each) => each.screen.open(chat));
  for (const [who, open] of screens()) await who.screen.until(() => find1(open, 'welcome'));
});
afterEach(() => {
  for (const each of [anna, annaToo, bob]) expect(each.faults, each.name).toEqual([]);
});
afterAll(async () => {
  for (const each of [anna, annaToo, bob]) each?.stop();
  for (const each of nodes ?? []) await each.end();
});

const screens = () =>
  [
    [anna, hers],
    [annaToo, hersToo],
    [bob, his],
  ] as [Device, OpenChat][];
const messages = (open: OpenChat) => (open.view?.items ?? []).filter((each) => each.is === 'message');
const find1 = (open: OpenChat, text: string) => messages(open).find((each) => each.text === text);
const byId = (open: OpenChat, { entry }: Target) => messages(open).find((each) => each.entryId === entry);
const targetOf = ({ entryId, author }: MessageView): Target => ({
  entry: entryId,
  org: author.org,
  account: author.account,
});

async function said(who: Device, text: string): Promise<Target> {
  value(await who.messenger.send(chat, text, []));
  for (const [each, open] of screens()) {
    await each.screen.until(() => find1(open, text)?.state.is === 'stored' && find1(open, text));
  }
  return targetOf(find1(hers as OpenChat, text) as MessageView);
}

/** On all screens, or never. */
async function everywhere(target: Target, is: (message: MessageView) => unknown): Promise<void> {
  for (const [who, open] of screens()) {
    await who.screen.until(() => {
      const message = byId(open, target);
      return message && is(message);
    });
  }
}

describe('in a sealed chat of two organisations', () => {
  test('an answer quotes what it answers, and the quote is as that is now', async () => {
    const target = await said(anna, 'when?');
    const entry = { ...target, hlc: byId(his as OpenChat, target)?.hlc ?? 0 };
    value(await bob.messenger.send(chat, 'at nine', [], undefined, { replyTo: entry }));
    await anna.screen.until(() => find1(hers as OpenChat, 'at nine')?.replyTo?.text === 'when?');
    value(await anna.messenger.edit(chat, target, 'when and where?', []));
    await bob.screen.until(() => find1(his as OpenChat, 'at nine')?.replyTo?.text === 'when and where?');
    const quote = find1(hersToo as OpenChat, 'at nine')?.replyTo;
    expect(quote).toMatchObject({ target, author: { name: 'anna' }, instead: null });
  });

  test('edits of two devices at once end the same everywhere, marked, with the earlier texts', async () => {
    const target = await said(anna, 'draft');
    const both = [
      anna.messenger.edit(chat, target, 'by one', []),
      annaToo.messenger.edit(chat, target, 'by the other', []),
    ];
    for (const answer of await Promise.all(both)) value(answer);
    const isDone = ({ edited, strays }: MessageView) => edited?.earlier.length === 2 && strays.length === 0;
    await everywhere(target, isDone);
    const last = screens().map(([, open]) => byId(open, target)?.text);
    expect(new Set(last).size).toBe(1);
    expect(byId(his as OpenChat, target)?.edited?.earlier[0]).toMatchObject({ text: 'draft' });
    await bob.screen.until(() => bob.screen.chat(chat)?.preview?.text === last[0]);
  });

  test('nobody edits what another wrote', async () => {
    const target = await said(anna, 'mine');
    const refused = await bob.messenger.edit(chat, target, 'yours', []);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'not_allowed' } });
  });

  test('reactions are counted by person, taken back, and are no news', async () => {
    const target = await said(anna, 'who comes?');
    value(await bob.messenger.markRead(chat));
    await bob.screen.until(() => bob.screen.chat(chat)?.unread === 0);
    value(await anna.messenger.react(chat, target, '👍', true));
    value(await annaToo.messenger.react(chat, target, '🎉', true));
    value(await bob.messenger.react(chat, target, '👍', true));
    await everywhere(target, ({ reactions }) => reactions.length === 2 && reactions[0]?.people.length === 2);
    expect(byId(his as OpenChat, target)?.reactions[0]).toMatchObject({ emoji: '👍', own: true });
    value(await annaToo.messenger.react(chat, target, '👍', false));
    await everywhere(target, ({ reactions }) => reactions.find(({ emoji }) => emoji === '👍')?.people.length === 1);
    expect(bob.screen.chat(chat)).toMatchObject({ unread: 0, preview: { text: 'who comes?' } });
    expect(await bob.messenger.react(chat, target, 'no emoji', true)).toMatchObject({ refusal: { code: 'bad_input' } });
  });

  test('what is pinned is listed, until somebody unpins it', async () => {
    const target = await said(bob, 'the address');
    value(await anna.messenger.pin(chat, target, true));
    await everywhere(target, ({ pinnedBy }) => pinnedBy?.name === 'anna');
    expect(his?.view?.pins).toMatchObject([{ target, text: 'the address', by: { name: 'anna' } }]);
    value(await bob.messenger.pin(chat, target, false));
    await everywhere(target, ({ pinnedBy }) => pinnedBy === null);
    expect(hers?.view?.pins).toEqual([]);
  });

  test('what is erased is gone with its edits, at all nodes, and its author is told who has confirmed it', async () => {
    const target = await said(bob, 'a secret');
    value(await bob.messenger.edit(chat, target, 'another secret', []));
    await everywhere(target, ({ text }) => text === 'another secret');
    value(await bob.messenger.erase(chat, byId(his as OpenChat, target)?.key ?? ''));
    await everywhere(target, ({ instead, text }) => instead === 'erased' && text === null);
    await bob.screen.until(() => byId(his as OpenChat, target)?.erasure?.delivery.every(({ has }) => has));
    expect(byId(hers as OpenChat, target)?.erasure).toMatchObject({ by: { name: 'bob' }, delivery: [] });
    for (const [who] of screens()) {
      const kept = JSON.stringify(await who.store.list('entry/'));
      expect(kept.match(/"body":null/g)?.length, who.name).toBe(2);
    }
    expect(await bob.messenger.edit(chat, target, 'again', [])).toMatchObject({ refusal: { code: 'not_found' } });
    // A device that has seen nothing of it is shown one erased message, and none for its edit.
    const fresh = await anotherDevice(bob);
    const open = fresh.screen.open(chat);
    await fresh.screen.until(
      () => open.view?.loading === false && byId(open, target) === undefined && find1(open, 'welcome'),
    );
    expect(messages(open).filter(({ instead }) => instead === 'erased')).toHaveLength(1);
    fresh.stop();
  });

  test('what is written offline waits, says so, and ends the same on both devices', async () => {
    const target = await said(anna, 'before');
    await (nodes[0] as TestNode).whileDown(async () => {
      value(await anna.messenger.edit(chat, target, 'written offline', []));
      value(await annaToo.messenger.react(chat, target, '🙂', true));
      value(await annaToo.messenger.edit(chat, target, 'written offline too', []));
      for (const [who, open] of screens().slice(0, 2)) {
        await who.screen.until(() => byId(open, target)?.strays.some(({ what }) => what === 'edit'));
      }
      expect(byId(hers as OpenChat, target)).toMatchObject({ text: 'written offline' });
      expect(byId(his as OpenChat, target)).toMatchObject({ text: 'before', edited: null });
    });
    await everywhere(target, ({ edited, strays, reactions }) => {
      return edited?.earlier.length === 2 && strays.length === 0 && reactions.length === 1;
    });
    expect(new Set(screens().map(([, open]) => byId(open, target)?.text)).size).toBe(1);
  });
});
