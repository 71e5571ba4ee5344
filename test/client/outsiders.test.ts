// Two organisations, each with its own real node: an invitation across, delivery per organisation, an outage shown truthfully.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import type { PersonView } from '../../web/client/model.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { joinAt, type OpenChat, type Screen, value } from './screen.ts';

let acme: TestNode;
let globex: TestNode;
let anna: Screen;
let bob: Screen;
let chat: ChatId;
let [hers, his]: OpenChat[] = [];

beforeAll(async () => {
  [acme, globex] = [await startNode(), await startNode({ name: 'globex' })];
  [anna, bob] = [await joinAt(acme, 'anna'), await joinAt(globex, 'bob')];
  const { ticket } = value(await anna.messenger.admin<{ ticket: string }>('POST /api/v1/admin/peers/invite', {}));
  value(await bob.messenger.admin('POST /api/v1/admin/peers', { body: { ticket } }));
  for (const each of [anna, bob]) {
    value(await each.messenger.admin('PATCH /api/v1/admin/network', { body: { directory: 'search' } }));
  }
});
afterAll(async () => {
  for (const each of [anna, bob]) each?.messenger.close();
  for (const each of [acme, globex]) await each?.end();
});

/** Partners are asked each time, and may be slow to answer: asked again until there is somebody. */
async function find(by: Screen, name: string): Promise<PersonView> {
  for (;;) {
    const [found] = value(await by.messenger.searchPeople(name));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const stored = () => hers?.view?.items.findLast((each) => each.is === 'message' && each.state.is === 'stored');
const delivery = () => {
  const item = stored();
  return item?.is === 'message' ? item.delivery : [];
};

describe('a private chat across organisations', () => {
  test('is offered to the outsider, who takes it up and reads what was written since the invitation', async () => {
    const members = [await find(anna, 'bob')];
    expect(members).toMatchObject([{ name: 'bob', orgName: 'globex', outsider: true }]);
    chat = value(
      await anna.messenger.createPrivate({ name: 'Deal', colour: 'rust', members, welcome: 'Welcome, Bob' }),
    );
    hers = anna.open(chat);
    // The names of who is new come right after the line.
    await bob.until(() => bob.chat(chat)?.invitedBy?.name === 'anna' && bob.chat(chat)?.name === 'Deal');
    const line = { standing: 'invited', name: 'Deal', invitedBy: { orgName: 'acme', outsider: true } };
    expect(bob.chat(chat)).toMatchObject(line);
    const invited = () => hers?.view?.members.find(({ accepted }) => !accepted);
    await anna.until(() => invited()?.waitsFor === 'person');
    value(await anna.messenger.withdraw(chat, invited()?.person as PersonView));
    await anna.until(() => invited() === undefined);
    value(await anna.messenger.invite(chat, members, 'member'));
    await anna.until(() => invited()?.waitsFor === 'person');
    await bob.until(() => bob.chat(chat)?.standing === 'invited');
    value(await anna.messenger.send(chat, 'Welcome back, Bob', []));
    value(await bob.messenger.accept(chat));
    await bob.until(() => bob.chat(chat)?.standing === 'member');
    expect(bob.chat(chat)?.acceptedFrom).toBeNull();
    his = bob.open(chat);
    await bob.until(() => his?.lines().includes('Welcome back, Bob'));
    await anna.until(() => hers?.lines().includes('joined'));
    expect(anna.chat(chat)?.outside).toMatchObject([{ name: 'globex' }]);
  });

  test('shows under an own message which organisation has it', async () => {
    value(await anna.messenger.send(chat, 'Do you have it?', []));
    await bob.until(() => his?.lines().includes('Do you have it?'));
    await anna.until(() => delivery().length === 1 && delivery().every(({ has }) => has));
    expect(delivery()).toMatchObject([{ organisation: { name: 'globex' }, has: true }]);
    value(await bob.messenger.send(chat, 'Yes', []));
    await anna.until(() => hers?.lines().includes('Yes'));
  });

  test('is taken up without asking, and told so, where the administrator trusts the organisation that invites', async () => {
    const org = anna.app.organisations.find(({ own }) => own)?.org ?? '';
    const route = 'PATCH /api/v1/admin/peers/:org';
    value(await bob.messenger.admin(route, { params: { org }, body: { autoAccept: true } }));
    await bob.until(() => bob.app.connection === 'online');
    const members = [await find(anna, 'bob')];
    const trusted = value(await anna.messenger.createPrivate({ name: 'Quick', colour: 'teal', members, welcome: '' }));
    const line = await bob.until(() => bob.chat(trusted)?.standing === 'member' && bob.chat(trusted));
    await bob.until(() => bob.chat(trusted)?.acceptedFrom?.name === 'acme');
    expect(line?.chat).toBe(trusted);
    const there = anna.open(trusted);
    await anna.until(() => there.lines().includes('joined'));
    value(await bob.messenger.admin(route, { params: { org }, body: { autoAccept: false } }));
    const asked = value(await anna.messenger.createPrivate({ name: 'Slow', colour: 'teal', members, welcome: '' }));
    await bob.until(() => bob.chat(asked)?.name === 'Slow');
    expect(bob.chat(asked)?.standing).toBe('invited');
  });

  test('says truly that an organisation does not have it while its node is away, and that it has it after', async () => {
    await globex.node.close();
    await anna.until(() => anna.app.organisations.some(({ own, reachable }) => !own && !reachable));
    value(await anna.messenger.send(chat, 'Are you there?', []));
    await anna.until(() => {
      const item = stored();
      return item?.is === 'message' && item.text === 'Are you there?';
    });
    expect(delivery()).toMatchObject([{ organisation: { name: 'globex', reachable: false }, has: false }]);
    await globex.restart();
    await anna.until(() => delivery().every(({ has }) => has));
    await bob.until(() => his?.lines().includes('Are you there?'));
  });
});
