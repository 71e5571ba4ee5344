/** What the invented messenger knows, and who watches it. */
import type { AccountId, ChatId, EntryId } from '../../../protocol/ids.ts';
import type {
  Answer,
  AppView,
  ChatView,
  ConversationView,
  ItemView,
  MemberView,
  MessageView,
  PersonView,
} from '../../client/model.ts';
import { filesTalk } from './files.ts';
import { amir, bob, chatId, dana, lena, me, mei, priya, sam, vera } from './people.ts';
import { pinsOf } from './pins.ts';
import type { Scene } from './scenes.ts';
import { auditMember, sealOf } from './standing.ts';
import { launchTalk, longTalk, members, shortTalk, troubleTalk, waitingTalk } from './talk.ts';

const page = 200;

export interface State {
  readonly scene: Scene;
  readonly app: () => AppView;
  readonly setApp: (part: Partial<AppView>) => Answer<null>;
  readonly setChat: (chat: ChatId, part: Partial<ChatView>) => Answer<null>;
  readonly changeTalk: (chat: ChatId, change: (talk: readonly ItemView[]) => ItemView[]) => Answer<null>;
  /** As `changeTalk`, for one message; an empty answer takes it away. */
  readonly changeMessage: (chat: ChatId, id: EntryId | string, by: (was: MessageView) => ItemView[]) => Answer<null>;
  /** Of what is known of a person, and of a member, in every chat. */
  readonly setPerson: (account: AccountId, part: Partial<PersonView>) => void;
  readonly setMember: (account: AccountId, part: Partial<MemberView>) => void;
  readonly watchApp: (seen: (view: AppView) => void) => () => void;
  readonly watchTalk: (chat: ChatId, seen: (view: ConversationView | null) => void) => () => void;
  readonly talkIn: (chat: ChatId) => readonly ItemView[];
  readonly older: (chat: ChatId) => void;
}

const done: Answer<null> = { ok: true, value: null };

export function createState(scene: Scene): State {
  let app = scene.app;
  const watchers = new Set<(view: AppView) => void>();
  const talks = new Map<ChatId, ItemView[]>();
  const open = new Map<ChatId, { shown: number; seen: (view: ConversationView | null) => void }>();
  const people = new Map<AccountId, Partial<PersonView>>();
  const standing = new Map<AccountId, Partial<MemberView>>();
  const asNow = (person: PersonView) => ({ ...person, ...people.get(person.account) });
  const memberNow = (member: MemberView) => ({
    ...member,
    ...standing.get(member.person.account),
    person: asNow(member.person),
  });
  const show = (id: ChatId) => {
    const at = open.get(id);
    const chat = app.chats.find((one) => one.chat === id);
    if (at === undefined || chat === undefined) return at?.seen(null);
    const talk = talks.get(id) ?? talkOf(chat);
    talks.set(id, talk);
    const view = conversation(chat, talk.slice(-at.shown), at.shown < talk.length);
    const now = chat.other && { ...chat, other: asNow(chat.other) };
    at.seen({ ...view, chat: now ?? chat, members: view.members.map(memberNow) });
  };
  const setApp = (part: Partial<AppView>) => {
    app = { ...app, ...part };
    for (const seen of watchers) seen(app);
    for (const id of open.keys()) show(id);
    return done;
  };
  const changeTalk: State['changeTalk'] = (id, change) => {
    talks.set(id, change(talks.get(id) ?? []));
    show(id);
    return done;
  };
  return {
    scene,
    app: () => app,
    setApp,
    setChat: (id, part) => setApp({ chats: app.chats.map((chat) => (chat.chat === id ? { ...chat, ...part } : chat)) }),
    changeTalk,
    changeMessage: (id, which, by) =>
      changeTalk(id, (talk) => talk.flatMap((item) => (isMessage(item, which) ? by(item) : [item]))),
    setPerson: (account, part) => people.set(account, { ...people.get(account), ...part }),
    setMember: (account, part) => standing.set(account, { ...standing.get(account), ...part }),
    watchApp(seen) {
      watchers.add(seen);
      seen(app);
      return () => watchers.delete(seen);
    },
    watchTalk(chat, seen) {
      open.set(chat, { shown: scene.wholeTalk ? Number.MAX_SAFE_INTEGER : page, seen });
      show(chat);
      return () => open.delete(chat);
    },
    talkIn(id) {
      const chat = app.chats.find((one) => one.chat === id);
      return talks.get(id) ?? (chat && chat.chat !== chatId('long') ? talkOf(chat) : []);
    },
    older(chat) {
      const at = open.get(chat);
      if (at !== undefined) at.shown += page;
      show(chat);
    },
  };
}

function isMessage(item: ItemView, which: EntryId | string): item is MessageView {
  return item.is === 'message' && (item.entryId === which || item.key === which);
}

function talkOf(chat: ChatView): ItemView[] {
  if (chat.chat === chatId('launch')) return launchTalk();
  if (chat.chat === chatId('amber')) return troubleTalk();
  if (chat.chat === chatId('firmware')) return waitingTalk();
  if (chat.chat === chatId('offsite')) return filesTalk();
  return chat.chat === chatId('long') ? longTalk(100_000) : shortTalk(chat);
}

function conversation(chat: ChatView, items: readonly ItemView[], hasOlder: boolean): ConversationView {
  const launch = [me, priya, amir, lena, bob, dana, sam];
  const audit = chat.chat === chatId('audit');
  const people = audit ? [me, amir, vera, dana, bob, sam] : [me, chat.other ?? lena, mei];
  const shown = members(chat.chat === chatId('launch') ? launch : people);
  const open = chat.kind === 'private' && chat.seal === 'sealed';
  return {
    chat,
    items,
    loading: false,
    hasOlder,
    hasNewer: false,
    pins: pinsOf(items),
    members: audit ? shown.map(auditMember) : shown,
    role: 'owner',
    can: {
      post: chat.seal !== 'not-sealed',
      invite: open,
      inviteOutsiders: open,
      look: open,
      leave: chat.kind !== 'general',
      grantHistory: open,
    },
    seal: chat.seal === 'sealed' ? sealOf(chat.chat) : null,
    waiting: [],
  };
}
