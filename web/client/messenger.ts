/** The messenger: implements what the screens see and ask (model.ts) over a session. Runs wherever its ports are. */
import { utf8 } from '../../protocol/bytes.ts';
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { EntryId } from '../../protocol/ids.ts';
import { later } from '../../protocol/later.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { AccountParts } from './account-parts.ts';
import type { Api } from './api.ts';
import type { Desk } from './desk.ts';
import { newEntryId } from './entry-id.ts';
import { FILE_LIMITS } from './files/limits.ts';
import type { Answer, Messenger } from './model.ts';
import { newPassphrase } from './passphrase.ts';
import { personOf, personView } from './people.ts';
import type { Random } from './ports.ts';
import { answering, done, refused } from './refusal.ts';
import { Session } from './session.ts';

/** A messenger that runs here, with what its owner may do with it. */
export interface RunningMessenger extends Messenger {
  /** The machine woke up, or the network is back. */
  wake(): void;
  /** The machine says so, long before a connection notices by itself. */
  lostNetwork(): void;
  /** Ends connection and timers; the store keeps everything. */
  close(): void;
}

export function createMessenger(parts: AccountParts): RunningMessenger {
  const session = new Session(parts);
  const { conversations } = session;
  return {
    watchApp: (seen) => session.watch(seen),
    watchConversation: (chat, seen) => conversations.watch(chat, seen),
    loadOlder: (chat) => conversations.loadOlder(chat),
    ...entrance(session, parts),
    ...vault(session, parts.random),
    ...seal(session),
    ...people(session, parts.api),
    ...search(session),
    ...chats(session, parts.random),
    ...messages(session, parts),
    ...members(session),
    admin: <T>(route: string, input: { params?: Record<string, string>; body?: unknown }) =>
      session.withOpen(() => parts.api.call(route as never, input as never)) as Promise<Answer<T>>,
    wake: () => session.wake(),
    lostNetwork: () => session.lostNetwork(),
    close: () => session.close(),
  };
}

type Part<K extends keyof Messenger> = Pick<Messenger, K>;

function entrance(
  session: Session,
  { api, random }: AccountParts,
): Part<'lookAtLink' | 'join' | 'newPassphrase' | 'signIn' | 'signOut' | 'setDisplayName'> {
  return {
    lookAtLink: (token) => answering(() => api.call('POST /api/v1/join/look', { body: { token } })),
    join: (token, name, displayName, password) =>
      session.entering((door) => door.join({ token, name, displayName, password })),
    newPassphrase: async () => ({ ok: true, value: await newPassphrase(random) }),
    signIn: (name, password) => session.entering((door) => door.logIn(name, password)),
    signOut: (everywhere) => session.signOut(everywhere),
    setDisplayName: (displayName) =>
      session.withOpen(async ({ account: { desk } }) => {
        const answer = await api.call('PATCH /api/v1/me', { body: { displayName } });
        if (answer.ok) {
          desk.me = answer.value.me;
          desk.version++;
          session.schedule();
        }
        return done(answer);
      }),
  };
}

function vault(
  session: Session,
  random: Random,
): Part<
  | 'unlock'
  | 'lock'
  | 'startOver'
  | 'newRecoveryCode'
  | 'keepRecoveryCode'
  | 'changePassword'
  | 'passkeyAsk'
  | 'passkeys'
  | 'addPasskey'
  | 'removePasskey'
  | 'devices'
  | 'removeDevice'
  | 'safety'
  | 'judgeIdentity'
