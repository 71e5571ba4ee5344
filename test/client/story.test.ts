// The messenger against a whole real node: signing up by OPAQUE, chats of every kind, and what each screen would see.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../protocol/bytes.ts';
import { createNodeMessenger } from '../../web/client/adapters/node.ts';
import { startNode, type TestNode } from '../nodes.ts';
import { smallPicture } from './picture.ts';
import { joinAt, passwordOf, Screen, value } from './screen.ts';

let acme: TestNode;
let anna: Screen;
let ben: Screen;

beforeAll(async () => {
  acme = await startNode();
  anna = await joinAt(acme, 'anna');
  ben = await joinAt(acme, 'ben');
});
afterAll(async () => {
  anna?.messenger.close();
  ben?.messenger.close();
  await acme?.end();
});

describe('at a real node', () => {
  test('who joins is online, sees the general chat, and is found by name', async () => {
    await anna.until(() => anna.app.connection === 'online' && anna.app.chats.some(({ kind }) => kind === 'general'));
    expect(anna.app.phase).toMatchObject({
      is: 'signed-in',
      me: { name: 'anna', administrator: true, orgName: 'acme' },
    });
    const [found] = value(await anna.messenger.searchPeople('be'));
    expect(found).toMatchObject({ name: 'ben', address: 'ben@acme.localhost', outsider: false });
  });

  test('a private chat with a welcome text reaches its members, named and coloured', async () => {
    const [found] = value(await anna.messenger.searchPeople('ben'));
    const members = found ? [found] : [];
    const chat = value(
      await anna.messenger.createPrivate({ name: 'Budget', colour: 'teal', members, welcome: 'Welcome!' }),
    );
    const line = await ben.until(() => ben.app.chats.find((each) => each.name === 'Budget' && each.unread === 1));
    expect(line).toMatchObject({
      chat,
      kind: 'private',
      name: 'Budget',
      colour: 'teal',
      standing: 'member',
      memberCount: 2,
    });
    const [hers, his] = [anna.open(chat), ben.open(chat)];
    await ben.until(() => his.lines().includes('Welcome!'));
    value(await ben.messenger.send(chat, 'Thank you', []));
    await anna.until(() => hers.lines().includes('Thank you'));
    expect(hers.lines()).toEqual(['created', 'joined', 'Welcome!', 'Thank you']);
    expect(hers.lines()).toEqual(his.lines());
    value(await ben.messenger.markRead(chat));
    await ben.until(() => ben.app.chats.find((each) => each.chat === chat)?.unread === 0);
    expect(hers.view).toMatchObject({ role: 'owner', can: { post: true, invite: true, look: true } });
    expect(his.view).toMatchObject({ role: 'member', can: { look: false } });
  });

  test('a new name, a role, an erased message and a removal are seen by all', async () => {
    const [found] = value(await anna.messenger.searchPeople('ben'));
    const who = found as NonNullable<typeof found>;
    const chat = value(
      await anna.messenger.createPrivate({ name: null, colour: 'plum', members: [who], welcome: 'one' }),
    );
    const [hers, his] = [anna.open(chat), ben.open(chat)];
    await ben.until(() => his.lines().includes('one'));
    await ben.until(() => ben.chat(chat)?.name === 'Plum chat');
    value(await anna.messenger.setLook(chat, { name: 'Renamed', colour: 'moss' }));
    await ben.until(() => ben.app.chats.find((each) => each.chat === chat)?.name === 'Renamed');
    const picture = smallPicture();
    value(await anna.messenger.setLook(chat, { name: 'Renamed', colour: 'moss', image: picture }));
    const shown = await ben.until(() => ben.chat(chat)?.image);
    expect(value(await ben.messenger.chatImage(chat))).toEqual({ type: 'image/webp', bytes: picture });
    value(await anna.messenger.setLook(chat, { name: 'Renamed again', colour: 'moss' }));
    await ben.until(() => ben.chat(chat)?.name === 'Renamed again');
    expect(ben.chat(chat)?.image).toBe(shown);
    const drawing = utf8('<svg xmlns="http://www.w3.org/2000/svg"/>');
    const hostile = await anna.messenger.setLook(chat, { name: null, colour: 'moss', image: drawing });
    expect(hostile).toMatchObject({ ok: false, refusal: { code: 'bad_input' } });
    value(await anna.messenger.setLook(chat, { name: 'Renamed', colour: 'moss', image: null }));
    await ben.until(() => ben.chat(chat)?.image === null);
    value(await anna.messenger.setRole(chat, who, 'moderator'));
    await ben.until(() => his.view?.role === 'moderator');
    const message = hers.view?.items.find((each) => each.is === 'message');
    value(await anna.messenger.erase(chat, message?.key ?? ''));
    await ben.until(() => his.lines().includes('erased'));
    value(await anna.messenger.remove(chat, who));
    await anna.until(() => hers.lines().includes('removed'));
    await ben.until(() => ben.app.chats.every((each) => each.chat !== chat || each.standing === 'ended'));
  });

  test('a direct chat is one for ever, and a public one is joined and left', async () => {
    const [found] = value(await ben.messenger.searchPeople('anna'));
    const who = found as NonNullable<typeof found>;
    const direct = value(await ben.messenger.openDirect(who));
    expect(value(await ben.messenger.openDirect(who))).toBe(direct);
    value(await ben.messenger.send(direct, 'psst', []));
    const line = await anna.until(() => anna.app.chats.find(({ preview }) => preview?.text === 'psst'));
    expect(line).toMatchObject({ chat: direct, kind: 'direct', unread: 1, name: 'ben', preview: { from: 'ben' } });

    const open = value(await anna.messenger.createPublic({ name: 'Lunch', members: [] }));
    expect(value(await ben.messenger.publicChats())).toMatchObject([{ chat: open, name: 'Lunch' }]);
    value(await ben.messenger.joinPublic(open));
    await ben.until(() => ben.app.chats.find((each) => each.chat === open && each.standing === 'member'));
    value(await ben.messenger.leave(open));
    await ben.until(() => ben.app.chats.every((each) => each.chat !== open || each.standing === 'ended'));
  });

  test('the password signs in at another place, and signing out there ends that place alone', async () => {
    const there = new Screen(createNodeMessenger({ baseUrl: acme.address, label: 'second' }));
    await there.until(() => there.app.phase.is === 'signed-out');
    expect(await there.messenger.signIn('anna', 'wrong')).toMatchObject({ ok: false, refusal: { code: 'bad_login' } });
    value(await there.messenger.signIn('anna', passwordOf('anna')));
    await there.until(() => there.app.connection === 'online' && there.app.chats.length > 1);
    value(await there.messenger.signOut(false));
    await there.until(() => there.app.phase.is === 'signed-out');
    expect(anna.app.phase.is).toBe('signed-in');
    there.messenger.close();
  });
});
