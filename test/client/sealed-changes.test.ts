// What changes a member's keys in sealed chats (SEAL 3.3, 4.5, 4.6, 5.5): a place that is signed out, an account that is reset, and a
// chat from before sealing.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ALL_RULES } from '../../protocol/chat/validity.ts';
import type { ChatId } from '../../protocol/ids.ts';
import { befriend, startNode, type TestNode, value as unwrap } from '../nodes.ts';
import { CLEAR_RULES } from '../world/rules.ts';
import { foundClear } from './clear-chat.ts';
import { type OpenChat, passwordOf, value } from './screen.ts';
import { anotherDevice, Device, find, newDevice } from './sealed-screens.ts';

let acme: TestNode;
let globex: TestNode;
let anna: Device;
let bob: Device;
const all = new Set<Device>();

async function device(made: Promise<Device>): Promise<Device> {
  const done = await made;
  all.add(done);
  return done;
}

beforeAll(async () => {
  [acme, globex] = [await startNode(), await startNode({ name: 'globex' })];
  [anna, bob] = [await device(newDevice(acme, 'anna')), await device(newDevice(globex, 'bob'))];
  await befriend(acme, globex);
  for (const each of [anna, bob]) {
    value(await each.messenger.admin('PATCH /api/v1/admin/network', { body: { directory: 'search' } }));
  }
});
afterEach(() => {
  for (const each of all) expect(each.faults, each.name).toEqual([]);
});
afterAll(async () => {
  for (const each of all) each.stop();
  for (const each of [acme, globex]) await each?.end();
});

const texts = (open: OpenChat) =>
  (open.view?.items ?? []).flatMap((each) => (each.is === 'message' ? [each.text ?? each.instead ?? ''] : []));
const reads = (who: Device, open: OpenChat, text: string) => who.screen.until(() => texts(open).includes(text));

async function withBob(name: string): Promise<ChatId> {
  const members = [await find(anna, 'bob')];
  const chat = value(await anna.messenger.createPrivate({ name, colour: 'teal', members, welcome: 'welcome' }));
  await bob.screen.until(() => bob.screen.chat(chat)?.name === name);
  value(await bob.messenger.accept(chat));
  return chat;
}

describe('keys of a member change', () => {
  test('when a place is signed out: every chat gets the new ones, and other secrets', async () => {
    const chat = await withBob('Places');
    const [hers, his] = [anna.screen.open(chat), bob.screen.open(chat)];
    await reads(bob, his, 'welcome');
    const other = await device(anotherDevice(anna));
    const seen = other.screen.open(chat);
    await reads(other, seen, 'welcome');
    const places = value(await anna.messenger.devices());
    const there = places.find(({ here }) => !here);
    value(await anna.messenger.removeDevice(there?.device as never));
    await other.screen.until(() => other.screen.app.phase.is === 'signed-out');
    value(await bob.messenger.send(chat, 'not there', []));
    await reads(anna, hers, 'not there');
    value(await anna.messenger.send(chat, 'nor this', []));
    await reads(bob, his, 'nor this');
    const again = await device(anotherDevice(anna));
    const third = again.screen.open(chat);
    for (const text of ['welcome', 'not there', 'nor this']) await reads(again, third, text);
    again.stop();
  });

  test('when an account is reset: nothing opens for it until somebody admits it, and then nothing older', async () => {
    const chat = await withBob('Reset');
    const [hers, his] = [anna.screen.open(chat), bob.screen.open(chat)];
    await reads(bob, his, 'welcome');
    const me = bob.me;
    bob.stop();
    all.delete(bob);
    const link = unwrap(await globex.node.core.accounts.links.makeFor(me.account, null));
    bob = new Device(globex, 'bob');
    all.add(bob);
    value(await bob.messenger.join(link.token, 'bob', 'bob', passwordOf('bob again')));
    await bob.screen.until(() => bob.screen.app.phase.is === 'locked');
    value(await bob.messenger.startOver());
    const phase = await bob.screen.until(() => bob.screen.app.phase.is === 'recovery' && bob.screen.app.phase);
    value(await bob.messenger.keepRecoveryCode((phase as { code: string }).code));
    await anna.screen.until(() => hers.view?.members.some(({ waitsFor }) => waitsFor === 'readmit'));
    value(await anna.messenger.send(chat, 'while out', []));
    // What waits for its key is sealed when it goes, and would go to whoever is in by then.
    const isOut = () =>
      hers.view?.items.some((each) => each.is === 'message' && each.text === 'while out' && each.state.is === 'stored');
    await anna.screen.until(isOut);
    const again = bob.screen.open(chat);
    await bob.screen.until(() => again.view?.seal?.keyWait?.is === 'readmit');
    value(await anna.messenger.readmit(chat, me));
    await bob.screen.until(() => again.lines().includes('readmitted'));
    value(await anna.messenger.send(chat, 'back in', []));
    await reads(bob, again, 'back in');
    value(await bob.messenger.send(chat, 'thanks', []));
    await reads(anna, hers, 'thanks');
    expect(texts(again)).not.toContain('welcome');
    expect(texts(again)).not.toContain('while out');
    // Whoever knew the former keys is warned of the new ones.
    await anna.screen.until(() => hers.view?.members.some(({ person }) => person.identity === 'changed'));
  });
});

describe('an invitation of somebody whose node is away', () => {
  test('says so, and shows the chat as soon as that node answers: nobody has to accept first', async () => {
    const initech = await startNode({ name: 'initech' });
    const ivy = await device(newDevice(initech, 'ivy'));
    await befriend(acme, initech);
    value(await ivy.messenger.admin('PATCH /api/v1/admin/network', { body: { directory: 'search' } }));
    const members = [await find(anna, 'ivy')];
    await initech.node.close();
    const chat = value(
      await anna.messenger.createPrivate({ name: 'Late', colour: 'teal', members, welcome: 'welcome' }),
    );
    const hers = anna.screen.open(chat);
    const waits = () => hers.view?.members.find(({ person }) => person.account === ivy.me.account)?.waitsFor;
    await anna.screen.until(() => waits() === 'answer');
    expect(await anna.messenger.openDirect(ivy.me)).toMatchObject({ refusal: { code: 'not_connected' } });
    await initech.restart();
    await anna.screen.until(() => waits() === 'person');
    await ivy.screen.until(() => ivy.screen.chat(chat)?.name === 'Late');
    expect(ivy.screen.chat(chat)?.standing).toBe('invited');
    value(await ivy.messenger.accept(chat));
    const seen = ivy.screen.open(chat);
    await reads(ivy, seen, 'welcome');
    expect(seen.lines()).not.toContain('keyed');
    ivy.stop();
    all.delete(ivy);
    await initech.end();
  });
});

describe('a chat from before sealing', () => {
  test('goes on in a sealed one with the same name and members', async () => {
    const options = { name: 'initech', rules: CLEAR_RULES };
    const initech = await startNode(options);
    const ivy = await device(newDevice(initech, 'ivy'));
    const before = await foundClear(await initech.person('old'), 'Old', ivy.me);
    options.rules = ALL_RULES;
    await initech.restart();
    await ivy.screen.until(() => ivy.screen.chat(before)?.seal === 'not-sealed');
    await ivy.screen.until(() => ivy.screen.chat(before)?.name === 'Old');
    const after = value(await ivy.messenger.continueSealed(before));
    expect(after).not.toBe(before);
    await ivy.screen.until(() => ivy.screen.chat(after)?.name === 'Old' && ivy.screen.chat(after)?.seal === 'sealed');
    ivy.stop();
    all.delete(ivy);
    await initech.end();
  });
});
