/**
 * What the screens see of the messenger, and what they may ask of it. Types only: the messenger runs in a Worker of the tab
 * that holds the lock; the other tabs and the page talk to it by messages, so everything here can be cloned.
 * Always holds: a message is `stored` only when the own node has acknowledged it; nothing is shown as sent that is not.
 */
import type { PersonalSettings } from '../../protocol/api/personal.ts';
import type { RefusalReply } from '../../protocol/api/shapes.ts';
import type { AccountId, ChatId, DeviceId, EntryId, OrgId } from '../../protocol/ids.ts';
import type { Answer } from './answer.ts';
import type { DeviceView } from './device-view.ts';
import type { OutgoingFile } from './files/views.ts';
import type { MessageView, PinView } from './model-message.ts';
import type { HistoryChoice, HistoryReach, PictureView } from './model-values.ts';
import type { KeyWait, OrganisationView, PersonView } from './model-who.ts';
import type { PersonalWish } from './of-chat.ts';
import type { Passkeys, Unlocking } from './passkey.ts';
import type { SaidText, Target } from './said.ts';
import type { Found, FoundPage, SearchProgress, SearchQuery } from './search-model.ts';

export type { Answer } from './answer.ts';
export type { DeviceView } from './device-view.ts';
export type { DeliveryView, MessageView, PinView, QuoteView, ReactionView, StrayView } from './model-message.ts';
export type { HistoryChoice, HistoryReach, PictureView } from './model-values.ts';
export type { KeyWait, OrganisationView, PersonView } from './model-who.ts';

export interface MeView extends PersonView {
  readonly administrator: boolean;
  readonly mayBringOutsiders: boolean;
  readonly domain: string;
  /** Null: this account has no keys yet, so it opens no sealed chat. */
  readonly seal: {
    /** The own half of every safety number: six groups of five digits. */
    readonly fingerprint: readonly string[];
    /** False: the recovery code was made, but never confirmed. */
    readonly recoveryKept: boolean;
  } | null;
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
  /** Tells one picture of the chat from another; `chatImage` gives it. Null: it has none. */
  readonly image: string | null;
  /** The other person, in a direct chat. */
  readonly other: PersonView | null;
  readonly invitedBy: PersonView | null;
  /** The invitation was taken up without asking, since the own organisation trusts this one; null: the person did it. */
  readonly acceptedFrom: OrganisationView | null;
  readonly memberCount: number;
  /** Organisations other than the own one; empty: no outsiders. */
  readonly outside: readonly OrganisationView[];
  /** `open`: general and public chats, which the own node reads. `not-sealed`: a private or direct one from before sealing. */
  readonly seal: 'sealed' | 'not-sealed' | 'open';
  /** What this person decided for themselves, on all their devices. */
  readonly pinned: boolean;
  /** ms; of one that is past, nothing is left. */
  readonly mutedUntil: number | 'forever' | null;
  readonly level: 'all' | 'mentions' | 'none';
  readonly markedUnread: boolean;
  readonly unread: number;
  readonly mentions: number;
  /** The newest message in short, `from` null for the own; `text` null: its key is not here yet. */
  readonly preview: { readonly from: string | null; readonly text: string | null; readonly at: number } | null;
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
  /**
   * `log-in`: has no keys before the first log-in. `answer`: the node of that organisation has not said yet which keys it has.
   * `readmit`: was reset, and somebody must let it in again (SEAL 4.6). Of who is invited: `organisation`, its node cannot be
   * reached now; `person`, it is there, and nobody has answered yet.
   */
  readonly waitsFor: 'log-in' | 'answer' | 'readmit' | 'organisation' | 'person' | null;
  /** What the person signed in may do with this member now. */
  readonly can: {
    readonly remove: boolean;
    readonly withdraw: boolean;
    readonly setRole: boolean;
    readonly readmit: boolean;
    readonly grant: boolean;
  };
}

export type ItemView = MessageView | NoticeView;

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
    | 'refused'
    /** A member got more of the past. */
    | 'granted'
    /** The account was reset: suspended until somebody lets it in again. */
    | 'suspended'
    | 'readmitted'
    /** Has keys since its first log-in, and reads from here on. */
    | 'keyed'
    /** Another identity, signed by the one before. */
    | 'succeeded';
  readonly by: PersonView | null;
  readonly person: PersonView | null;
  readonly role: 'member' | 'moderator' | 'owner' | null;
  readonly refusal: RefusalReply | null;
  /** What an invitation or a grant opens of the past; `from` in ms. Null: nothing. */
  readonly history: { readonly from: number; readonly all: boolean } | null;
}

