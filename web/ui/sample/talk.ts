/** Invented messages and members. */
import type { EntryId } from '../../../protocol/ids.ts';
import type {
  ChatView,
  DeliveryView,
  ItemView,
  MemberView,
  MessageView,
  NoticeView,
  PersonView,
} from '../../client/model.ts';
import {
  amir,
  bob,
  dana,
  day,
  globex,
  hour,
  initech,
  initechThere,
  lena,
  me,
  minute,
  now,
  priya,
  sam,
} from './people.ts';

let count = 0;
const said = {
  mentions: [],
  replyTo: null,
  forwarded: null,
  edited: null,
  reactions: [],
  pinnedBy: null,
  strays: [],
  erasure: null,
} as const;

export function message(author: PersonView, at: number, text: string, more: Partial<MessageView> = {}): MessageView {
  count += 1;
  const own = author.account === me.account;
  return {
    is: 'message',
    key: `m${count}`,
    entryId: `ent_${count}` as EntryId,
    author,
    own,
    at,
    arrivedLate: null,
    hlc: count,
    ...said,
    text,
    files: [],
    instead: null,
    keyWait: null,
    state: { is: 'stored' },
    delivery: [],
    firstUnread: false,
    canErase: own,
    canEdit: own,
    canRemark: true,
    ...more,
  };
}

function notice(
  what: NoticeView['what'],
  at: number,
  by: PersonView | null,
  person: PersonView | null = null,
  history: NoticeView['history'] = null,
): NoticeView {
  count += 1;
  return { is: 'notice', key: `n${count}`, at, what, by, person, role: 'moderator', refusal: null, history };
}

function delivered(at: number): readonly DeliveryView[] {
  return [
    { organisation: globex, has: true, at: at + 1200 },
    { organisation: initechThere, has: true, at: at + 3100 },
  ];
}
function halfDelivered(at: number): readonly DeliveryView[] {
  return [
    { organisation: globex, has: true, at: at + 900 },
    { organisation: initech, has: false, at: null },
  ];
}

const yesterday = now - day;
const refusal = {
  code: 'outsiders_not_allowed',
  sentence: 'Your account may not bring in people of other organisations. Ask an administrator.',
} as const;

export function launchTalk(): ItemView[] {
  return [
    notice('created', yesterday - 3 * hour, me),
    notice('invited', yesterday - 3 * hour, me, bob),
    notice('joined', yesterday - 2 * hour, null, bob),
    message(
      me,
      yesterday - 2 * hour,
      'Welcome! This is the one place for everything about the Atlas launch. Three organisations, no mail threads.',
      { delivery: delivered(yesterday - 2 * hour) },
    ),
    message(
      bob,
      yesterday - 110 * minute,
      'Good. I have the carrier on the phone at four, so questions before that please.',
    ),
    message(dana, yesterday - 90 * minute, 'Two from our side:'),
    message(
      dana,
      yesterday - 89 * minute,
      '1. Who signs for the pallets at the gate?\n2. Do we need the export form for the spare batteries as well, or only for the units?',
    ),
    message(
      amir,
      yesterday - 80 * minute,
      'I sign. And yes, batteries need the form: https://customs.example/forms/un3480',
    ),
    message(bob, yesterday - 79 * minute, 'Perfect.'),
    notice('invited', yesterday - 70 * minute, me, sam, { from: now - 6 * day, all: false }),
    notice('role', yesterday - 60 * minute, me, priya),
    message(
      priya,
      now - 4 * hour,
      'Morning all. Slot is confirmed for Thursday 06:30, gate 3. Driver’s name and plate follow today.',
    ),
    message(me, now - 4 * hour + 4 * minute, 'Thank you Priya', { delivery: delivered(now - 4 * hour + 4 * minute) }),
    message(
      me,
      now - 4 * hour + 5 * minute,
      'Amir, can you have the units wrapped by Wednesday noon? I would like one calm evening before this.',
      { delivery: delivered(now - 4 * hour + 5 * minute) },
    ),
    message(amir, now - 3.5 * hour, 'Wednesday noon it is.'),
    message(sam, now - 100 * minute, 'Firmware 4.2 is signed. I put the checksums where Dana keeps the rest.', {
      arrivedLate: now - 40 * minute,
    }),
    message(lena, now - 90 * minute, '', { text: null, instead: 'erased' }),
    message(
      me,
      now - 13 * minute,
      'I just talked to the gate: they open at six, so 06:30 holds. Nobody needs to come earlier than 06:15.',
      { delivery: halfDelivered(now - 13 * minute) },
    ),
    message(me, now - 12 * minute, 'Plates until tonight are fine.', { delivery: halfDelivered(now - 12 * minute) }),
    message(priya, now - 4 * minute, 'Plate is GX-482-B, driver Tom Visser.', { firstUnread: true }),
    message(priya, now - 3 * minute, '@Rosa could you tell the gate?'),
    message(priya, now - 2 * minute, 'The customs papers are with the carrier now'),
  ];
}

