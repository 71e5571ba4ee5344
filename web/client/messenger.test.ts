import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOB, CHAT, FakeNode, ME, MY_LOG } from '../../test/client/fake-node.ts';
import { TestPerson } from '../../test/client/person.ts';
import { createWorld, type World } from '../../test/client/world.ts';
import { KEPT_ENTRIES } from './entries.ts';
import { newEntryId } from './entry-id.ts';

let world: World;
let node: FakeNode;
let anna: TestPerson;

beforeEach(() => {
  world = createWorld(1);
  node = new FakeNode(world);
  anna = new TestPerson(world, node);
});

afterEach(() => {
  anna.messenger.close();
  expect(anna.faults).toEqual([]);
});

const send = (text: string) => anna.messenger.send(CHAT, text, []);

describe('a conversation', () => {
  test('begins with what the node has, and goes on with what is pushed', async () => {
    node.bobWrites('before');
    await anna.start().online();
    node.bobWrites('after');
    await world.rest();
    expect(anna.texts()).toEqual(['before', 'after']);
    expect(anna.app.chats).toMatchObject([
      { chat: CHAT, name: 'Rust chat', unread: 2, preview: { from: 'Bob', text: 'after' }, memberCount: 2 },
    ]);
    expect(anna.conversation).toMatchObject({ hasOlder: false, can: { post: true, invite: true, leave: true } });
    expect(anna.messages().map(({ firstUnread }) => firstUnread)).toEqual([true, false]);
  });

  test('an own message goes from sending to stored under one key, and nothing else becomes a new object', async () => {
    node.bobWrites('hello');
    await anna.start().online();
    const before = anna.messages()[0];
    await send('hi');
    expect(anna.app.outbox).toBe(0);
    await world.until(() => anna.messages().length === 2 && anna.messages()[1]?.state.is === 'stored');
    const [first, own] = anna.messages();
    expect(first).toBe(before);
    expect(own).toMatchObject({ own: true, text: 'hi', key: `${ME.org}/${ME.account}/${own?.entryId}` });
    expect(node.submissions).toBe(1);
  });

  test('reading sets unread to nothing, here and on other devices', async () => {
    node.bobWrites('one');
    const other = new TestPerson(world, node).start();
    await anna.start().online();
    await other.online();
    expect((await anna.messenger.markRead(CHAT)).ok).toBe(true);
    await world.rest();
    expect(anna.app.chats[0]?.unread).toBe(0);
    expect(other.app.chats[0]?.unread).toBe(0);
    node.bobWrites('two');
    await world.rest();
    expect(anna.app.chats[0]?.unread).toBe(1);
  });

  test('a chat that one is put out of while it is open says so, and keeps what was received', async () => {
    node.bobWrites('one');
    await anna.start().online();
    node.standing = 'ended';
    node.push({ t: 'gone', chat: CHAT });
    await world.rest();
    expect(anna.conversation).toMatchObject({ chat: { standing: 'ended' }, can: { post: false } });
    expect(anna.messages().map(({ text }) => text)).toEqual(['one']);
  });

  test('a chat that is asked for because of an entry counts that entry once', async () => {
    node.bobWrites('one');
    await anna.start().online();
    node.standing = null;
    node.push({ t: 'gone', chat: CHAT });
    await world.rest();
    expect(anna.app.chats).toEqual([]);
    node.standing = 'member';
    node.bobWrites('two');
    await world.rest();
    expect(anna.app.chats[0]).toMatchObject({ unread: 2, preview: { text: 'two' } });
  });

  test('what was erased or stops counting says so, and the list shows the one before', async () => {
    node.bobWrites('stays');
    const gone = node.bobWrites('goes');
    const voided = node.bobWrites('past the cut');
    await anna.start().online();
    node.erase(gone.log, gone.seq);
    node.void(voided.log, voided.seq);
    await world.rest();
    expect(anna.texts()).toEqual(['stays', 'erased', 'past the cut']);
    expect(anna.messages()[2]?.state).toMatchObject({ is: 'void', refusal: { code: 'past_cut' } });
    expect(anna.app.chats[0]).toMatchObject({ unread: 2, preview: { text: 'stays' } });
  });

  test('of two copies of one message the first is shown, and the other when the first does not count', async () => {
    const entryId = newEntryId(world.random);
    const first = node.bobWrites('once', world.now(), entryId);
    node.bobWrites('between');
    node.bobWrites('once', world.now(), entryId);
    await anna.start().online();
    expect(anna.texts()).toEqual(['once', 'between']);
    node.void(first.log, first.seq);
    await world.rest();
    expect(anna.texts()).toEqual(['between', 'once']);
  });

  test('a message that was long on the way says when it came', async () => {
    await anna.start().online();
    node.bobWrites('in time');
    node.bobWrites('late', world.now() - 20 * 60_000);
    await world.rest();
    const late = anna.messages().map(({ text, arrivedLate }) => [text, arrivedLate !== null]);
    expect(late).toEqual([
      ['late', true],
      ['in time', false],
    ]);
  });

  test('older pages join without a gap', async () => {
    for (let n = 0; n < 300; n++) node.bobWrites(String(n));
    await anna.start().online();
    expect(anna.messages().length).toBe(KEPT_ENTRIES);
    expect(anna.conversation?.hasOlder).toBe(true);
    await anna.messenger.loadOlder(CHAT);
    await anna.messenger.loadOlder(CHAT);
    await world.rest();
    expect(anna.texts()).toEqual(Array.from({ length: 300 }, (_, n) => String(n)));
    expect(anna.conversation?.hasOlder).toBe(false);
  });

  test('acts become notices between the messages, and move the head', async () => {
    node.bobWrites('before');
    await anna.start().online();
    node.order();
    node.bobWrites('after');
    await world.rest();
    expect(anna.conversation?.items.map((item) => item.is)).toEqual(['message', 'notice', 'message']);
    expect(anna.conversation?.items[1]).toMatchObject({ what: 'noop', refusal: { code: 'already_member' } });
  });

  test('typing is shown until something is written or a while has passed', async () => {
    await anna.start().online();
    node.tell({ t: 'typing', chat: CHAT, org: BOB.org, account: BOB.account });
    await world.rest();
    expect(anna.app.chats[0]?.typing).toEqual(['Bob']);
    await world.until(() => anna.app.chats[0]?.typing.length === 0);
    node.tell({ t: 'typing', chat: CHAT, org: BOB.org, account: BOB.account });
    node.bobWrites('written');
    await world.rest();
    expect(anna.app.chats[0]?.typing).toEqual([]);
  });
});

