import { describe, expect, test } from 'vitest';
import type { Cpos } from '../ids.ts';
import {
  ask,
  bringIn,
  citedAt,
  directTestChat,
  foundTestChat,
  inviteOf,
  leave,
  logOf,
  memberOf,
  type Person,
  say,
  type TestChat,
  write,
} from '../testing/chat.ts';
import { entryAt, type TestEntry } from '../testing/entries.ts';
import { eraseOf, finOf, requestOf } from '../testing/log.ts';
import { accountOf, orgOf } from '../testing/orgs.ts';
import { DEFAULT_POLICY } from './genesis.ts';
import type { Intent } from './intent.ts';
import { reduce } from './reduce.ts';
import { ALL_RULES, isForMember, isForOrganisation, mayEraseOthers, type Rules, whyVoid } from './validity.ts';

const orgs = [orgOf(1), orgOf(2), orgOf(3)];
const [acme, globex, initech] = orgs as [(typeof orgs)[0], (typeof orgs)[0], (typeof orgs)[0]];
const ann = { org: acme, account: accountOf(1) };
const abe = { org: acme, account: accountOf(2) };
const bea = { org: globex, account: accountOf(3) };
const bob = { org: globex, account: accountOf(4) };
const cyd = { org: initech, account: accountOf(5) };

const accept: Intent = { is: 'accept', identity: new Uint8Array() };
const remove = (person: Person): Intent => ({ is: 'remove', ...memberOf(person) });
const roleOf = (person: Person, role: number): Intent => ({ is: 'role', ...memberOf(person), role });
const postFor = (post: number): Intent => ({ is: 'policy', policy: { ...DEFAULT_POLICY, post } });

function privateChat(...members: Person[]): TestChat {
  const chat = foundTestChat('private', ann, orgs);
  for (const person of members) bringIn(chat, ann, person);
  return chat;
}

/** One message of the person that cites `cpos`, as an entry. */
function saying(chat: TestChat, person: Person, cpos: Cpos = chat.state.head.cpos): TestEntry {
  const { logId } = logOf(chat, person.org);
  return entryAt(chat, logId, say(chat, person, 'text', citedAt(chat, cpos)));
}

function writing(chat: TestChat, { org, account }: Person, kind: 'fin' | 'request', cpos = chat.state.head.cpos) {
  const { chatId } = chat.state;
  const draft = kind === 'fin' ? finOf(account, chatId) : requestOf(account, chatId, 1, [accept]);
  const log = logOf(chat, org);
  write(chat, org, [draft], citedAt(chat, cpos));
  return entryAt(chat, log.logId, log.head.seq);
}

function without(rule: keyof Rules): Rules {
  return { ...ALL_RULES, [rule]: false };
}

describe('PROTOCOL 4.4a: an entry of no log of the chat, or from before its log, does not count', () => {
  const chat = privateChat(bea);
  const entry = saying(chat, bea);
  test('it counts where it stands', () => expect(whyVoid(chat.state, entry)).toBe(null));
  test('not in another chat', () => {
    expect(whyVoid(foundTestChat('private', bea, orgs).state, entry)).toBe('wrong_log');
  });
  test('not citing a position before the log was opened', () => {
    expect(whyVoid(chat.state, { ...entry, cpos: 0 })).toBe('wrong_log');
  });
});

