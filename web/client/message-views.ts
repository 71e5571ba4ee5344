/** A message as the screens see it: stored or still in the outbox, with all that was said of it. */
import type { Entry } from '../../protocol/api/shapes.ts';
import { utf8 } from '../../protocol/bytes.ts';
import { ROLES } from '../../protocol/chat/intent.ts';
import { type MemberKey, memberKey, policyAt, roleAt } from '../../protocol/chat/state.ts';
import { taggedHash } from '../../protocol/hash.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { type EntryId, idFromBytes } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import type { Content } from './content.ts';
import { deliveryOf, deliveryOfErasure } from './delivery.ts';
import { type Chat, type Desk, entryKey, isMe, type Known } from './desk.ts';
import { contentOf, openEntry } from './entries.ts';
import { fileViewOf } from './files/file-content.ts';
import type { FileView } from './files/views.ts';
import { type Folded, fold, UNTOUCHED } from './folding.ts';
import type { KeyWait, MessageView, QuoteView, StrayView } from './model.ts';
import type { Queued } from './outbox.ts';
import { personByKey, personView } from './people.ts';
import { shortText } from './preview.ts';
import { refusalOf } from './refusal.ts';
import { NO_REMARKS, type Remarks, type Stray, targetKey } from './remarks.ts';
import type { ReplyTo, SaidText, Target } from './said.ts';

/** The author's copies of one message have one key, which it has from the moment it is written. */
export function messageKey({ entry, entryId }: Known): string {
  return entryId === null ? entryKey(entry.log, entry.seq) : `${entry.org}/${entry.account}/${entryId}`;
}

/** What of a conversation is needed to show one message of it. */
export interface Surroundings {
  readonly desk: Desk;
  readonly chat: Chat;
  readonly keyWait: KeyWait | null;
  /** By `targetKey`. */
  readonly remarks: ReadonlyMap<string, Remarks>;
  readonly isSending: (entryId: EntryId) => boolean;
  /** A message of the chat that is here, in the window or not. */
  readonly find: (key: string) => Known | Queued | undefined;
}

export function storedView(around: Surroundings, known: Known, firstUnread: boolean): MessageView {
  const { desk, chat, keyWait } = around;
  const { entry } = known;
  const own = isMe(desk.me, entry.org, entry.account);
  const content = contentOf(chat, entry);
  const erased = entry.body === null;
  const counts = entry.void === null;
  const instead = erased ? 'erased' : insteadOf(content);
  const text = content.is === 'text' && !erased ? content : null;
  const mayWrite = !erased && counts && mayPost(desk, chat) && known.entryId !== null;
  return {
    is: 'message',
    key: messageKey(known),
    entryId: known.entryId ?? standInId(known),
    author: personView(desk, entry.org, entry.account),
    own,
    at: hlcMs(entry.hlc),
    arrivedLate: known.lateAt,
    hlc: entry.hlc,
    ...saidView(around, messageKey(known), text, known),
    files: (text?.files ?? []).map((file, index) => fileViewOf(file, index, blobsNamed(entry))),
    erasure: erased ? erasureView(desk, chat, known) : null,
    instead,
    keyWait: instead === 'key' ? keyWait : null,
    state: entry.void === null ? { is: 'stored' } : { is: 'void', refusal: refusalOf(entry.void) },
    delivery: own && counts && !erased ? deliveryOf(desk, chat, known) : [],
    firstUnread,
    canErase: !erased && counts && roleIn(desk, chat) >= (own ? ROLES.member : ROLES.moderator),
    canEdit: own && text !== null && mayWrite,
    canRemark: mayWrite && instead === null,
  };
}

export function queuedView(
  around: Surroundings,
  queued: Queued & { readonly said: SaidText },
  files: readonly FileView[],
  key: string,
): MessageView {
  const { desk, keyWait } = around;
  const { entryId, at, said, refusal, mentions } = queued;
  const sending = around.isSending(entryId);
  const { me } = desk;
  return {
    is: 'message',
    key,
    entryId,
    author: personView(desk, me.org, me.account),
    own: true,
    at,
    arrivedLate: null,
    hlc: null,
    ...saidView(around, key, { ...said, alert: { level: 1, mentions } }, null),
    files,
    erasure: null,
    instead: null,
    keyWait: refusal || sending ? null : keyWait,
    state: refusal ? { is: 'refused', refusal } : { is: sending ? 'sending' : 'queued' },
    delivery: [],
    firstUnread: false,
    canErase: false,
    canEdit: refusal === null,
    canRemark: refusal === null,
  };
}

type Text = Omit<Extract<Content, { is: 'text' }>, 'is'>;
type SaidView = Pick<
  MessageView,
  'text' | 'mentions' | 'replyTo' | 'forwarded' | 'edited' | 'reactions' | 'pinnedBy' | 'strays'
>;
const NOTHING_SAID: SaidView = {
  text: null,
  mentions: [],
  replyTo: null,
  forwarded: null,
  edited: null,
  reactions: [],
  pinnedBy: null,
  strays: [],
};

