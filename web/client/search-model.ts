/** What the screens see of search, and ask of it; part of model.ts. */
import type { AccountId, ChatId, EntryId, OrgId } from '../../protocol/ids.ts';

/** What somebody searches for. Everything null and no text: all messages. */
export interface SearchQuery {
  /** As it was typed: words, and what stands in quotation marks as it stands. */
  readonly text: string;
  /** Null: all chats. */
  readonly chat: ChatId | null;
  readonly who: { readonly org: OrgId; readonly account: AccountId } | null;
  readonly kind: 'message' | 'file' | 'link' | null;
  /** Milliseconds; `from` is in it, `to` is not. */
  readonly from: number | null;
  readonly to: number | null;
  /** `more` of the answer before. */
  readonly before: string | null;
}

/** A text in pieces: `hit` is what was searched for. */
export type FoundText = readonly { readonly text: string; readonly hit: boolean }[];

/** A message that was found. */
export interface Found<ChatView, PersonView> {
  readonly chat: ChatView;
  readonly author: PersonView;
  readonly own: boolean;
  /** When it was written (ms). */
  readonly at: number;
  /** `hlc`: where it stands in display order. */
  readonly target: { readonly entry: EntryId; readonly org: OrgId; readonly account: AccountId; readonly hlc: number };
  readonly text: FoundText;
  /** Names of its files. */
  readonly files: readonly FoundText[];
}

/** How much of the history is searched here. `waiting`: offline, or out of sight. `unavailable`: nothing can be kept on this device. */
export type SearchProgress =
  | { readonly is: 'whole' }
  | { readonly is: 'unavailable' }
  /** `back`: to this time (ms); null: it has only begun. `share`: from 0 to 1. */
  | { readonly is: 'filling' | 'waiting'; readonly back: number | null; readonly share: number };

export interface FoundPage<FoundView> {
  /** Newest first. */
  readonly found: readonly FoundView[];
  /** Null: there is no more. */
  readonly more: string | null;
  /** The node did not answer for what is open to it. */
  readonly unreachable: boolean;
  readonly progress: SearchProgress;
}