describe('PROTOCOL 4.4b: the right at the cited position', () => {
  test('is needed: an invited person does not write, a member does, by what the entry cites', () => {
    const chat = privateChat();
    ask(chat, ann, [inviteOf(bea)]);
    const early = saying(chat, bea);
    ask(chat, bea, [accept]);
    expect(whyVoid(chat.state, early)).toBe('not_allowed');
    expect(whyVoid(chat.state, early, without('right'))).toBe(null);
    expect(whyVoid(chat.state, saying(chat, bea))).toBe(null);
  });

  test('of the policy at that position', () => {
    const chat = privateChat(bea);
    ask(chat, ann, [postFor(2)]);
    expect(whyVoid(chat.state, saying(chat, bea))).toBe('not_allowed');
    expect(whyVoid(chat.state, saying(chat, ann))).toBe(null);
  });

  test('erasing what others wrote is for moderators', () => {
    const chat = privateChat(bea);
    const log = logOf(chat, globex);
    write(chat, globex, [eraseOf(bea.account, chat.state.chatId, log.logId, 1)]);
    const erase = entryAt(chat, log.logId, log.head.seq);
    expect(whyVoid(chat.state, { ...erase, erasesOther: false })).toBe(null);
    expect(whyVoid(chat.state, { ...erase, erasesOther: true })).toBe('not_allowed');
    ask(chat, ann, [postFor(2)]);
    expect(whyVoid(chat.state, { ...erase, cpos: chat.state.head.cpos, erasesOther: false })).toBe(null);
    ask(chat, ann, [roleOf(bea, 2)]);
    expect(whyVoid(chat.state, { ...erase, cpos: chat.state.head.cpos, erasesOther: true })).toBe(null);
  });
});

describe('PROTOCOL 4.4c: what cites a position from before its right was taken, past the cut', () => {
  test('of a removal', () => {
    const chat = privateChat(bea, bob);
    const before = saying(chat, bea);
    const known = chat.state.head.cpos;
    ask(chat, ann, [remove(bea)]);
    const after = saying(chat, bea, known);
    expect(whyVoid(chat.state, before)).toBe(null);
    expect(whyVoid(chat.state, after)).toBe('past_cut');
    expect(whyVoid(chat.state, after, without('cut'))).toBe(null);
    expect(whyVoid(chat.state, saying(chat, bob, known))).toBe(null);
  });

  test('of the removal of the last of an organisation, whoever writes there', () => {
    const chat = privateChat(bea);
    const log = logOf(chat, globex);
    const known = chat.state.head.cpos;
    ask(chat, ann, [remove(bea)]);
    const sealed = { logId: log.logId, seq: log.head.seq + 1, cpos: known, account: bob.account, fins: [] };
    expect(whyVoid(chat.state, { ...sealed, kind: 'request' })).toBe('past_cut');
    expect(whyVoid(chat.state, { ...sealed, kind: 'request' }, without('cut'))).toBe(null);
  });

  test('of a role, where the new one has not the right', () => {
    const chat = privateChat(bea);
    ask(chat, ann, [postFor(2)]);
    ask(chat, ann, [roleOf(bea, 3)]);
    const known = chat.state.head.cpos;
    ask(chat, ann, [roleOf(bea, 2)]);
    expect(whyVoid(chat.state, saying(chat, bea, known))).toBe(null);
    ask(chat, ann, [roleOf(bea, 1)]);
    expect(whyVoid(chat.state, saying(chat, bea, known))).toBe('past_cut');
  });

  test('of a policy', () => {
    const chat = privateChat(bea);
    const known = chat.state.head.cpos;
    const before = saying(chat, bea);
    ask(chat, ann, [postFor(2)]);
    expect(whyVoid(chat.state, before)).toBe(null);
    expect(whyVoid(chat.state, saying(chat, bea, known))).toBe('past_cut');
    ask(chat, ann, [postFor(1)]);
    expect(whyVoid(chat.state, saying(chat, bea, known))).toBe('past_cut');
  });

  test('stays void when its author is invited again, and what cites the new interval counts', () => {
    const chat = privateChat(bea, bob);
    const known = chat.state.head.cpos;
    ask(chat, ann, [remove(bea)]);
    const late = saying(chat, bea, known);
    bringIn(chat, ann, bea);
    expect(whyVoid(chat.state, late)).toBe('past_cut');
    expect(whyVoid(chat.state, saying(chat, bea))).toBe(null);
  });

  test('a request or fin of the ended interval says nothing about the next', () => {
    const chat = privateChat(bea, bob);
    const known = chat.state.head.cpos;
    ask(chat, ann, [remove(bea)]);
    const request = writing(chat, bea, 'request', known);
    const fin = writing(chat, bea, 'fin', known);
    bringIn(chat, bob, bea);
    for (const entry of [request, fin]) {
      expect(whyVoid(chat.state, entry)).toBe('past_cut');
      expect(whyVoid(chat.state, entry, without('cut'))).toBe(null);
    }
  });

  test('a smaller role does not hinder anybody from leaving', () => {
    const chat = privateChat(bea);
    ask(chat, ann, [roleOf(bea, 3)]);
    const known = chat.state.head.cpos;
    ask(chat, ann, [roleOf(bea, 1)]);
    expect(whyVoid(chat.state, writing(chat, bea, 'fin', known))).toBe(null);
  });
});

