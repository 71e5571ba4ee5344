/**
 * What the screens see of the messenger, and what they may ask of it. Types only: the messenger runs in a Worker of the tab
 * that holds the lock; the other tabs and the page talk to it by messages, so everything here can be cloned.
 * Always holds: a message is `stored` only when the own node has acknowledged it; nothing is shown as sent that is not.
 */
import type { RefusalReply } from '../../protocol/api/shapes.ts';
import type { AccountId, ChatId, EntryId, OrgId } from '../../protocol/ids.ts';

export interface PersonView {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly name: string;
  readonly address: string;
  readonly orgName: string;
  readonly outsider: boolean;
  readonly disabled: boolean;
}

export interface OrganisationView {
  readonly org: OrgId;
  readonly name: string;
  readonly domain: string;
  readonly own: boolean;
  readonly reachable: boolean;
  /** Not reachable since (ms); null: never reached, or reachable. */
  readonly since: number | null;
}

export interface MeView extends PersonView {
  readonly administrator: boolean;
  readonly mayBringOutsiders: boolean;
  readonly domain: string;
}

/** Names of the palette; the screens map each to tokens for light and dark. */
export const COLOURS = ['amber', 'rust', 'rose', 'plum', 'violet', 'indigo', 'azure', 'teal', 'moss', 'olive'] as const;
export type Colour = (typeof COLOURS)[number];

export interface ChatView {
  readonly chat: ChatId;
  readonly kind: 'general' | 'public' | 'direct' | 'private';
  readonly standing: 'member' | 'invited' | 'ended';
  readonly name: string;
  readonly colour: Colour;
  /** The other person, in a direct chat. */
  readonly other: PersonView | null;
  readonly invitedBy: PersonView | null;
  readonly memberCount: number;
  /** Organisations other than the own one; empty: no outsiders. */
  readonly outside: readonly OrganisationView[];
  readonly unread: number;
  readonly mentions: number;
  /** The newest message in short, `from` null for the own. */
  readonly preview: { readonly from: string | null; readonly text: string; readonly at: number } | null;
  readonly lastTime: number;
  readonly readOnly: RefusalReply | null;
  readonly typing: readonly string[];
}

export interface MemberView {
  readonly person: PersonView;
  readonly role: 'member' | 'moderator' | 'owner';
  /** False: invited, has not accepted yet. */
  readonly accepted: boolean;
  readonly invitedBy: PersonView | null;
  readonly since: number;
  /** What the person signed in may do with this member now. */
  readonly can: { readonly remove: boolean; readonly withdraw: boolean; readonly setRole: boolean };
}

/** Where a message stands, in words that are true (P: "delivery truth per organisation"). */
export interface DeliveryView {
  readonly organisation: OrganisationView;
  readonly has: boolean;
  /** When its node confirmed (ms); null where not known. */
  readonly at: number | null;
}

export type ItemView = MessageView | NoticeView;

export interface MessageView {
  readonly is: 'message';
  /** Stable for the life of the message, from pending to stored. */
  readonly key: string;
  readonly entryId: EntryId;
  readonly author: PersonView;
  readonly own: boolean;
  /** Milliseconds, for people: when it was written. */
  readonly at: number;
  /** Arrived much later than written: when (ms). */
  readonly arrivedLate: number | null;
  readonly text: string | null;
  /** What is there instead of a text. */
  readonly instead: 'erased' | 'unreadable' | 'newer' | null;
  readonly state:
    | { readonly is: 'queued' }
    | { readonly is: 'sending' }
    | { readonly is: 'stored' }
    | { readonly is: 'refused'; readonly refusal: RefusalReply }
    | { readonly is: 'void'; readonly refusal: RefusalReply };
  /** Of own messages in chats with outsiders. */
  readonly delivery: readonly DeliveryView[];
  /** First one that was unread when the chat was opened. */
  readonly firstUnread: boolean;
  readonly canErase: boolean;
}

/** A line about membership or settings. */
export interface NoticeView {
  readonly is: 'notice';
  readonly key: string;
  readonly at: number;
  readonly what:
    | 'created'
    | 'invited'
    | 'joined'
    | 'left'
    | 'declined'
    | 'expired'
    | 'withdrawn'
    | 'removed'
    | 'role'
    | 'look'
    | 'policy'
    | 'hub'
    | 'noop'
    | 'refused';
  readonly by: PersonView | null;
  readonly person: PersonView | null;
  readonly role: 'member' | 'moderator' | 'owner' | null;
  readonly refusal: RefusalReply | null;
}