export function troubleTalk(): ItemView[] {
  return [
    message(lena, now - 3 * hour, 'I moved the test rig to bay four'),
    message(me, now - 30 * minute, 'Stored, in a chat without outsiders.'),
    message(me, now - 20 * minute, 'This one was refused by the node.', { state: { is: 'refused', refusal } }),
    message(me, now - minute, 'Written without a connection.', { state: { is: 'queued' } }),
    message(me, now - minute / 2, 'On its way.', { state: { is: 'sending' } }),
  ];
}

export function waitingTalk(): ItemView[] {
  const member = { is: 'member' } as const;
  const node = { is: 'organisation', organisation: initech } as const;
  const unread = { text: null, instead: 'key' } as const;
  return [
    message(amir, now - day, 'Rollback is ready, just in case'),
    notice('left', now - 3 * hour, null, priya),
    message(dana, now - 2 * hour, '', { ...unread, keyWait: member }),
    message(dana, now - 2 * hour + minute, '', { ...unread, keyWait: node }),
    message(me, now - minute, 'Thank you, I flash the first unit now.', { state: { is: 'queued' }, keyWait: node }),
  ];
}

export function longTalk(length: number): ItemView[] {
  const people = [amir, lena, me];
  const words = 'The units left the hall at noon and nobody has seen the list since then, so we count again'.split(' ');
  return Array.from({ length }, (_, n) => {
    const author = people[Math.floor(n / 3) % 3] ?? amir;
    const text = `Number ${n}. ${words.slice(0, (n * 7) % words.length).join(' ')}`;
    return message(author, now - (length - n) * 4 * minute, text);
  });
}

export function shortTalk({ preview, other, kind, invitedBy }: ChatView): ItemView[] {
  if (preview === null) return [];
  const from = other ?? (kind === 'direct' ? (invitedBy ?? lena) : lena);
  const last = preview.from === null ? me : preview.from === from.name ? from : amir;
  return [
    message(from, preview.at - 50 * minute, 'Do you have a minute for the drawings?'),
    message(
      me,
      preview.at - 40 * minute,
      'Of course. What is missing?',
      kind === 'direct' && other?.outsider
        ? { delivery: [{ organisation: globex, has: true, at: preview.at - 40 * minute }] }
        : {},
    ),
    message(last, preview.at, preview.text ?? ''),
  ];
}

export function members(people: readonly PersonView[]): MemberView[] {
  return people.map((person, index) => ({
    person,
    role: index === 0 ? 'owner' : index === 1 ? 'moderator' : 'member',
    accepted: person !== sam,
    invitedBy: me,
    since: now - day,
    waitsFor: null,
    can: {
      remove: index > 0 && person !== sam,
      withdraw: person === sam,
      setRole: index > 0 && person !== sam,
      readmit: false,
      grant: index > 0,
    },
  }));
}