> {
  return {
    unlock: (by) => session.unlocking((door, me) => door.unlock(me, by)),
    lock: () => session.lock(),
    startOver: () => session.unlocking((door, me) => door.startOver(me)),
    newRecoveryCode: () =>
      session.withKeys(async () => {
        const { drawCode } = await later(() => import('./keyring/making.ts'));
        return { ok: true, value: drawCode(random) };
      }),
    keepRecoveryCode: (code) =>
      session.withKeys(async (keyring) => {
        const answer = await keyring.keepCode(code);
        if (answer.ok) session.codeKept();
        return answer;
      }),
    changePassword: (before, after) => session.withKeys((keyring) => keyring.changePassword(before, after)),
    passkeyAsk: () => session.passkeyAsk(),
    passkeys: () => session.withKeys((keyring) => keyring.passkeys()),
    addPasskey: (name, answer) => session.withKeys((keyring) => keyring.addPasskey(name, answer)),
    removePasskey: (id) => session.withKeys((keyring) => keyring.removePasskey(id)),
    devices: () => session.withKeys((keyring) => keyring.devices()),
    removeDevice: (device) => session.withKeys((keyring) => keyring.removeDevice(device)),
    safety: (who) =>
      session.withKeys(async (keyring, { account: { desk, library } }) => {
        const answer = await keyring.safety(who);
        if (!answer.ok) return answer;
        await library.loadPeople([memberKey(who.org, who.account)]);
        return { ok: true, value: { person: personView(desk, who.org, who.account), ...answer.value } };
      }),
    judgeIdentity: (who, as) => session.withKeys((keyring) => keyring.judge(who, as)),
  };
}

function seal(session: Session): Part<'continueSealed' | 'historyReach' | 'grantHistory' | 'readmit'> {
  return {
    continueSealed: (chat) => session.withMembership((membership) => membership.continueSealed(chat)),
    historyReach: (chat, history) => session.withMembership((membership) => membership.historyReach(chat, history)),
    grantHistory: (chat, who, history) =>
      session.withMembership((membership) => membership.grantHistory(chat, who, history)),
    readmit: (chat, who) => session.withMembership((membership) => membership.readmit(chat, who)),
  };
}

function people(session: Session, api: Api): Part<'searchPeople' | 'resolveAddress'> {
  return {
    searchPeople: (text) =>
      session.withOpen(async ({ account: { desk } }) => {
        const answer = await api.call('GET /api/v1/people/search', { query: { q: text } });
        if (!answer.ok) return answer;
        const { ranked } = await later(() => import('./ranking.ts'));
        return { ok: true, value: ranked(answer.value.people.map(personOf), text, lastTalks(desk)) };
      }),
    resolveAddress: (address) =>
      session.withOpen(async () => {
        const answer = await api.call('POST /api/v1/people/resolve', { body: { address } });
        return answer.ok ? { ok: true, value: personOf(answer.value.person) } : answer;
      }),
  };
}

/** When one last wrote with somebody alone. */
function lastTalks({ chats: all }: Desk): Map<MemberKey, number> {
  const summaries = [...all.values()].map(({ record }) => record.summary);
  return new Map(
    summaries.flatMap(({ other, lastTime }) =>
      other ? [[memberKey(other.org, other.account), lastTime] as const] : [],
    ),
  );
}

function search(session: Session): Part<'search' | 'searchProgress'> {
  return {
    search: (query) =>
      session.withOpen(async ({ account }) => ({ ok: true, value: await (await account.search.open()).find(query) })),
    searchProgress: (chat) =>
      session.withOpen(async ({ account }) => ({ ok: true, value: (await account.search.open()).progress(chat) })),
  };
}

function chats(
  session: Session,
  random: Random,
): Part<'createPrivate' | 'createPublic' | 'openDirect' | 'publicChats' | 'joinPublic'> {
  return {
    createPrivate: ({ name, colour, members: who, welcome }) =>
      session.withMembership(async (membership, { messages: writing }) => {
        const answer = await membership.createPrivate({ name, colour, image: null }, who);
        if (answer.ok && welcome.trim() !== '')
          await writing.send(answer.value, newEntryId(random), { type: 'text', text: welcome }, []);
        return answer;
      }),
    createPublic: ({ name, members: who }) =>
      session.withMembership((membership) => membership.createPublic(name, who)),
    openDirect: (other) => session.withMembership((membership) => membership.openDirect(other)),
    publicChats: () => session.withMembership((membership) => membership.publicChats()),
    joinPublic: (chat) => session.withMembership((membership) => membership.joinPublic(chat)),
  };
}

