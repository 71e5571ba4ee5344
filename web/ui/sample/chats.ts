/** The invented chat list. */
import type { ChatView, Colour, OrganisationView, PersonView } from '../../client/model.ts';
import {
  amir,
  bob,
  chatId,
  day,
  globex,
  hooli,
  hour,
  ingrid,
  initech,
  jonas,
  lena,
  mei,
  minute,
  now,
  priya,
} from './people.ts';

function chat(
  id: string,
  name: string,
  ago: number,
  said: [PersonView | null, string] | null,
  more: Partial<ChatView> = {},
): ChatView {
  const at = now - ago;
  return {
    chat: chatId(id),
    kind: 'private',
    standing: 'member',
    name,
    colour: 'amber',
    image: null,
    other: null,
    invitedBy: null,
    acceptedFrom: null,
    memberCount: 5,
    outside: [],
    seal: 'sealed',
    pinned: false,
    mutedUntil: null,
    level: 'all',
    markedUnread: false,
    unread: 0,
    mentions: 0,
    preview: said === null ? null : { from: said[0]?.name ?? null, text: said[1], at },
    lastTime: at,
    readOnly: null,
    typing: [],
    ...more,
  };
}

function withOutside(colour: Colour, ...outside: OrganisationView[]): Partial<ChatView> {
  return { colour, outside };
}
function direct(other: PersonView, outside: OrganisationView[] = []): Partial<ChatView> {
  return { kind: 'direct', other, outside, memberCount: 2 };
}

export const sampleChats: readonly ChatView[] = [
  chat('launch', 'Atlas launch', 2 * minute, [priya, 'The customs papers are with the carrier now'], {
    ...withOutside('teal', globex, initech),
    memberCount: 7,
    pinned: true,
    unread: 3,
    mentions: 1,
    typing: [],
  }),
  chat('bob', bob.name, 11 * minute, [bob, 'Works for me. Thursday 10:00?'], { ...direct(bob, [globex]), unread: 1 }),
  chat('board', 'Board pack Q4', 34 * minute, [null, 'Draft three is in the folder, numbers on page 6 are final'], {
    colour: 'plum',
    image: 'hills',
    memberCount: 4,
    markedUnread: true,
  }),
  chat('general', 'Acme Robotics', hour, [jonas, 'The kitchen on level 2 is closed this afternoon'], {
    kind: 'general',
    seal: 'open',
    memberCount: 148,
    unread: 12,
    mutedUntil: 'forever',
  }),
  chat('contract', 'Supply contract', 2 * hour, [ingrid, 'Clause 9 needs a second look before we sign'], {
    ...withOutside('indigo', globex, hooli),
    seal: 'not-sealed',
    readOnly: { code: 'suite_not_allowed', sentence: 'That kind of encryption is not allowed in this chat.' },
    memberCount: 6,
  }),
  chat('amber', 'Amber chat', 3 * hour, [lena, 'I moved the test rig to bay four'], {
    colour: 'amber',
    memberCount: 3,
  }),
  chat('lena', lena.name, 5 * hour, [lena, 'Thanks!'], direct(lena)),
  chat('design', 'design-reviews', 7 * hour, [mei, 'Slides from this morning: https://acme.example/reviews/31'], {
    kind: 'public',
    seal: 'open',
    memberCount: 23,
  }),
  chat('firmware', 'Firmware 4.2 with the team in Osaka', day, [amir, 'Rollback is ready, just in case'], {
    ...withOutside('rust', initech),
    memberCount: 9,
  }),
  chat('priya', priya.name, 2 * day, [null, 'I will send the drawings tomorrow'], direct(priya, [globex])),
  chat('audit', 'Audit 2026', 3 * day, [amir, 'The list of suppliers is complete'], {
    ...withOutside('violet', globex, initech),
    memberCount: 6,
  }),
  chat('offsite', 'Spring offsite', 4 * day, [mei, 'Two rooms are still free'], { colour: 'moss', memberCount: 11 }),
  chat('hiring', 'hiring', 6 * day, [jonas, 'The offer is out'], { kind: 'public', seal: 'open', memberCount: 31 }),
  chat('old', 'Tender 2025', 12 * day, null, {
    ...withOutside('rose', hooli),
    standing: 'ended',
  }),
  chat('long', 'A hundred thousand', 20 * day, [amir, 'Number 99999'], { colour: 'azure', memberCount: 3 }),
];

export const invitations: readonly ChatView[] = [
  chat('pilot', 'Pilot in Rotterdam', 20 * minute, null, {
    ...withOutside('violet', globex),
    standing: 'invited',
    invitedBy: bob,
    memberCount: 4,
  }),
];
