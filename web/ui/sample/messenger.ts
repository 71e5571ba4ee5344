/** A Messenger with invented data and no node: for looking at the screens, and for their tests. */
import type { ChatId, EntryId } from '../../../protocol/ids.ts';
import type { Answer, AppView, ChatView, ConversationView, ItemView, Messenger } from '../../client/model.ts';
import { administer } from './administration.ts';
import { acme, amir, bob, chatId, dana, everybody, globex, lena, me, mei, priya, sam } from './people.ts';
import type { Scene } from './scenes.ts';
import { launchTalk, longTalk, members, message, shortTalk, troubleTalk } from './talk.ts';

const done: Answer<null> = { ok: true, value: null };
const notHere: Answer<never> = {
  ok: false,
  refusal: { code: 'address_unknown', sentence: 'There is nobody to be reached under that address.' },
};
const firstPage = 200;

function conversation(chat: ChatView, items: readonly ItemView[], hasOlder: boolean): ConversationView {
  const people = chat.chat === chatId('launch') ? [me, priya, amir, lena, bob, dana, sam] : [me, chat.other ?? lena, mei];
  const open = chat.kind === 'private';
  return {
    chat,
    items,
    loading: false,
    hasOlder,
    hasNewer: false,
    members: members(people),
    role: 'owner',
    can: { post: true, invite: open, inviteOutsiders: open, look: open, leave: chat.kind !== 'general' },
    waiting: [],
  };
}

function talkOf(chat: ChatView): ItemView[] {
  if (chat.chat === chatId('launch')) return launchTalk();
  if (chat.chat === chatId('amber')) return troubleTalk();
  return chat.chat === chatId('long') ? longTalk(100_000) : shortTalk(chat);
}