function whyNotText(text: string, mentions: readonly unknown[]) {
  if (utf8(text).length > LIMITS.messageTextBytes) return refused('too_big');
  return mentions.length > LIMITS.mentionsPerEntry ? refused('bad_input', 'mentions') : null;
}

function messages(
  session: Session,
  { api, random }: AccountParts,
): Part<
  | 'send'
  | 'edit'
  | 'react'
  | 'pin'
  | 'fileRoom'
  | 'pauseFiles'
  | 'dropFile'
  | 'retry'
  | 'discard'
  | 'erase'
  | 'markRead'
  | 'keep'
  | 'hide'
  | 'typing'
> {
  return {
    send: (chat, text, mentions, entryId: EntryId = newEntryId(random), more = {}, files = []) =>
      session.withOpen(async (open) => {
        const why = whyNotText(text, mentions);
        if (why) return why;
        const said = { type: 'text', text, ...more } as const;
        if (files.length === 0) return open.messages.send(chat, entryId, said, mentions);
        if (files.length + (more.files?.length ?? 0) > FILE_LIMITS.perMessage) return refused('bad_input', 'files');
        const refs = mentions.map(({ org, account }) => ({ org, account }));
        return open.messages.sendFiles(chat, entryId, said, refs, files);
      }),
    fileRoom: () =>
      session.withOpen(async () => {
        const answer = await api.call('GET /api/v1/files/quota', {});
        if (!answer.ok) return answer;
        const { maxBytes, used, quota } = answer.value;
        return { ok: true, value: { most: maxBytes, left: Math.max(0, quota - used) } };
      }),
    pauseFiles: (_chat, entryId, paused) => session.withOpen((open) => open.messages.pauseFiles(entryId, paused)),
    dropFile: (_chat, entryId, file) => session.withOpen((open) => open.messages.dropFile(entryId, file)),
    edit: (chat, target, text, mentions) =>
      session.withOpen(async (open) => {
        const why = whyNotText(text, mentions);
        if (why) return why;
        return open.messages.remark(chat, newEntryId(random), { type: 'edit', target, text }, mentions);
      }),
    react: (chat, target, emoji, on) =>
      session.withOpen((open) =>
        open.messages.remark(chat, newEntryId(random), { type: 'react', target, emoji, on }, []),
      ),
    pin: (chat, target, on) =>
      session.withOpen((open) => open.messages.remark(chat, newEntryId(random), { type: 'pin', target, on }, [])),
    retry: (_chat, entryId) => session.withOpen((open) => open.messages.retry(entryId)),
    discard: (_chat, entryId) => session.withOpen((open) => open.messages.discard(entryId)),
    erase: (chat, key) => session.withOpen((open) => open.messages.erase(chat, key)),
    markRead: (chat) => session.withOpen((open) => open.messages.markRead(chat)),
    keep: (wishes) => session.withOpen(({ account }) => account.personal.change(wishes)),
    hide: (chat) => session.withOpen((open) => open.messages.hide(chat)),
    typing: (chat) => session.open?.account.typing(chat),
  };
}

function members(
  session: Session,
): Part<'invite' | 'accept' | 'decline' | 'leave' | 'withdraw' | 'remove' | 'setRole' | 'setLook' | 'chatImage'> {
  return {
    invite: (chat, who, role, history) =>
      session.withMembership((membership) => membership.invite(chat, who, role, history)),
    accept: (chat) => session.withMembership((membership) => membership.accept(chat)),
    decline: (chat) => session.withMembership((membership) => membership.fin(chat)),
    leave: (chat) => session.withMembership((membership) => membership.fin(chat)),
    withdraw: (chat, who) => session.withMembership((membership) => membership.withdraw(chat, who)),
    remove: (chat, who) => session.withMembership((membership) => membership.remove(chat, who)),
    setRole: (chat, who, role) => session.withMembership((membership) => membership.setRole(chat, who, role)),
    setLook: (chat, look) => session.withMembership((membership) => membership.setLook(chat, look)),
    chatImage: (chat) => session.withMembership((membership) => membership.chatImage(chat)),
  };
}