/** The open conversation: a window of items, oldest first. */
export interface ConversationView {
  readonly chat: ChatView;
  readonly items: readonly ItemView[];
  readonly loading: boolean;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** Pinned messages, the last pinned first. */
  readonly pins: readonly PinView[];
  readonly members: readonly MemberView[];
  readonly role: 'member' | 'moderator' | 'owner' | null;
  readonly can: {
    readonly post: boolean;
    readonly invite: boolean;
    readonly inviteOutsiders: boolean;
    readonly look: boolean;
    readonly leave: boolean;
    /** May give newcomers a part of the past. */
    readonly grantHistory: boolean;
  };
  /** Of a sealed chat. `keyWait`: what is written waits for that. `changesWith`: keys change when this organisation's node is back. */
  readonly seal: { readonly keyWait: KeyWait | null; readonly changesWith: OrganisationView | null } | null;
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
  | {
      /**
       * Signed in, but the vault is closed. `reset`: the password was set anew by a link; `no-keys`: an account from before sealing,
       * whose password is needed once to make its keys. `why`: it could not be opened.
       */
      readonly is: 'locked';
      readonly me: MeView;
      readonly after: 'lock' | 'reset' | 'no-keys';
      readonly ways: readonly ('password' | 'code')[];
      readonly why: RefusalReply | null;
    }
  /** Keys were just made. The recovery code is shown this once; `keepRecoveryCode` leads on. */
  | { readonly is: 'recovery'; readonly me: MeView; readonly code: string }
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
  /** Of the account, on all its devices; null: as they are from the beginning. */
  readonly settings: PersonalSettings | null;
}

export type FoundView = Found<ChatView, PersonView>;
export type SearchReply = FoundPage<FoundView>;

/** The numbers of two people who want to be sure of each other (SEAL 2.6). */
export interface SafetyView {
  readonly person: PersonView;
  /** Twelve groups of five digits. */
  readonly number: readonly string[];
  /** What the QR code holds; the same on both sides. */
  readonly code: string;
  /** The number as it was before the other identity changed; null: it never did, or is acknowledged. */
  readonly former: readonly string[] | null;
}

type Done = Promise<Answer<null>>;
interface Who {
  readonly org: OrgId;
  readonly account: AccountId;
}

/** What goes with a text. */
export type SendMore = Omit<SaidText, 'type' | 'text'>;

/** All that a screen may ask. Subscriptions call back at once with what is known, then on each change. */
export interface Messenger extends Passkeys {
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
  /** Six words, drawn here: a password that nobody guesses. */
  newPassphrase(): Promise<Answer<string>>;
  signIn(name: string, password: string): Done;
  signOut(everywhere: boolean): Done;
  /**
   * Opens the vault. Refuses `bad_login`, `wrong_code`, `vault_broken`, `vault_rolled_back`; of a passkey `passkey_cancelled`,
   * `passkey_without_prf`, `passkey_of_other`, `passkey_wrong`.
   */
  unlock(by: Unlocking): Done;
  /** Closes it on this device. */
  lock(): Done;
  /** New keys for who lost password and code (SEAL 3.4): opens nothing old. */
  startOver(): Done;
  /** Draws one, and changes nothing. */
  newRecoveryCode(): Promise<Answer<string>>;
  /** Puts it in force in place of the one before; leads on from phase `recovery`. */
  keepRecoveryCode(code: string): Done;
  /** Ends the other sessions. Refuses `bad_login`. */
  changePassword(before: string, after: string): Done;
  devices(): Promise<Answer<readonly DeviceView[]>>;
  /** Signs out there, and changes the own keys. */
  removeDevice(device: DeviceId): Done;
  setDisplayName(name: string): Done;

