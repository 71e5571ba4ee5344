/** A Messenger with invented data and no node: for looking at the screens, and for their tests. */
import type { Answer, ChatView, Messenger } from '../../client/model.ts';
import { administer } from './administration.ts';
import { comparing, keeping } from './keys.ts';
import { acme, bob, chatId, everybody, globex, lena, me, sampleCode } from './people.ts';
import { drawnPicture } from './picture.ts';
import { puttingAway } from './putaway.ts';
import { remarking, saidWith } from './remarking.ts';
import { type Scene, sceneNamed } from './scenes.ts';
import { sealing } from './seal.ts';
import { searching } from './searching.ts';
import { createState, type State } from './state.ts';
import { message } from './talk.ts';

const pictures = new Map<string, Uint8Array<ArrayBuffer>>();
async function samplePicture(chat: string) {
  const bytes = pictures.get(chat) ?? (await drawnPicture());
  return { type: 'image/webp', bytes } as const;
}

const done: Answer<null> = { ok: true, value: null };

export function sampleMessenger(scene: Scene): Messenger {
  const state = createState(scene);
  return {
    watchApp: state.watchApp,
    watchConversation: state.watchTalk,
    loadOlder: async (chat) => state.older(chat),
    ...entering(state),
    ...keeping(state),
    ...comparing(state),
    ...sealing(state),
    ...finding(),
    ...searching(state),
    ...creating(state),
    ...writing(state),
    ...remarking(state),
    ...belonging(state),
    ...puttingAway(state),
    admin: async (route, input) => administer(route, input, scene.phraseConfirmed) as never,
  };
}

type Entering = Pick<Messenger, 'lookAtLink' | 'join' | 'signIn' | 'signOut' | 'setDisplayName'>;
function entering({ scene, setApp }: State): Entering {
  const refusal = { code: 'bad_login', sentence: 'The name or the password is not right.' } as const;
  const enter = () => setApp({ phase: { is: 'signed-in', me } });
  return {
    lookAtLink: async (token) => scene.link(token),
    // A new account gets its keys with it; a reset link finds the vault closed.
    join: async (token) =>
      setApp({
        phase: token === 'reset' ? sceneNamed('locked-reset').app.phase : { is: 'recovery', me, code: sampleCode },
      }),
    signIn: async (name) => (name === 'rosa' ? enter() : { ok: false, refusal }),
    signOut: async () => setApp({ phase: scene.signedOut }),
    setDisplayName: async (name) => setApp({ phase: { is: 'signed-in', me: { ...me, name } } }),
  };
}

function finding(): Pick<Messenger, 'searchPeople' | 'resolveAddress'> {
  const refusal = { code: 'address_unknown', sentence: 'There is nobody to be reached under that address.' } as const;
  return {
    searchPeople: async (text) => {
      const begun = ` ${text.toLowerCase()}`;
      const found = everybody.filter(({ name, address }) => ` ${name} ${address}`.toLowerCase().includes(begun));
      return { ok: true, value: text === '' ? [] : found };
    },
    resolveAddress: async (address) => {
      if (!address.endsWith('@globex.example')) return { ok: false, refusal };
      return {
        ok: true,
        value: { ...bob, name: 'Grace Hopper', identity: 'none', address, account: `acc_${address}` as never },
      };
    },
  };
}

type Creating = Pick<Messenger, 'createPrivate' | 'createPublic' | 'openDirect' | 'publicChats' | 'joinPublic'>;
function creating({ scene, app, setApp, changeTalk }: State): Creating {
  const add = (part: Partial<ChatView>) => {
    const id = chatId(`new${app().chats.length}`);
    setApp({ chats: [{ ...scene.blank, chat: id, lastTime: Date.now(), ...part }, ...app().chats] });
    return { ok: true, value: id } as const;
  };
  return {
    createPrivate: async ({ name, colour, members, welcome }) => {
      const outside = members.some(({ org }) => org !== acme.org) ? [globex] : [];
      const title = name ?? `${colour[0]?.toUpperCase()}${colour.slice(1)} chat`;
      const made = add({ kind: 'private', name: title, colour, memberCount: members.length + 1, outside });
      if (welcome !== '') changeTalk(made.value, () => [message(me, Date.now(), welcome)]);
      return made;
    },
    createPublic: async ({ name }) => add({ kind: 'public', name }),
    openDirect: async ({ account }) => {
      const other = everybody.find((one) => one.account === account) ?? lena;
      return add({ kind: 'direct', other, name: other.name });
    },
    publicChats: async () => ({
      ok: true,
      value: [
        { chat: chatId('books'), name: 'book-club', members: 12 },
        { chat: chatId('bikes'), name: 'bikes', members: 9 },
      ],
    }),
    joinPublic: async (chat) => {
      add({ kind: 'public', name: 'book-club', chat });
      return done;
    },
  };
}

type Writing = Pick<
  Messenger,
  'send' | 'fileRoom' | 'pauseFiles' | 'dropFile' | 'retry' | 'discard' | 'erase' | 'markRead' | 'typing'
>;
function writing({ app, setChat, changeTalk, changeMessage }: State): Writing {
  return {
    async send(chat, text, _mentions, _entryId, more) {
      const state = app().connection === 'offline' ? ({ is: 'queued' } as const) : ({ is: 'stored' } as const);
      changeTalk(chat, (talk) => [...talk, message(me, Date.now(), text, { state, ...saidWith(more, talk) })]);
      return setChat(chat, { preview: { from: null, text, at: Date.now() } });
    },
    fileRoom: async () => ({ ok: true, value: { most: 2_000_000_000, left: 9_000_000_000 } }),
    pauseFiles: async () => done,
    dropFile: async () => done,
    retry: async (chat, id) => changeMessage(chat, id, (was) => [{ ...was, state: { is: 'stored' } }]),
    discard: async (chat, id) => changeMessage(chat, id, () => []),
    erase: async (chat, key) =>
      changeMessage(chat, key, (was) => [{ ...was, text: null, instead: 'erased', canErase: false }]),
    markRead: async (chat) => setChat(chat, { unread: 0, mentions: 0 }),
    typing() {},
  };
}

type Belonging = Pick<
  Messenger,
  'invite' | 'accept' | 'decline' | 'withdraw' | 'leave' | 'remove' | 'setRole' | 'setLook' | 'chatImage'
>;
function belonging({ app, setApp, setChat }: State): Belonging {
  const without = async (chat: string) => setApp({ chats: app().chats.filter((one) => one.chat !== chat) });
  return {
    invite: async () => done,
    accept: async (chat) => setChat(chat, { standing: 'member' }),
    decline: without,
    withdraw: async () => done,
    leave: without,
    remove: async () => done,
    setRole: async () => done,
    setLook: async (chat, { name, colour, image }) => {
      if (image) pictures.set(chat, image as Uint8Array<ArrayBuffer>);
      const id = image ? `${image.length} ${Date.now()}` : null;
      const picture = image === undefined ? {} : { image: id };
      return setChat(chat, { name: name ?? `${colour} chat`, colour, ...picture });
    },
    chatImage: async (chat) => ({ ok: true, value: await samplePicture(chat) }),
  };
}
