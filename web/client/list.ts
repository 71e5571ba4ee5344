/** Lines of the chat list, and the order in which they stand. */
import { hlcMs } from '../../protocol/hlc.ts';
import { type ChatId, idBytes } from '../../protocol/ids.ts';
import { openLook } from './content.ts';
import { type Chat, type Desk, isMe } from './desk.ts';
import { type ChatView, COLOURS, type Colour } from './model.ts';
import { organisationView, personByKey, personView } from './people.ts';
import { refusalOf } from './refusal.ts';

interface Line {
  readonly record: Chat['record'];
  readonly deskVersion: number;
  readonly typing: string;
  readonly view: ChatView;
}
const lines = new WeakMap<Chat, Line>();

/** The same object until something of it changes. */
export function chatView(desk: Desk, chat: Chat): ChatView {
  const before = lines.get(chat);
  const typing = [...chat.typing.keys()].join();
  const { record } = chat;
  if (before && before.record === record && before.deskVersion === desk.version && before.typing === typing) {
    return before.view;
  }
  const view = makeChatView(desk, chat);
  lines.set(chat, { record, deskVersion: desk.version, typing, view });
  return view;
}

function makeChatView(desk: Desk, chat: Chat): ChatView {
  const { summary } = chat.record;
  const { other, invitedBy, readOnly } = summary;
  const look = lookOf(chat);
  return {
    chat: summary.chat,
    kind: summary.kind,
    standing: summary.standing,
    name: nameOf(desk, chat),
    colour: look.colour,
    other: other && personView(desk, other.org, other.account),
    invitedBy: invitedBy && personView(desk, invitedBy.org, invitedBy.account),
    memberCount: summary.members,
    outside: summary.organisations.filter((org) => org !== desk.me.org).map((org) => organisationView(desk, org)),
    seal: summary.kind === 'private' || summary.kind === 'direct' ? 'not-sealed' : 'open',
    unread: summary.unread,
    mentions: summary.mentions,
    preview: previewView(desk, chat),
    lastTime: summary.lastTime,
    readOnly: readOnly && refusalOf(readOnly),
    typing: [...chat.typing.keys()].map((key) => personByKey(desk, key).name),
  };
}

function lookOf(chat: Chat): { name: string | null; colour: Colour } {
  const { summary } = chat.record;
  return openLook(summary.look) ?? { name: null, colour: defaultColour(summary.chat) };
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
  return summary.kind === 'general' ? desk.me.orgName : defaultName(colour);
}

function defaultName(colour: Colour): string {
  return `${colour[0]?.toUpperCase()}${colour.slice(1)} chat`;
}

function previewView(desk: Desk, { record }: Chat): ChatView['preview'] {
  const { preview } = record;
  if (!preview) return null;
  const { org, account, text, hlc } = preview;
  return { from: isMe(desk.me, org, account) ? null : personView(desk, org, account).name, text, at: hlcMs(hlc) };
}

/** Newest first; an invitation stands above everything. */
export function chatViews(desk: Desk): ChatView[] {
  // One that is over stands in the list only while somebody looks at it.
  const listed = [...desk.chats.values()].filter((c) => c.record.summary.standing !== 'ended' || c.watchers > 0);
  const sorted = listed.sort((a, b) => {
    const [one, other] = [a.record.summary, b.record.summary];
    const invited = Number(other.standing === 'invited') - Number(one.standing === 'invited');
    return invited || other.lastTime - one.lastTime || (one.chat < other.chat ? -1 : 1);
  });
  return sorted.map((chat) => chatView(desk, chat));
}
