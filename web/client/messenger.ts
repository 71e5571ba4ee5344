/** The messenger: implements what the screens see and ask (model.ts) over a session. Runs wherever its ports are. */
import { utf8 } from '../../protocol/bytes.ts';
import type { EntryId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Api } from './api.ts';
import { newEntryId } from './entry-id.ts';
import { joinByLink, logIn } from './login.ts';
import type { Answer, Messenger } from './model.ts';
import { personOf } from './people.ts';
import type { Random } from './ports.ts';
import { answering, done, refused } from './refusal.ts';
import { Session } from './session.ts';
import type { AccountParts } from './signed-in.ts';

export interface MessengerParts extends AccountParts {
  /** Says in the list of places what is signed in there: "Firefox on Linux". */
  readonly label: string;
}

/** A messenger that runs here, with what its owner may do with it. */
export interface RunningMessenger extends Messenger {
  /** The machine woke up, or the network is back. */
  wake(): void;
  /** The machine says so, long before a connection notices by itself. */
  lostNetwork(): void;
  /** Ends connection and timers; the store keeps everything. */
  close(): void;
}

export function createMessenger(parts: MessengerParts): RunningMessenger {
  const session = new Session(parts);
  const { conversations } = session;
  return {
    watchApp: (seen) => session.watch(seen),
    watchConversation: (chat, seen) => conversations.watch(chat, seen),
    loadOlder: (chat) => conversations.loadOlder(chat),
    ...entrance(session, parts),
    ...keys(),
    ...seal(),
    ...people(session, parts.api),
    ...chats(session, parts.random),
    ...messages(session, parts.random),
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
  { api, label }: MessengerParts,
): Part<'lookAtLink' | 'join' | 'signIn' | 'signOut' | 'setDisplayName'> {
  return {
    lookAtLink: (token) => answering(() => api.call('POST /api/v1/join/look', { body: { token } })),
    join: (token, name, displayName, password) =>
      session.entering(() => joinByLink(api, { token, name, displayName, password, label })),
    signIn: (name, password) => session.entering(() => logIn(api, name, password, label)),
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

function keys(): Part<
  | 'unlock'
  | 'lock'
  | 'startOver'
  | 'newRecoveryCode'
  | 'keepRecoveryCode'
  | 'changePassword'
  | 'devices'
  | 'removeDevice'
  | 'safety'
  | 'judgeIdentity'
> {
  const none = async () => refused('not_acceptable');
  return {
    unlock: none,
    lock: none,
    startOver: none,
    newRecoveryCode: none,
    keepRecoveryCode: none,
    changePassword: none,
    devices: none,
    removeDevice: none,
    safety: none,
    judgeIdentity: none,
  };
}

function seal(): Part<'continueSealed' | 'historyReach' | 'grantHistory' | 'readmit'> {
  const none = async () => refused('not_acceptable');
  return { continueSealed: none, historyReach: none, grantHistory: none, readmit: none };
}

function people(session: Session, api: Api): Part<'searchPeople' | 'resolveAddress'> {
  return {
    searchPeople: (text) =>
      session.withOpen(async () => {
        const answer = await api.call('GET /api/v1/people/search', { query: { q: text } });
        return answer.ok ? { ok: true, value: answer.value.people.map(personOf) } : answer;
      }),
    resolveAddress: (address) =>
      session.withOpen(async () => {
        const answer = await api.call('POST /api/v1/people/resolve', { body: { address } });
        return answer.ok ? { ok: true, value: personOf(answer.value.person) } : answer;
      }),
  };
}

function chats(
  session: Session,
  random: Random,
): Part<'createPrivate' | 'createPublic' | 'openDirect' | 'publicChats' | 'joinPublic'> {
  return {
    createPrivate: ({ name, colour, members: who, welcome }) =>
      session.withOpen(async ({ membership, messages: writing }) => {
        const answer = await membership.createPrivate({ name, colour }, who);
        if (answer.ok && welcome.trim() !== '') await writing.send(answer.value, newEntryId(random), welcome, []);
        return answer;
      }),
    createPublic: ({ name, members: who }) => session.withOpen(({ membership }) => membership.createPublic(name, who)),
    openDirect: (other) => session.withOpen(({ membership }) => membership.openDirect(other)),
    publicChats: () => session.withOpen(({ membership }) => membership.publicChats()),
    joinPublic: (chat) => session.withOpen(({ membership }) => membership.joinPublic(chat)),
  };
}

function messages(
  session: Session,
  random: Random,
): Part<'send' | 'retry' | 'discard' | 'erase' | 'markRead' | 'typing'> {
  return {
    send: (chat, text, mentions, entryId: EntryId = newEntryId(random)) =>
      session.withOpen(async (open) => {
        if (utf8(text).length > LIMITS.messageTextBytes) return refused('too_big');
        if (mentions.length > LIMITS.mentionsPerEntry) return refused('bad_input', 'mentions');
        return open.messages.send(chat, entryId, text, mentions);
      }),
    retry: (_chat, entryId) => session.withOpen((open) => open.messages.retry(entryId)),
    discard: (_chat, entryId) => session.withOpen((open) => open.messages.discard(entryId)),
    erase: (chat, key) => session.withOpen((open) => open.messages.erase(chat, key)),
    markRead: (chat) => session.withOpen((open) => open.messages.markRead(chat)),
    typing: (chat) => session.open?.account.typing(chat),
  };
}

function members(
  session: Session,
): Part<'invite' | 'accept' | 'decline' | 'leave' | 'withdraw' | 'remove' | 'setRole' | 'setLook'> {
  return {
    invite: (chat, who, role, history) =>
      session.withOpen(async ({ membership }) =>
        (history ?? { is: 'none' }).is === 'none' ? membership.invite(chat, who, role) : refused('not_acceptable'),
      ),
    accept: (chat) => session.withOpen(({ membership }) => membership.accept(chat)),
    decline: (chat) => session.withOpen(({ membership }) => membership.fin(chat)),
    leave: (chat) => session.withOpen(({ membership }) => membership.fin(chat)),
    withdraw: (chat, who) => session.withOpen(({ membership }) => membership.withdraw(chat, who)),
    remove: (chat, who) => session.withOpen(({ membership }) => membership.remove(chat, who)),
    setRole: (chat, who, role) => session.withOpen(({ membership }) => membership.setRole(chat, who, role)),
    setLook: (chat, look) => session.withOpen(({ membership }) => membership.setLook(chat, look)),
  };
}
