import { describe, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import {
  ask,
  bringIn,
  directTestChat,
  foundTestChat,
  inviteOf,
  leave,
  memberOf,
  type Person,
  type TestChat,
} from '../testing/chat.ts';
import { accountOf, bytesOf, orgOf } from '../testing/orgs.ts';
import { DEFAULT_POLICY } from './genesis.ts';
import type { Intent } from './intent.ts';
import { judge } from './rights.ts';

const [acme, globex, initech, hooli] = [orgOf(1), orgOf(2), orgOf(3), orgOf(4)];
const orgs = [acme, globex, initech, hooli];
const people = {
  owner: { org: acme, account: accountOf(1) },
  moderator: { org: acme, account: accountOf(2) },
  member: { org: globex, account: accountOf(3) },
  other: { org: globex, account: accountOf(4) },
  invited: { org: initech, account: accountOf(5) },
  gone: { org: acme, account: accountOf(6) },
  stranger: { org: hooli, account: accountOf(7) },
  coWorker: { org: acme, account: accountOf(8) },
} satisfies Record<string, Person>;
type Who = keyof typeof people;

const at = (who: Who) => memberOf(people[who]);
const look: Intent = { is: 'look', hash: bytesOf(32, 1), length: 1 };
const policyOf = (change: Partial<typeof DEFAULT_POLICY>): Intent => ({
  is: 'policy',
  policy: { ...DEFAULT_POLICY, ...change },
});
const intents = {
  'invite stranger': inviteOf(people.stranger),
  'invite stranger as moderator': inviteOf(people.stranger, 2),
  'invite stranger as owner': inviteOf(people.stranger, 3),
  'invite co-worker': inviteOf(people.coWorker),
  'invite gone': inviteOf(people.gone),
  'invite member': inviteOf(people.member),
  'invite invited': inviteOf(people.invited),
  'invite with history': { ...inviteOf(people.stranger), history: [{ from: 0, to: null }] },
  'invite with a foreign chain': { ...inviteOf(people.stranger), orgChain: globex.chain },
  'invite without a chain': { ...inviteOf(people.stranger), orgChain: new Uint8Array() },
  accept: { is: 'accept', identity: new Uint8Array() },
  'withdraw invited': { is: 'withdraw', ...at('invited') },
  'withdraw member': { is: 'withdraw', ...at('other') },
  'remove owner': { is: 'remove', ...at('owner') },
  'remove moderator': { is: 'remove', ...at('moderator') },
  'remove other': { is: 'remove', ...at('other') },
  'remove invited': { is: 'remove', ...at('invited') },
  'remove gone': { is: 'remove', ...at('gone') },
  'make other moderator': { is: 'role', ...at('other'), role: 2 },
  'make owner member': { is: 'role', ...at('owner'), role: 1 },
  'make invited moderator': { is: 'role', ...at('invited'), role: 2 },
  policy: policyOf({ post: 2 }),
  look,
} satisfies Record<string, Intent>;

/** Owner 1, moderator 2 (invited the invited), members 3 and 4; 5 invited, 6 removed. */
function privateChat(): TestChat {
  const chat = foundTestChat('private', people.owner, orgs);
  bringIn(chat, people.owner, people.moderator, 2);
  bringIn(chat, people.owner, people.member);
  bringIn(chat, people.member, people.other);
  bringIn(chat, people.owner, people.gone);
  ask(chat, people.moderator, [inviteOf(people.invited)]);
  ask(chat, people.owner, [{ is: 'remove', ...at('gone') }]);
  return chat;
}

function publicChat(): TestChat {
  const chat = foundTestChat('public', people.owner, orgs);
  bringIn(chat, people.owner, people.moderator, 2);
  return chat;
}

function codeOf(chat: TestChat, person: Person, intent: Intent): string {
  return judge(chat.state, memberOf(person), intent) ?? 'ok';
}

const columns = ['owner', 'moderator', 'member', 'invited', 'gone', 'stranger'] as const;
type Row = [keyof typeof intents, ...string[]];
const no = 'not_allowed';
const privateTable: Row[] = [
  ['invite stranger', 'ok', 'ok', 'ok', no, no, no],
  ['invite stranger as moderator', 'ok', 'ok', no, no, no, no],
  ['invite stranger as owner', 'ok', no, no, no, no, no],
  ['invite co-worker', 'ok', 'ok', 'ok', no, no, no],
  ['invite gone', 'ok', 'ok', 'ok', no, no, no],
  ['invite member', 'already_member', 'already_member', 'already_member', no, no, no],
  ['invite invited', 'already_invited', 'already_invited', 'already_invited', no, no, no],
  ['invite with history', 'not_acceptable', 'not_acceptable', 'not_acceptable', no, no, no],
  ['invite with a foreign chain', 'bad_record', 'bad_record', 'bad_record', no, no, no],
  ['invite without a chain', 'bad_record', 'bad_record', 'bad_record', no, no, no],
  ['accept', 'already_member', 'already_member', 'already_member', 'ok', 'not_invited', 'not_invited'],
  ['withdraw invited', 'ok', 'ok', no, no, no, no],
  ['withdraw member', 'not_invited', 'not_invited', 'not_invited', no, no, no],
  ['remove owner', 'not_acceptable', no, no, no, no, no],
  ['remove moderator', 'ok', 'not_acceptable', no, no, no, no],
  ['remove other', 'ok', 'ok', no, no, no, no],
  ['remove invited', 'ok', 'ok', no, no, no, no],
  ['remove gone', 'not_member', 'not_member', 'not_member', no, no, no],
  ['make other moderator', 'ok', no, no, no, no, no],
  ['make owner member', 'last_owner', no, no, no, no, no],
  ['make invited moderator', 'not_member', no, no, no, no, no],
  ['policy', 'ok', no, no, no, no, no],
  ['look', 'ok', 'ok', no, no, no, no],
];

describe('PROTOCOL 4.3: the table of rights', () => {
  const chat = privateChat();
  const cells = privateTable.flatMap(([intent, ...codes]) => columns.map((who, i) => [who, intent, codes[i]] as const));
  test.each(cells)('in a private chat, %s: %s -> %s', (who, intent, code) => {
    expect(codeOf(chat, people[who], intents[intent])).toBe(code);
  });
  test('names every kind of intent', () => {
    expect(new Set(Object.values(intents).map(({ is }) => is)).size).toBe(7);
    expect(privateTable.map(([intent]) => intent)).toEqual(Object.keys(intents));
  });
});

describe('PROTOCOL 4.3: rights in the other kinds', () => {
  const general = foundTestChat('general', people.owner, orgs);
  const open = publicChat();
  const direct = directTestChat(people.owner, people.member);

  test.each([
    ['owner', 'look', 'ok'],
    ['owner', 'policy', 'ok'],
    ['coWorker', 'look', 'ok'],
    ['stranger', 'look', no],
    ['owner', 'invite co-worker', 'not_acceptable'],
    ['owner', 'accept', 'not_acceptable'],
    ['owner', 'remove other', 'not_acceptable'],
    ['owner', 'make other moderator', 'not_acceptable'],
    ['owner', 'withdraw invited', 'not_acceptable'],
  ] as const)('in the general chat, %s: %s -> %s', (who, intent, code) => {
    expect(codeOf(general, people[who], intents[intent])).toBe(code);
  });

  test.each([
    ['coWorker', 'accept', 'ok'],
    ['gone', 'accept', 'ok'],
    ['moderator', 'accept', 'already_member'],
    ['stranger', 'accept', 'not_invited'],
    ['moderator', 'invite co-worker', 'ok'],
    ['owner', 'invite stranger', 'not_acceptable'],
    ['coWorker', 'invite co-worker', no],
    ['owner', 'remove moderator', 'ok'],
    ['moderator', 'look', 'ok'],
    ['moderator', 'policy', no],
  ] as const)('in a public chat, %s: %s -> %s', (who, intent, code) => {
    expect(codeOf(open, people[who], intents[intent])).toBe(code);
  });

  test.each([
    ['owner', 'invite stranger', 'not_acceptable'],
    ['owner', 'invite member', 'already_member'],
    ['owner', 'accept', 'already_member'],
    ['stranger', 'accept', 'not_invited'],
    ['owner', 'remove other', 'not_acceptable'],
    ['owner', 'make other moderator', 'not_acceptable'],
    ['owner', 'policy', 'not_acceptable'],
    ['owner', 'look', 'not_acceptable'],
  ] as const)('in a direct chat, %s: %s -> %s', (who, intent, code) => {
    expect(codeOf(direct, people[who], intents[intent])).toBe(code);
  });

  test('in a direct chat, who left is invited by the other or comes back unasked, and nobody else', () => {
    const chat = directTestChat(people.owner, people.member);
    leave(chat, people.member);
    expect(codeOf(chat, people.owner, intents['invite member'])).toBe('ok');
    expect(codeOf(chat, people.member, intents.accept)).toBe('ok');
    expect(codeOf(chat, people.other, intents.accept)).toBe('not_invited');
  });
});

describe('PROTOCOL 4.3: what a policy allows', () => {
  test('only who has the least role for it invites and changes the look', () => {
    const chat = privateChat();
    ask(chat, people.owner, [policyOf({ invite: 3, look: 1 })]);
    expect(codeOf(chat, people.moderator, intents['invite stranger'])).toBe(no);
    expect(codeOf(chat, people.owner, intents['invite stranger'])).toBe('ok');
    expect(codeOf(chat, people.member, look)).toBe('ok');
  });

  test('without outsiders, only co-workers of the inviter come in', () => {
    const chat = privateChat();
    ask(chat, people.owner, [policyOf({ outsiders: false })]);
    expect(codeOf(chat, people.owner, intents['invite stranger'])).toBe('outsiders_not_allowed');
    expect(codeOf(chat, people.owner, intents['invite co-worker'])).toBe('ok');
  });

  test('whoever invited may withdraw, and a member no invitation of others', () => {
    const chat = privateChat();
    ask(chat, people.member, [inviteOf(people.stranger)]);
    const withdraw: Intent = { is: 'withdraw', ...at('stranger') };
    expect(codeOf(chat, people.member, withdraw)).toBe('ok');
    expect(codeOf(chat, people.other, withdraw)).toBe(no);
    expect(codeOf(chat, people.moderator, withdraw)).toBe('ok');
  });

  test('one of two owners may stop being one, and remove the other', () => {
    const chat = privateChat();
    ask(chat, people.owner, [{ is: 'role', ...at('moderator'), role: 3 }]);
    expect(codeOf(chat, people.owner, intents['make owner member'])).toBe('ok');
    expect(codeOf(chat, people.moderator, intents['remove owner'])).toBe('ok');
  });
});

describe('PROTOCOL 2.4: how many may be in', () => {
  const extra = (n: number) => ({ org: acme, account: accountOf(1_000 + n) });

  test('a chat holds so many organisations and no more', () => {
    const chat = foundTestChat('private', people.owner, orgs);
    for (let n = 1; n < LIMITS.organisationsPerChat; n++) {
      expect(ask(chat, people.owner, [inviteOf({ org: orgOf(100 + n), account: accountOf(n) })])).toMatchObject([
        { ok: true },
      ]);
    }
    expect(codeOf(chat, people.owner, intents['invite stranger'])).toBe('too_many_members');
    expect(codeOf(chat, people.owner, inviteOf({ org: orgOf(101), account: accountOf(9_999) }))).toBe('ok');
  });

  test('a chat holds so many members and no more, whoever lets them in', () => {
    const chat = publicChat();
    const state = chat.state;
    for (let n = state.members.size; n < LIMITS.membersPerChat; n++) {
      const interval = { from: 1, accepted: 1, to: null, invitedBy: 'x/y', invitedHlc: 0, history: [], frontier: null };
      const member = { ...memberOf2(n), intervals: [interval], roles: [{ at: 1, role: 1 }], cuts: [] };
      if (n === LIMITS.membersPerChat - 1) expect(codeOf(chat, extra(n), intents.accept)).toBe('ok');
      state.members.set(`${acme.orgId}/${extra(n).account}`, member as never);
    }
    expect(codeOf(chat, extra(LIMITS.membersPerChat), intents.accept)).toBe('too_many_members');
    expect(codeOf(chat, people.owner, intents['invite co-worker'])).toBe('too_many_members');
  });

  function memberOf2(n: number) {
    return memberOf(extra(n));
  }
});