describe('PROTOCOL 5.8: whose messages an erasure reaches', () => {
  test('the own; of others a moderator’s, up to the cut of the act that made it a member again', () => {
    const chat = privateChat(bea);
    const erasing = (cpos: Cpos) => {
      const log = logOf(chat, globex);
      write(chat, globex, [eraseOf(bea.account, chat.state.chatId, log.logId, 1)], citedAt(chat, cpos));
      return entryAt(chat, log.logId, log.head.seq);
    };
    expect(mayEraseOthers(chat.state, erasing(chat.state.head.cpos))).toBe(false);
    ask(chat, ann, [roleOf(bea, 2)]);
    const known = chat.state.head.cpos;
    const before = erasing(known);
    ask(chat, ann, [roleOf(bea, 1)]);
    const late = erasing(known);
    expect([before, late].map((entry) => mayEraseOthers(chat.state, entry))).toEqual([true, false]);
    expect(mayEraseOthers(chat.state, late, without('cut'))).toBe(true);
    expect([before, late].map((entry) => whyVoid(chat.state, entry))).toEqual([null, null]);
  });
});

describe('PROTOCOL 4.4d: after a fin', () => {
  test('nothing of its author counts, at once, and of the others everything', () => {
    const chat = privateChat(bea, bob);
    writing(chat, bea, 'fin');
    const after = saying(chat, bea);
    expect(whyVoid(chat.state, after)).toBe('past_cut');
    expect(whyVoid(chat.state, after, without('fin'))).toBe(null);
    expect(whyVoid(chat.state, writing(chat, bea, 'request'))).toBe('past_cut');
    expect(whyVoid(chat.state, writing(chat, bea, 'fin'))).toBe('past_cut');
    expect(whyVoid(chat.state, saying(chat, bob))).toBe(null);
  });

  test('what cites an invitation from after it counts, in the same log', () => {
    const chat = privateChat(bea, bob);
    leave(chat, bea);
    const between = saying(chat, bea);
    bringIn(chat, ann, bea);
    expect(whyVoid(chat.state, between)).not.toBe(null);
    expect(whyVoid(chat.state, saying(chat, bea))).toBe(null);
  });

  test('in a direct chat the request to come back counts', () => {
    const chat = directTestChat(ann, bea);
    leave(chat, bea);
    expect(whyVoid(chat.state, saying(chat, bea))).not.toBe(null);
    expect(whyVoid(chat.state, writing(chat, bea, 'request'))).toBe(null);
    ask(chat, bea, [accept]);
    expect(whyVoid(chat.state, saying(chat, bea))).toBe(null);
  });

  test('a fin of somebody who was not in ends nothing that came later', () => {
    const chat = privateChat(bea);
    expect(whyVoid(chat.state, writing(chat, bob, 'fin'))).toBe('not_member');
    bringIn(chat, bea, bob);
    expect(whyVoid(chat.state, saying(chat, bob))).toBe(null);
  });

  test('in the general chat it means nothing', () => {
    const chat = foundTestChat('general', ann, orgs);
    expect(whyVoid(chat.state, writing(chat, abe, 'fin'))).toBe('not_member');
    expect(whyVoid(chat.state, saying(chat, abe))).toBe(null);
  });
});

