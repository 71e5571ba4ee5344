/** A message as the screens see it, with all that was said of it. Types only, a part of model.ts. */
import type { RefusalReply } from '../../protocol/api/shapes.ts';
import type { EntryId } from '../../protocol/ids.ts';
import type { FileView } from './files/views.ts';
import type { Version } from './folding.ts';
import type { KeyWait, OrganisationView, PersonView } from './model-who.ts';
import type { Forwarded, Target } from './said.ts';

/** Where a message stands, in words that are true (P: "delivery truth per organisation"). */
export interface DeliveryView {
  readonly organisation: OrganisationView;
  readonly has: boolean;
  /** When its node confirmed (ms); null where not known. */
  readonly at: number | null;
}

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
  /** Where it stands in display order; null: not stored yet. */
  readonly hlc: number | null;
  /** As it was changed last. */
  readonly text: string | null;
  readonly files: readonly FileView[];
  /** Whom the text names with "@". */
  readonly mentions: readonly PersonView[];
  readonly replyTo: QuoteView | null;
  readonly forwarded: Forwarded | null;
  /** When it was changed last, and the texts before, oldest first. */
  readonly edited: { readonly at: number; readonly earlier: readonly Version[] } | null;
  readonly reactions: readonly ReactionView[];
  readonly pinnedBy: PersonView | null;
  /** Own changes to it that are not what everybody sees: on their way, refused, or without effect. */
  readonly strays: readonly StrayView[];
  /** Who erased it, and which organisations have confirmed that; null: not erased, or not known. */
  readonly erasure: { readonly by: PersonView; readonly delivery: readonly DeliveryView[] } | null;
  /** What is there instead of a text. */
  readonly instead: 'erased' | 'unreadable' | 'newer' | 'key' | null;
  /** Of a message whose key is not here, received or queued; null where nothing is known to wait for, or nothing waits. */
  readonly keyWait: KeyWait | null;
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
  readonly canEdit: boolean;
  /** React, pin, answer. */
  readonly canRemark: boolean;
}

/** The message that another one answers, in short. `missing`: it is not here. */
export interface QuoteView {
  readonly target: Target;
  readonly hlc: number | null;
  readonly author: PersonView;
  readonly text: string | null;
  readonly instead: MessageView['instead'] | 'missing';
}

export interface ReactionView {
  readonly emoji: string;
  readonly own: boolean;
  /** Who reacted so, oldest first. */
  readonly people: readonly PersonView[];
}

export interface StrayView {
  /** Of what waits in the outbox: for `retry` and `discard`. */
  readonly entryId: EntryId;
  readonly what: 'edit' | 'react' | 'pin';
  readonly state: MessageView['state'];
}

export interface PinView extends QuoteView {
  readonly by: PersonView;
  readonly at: number;
}
