// The messenger against a whole real node: signing up by OPAQUE, chats of every kind, and what each screen would see.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatId } from '../../protocol/ids.ts';
import { createNodeMessenger } from '../../web/client/adapters/node.ts';
import type { RunningMessenger } from '../../web/client/messenger.ts';
import type { Answer, AppView, ConversationView } from '../../web/client/model.ts';
import { joinRealNode, type RealNode, startRealNode } from './real-node.ts';

let acme: RealNode;
let anna: Screen;
let ben: Screen;

/** What a person's window shows, and waiting for it. */
class Screen {
  readonly messenger: RunningMessenger;
  app!: AppView;
  readonly #waiting = new Set<() => void>();

  constructor(messenger: RunningMessenger) {
    this.messenger = messenger;
    messenger.watchApp((app) => {
      this.app = app;
      this.#look();
    });
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }

  until<T>(found: () => T | undefined | false | null): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const value = found();
        if (!value) return;
        this.#waiting.delete(look);
        resolve(value);
      };
      this.#waiting.add(look);
      look();
    });
  }

  open(chat: ChatId): { view: () => ConversationView | null; texts: () => string[]; close: () => void } {
    let view: ConversationView | null = null;
    const close = this.messenger.watchConversation(chat, (seen) => {
      view = seen;
      this.#look();
    });
    const items = () => view?.items ?? [];
    return {
      view: () => view,
      texts: () => items().map((each) => (each.is === 'message' ? (each.text ?? each.instead ?? '') : each.what)),
      close,
    };
  }
}

function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.refusal.code} ${answer.refusal.detail ?? ''}`);
  return answer.value;
}

beforeAll(async () => {
  acme = await startRealNode('acme');
  anna = new Screen(await joinRealNode(acme, 'anna'));
  ben = new Screen(await joinRealNode(acme, 'ben'));
});
afterAll(async () => {
  anna?.messenger.close();
  ben?.messenger.close();
  await acme?.close();
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
    const line = await ben.until(() => ben.app.chats.find((each) => each.chat === chat && each.unread === 1));
    expect(line).toMatchObject({ kind: 'private', name: 'Budget', colour: 'teal', standing: 'member', memberCount: 2 });
    const [hers, his] = [anna.open(chat), ben.open(chat)];
    await ben.until(() => his.texts().includes('Welcome!'));
    value(await ben.messenger.send(chat, 'Thank you', []));
    await anna.until(() => hers.texts().includes('Thank you'));
    expect(hers.texts()).toEqual(['created', 'look', 'joined', 'Welcome!', 'Thank you']);
    expect(hers.texts()).toEqual(his.texts());
    value(await ben.messenger.markRead(chat));
    await ben.until(() => ben.app.chats.find((each) => each.chat === chat)?.unread === 0);
    expect(hers.view()).toMatchObject({ role: 'owner', can: { post: true, invite: true, look: true } });
    expect(his.view()).toMatchObject({ role: 'member', can: { look: false } });
  });

  test('a new name, a role, an erased message and a removal are seen by all', async () => {
    const [found] = value(await anna.messenger.searchPeople('ben'));
    const who = found as NonNullable<typeof found>;
    const chat = value(
      await anna.messenger.createPrivate({ name: null, colour: 'plum', members: [who], welcome: 'one' }),
    );
    const [hers, his] = [anna.open(chat), ben.open(chat)];
    await ben.until(() => his.texts().includes('one'));
    expect(ben.app.chats.find((each) => each.chat === chat)?.name).toBe('Plum chat');
    value(await anna.messenger.setLook(chat, { name: 'Renamed', colour: 'moss' }));
    await ben.until(() => ben.app.chats.find((each) => each.chat === chat)?.name === 'Renamed');
    value(await anna.messenger.setRole(chat, who, 'moderator'));
    await ben.until(() => his.view()?.role === 'moderator');
    const message = hers.view()?.items.find((each) => each.is === 'message');
    value(await anna.messenger.erase(chat, message?.key ?? ''));
    await ben.until(() => his.texts().includes('erased'));
    value(await anna.messenger.remove(chat, who));
    await anna.until(() => hers.texts().includes('removed'));
    await ben.until(() => ben.app.chats.every((each) => each.chat !== chat || each.standing === 'ended'));
  });

  test('a direct chat is one for ever, and a public one is joined and left', async () => {
    const [found] = value(await ben.messenger.searchPeople('anna'));
    const who = found as NonNullable<typeof found>;
    const direct = value(await ben.messenger.openDirect(who));
    expect(value(await ben.messenger.openDirect(who))).toBe(direct);
    value(await ben.messenger.send(direct, 'psst', []));
    const line = await anna.until(() => anna.app.chats.find((each) => each.chat === direct && each.unread === 1));
    expect(line).toMatchObject({ kind: 'direct', name: 'ben', preview: { from: 'ben', text: 'psst' } });

    const open = value(await anna.messenger.createPublic({ name: 'Lunch', members: [] }));
    expect(value(await ben.messenger.publicChats())).toMatchObject([{ chat: open, name: 'Lunch' }]);
    value(await ben.messenger.joinPublic(open));
    await ben.until(() => ben.app.chats.find((each) => each.chat === open && each.standing === 'member'));
    value(await ben.messenger.leave(open));
    await ben.until(() => ben.app.chats.every((each) => each.chat !== open || each.standing === 'ended'));
  });

  test('the password signs in at another place, and signing out there ends that place alone', async () => {
    const there = new Screen(createNodeMessenger({ baseUrl: acme.url, label: 'second' }));
    await there.until(() => there.app.phase.is === 'signed-out');
    expect(await there.messenger.signIn('anna', 'wrong')).toMatchObject({ ok: false, refusal: { code: 'bad_login' } });
    value(await there.messenger.signIn('anna', 'correct horse anna battery'));
    await there.until(() => there.app.connection === 'online' && there.app.chats.length > 1);
    value(await there.messenger.signOut(false));
    await there.until(() => there.app.phase.is === 'signed-out');
    expect(anna.app.phase.is).toBe('signed-in');
    there.messenger.close();
  });
});