describe('connections', () => {
  test('what came while away comes once, from where the store ends', async () => {
    node.bobWrites('1');
    await anna.start().online();
    anna.kill();
    node.bobWrites('2');
    node.bobWrites('3');
    await anna.start().online();
    expect(anna.texts()).toEqual(['1', '2', '3']);
    expect(anna.app.chats[0]?.unread).toBe(3);
  });

  test('without a node the last session is shown, and what is written waits', async () => {
    node.bobWrites('kept');
    await anna.start().online();
    anna.kill();
    node.trouble.down = true;
    anna.start();
    await world.until(() => anna.texts().length === 1);
    expect(anna.app.phase.is).toBe('signed-in');
    await send('written offline');
    await world.rest();
    expect(anna.messages()[1]).toMatchObject({ text: 'written offline' });
    expect(anna.app.outbox).toBe(1);
    node.trouble.down = false;
    await world.until(() => anna.app.outbox === 0 && anna.app.connection === 'online');
    expect(anna.messages()[1]?.state.is).toBe('stored');
  });

  test('a resync loads the list anew and leaves no gap', async () => {
    for (let n = 0; n < 5; n++) node.bobWrites(String(n));
    await anna.start().online();
    node.resyncNext();
    node.cutAll();
    for (let n = 5; n < 200; n++) node.bobWrites(String(n));
    await world.until(() => anna.app.connection === 'online' && anna.messages().length === KEPT_ENTRIES);
    expect(anna.texts().at(-1)).toBe('199');
    expect(anna.conversation?.hasOlder).toBe(true);
    await anna.messenger.loadOlder(CHAT);
    await world.rest();
    expect(anna.texts()).toEqual(Array.from({ length: 200 }, (_, n) => String(n)));
  });

  test('a node that is too busy to say who is signed in signs nobody out', async () => {
    node.bobWrites('kept');
    await anna.start().online();
    anna.kill();
    node.trouble.busy = true;
    anna.start();
    await world.until(() => anna.texts().length === 1);
    expect(anna.app.phase.is).toBe('signed-in');
    node.trouble.busy = false;
    await world.until(() => anna.app.connection === 'online');
    expect(anna.texts()).toEqual(['kept']);
  });

  test('a session that the node ended ends here, and what waits is kept for the same person', async () => {
    await anna.start().online();
    node.trouble.signedOut = true;
    node.cutAll();
    await send('kept');
    await anna.messenger.searchPeople('b');
    await world.until(() => anna.app.phase.is === 'signed-out');
    expect(anna.app).toMatchObject({ phase: { organisation: 'Acme', why: { code: 'not_signed_in' } }, chats: [] });
    expect(anna.conversation).toBeNull();
    expect((await anna.store.list('')).length).toBe(1);
    anna.kill();
    node.trouble.signedOut = false;
    await anna.start().online();
    await world.until(() => anna.app.outbox === 0);
    expect(anna.texts()).toEqual(['kept']);
  });

  test('signing out forgets everything', async () => {
    node.bobWrites('secret');
    await anna.start().online();
    expect(await anna.messenger.signOut(false)).toEqual({ ok: true, value: null });
    await world.rest();
    expect(anna.app.phase).toMatchObject({ is: 'signed-out', why: null });
    expect(await anna.store.list('')).toEqual([]);
  });
});

