import { describe, expect, test } from 'vitest';
import {
  ask,
  bringIn,
  foundTestChat,
  inviteOf,
  leave,
  logOf,
  orderByHub,
  type Person,
  say,
  type TestChat,
} from '../testing/chat.ts';
import { accountOf, orgOf } from '../testing/orgs.ts';
import type { Intent } from './intent.ts';
import { mayJumpTo } from './jumps.ts';
import { ALL_RULES, type Rules } from './validity.ts';

const orgs = [orgOf(1), orgOf(2), orgOf(3)];
const [acme, globex, initech] = orgs as [(typeof orgs)[0], (typeof orgs)[0], (typeof orgs)[0]];
const ann = { org: acme, account: accountOf(1) };
const bea = { org: globex, account: accountOf(3) };
const cyd = { org: initech, account: accountOf(5) };

const accept: Intent = { is: 'accept', identity: new Uint8Array() };
const without = (rule: keyof Rules): Rules => ({ ...ALL_RULES, [rule]: false });
type Block = Parameters<typeof mayJumpTo>[2];

function privateChat(...members: Person[]): TestChat {
  const chat = foundTestChat('private', ann, orgs);
  for (const person of members) bringIn(chat, ann, person);
  return chat;
}

function saying(chat: TestChat, person: Person): void {
  say(chat, person, 'text');
}

/** Says goodbye, and leaves: the block of the goodbye follows what was held. */
function leaveIt(chat: TestChat, person = bea): Block {
  saying(chat, person);
  const block = logOf(chat, person.org).blocks.at(-1)?.read.block;
  if (!block) throw new Error('nothing was said');
  leave(chat, person);
  return block;
}

describe('PROTOCOL 3.2a: what may be jumped over', () => {
  test('the block before, if it was for nobody of the organisation', () => {
    const chat = privateChat(bea);
    const log = logOf(chat, globex);
    saying(chat, bea);
    bringIn(chat, ann, cyd);
    saying(chat, bea);
    saying(chat, bea);
    const [first, second] = log.blocks.slice(-2).map(({ read }) => read.block);
    const may = (org: typeof acme, block = first, rules?: Rules) =>
      block && mayJumpTo(chat.state, org.orgId, block, rules);
    expect(may(initech)).toBe(true);
    expect(may(initech, first, without('audience'))).toBe(false);
    expect(may(initech, second)).toBe(false);
    expect(may(acme)).toBe(false);
    expect(may(acme, log.blocks[0]?.read.block)).toBe(false);
  });

  /** Bea says something that waits for Cyd, and is out before he accepts. */
  function goneBefore(): { chat: TestChat; next: Block } {
    const chat = privateChat(bea);
    ask(chat, ann, [inviteOf(cyd, 3)]);
    saying(chat, bea);
    const told = leaveIt(chat);
    return { chat, next: told };
  }

  test('what its writer held for an invitation, and nobody can bring who is in', () => {
    const { chat, next } = goneBefore();
    const may = () => mayJumpTo(chat.state, initech.orgId, next);
    expect(may()).toBe(true);
    ask(chat, cyd, [accept]);
    // Acme was in all the time.
    expect(may()).toBe(false);
    leave(chat, ann);
    expect(may()).toBe(true);
    // Back again, Bea's node hears of the acceptance and brings it.
    orderByHub(chat, { is: 'transfer', org: initech.orgId });
    bringIn(chat, cyd, bea);
    expect(may()).toBe(false);
  });

  test('not what its writer could still bring: in when the invitation was accepted', () => {
    const chat = privateChat(bea);
    ask(chat, bea, [inviteOf(cyd)]);
    saying(chat, bea);
    ask(chat, cyd, [accept]);
    const next = leaveIt(chat);
    leave(chat, ann);
    expect(mayJumpTo(chat.state, initech.orgId, next)).toBe(false);
  });
});
