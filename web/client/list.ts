/** Lines of the chat list, and the order in which they stand. */
import { whySuite } from '../../protocol/chat/validity.ts';
import { hlcMs } from '../../protocol/hlc.ts';
import { type ChatId, idBytes } from '../../protocol/ids.ts';
import { SUITE } from '../../protocol/log/entry.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { type LookContent, openLook } from './content.ts';
import { type Chat, type Desk, isMe, isSealed } from './desk.ts';
import { contentOf } from './entries.ts';
import { type ChatView, COLOURS, type Colour } from './model.ts';
import type { OfChat } from './of-chat.ts';
import { organisationView, personByKey, personView } from './people.ts';
import { ofChat } from './personal.ts';
import { shortText } from './preview.ts';
import { refusalOf } from './refusal.ts';

interface Line {
  readonly record: Chat['record'];
  readonly personal: OfChat;
  /** What was opened of it. */
  readonly look: Chat['openedLook'];
  readonly opened: string;
  readonly deskVersion: number;
  readonly typing: string;
  readonly view: ChatView;
}
/** The end of a picture tells it from others: it is the densest part. */
const IMAGE_ID = 32;

const lines = new WeakMap<Chat, Line>();

/** The same object until something of it changes. */
export function chatView(desk: Desk, chat: Chat): ChatView {
  const before = lines.get(chat);
  const typing = [...chat.typing.keys()].join();
  const { record } = chat;
  const { openedLook: look } = chat;
  const personal = ofChat(desk, chat);
  const opened = `${previewText(chat)} ${isSealed(chat)}`;
  if (
    before &&
    before.look === look &&
    before.opened === opened &&
    before.record === record &&
    before.personal === personal &&
    before.deskVersion === desk.version &&
    before.typing === typing
  ) {
    return before.view;
  }
  const view = makeChatView(desk, chat);
  lines.set(chat, { record, personal, look, opened, deskVersion: desk.version, typing, view });
  return view;
}

function makeChatView(desk: Desk, chat: Chat): ChatView {
  const { summary } = chat.record;
  const { other, invitedBy } = summary;
  const readOnly = readOnlyOf(chat);
  const look = lookOf(chat);
  return {
    chat: summary.chat,
    kind: summary.kind,
    standing: summary.standing,
    name: nameOf(desk, chat),
    colour: look.colour,
    image: look.image === null ? null : look.image.slice(-IMAGE_ID),
    other: other && personView(desk, other.org, other.account),
    invitedBy: invitedBy && personView(desk, invitedBy.org, invitedBy.account),
    acceptedFrom: chat.record.acceptedFrom ? organisationView(desk, chat.record.acceptedFrom) : null,
    memberCount: summary.members,
    outside: summary.organisations.filter((org) => org !== desk.me.org).map((org) => organisationView(desk, org)),
    seal: sealOf(chat),
    ...personalView(ofChat(desk, chat)),
    unread: summary.unread,
    mentions: summary.mentions,
    preview: previewView(desk, chat),
    lastTime: summary.lastTime,
    readOnly: readOnly && refusalOf(readOnly),
    typing: [...chat.typing.keys()].map((key) => personByKey(desk, key).name),
  };
}

function personalView({ pinned, mutedUntil, level, unread }: OfChat) {
  return { pinned, mutedUntil, level, markedUnread: unread };
}

function sealOf(chat: Chat): ChatView['seal'] {
  const { kind } = chat.record.summary;
  if (kind === 'general' || kind === 'public') return 'open';
  return isSealed(chat) ? 'sealed' : 'not-sealed';
}

/** One that is not sealed, of a kind that has to be, is there to be read only (SEAL 5.5). */
function readOnlyOf(chat: Chat): RefusalCode | null {
  const { kind, readOnly } = chat.record.summary;
  return readOnly ?? whySuite(kind, isSealed(chat) ? SUITE.sealed : SUITE.clear);
}

/** In the look that is in force, as far as it was opened here. */
export function lookOf(chat: Chat): LookContent {
  const { summary } = chat.record;
  const opened = isSealed(chat) ? chat.openedLook?.content : openLook(summary.look);
  return opened ?? { name: null, colour: defaultColour(summary.chat), image: null };
}

/** A chat without a look has a colour all the same, and the same one everywhere. */
function defaultColour(chat: ChatId): Colour {
  return COLOURS[(idBytes(chat)[0] as number) % COLOURS.length] as Colour;
}

/** P4, P8: a private chat without a name is called by its colour. */
function nameOf(desk: Desk, chat: Chat): string {
  const { summary } = chat.record;
  if (summary.kind === 'direct' && summary.other)
    return personView(desk, summary.other.org, summary.other.account).name;
  const { name, colour } = lookOf(chat);
  if (name !== null) return name;
  // There is one, and it is not open yet.
  if (isSealed(chat) && summary.look !== null && !chat.openedLook) return '…';
  return summary.kind === 'general' ? desk.me.orgName : defaultName(colour);
}

function defaultName(colour: Colour): string {
  return `${colour[0]?.toUpperCase()}${colour.slice(1)} chat`;
}

function previewView(desk: Desk, chat: Chat): ChatView['preview'] {
  const { preview } = chat.record;
  if (!preview) return null;
  const { org, account, hlc } = preview;
  const from = isMe(desk.me, org, account) ? null : personView(desk, org, account).name;
  return { from, text: previewText(chat), at: hlcMs(hlc) };
}

function previewText(chat: Chat): string | null {
  const { preview } = chat.record;
  if (!preview?.sealed) return preview?.text ?? null;
  const edit = preview.edit && contentOf(chat, preview.edit);
  if (edit?.is === 'aside' && edit.said.type === 'edit') return shortText(edit.said.text);
  const content = contentOf(chat, preview.sealed);
  return content.is === 'text' ? shortText(content.text) : null;
}

/** Newest first; what is pinned stands above that, an invitation above everything. */
export function chatViews(desk: Desk): ChatView[] {
  // One that is over stands in the list only while somebody looks at it.
  const listed = [...desk.chats.values()].filter((c) => c.watchers > 0 || isListed(desk, c));
  const sorted = listed.sort((a, b) => {
    const [one, other] = [a.record.summary, b.record.summary];
    const invited = Number(other.standing === 'invited') - Number(one.standing === 'invited');
    const pinned = Number(ofChat(desk, b).pinned) - Number(ofChat(desk, a).pinned);
    return invited || pinned || other.lastTime - one.lastTime || (one.chat < other.chat ? -1 : 1);
  });
  return sorted.map((chat) => chatView(desk, chat));
}

/** One that was hidden is back with the next message. */
function isListed(desk: Desk, chat: Chat): boolean {
  const { standing, lastArrival } = chat.record.summary;
  const { hidden } = ofChat(desk, chat);
  return standing !== 'ended' && (hidden === null || lastArrival > hidden);
}