describe('the outbox', () => {
  test('seals again for the new head, under the same entry id', async () => {
    await anna.start().online();
    node.cutAll();
    node.order();
    await send('sealed twice');
    await world.until(() => anna.app.outbox === 0);
    await world.rest();
    expect(node.submissions).toBe(2);
    expect(node.entries.filter(({ log }) => log === MY_LOG).length).toBe(1);
    expect(anna.messages().map(({ text, state }) => [text, state.is])).toEqual([['sealed twice', 'stored']]);
  });

  test('what is refused stays, with the reason, until it is tried again or discarded', async () => {
    await anna.start().online();
    node.trouble.refuse = 'not_allowed';
    await send('one');
    await send('two');
    await world.rest();
    expect(anna.messages().map(({ state }) => state)).toMatchObject([
      { is: 'refused', refusal: { code: 'not_allowed' } },
      { is: 'refused' },
    ]);
    node.trouble.refuse = null;
    const [one, two] = anna.messages();
    await anna.messenger.retry(CHAT, one!.entryId);
    await anna.messenger.discard(CHAT, two!.entryId);
    await world.rest();
    expect(anna.messages().map(({ text, state }) => [text, state.is])).toEqual([['one', 'stored']]);
    expect(await anna.store.list('outbox/')).toEqual([]);
  });

  test('the same entry id twice is one message', async () => {
    await anna.start().online();
    const entryId = newEntryId(world.random);
    for (let n = 0; n < 3; n++) {
      await anna.messenger.send(CHAT, 'once', [], entryId);
      await world.rest();
    }
    expect(anna.texts()).toEqual(['once']);
    expect(node.entries.length).toBe(1);
  });

  test('messages keep the order in which they were written', async () => {
    await anna.start().online();
    node.trouble.down = true;
    node.cutAll();
    for (let n = 0; n < 10; n++) await send(String(n));
    node.trouble.down = false;
    await world.until(() => anna.app.outbox === 0);
    expect(anna.texts()).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
  });

  test('text that is too long is refused before anything is kept', async () => {
    await anna.start().online();
    const answer = await send('x'.repeat(48 * 1024 + 1));
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'too_big' } });
    expect((await send('x'.repeat(48 * 1024))).ok).toBe(true);
  });
});