/** The open conversation: a window of items, oldest first. */
export interface ConversationView {
  readonly chat: ChatView;
  readonly items: readonly ItemView[];
  readonly loading: boolean;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly members: readonly MemberView[];
  readonly role: 'member' | 'moderator' | 'owner' | null;
  readonly can: {
    readonly post: boolean;
    readonly invite: boolean;
    readonly inviteOutsiders: boolean;
    readonly look: boolean;
    readonly leave: boolean;
  };
  /** Requests that wait for the hub: what, and which organisation orders. */
  readonly waiting: readonly { readonly what: string; readonly hub: OrganisationView }[];
}

export type Connection = 'connecting' | 'online' | 'offline';

export type Phase =
  | { readonly is: 'starting' }
  | {
      readonly is: 'signed-out';
      readonly organisation: string;
      readonly domain: string;
      readonly why: RefusalReply | null;
    }
  | { readonly is: 'signed-in'; readonly me: MeView }
  | { readonly is: 'failed'; readonly refusal: RefusalReply };

/** Everything that the frame of the window shows. */
export interface AppView {
  readonly phase: Phase;
  readonly connection: Connection;
  /** Own messages that wait on this device. */
  readonly outbox: number;
  /** Newest first; `loading` until the first list came. */
  readonly chats: readonly ChatView[];
  readonly loading: boolean;
  readonly organisations: readonly OrganisationView[];
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: RefusalReply };
type Done = Promise<Answer<null>>;
interface Who {
  readonly org: OrgId;
  readonly account: AccountId;
}

/** All that a screen may ask. Subscriptions call back at once with what is known, then on each change. */
export interface Messenger {
  watchApp(seen: (view: AppView) => void): () => void;
  /** Opens the conversation; items come in pages. */
  watchConversation(chat: ChatId, seen: (view: ConversationView | null) => void): () => void;
  loadOlder(chat: ChatId): Promise<void>;

  lookAtLink(token: string): Promise<
    Answer<{
      kind: 'first-administrator' | 'join' | 'reset';
      organisation: string;
      domain: string;
      name: string | null;
    }>
  >;
  join(token: string, name: string, displayName: string, password: string): Done;
  signIn(name: string, password: string): Done;
  signOut(everywhere: boolean): Done;
  setDisplayName(name: string): Done;

  searchPeople(text: string): Promise<Answer<readonly PersonView[]>>;
  resolveAddress(address: string): Promise<Answer<PersonView>>;

  createPrivate(input: {
    name: string | null;
    colour: Colour;
    members: readonly Who[];
    welcome: string;
  }): Promise<Answer<ChatId>>;
  createPublic(input: { name: string; members: readonly Who[] }): Promise<Answer<ChatId>>;
  openDirect(other: Who): Promise<Answer<ChatId>>;
  publicChats(): Promise<Answer<readonly { chat: ChatId; name: string; members: number }[]>>;
  joinPublic(chat: ChatId): Done;

  /** `entryId`: the same one twice is one message; made here where it is not given. */
  send(chat: ChatId, text: string, mentions: readonly Who[], entryId?: EntryId): Done;
  retry(chat: ChatId, entryId: EntryId): Done;
  discard(chat: ChatId, entryId: EntryId): Done;
  erase(chat: ChatId, key: string): Done;
  markRead(chat: ChatId): Done;
  typing(chat: ChatId): void;

  invite(chat: ChatId, who: readonly Who[], role: 'member' | 'moderator' | 'owner'): Done;
  accept(chat: ChatId): Done;
  decline(chat: ChatId): Done;
  withdraw(chat: ChatId, who: Who): Done;
  leave(chat: ChatId): Done;
  remove(chat: ChatId, who: Who): Done;
  setRole(chat: ChatId, who: Who, role: 'member' | 'moderator' | 'owner'): Done;
  setLook(chat: ChatId, look: { name: string | null; colour: Colour }): Done;

  /** For administrators' screens and the own tokens: any route of the contract, by its key. */
  admin<T>(route: string, input: { params?: Record<string, string>; body?: unknown }): Promise<Answer<T>>;
}