/** `said`: null where the text cannot be read or is gone, and with it all that was said of it. */
function saidView(around: Surroundings, key: string, said: Text | null, known: Known | null): SaidView {
  if (!said) return NOTHING_SAID;
  const { desk } = around;
  const { remarks, strays } = around.remarks.get(key) ?? NO_REMARKS;
  const folded = foldedOf(desk, known, remarks);
  const named = folded.edit?.mentions ?? said.alert?.mentions ?? mentionsIn(known);
  return {
    text: folded.edit?.text ?? said.text,
    mentions: named.map(({ org, account }) => personView(desk, org, account)),
    replyTo: said.replyTo ? quoteView(around, said.replyTo) : null,
    forwarded: said.forwarded ?? null,
    edited: editedView(folded, said.text, known),
    reactions: folded.reactions.map(({ emoji, people }) => reactionView(desk, emoji, people)),
    pinnedBy: folded.pinned && personByKey(desk, folded.pinned.by),
    strays: strays.map((stray) => strayView(around, stray)),
  };
}

function foldedOf({ me }: Desk, known: Known | null, remarks: Remarks['remarks']): Folded {
  if (remarks.length === 0) return UNTOUCHED;
  const { org, account } = known?.entry ?? me;
  return fold(memberKey(org, account), remarks);
}

/** In open chats whom a message names stands beside its text. */
function mentionsIn(known: Known | null): readonly MemberRef[] {
  return (known && openEntry(known.entry).body?.alert.mentions) ?? [];
}

function editedView({ edit, between }: Folded, first: string, known: Known | null): MessageView['edited'] {
  if (!edit) return null;
  const at = known ? hlcMs(known.entry.hlc) : edit.at;
  return { at: edit.at, earlier: [{ text: first, at }, ...between] };
}

function reactionView(desk: Desk, emoji: string, people: readonly MemberKey[]): MessageView['reactions'][number] {
  const { org, account } = desk.me;
  return { emoji, own: people.includes(memberKey(org, account)), people: people.map((key) => personByKey(desk, key)) };
}

function strayView({ isSending }: Surroundings, stray: Stray): StrayView {
  if ('known' in stray) {
    const { known, said } = stray;
    const refusal = refusalOf(known.entry.void ?? 'not_allowed');
    return { entryId: known.entryId ?? standInId(known), what: said.type, state: { is: 'void', refusal } };
  }
  const { entryId, refusal, said } = stray.queued;
  const state = refusal
    ? ({ is: 'refused', refusal } as const)
    : ({ is: isSending(entryId) ? 'sending' : 'queued' } as const);
  return { entryId, what: said.type === 'text' ? 'edit' : said.type, state };
}

/** Another message in short. */
export function quoteView(around: Surroundings, { entry, org, account, hlc }: ReplyTo): QuoteView {
  const { desk, chat } = around;
  const target: Target = { entry, org, account };
  const found = around.find(targetKey(target));
  const { remarks } = around.remarks.get(targetKey(target)) ?? NO_REMARKS;
  const author = personView(desk, org, account);
  const at = found && 'entry' in found ? found.entry.hlc : (hlc ?? null);
  const quote = (text: string | null, instead: QuoteView['instead']) => ({ target, hlc: at, author, text, instead });
  if (!found) return quote(null, 'missing');
  const known = 'entry' in found ? found : null;
  if (known?.entry.body === null) return quote(null, 'erased');
  const content = known
    ? contentOf(chat, known.entry)
    : 'said' in found && found.said.type === 'text'
      ? found.said
      : null;
  if (!content || !('text' in content)) return quote(null, insteadOf(content as Content) ?? 'missing');
  return quote(shortText(foldedOf(desk, known, remarks).edit?.text ?? content.text), null);
}

function erasureView(desk: Desk, chat: Chat, { entry }: Known): MessageView['erasure'] {
  const { erasedBy } = entry;
  if (!erasedBy) return null;
  const own = isMe(desk.me, erasedBy.org, erasedBy.account);
  const by = personView(desk, erasedBy.org, erasedBy.account);
  return { by, delivery: own ? deliveryOfErasure(desk, chat, entry, erasedBy) : [] };
}

/** Without keys on this device, what is closed stays so. */
function insteadOf({ is }: Content): MessageView['instead'] {
  if (is === 'text') return null;
  return is === 'closed' ? 'key' : is === 'aside' ? 'newer' : is;
}

/** A message whose body was erased before it came has an id all the same, which nobody else has. */
function standInId({ entry }: Known): EntryId {
  return idFromBytes('entry', taggedHash('body', utf8(entryKey(entry.log, entry.seq))).slice(0, 16));
}

function roleIn({ me }: Desk, { control, record }: Chat): number {
  if (!control || record.summary.logId === null) return 0;
  return roleAt(control.state, me.org, me.account, control.state.head.cpos);
}

function mayPost(desk: Desk, chat: Chat): boolean {
  const state = chat.control?.state;
  if (!state || chat.record.summary.standing !== 'member' || chat.record.summary.readOnly !== null) return false;
  const role = roleIn(desk, chat);
  return role > 0 && role >= policyAt(state, state.head.cpos).post;
}

function blobsNamed(entry: Entry): readonly string[] {
  return entry.blobs ?? [];
}