describe('PROTOCOL 4.5: audience', () => {
  const isFor = (chat: TestChat, { org, account }: Person, entry: TestEntry, rules?: Rules) =>
    isForMember(chat.state, org.orgId, account, entry, rules);

  test('a latecomer sees nothing from before the invitation, and everything from it on', () => {
    const chat = privateChat(bea);
    const before = saying(chat, bea);
    ask(chat, ann, [inviteOf(cyd)]);
    const pending = saying(chat, bea);
    ask(chat, cyd, [accept]);
    expect(isFor(chat, cyd, before)).toBe(false);
    expect(isFor(chat, cyd, before, without('audience'))).toBe(true);
    expect(isFor(chat, cyd, pending)).toBe(true);
    expect(isForOrganisation(chat.state, initech.orgId, before)).toBe(false);
    expect(isForOrganisation(chat.state, initech.orgId, pending)).toBe(true);
  });

  test('who was removed and is in again sees the own intervals up to their frontier, and nothing in between', () => {
    const chat = privateChat(bea, cyd);
    const known = chat.state.head.cpos;
    const own = saying(chat, bea);
    ask(chat, ann, [remove(cyd)]);
    const late = saying(chat, bea, known);
    const between = saying(chat, bea);
    bringIn(chat, ann, cyd);
    expect([own, late, between, saying(chat, bea)].map((entry) => isFor(chat, cyd, entry))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(isFor(chat, cyd, late, without('frontier'))).toBe(true);
  });

  test('a log that was closed when the interval ended is open up to its seal, though no frontier names it', () => {
    const chat = privateChat(bea, cyd);
    const own = saying(chat, bea);
    ask(chat, ann, [remove(bea)]);
    ask(chat, ann, [remove(cyd)]);
    expect(chat.acts.at(-1)?.act.frontier.some(({ logId }) => logId === own.logId)).toBe(false);
    expect(isFor(chat, cyd, own)).toBe(true);
    expect(isFor(chat, cyd, { ...own, seq: own.seq + 1 })).toBe(false);
  });

  test('an invitation that was declined opens nothing, also when a later one is accepted', () => {
    const chat = privateChat(bea);
    ask(chat, ann, [inviteOf(cyd)]);
    const pending = saying(chat, bea);
    leave(chat, cyd);
    bringIn(chat, ann, cyd);
    expect(isFor(chat, cyd, pending)).toBe(false);
  });

  test('an organisation is the union of its accounts, and each of them sees the own', () => {
    const chat = privateChat(bea);
    const entry = saying(chat, ann);
    bringIn(chat, bea, bob);
    expect(isForOrganisation(chat.state, globex.orgId, entry)).toBe(true);
    expect([bea, bob].map((person) => isFor(chat, person, entry))).toEqual([true, false]);
  });

  test('general and public chats are for their organisation, and for who is in', () => {
    const general = foundTestChat('general', ann, orgs);
    const inGeneral = saying(general, abe);
    expect([abe, bea].map((person) => isFor(general, person, inGeneral))).toEqual([true, false]);
    const open = foundTestChat('public', ann, orgs);
    const inOpen = saying(open, ann);
    expect(isFor(open, abe, inOpen)).toBe(false);
    ask(open, abe, [accept]);
    expect(isFor(open, abe, inOpen)).toBe(true);
    leave(open, abe);
    expect(isFor(open, abe, inOpen)).toBe(false);
    expect(isForOrganisation(open.state, globex.orgId, inOpen)).toBe(false);
  });

  test('a stranger to the chat has no audience', () => {
    const chat = privateChat(bea);
    const entry = saying(chat, bea);
    expect(isFor(chat, cyd, entry)).toBe(false);
    expect(isForOrganisation(chat.state, initech.orgId, entry)).toBe(false);
  });
});

test('PROTOCOL 4.4: what is void never counts again, whatever comes after', () => {
  const chat = privateChat(bea, bob);
  const known = chat.state.head.cpos;
  ask(chat, ann, [remove(bea)]);
  const late = saying(chat, bea, known);
  const log = logOf(chat, globex);
  bringIn(chat, bob, bea);
  ask(chat, ann, [roleOf(bea, 3)]);
  leave(chat, ann);
  const codes = chat.acts.map((_, n) => whyVoid(reduce(chat.genesis, chat.acts.slice(0, n + 1)), late));
  const firstVoid = codes.lastIndexOf(null) + 1;
  expect(codes.slice(firstVoid).every((code) => code === 'past_cut')).toBe(true);
  expect(firstVoid).toBeLessThan(codes.length - 3);
  expect(log.logId).toBe(late.logId);
});
