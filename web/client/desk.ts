/**
 * The desk: everything that this client knows of the account that is signed in, in memory. The store holds the same, but of each
 * chat's entries only the newest. Always holds: of a chat, everything at or after `floor` in display order is known here;
 * `complete` says that there is nothing before it.
 */
import type { PersonalSettings } from '../../protocol/api/personal.ts';
import type { ChatSummary, Entry, Me, Organisation, Person } from '../../protocol/api/shapes.ts';
import { type MemberKey, memberKey } from '../../protocol/chat/state.ts';
import type { AccountId, ChatId, EntryId, LogId, OrgId } from '../../protocol/ids.ts';
import { SUITE } from '../../protocol/log/entry.ts';
import type { ChatSeal } from './chat-seal.ts';
import type { LookContent } from './content.ts';
import type { Control } from './control.ts';
import type { PersonView } from './model.ts';
import type { OfChat } from './of-chat.ts';
import type { Place } from './order.ts';
import type { Timer } from './ports.ts';

/** An entry, as it lies in the store too. */
export interface Known {
  readonly entry: Entry;
  /** Of messages; kept when the body is erased. Null: not known. */
  readonly entryId: EntryId | null;
  /** When it came, where that was much later than it was written (ms). */
  readonly lateAt: number | null;
  /** It alerts nobody, as its header says: kept when the body is erased. Undefined: not known. */
  readonly quiet?: boolean;
}

/** The newest message, for the chat list. Of a sealed chat the store keeps the entry as it is, and never its text. */
export interface Preview extends Place {
  readonly account: AccountId;
  /** Undefined: of an older client's making. */
  readonly entryId?: EntryId | null;
  readonly text: string;
  readonly sealed: Entry | null;
  /** The newest edit of it that was opened, as it is. */
  readonly edit?: Entry;
}

/** What the store keeps of a chat beside control log and entries. */
export interface ChatRecord {
  readonly summary: ChatSummary;
  readonly preview: Preview | null;
  readonly floor: Place | null;
  readonly complete: boolean;
  /** The invitation was taken up without asking, since it came from there. */
  readonly acceptedFrom?: OrgId;
}

/** An organisation's node confirmed everything up to `seq` at this time. */
export interface Step {
  readonly seq: number;
  readonly at: number | null;
}
export type DeliveryKey = `${LogId}/${OrgId}`;

export interface Chat {
  record: ChatRecord;
  /** By `LOG/SEQ`; null: not read from the store yet. */
  entries: Map<string, Known> | null;
  floor: Place | null;
  complete: boolean;
  control: Control | null;
  /** Of a sealed chat whose keys were asked for. */
  seal: ChatSeal | null;
  /** The look of a sealed chat as it was opened, and the bytes that it was opened from. */
  openedLook: { readonly bytes: string; readonly content: LookContent | null } | null;
  /** Counts what changes an item's view without changing its entry. */
  version: number;
  /** Counts what is said of other messages. */
  asides: number;
  /** Counts what changes in `delivery`. */
  deliveries: number;
  readonly delivery: Map<DeliveryKey, readonly Step[]>;
  readonly typing: Map<MemberKey, Timer>;
  watchers: number;
}

export interface Desk {
  me: Me;
  readonly chats: Map<ChatId, Chat>;
  readonly people: Map<MemberKey, Person>;
  readonly organisations: Map<OrgId, Organisation>;
  /** What this person keeps for themselves. */
  readonly personal: Map<ChatId, OfChat>;
  settings: PersonalSettings | null;
  /** Up to here everything is in the store. */
  arrival: number;
  /** The first list has come, now or in an earlier run. */
  listed: boolean;
  /** Counts changes of people and organisations. */
  version: number;
  /** What is known of somebody's identity, without asking anybody. */
  identityMark: (org: OrgId, account: AccountId) => PersonView['identity'];
}

export function createDesk(me: Me): Desk {
  return {
    me,
    chats: new Map(),
    people: new Map(),
    organisations: new Map(),
    personal: new Map(),
    settings: null,
    arrival: 0,
    listed: false,
    version: 0,
    identityMark: () => 'unknown',
  };
}

export function createChat(record: ChatRecord): Chat {
  return {
    record,
    entries: null,
    floor: record.floor,
    complete: record.complete,
    control: null,
    seal: null,
    openedLook: null,
    version: 0,
    asides: 0,
    deliveries: 0,
    delivery: new Map(),
    typing: new Map(),
    watchers: 0,
  };
}

/** A chat of which nothing but its line in the list is known. */
export function newRecord(summary: ChatSummary): ChatRecord {
  return { summary, preview: null, floor: null, complete: false };
}

export function entryKey(log: LogId, seq: number): string {
  return `${log}/${seq}`;
}

export function isMe(me: Me, org: OrgId, account: AccountId): boolean {
  return org === me.org && account === me.account;
}

export function myKey(me: Me): MemberKey {
  return memberKey(me.org, me.account);
}

/** As the genesis says, whose hash is the chat's id; until that is here, as the node says. */
export function isSealed({ control, record }: Chat): boolean {
  return (control?.state.suite ?? record.summary.suite) !== SUITE.clear;
}