  searchPeople(text: string): Promise<Answer<readonly PersonView[]>>;
  resolveAddress(address: string): Promise<Answer<PersonView>>;
  /** Refuses `not_found` where that person has no keys. */
  safety(who: Who): Promise<Answer<SafetyView>>;
  /** `verified`: the numbers were compared and are equal; `pinned`: not compared, but the identity of now is acknowledged. */
  judgeIdentity(who: Who, as: 'verified' | 'pinned'): Done;

  /** In the history of one chat, or of all. */
  search(query: SearchQuery): Promise<Answer<SearchReply>>;
  searchProgress(chat: ChatId | null): Promise<Answer<SearchProgress>>;

  createPrivate(input: {
    name: string | null;
    colour: Colour;
    members: readonly Who[];
    welcome: string;
  }): Promise<Answer<ChatId>>;
  createPublic(input: { name: string; members: readonly Who[] }): Promise<Answer<ChatId>>;
  openDirect(other: Who): Promise<Answer<ChatId>>;
  /** A sealed chat with the look and the members of one that is not sealed; of a direct one, the sealed one with the same person. */
  continueSealed(chat: ChatId): Promise<Answer<ChatId>>;
  publicChats(): Promise<Answer<readonly { chat: ChatId; name: string; members: number }[]>>;
  joinPublic(chat: ChatId): Done;

  /** `entryId`: the same one twice is one message; made here where it is not given. */
  send(
    chat: ChatId,
    text: string,
    mentions: readonly Who[],
    entryId?: EntryId,
    more?: SendMore,
    /** Done when they lie sealed on this device: until then the page must stay. Refuses `file_changed`. */
    files?: readonly OutgoingFile[],
  ): Done;
  pauseFiles(chat: ChatId, entryId: EntryId, paused: boolean): Done;
  /** What one file may have, and what is left for files, in bytes. */
  fileRoom(): Promise<Answer<{ most: number; left: number }>>;
  /** Of a queued message; one with neither file nor text left is discarded. */
  dropFile(chat: ChatId, entryId: EntryId, file: string): Done;
  /** The text of an own message. Refuses `not_allowed` for another's, `not_found` for one that is not here. */
  edit(chat: ChatId, target: Target, text: string, mentions: readonly Who[]): Done;
  /** One emoji; refuses `bad_input` for anything else, and for more than 20 of one person on one message. */
  react(chat: ChatId, target: Target, emoji: string, on: boolean): Done;
  pin(chat: ChatId, target: Target, on: boolean): Done;
  retry(chat: ChatId, entryId: EntryId): Done;
  discard(chat: ChatId, entryId: EntryId): Done;
  /** The body, and what was said of it as far as one may; of own messages all edits. */
  erase(chat: ChatId, key: string): Done;
  markRead(chat: ChatId): Done;
  /** What a person decides for themselves. Kept here while the node is away. */
  keep(wishes: readonly PersonalWish[]): Done;
  /** Out of the list, until something new comes. */
  hide(chat: ChatId): Done;
  typing(chat: ChatId): void;

  /** Of the past, newcomers get what `history` says; nothing where it is not given. */
  invite(chat: ChatId, who: readonly Who[], role: 'member' | 'moderator' | 'owner', history?: HistoryChoice): Done;
  historyReach(chat: ChatId, history: HistoryChoice): Promise<Answer<HistoryReach>>;
  grantHistory(chat: ChatId, who: Who, history: HistoryChoice): Done;
  /** Lets an account in again that was reset, with the identity it has now. */
  readmit(chat: ChatId, who: Who): Done;
  accept(chat: ChatId): Done;
  decline(chat: ChatId): Done;
  withdraw(chat: ChatId, who: Who): Done;
  leave(chat: ChatId): Done;
  remove(chat: ChatId, who: Who): Done;
  setRole(chat: ChatId, who: Who, role: 'member' | 'moderator' | 'owner'): Done;
  /** `image`: WebP or JPEG, null takes it away; the one that is there stays where it is not given. Refuses `bad_input`, `too_big`. */
  setLook(chat: ChatId, look: { name: string | null; colour: Colour; image?: Uint8Array | null }): Done;
  /** The chat's picture, checked; null where it has none that can be shown. */
  chatImage(chat: ChatId): Promise<Answer<PictureView | null>>;

  /** For administrators' screens and the own tokens: any route of the contract, by its key. */
  admin<T>(route: string, input: { params?: Record<string, string>; body?: unknown }): Promise<Answer<T>>;
}