export function sampleMessenger(scene: Scene): Messenger {
  let app: AppView = scene.app;
  const watchers = new Set<(view: AppView) => void>();
  const talks = new Map<ChatId, ItemView[]>();
  const open = new Map<ChatId, { shown: number; seen: (view: ConversationView | null) => void }>();
  const setApp = (part: Partial<AppView>) => {
    app = { ...app, ...part };
    for (const seen of watchers) seen(app);
  };
  const setChat = (id: ChatId, part: Partial<ChatView>) =>
    setApp({ chats: app.chats.map((chat) => (chat.chat === id ? { ...chat, ...part } : chat)) });
  const show = (id: ChatId) => {
    const chat = app.chats.find((one) => one.chat === id);
    const at = open.get(id);
    if (at === undefined) return;
    if (chat === undefined) return at.seen(null);
    const talk = talks.get(id) ?? talkOf(chat);
    talks.set(id, talk);
    at.seen(conversation(chat, talk.slice(-at.shown), at.shown < talk.length));
  };
  const add = (chat: ChatView) => setApp({ chats: [chat, ...app.chats] });
  const create = (id: string, part: Partial<ChatView>) => {
    const base = app.chats[0] ?? scene.blank;
    const fresh = { unread: 0, mentions: 0, other: null, outside: [], preview: null, invitedBy: null, lastTime: Date.now() };
    add({ ...base, ...fresh, chat: chatId(id), standing: 'member', ...part });
    return { ok: true, value: chatId(id) } as const;
  };
  const find = (account: string) => everybody.find((one) => one.account === account);
  return {
    watchApp(seen) {
      watchers.add(seen);
      seen(app);
      return () => watchers.delete(seen);
    },
    watchConversation(chat, seen) {
      open.set(chat, { shown: chat === chatId('long') && scene.wholeTalk ? 100_000 : firstPage, seen });
      show(chat);
      return () => open.delete(chat);
    },
    async loadOlder(chat) {
      const at = open.get(chat);
      if (at === undefined) return;
      at.shown += firstPage;
      show(chat);
    },
    lookAtLink: async (token) => scene.link(token),
    join: async () => (setApp({ phase: { is: 'signed-in', me } }), done),
    signIn: async (name) =>
      name === 'rosa'
        ? (setApp({ phase: { is: 'signed-in', me } }), done)
        : { ok: false, refusal: { code: 'bad_login', sentence: 'The name or the password is not right.' } },
    signOut: async () => (setApp({ phase: scene.signedOut }), done),
    setDisplayName: async (name) => (setApp({ phase: { is: 'signed-in', me: { ...me, name } } }), done),
    searchPeople: async (text) => {
      const begins = ({ name, address }: { name: string; address: string }) =>
        ` ${name} ${address}`.toLowerCase().includes(` ${text.toLowerCase()}`);
      return { ok: true, value: text === '' ? [] : everybody.filter(begins) };
    },
    resolveAddress: async (address) =>
      address.endsWith('globex.example') ? { ok: true, value: { ...bob, name: 'Grace Hopper', address, account: `acc_${address}` as never } } : notHere,
    createPrivate: async ({ name, colour, members: who, welcome }) => {
      const outside = who.some(({ org }) => org !== acme.org) ? [globex] : [];
      const id = `new${app.chats.length}`;
      const title = name ?? `${colour[0]?.toUpperCase()}${colour.slice(1)} chat`;
      talks.set(chatId(id), welcome === '' ? [] : [message(me, Date.now(), welcome)]);
      return create(id, { kind: 'private', name: title, colour, memberCount: who.length + 1, outside });
    },
    createPublic: async ({ name }) => create(`new${app.chats.length}`, { kind: 'public', name }),
    openDirect: async ({ account }) => {
      const other = find(account) ?? lena;
      return create(`new${app.chats.length}`, { kind: 'direct', other, name: other.name });
    },
    publicChats: async () => ({
      ok: true,
      value: [
        { chat: chatId('books'), name: 'book-club', members: 12 },
        { chat: chatId('bikes'), name: 'bikes', members: 9 },
      ],
    }),
    joinPublic: async (chat) => (create(chat.slice(5), { kind: 'public', name: 'book-club' }), done),
    async send(chat, text) {
      const talk = talks.get(chat) ?? [];
      const state = app.connection === 'offline' ? ({ is: 'queued' } as const) : ({ is: 'stored' } as const);
      talks.set(chat, [...talk, message(me, Date.now(), text, { state })]);
      setChat(chat, { preview: { from: null, text, at: Date.now() } });
      show(chat);
      return done;
    },
    async retry(chat, entryId) {
      replaceItem(talks, chat, entryId, (item) => [{ ...item, state: { is: 'stored' } }]);
      show(chat);
      return done;
    },
    async discard(chat, entryId) {
      replaceItem(talks, chat, entryId, () => []);
      show(chat);
      return done;
    },
    async erase(chat, key) {
      const talk = talks.get(chat) ?? [];
      talks.set(chat, talk.map((item) => (item.key === key && item.is === 'message' ? { ...item, text: null, instead: 'erased', canErase: false } : item)));
      show(chat);
      return done;
    },
    markRead: async (chat) => (setChat(chat, { unread: 0, mentions: 0 }), done),
    typing() {},
    invite: async () => done,
    accept: async (chat) => (setChat(chat, { standing: 'member' }), show(chat), done),
    decline: async (chat) => (setApp({ chats: app.chats.filter((one) => one.chat !== chat) }), done),
    withdraw: async () => done,
    leave: async (chat) => (setApp({ chats: app.chats.filter((one) => one.chat !== chat) }), done),
    remove: async () => done,
    setRole: async () => done,
    setLook: async (chat, { name, colour }) => (setChat(chat, { name: name ?? `${colour} chat`, colour }), show(chat), done),
    admin: async (route, input) => administer(route, input, scene.phraseConfirmed) as never,
  };
}

function replaceItem(talks: Map<ChatId, ItemView[]>, chat: ChatId, entryId: EntryId, by: (item: Extract<ItemView, { is: 'message' }>) => ItemView[]): void {
  const talk = talks.get(chat) ?? [];
  talks.set(chat, talk.flatMap((item) => (item.is === 'message' && item.entryId === entryId ? by(item) : [item])));
}
