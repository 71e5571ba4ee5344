// What a person keeps for themselves, on two devices at a real node: what one decides the other shows, also what it missed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { createNodeMessenger } from '../../web/client/adapters/node.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { joinAt, passwordOf, Screen, value } from './screen.ts';

let acme: TestNode;
let anna: Screen;
let ben: Screen;
/** Another device of anna's. */
let other: Screen;
let chat: ChatId;

const line = (screen: Screen, id = chat) => screen.chat(id);

beforeAll(async () => {
  acme = await startNode();
  anna = await joinAt(acme, 'anna');
  ben = await joinAt(acme, 'ben');
  const messenger = createNodeMessenger({ baseUrl: acme.address, label: 'another' });
  other = new Screen(messenger);
  value(await messenger.signIn('anna', passwordOf('anna')));
  const [found] = value(await anna.messenger.searchPeople('ben'));
  chat = value(await anna.messenger.createPrivate({ ...LOOK, members: found ? [found] : [], welcome: 'Welcome!' }));
  await other.until(() => line(other));
});
afterAll(async () => {
  for (const screen of [anna, ben, other]) screen?.messenger.close();
  await acme?.end();
});

const LOOK = { name: 'Budget', colour: 'teal' } as const;

test('pinned, muted, levels and marks are on both devices at once', async () => {
  value(await anna.messenger.keep([{ chat, key: 'pinned', value: true }]));
  await anna.until(() => line(anna)?.pinned);
  await other.until(() => line(other)?.pinned);
  expect(other.app.chats[0]?.chat).toBe(chat);
  value(await other.messenger.keep([{ chat, key: 'mutedUntil', value: 'forever' }]));
  await anna.until(() => line(anna)?.mutedUntil === 'forever');
  value(await other.messenger.keep([{ chat, key: 'level', value: 'mentions' }]));
  await anna.until(() => line(anna)?.level === 'mentions');
  expect(line(ben)).toMatchObject({ pinned: false, mutedUntil: null, level: 'all' });
});

test('hidden until the next message, on both', async () => {
  value(await anna.messenger.hide(chat));
  await anna.until(() => !line(anna));
  await other.until(() => !line(other));
  value(await ben.messenger.send(chat, 'back again', []));
  await anna.until(() => line(anna));
  await other.until(() => line(other));
});

test('marked unread stays until the chat is read, on either device', async () => {
  value(await anna.messenger.markRead(chat));
  value(await anna.messenger.keep([{ chat, key: 'unread', value: true }]));
  await other.until(() => line(other)?.markedUnread);
  value(await other.messenger.markRead(chat));
  await anna.until(() => !line(anna)?.markedUnread && line(anna)?.unread === 0);
});

test('counts never stick: what one device reads, the other shows as read', async () => {
  for (const said of ['one', 'two', 'three']) value(await ben.messenger.send(chat, said, []));
  await anna.until(() => line(anna)?.unread === 3);
  await other.until(() => line(other)?.unread === 3);
  value(await other.messenger.markRead(chat));
  await anna.until(() => line(anna)?.unread === 0);
});

test('both decide at once and show the same in the end, and so does a device that comes later', async () => {
  const until = [1, 2, 3, 4].map((day) => Date.now() + day * 86_400_000);
  const deciding = until.flatMap((value) => [
    anna.messenger.keep([{ chat, key: 'mutedUntil', value }]),
    other.messenger.keep([{ chat, key: 'mutedUntil', value: value + 1 }]),
  ]);
  for (const answer of await Promise.all(deciding)) value(answer);
  const late = new Screen(createNodeMessenger({ baseUrl: acme.address, label: 'late' }));
  value(await late.messenger.signIn('anna', passwordOf('anna')));
  const shown = (screen: Screen) => line(screen)?.mutedUntil;
  await late.until(() => shown(late));
  await anna.until(() => shown(anna) === shown(other) && shown(anna) === shown(late));
  late.messenger.close();
});

test('settings of the account follow too', async () => {
  const settings = { zone: 'Asia/Tokyo', quiet: { from: 1320, to: 420 }, readMarkers: false, presence: false };
  value(await anna.messenger.keep([{ chat: null, key: 'settings', value: settings }]));
  await other.until(() => other.app.settings?.zone === 'Asia/Tokyo');
  expect(other.app.settings).toEqual(settings);
});
