import { describe, expect, test } from 'vitest';
import { compareBytes } from '../bytes.ts';
import { hlcFromMs } from '../hlc.ts';
import { idBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
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
  order,
  orderByHub,
  orderRequest,
  type Person,
  say,
  type TestChat,
  write,
} from '../testing/chat.ts';
import { finOf, requestOf } from '../testing/log.ts';
import { accountOf, bytesOf, orgOf } from '../testing/orgs.ts';
import { DEFAULT_POLICY } from './genesis.ts';
import type { Intent } from './intent.ts';
import { applyAct, judgeRequest, reduce, successor } from './reduce.ts';
import { foundChat, memberKey, membersNow, openLogOf, roleAt } from './state.ts';

const orgs = [orgOf(1), orgOf(2), orgOf(3)];
const [acme, globex, initech] = orgs as [(typeof orgs)[0], (typeof orgs)[0], (typeof orgs)[0]];
const ann = { org: acme, account: accountOf(1) };
const abe = { org: acme, account: accountOf(2) };
const bea = { org: globex, account: accountOf(3) };
const bob = { org: globex, account: accountOf(4) };
const cyd = { org: initech, account: accountOf(5) };

const accept: Intent = { is: 'accept', identity: new Uint8Array() };
const remove = (person: Person): Intent => ({ is: 'remove', ...memberOf(person) });
const withdraw = (person: Person): Intent => ({ is: 'withdraw', ...memberOf(person) });
const roleOf = (person: Person, role: number): Intent => ({ is: 'role', ...memberOf(person), role });
const postFor = (post: number): Intent => ({ is: 'policy', policy: { ...DEFAULT_POLICY, post } });
const expire = (person: Person) => ({ is: 'expire', ...memberOf(person) }) as const;
const transfer = (org: typeof acme) => ({ is: 'transfer', org: org.orgId }) as const;

function privateChat(...members: Person[]): TestChat {
  const chat = foundTestChat('private', ann, orgs);
  for (const person of members) bringIn(chat, ann, person);
  return chat;
}

function roleNow(chat: TestChat, { org, account }: Person): number {
  return roleAt(chat.state, org.orgId, account, chat.state.head.cpos);
}

const done = (change: object) => ({ ok: true, change });
const noop = (code: string) => ({ ok: false, code });

describe('PROTOCOL 4.3: reduce', () => {
  test('gives the same state for the same acts, and the same as one by one', () => {
    const chat = privateChat(abe, bea, bob);
    say(chat, bea, 'hello');
    ask(chat, ann, [remove(bob), inviteOf(cyd)]);
    leave(chat, abe);
    expect(reduce(chat.genesis, chat.acts)).toEqual(chat.state);
    expect(reduce(chat.genesis, chat.acts)).toEqual(reduce(chat.genesis, chat.acts));
  });

  test('an act that may not be is at its position, changes nothing else, and is told', () => {
    const chat = privateChat(bea);
    const before = membersNow(chat.state);
    expect(ask(chat, bea, [remove(ann)])).toEqual([noop('not_allowed')]);
    expect(membersNow(chat.state)).toEqual(before);
    expect(chat.state.head).toMatchObject({ cpos: chat.acts.length, hash: chat.acts.at(-1)?.hash });
  });

  test('an act out of order is a mistake of the caller', () => {
    const chat = privateChat(bea);
    const state = foundChat(chat.genesis);
    expect(() => applyAct(state, chat.acts[1] as never)).toThrow('out of order');
  });

  test('tells each change', () => {
    const chat = privateChat();
    const by = memberOf(ann);
    expect(ask(chat, ann, [inviteOf(abe)])).toEqual([done({ is: 'joined', ...memberOf(abe), by })]);
    expect(ask(chat, ann, [inviteOf(bea)])).toEqual([done({ is: 'invited', ...memberOf(bea), by })]);
    expect(ask(chat, bea, [accept])).toEqual([done({ is: 'joined', ...memberOf(bea), by: null })]);
    expect(ask(chat, ann, [roleOf(bea, 2)])).toEqual([done({ is: 'role', ...memberOf(bea), by, role: 2 })]);
    expect(ask(chat, ann, [inviteOf(cyd)])).toMatchObject([{ ok: true }]);
    expect(ask(chat, ann, [withdraw(cyd)])).toEqual([done({ is: 'withdrawn', ...memberOf(cyd), by })]);
    expect(ask(chat, ann, [postFor(2)])).toEqual([done({ is: 'policy', by })]);
    expect(ask(chat, ann, [{ is: 'look', hash: bytesOf(32, 1), length: 9 }])).toEqual([done({ is: 'look', by })]);
    expect(ask(chat, ann, [remove(abe)])).toEqual([done({ is: 'removed', ...memberOf(abe), by })]);
    expect(leave(chat, bea)).toEqual(done({ is: 'left', ...memberOf(bea), by: null }));
    expect(chat.state.look).toMatchObject({ hash: bytesOf(32, 1), length: 9 });
    ask(chat, ann, [inviteOf(bea)]);
    expect(leave(chat, bea)).toEqual(done({ is: 'declined', ...memberOf(bea), by: null }));
  });
});

describe('PROTOCOL 4.2: requests', () => {
  const [logOfAnn, bodyAt] = [(chat: TestChat) => logOf(chat, acme), 7];

  test('each is disposed of once', () => {
    const chat = privateChat();
    const draft = requestOf(ann.account, chat.state.chatId, 1, [inviteOf(bea)]);
    expect(orderRequest(chat, logOfAnn(chat), bodyAt, draft.body, 1)).toMatchObject([{ ok: true }]);
    expect(orderRequest(chat, logOfAnn(chat), bodyAt, draft.body, 1)).toEqual([noop('duplicate_request')]);
    const refusal = { is: 'refuse', logId: logOfAnn(chat).logId, seq: bodyAt, code: 1 } as const;
    expect(orderByHub(chat, refusal)).toEqual(noop('duplicate_request'));
  });

  test('a refused one is disposed of, and told', () => {
    const chat = privateChat();
    const { logId } = logOfAnn(chat);
    expect(orderByHub(chat, { is: 'refuse', logId, seq: 7, code: 33 })).toEqual(
      done({ is: 'refused', logSeq: `${logId}:7`, code: 33 }),
    );
    const draft = requestOf(ann.account, chat.state.chatId, 1, [inviteOf(bea)]);
    expect(orderRequest(chat, logOfAnn(chat), 7, draft.body, 1)).toEqual([noop('duplicate_request')]);
  });

  test('one of another chat, or from an unknown log, does nothing', () => {
    const chat = privateChat();
    const foreign = requestOf(ann.account, privateChatOf(bea).state.chatId, 1, [inviteOf(bea)]);
    expect(orderRequest(chat, logOfAnn(chat), 3, foreign.body, 1)).toEqual([noop('malformed')]);
    const unknown = logOf(privateChatOf(bea), globex);
    const own = requestOf(ann.account, chat.state.chatId, 1, [inviteOf(bea)]);
    expect(orderRequest(chat, unknown, 3, own.body, 1)).toEqual([noop('wrong_log')]);
  });

  test('the intents of one are ordered together or not at all', () => {
    const chat = privateChat(bea);
    const bad = [inviteOf(abe), roleOf(cyd, 2)];
    expect(ask(chat, ann, bad)).toEqual([noop('not_member'), noop('not_member')]);
    expect(chat.state.members.has(memberKey(acme.orgId, abe.account))).toBe(false);
    const good = [inviteOf(abe), roleOf(abe, 2), remove(bea)];
    expect(judgeRequest(chat.state, acme.orgId, requestOf(ann.account, chat.state.chatId, 1, good).request)).toBe(null);
    expect(ask(chat, ann, good).map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(roleNow(chat, abe)).toBe(2);
  });

  test('judging changes nothing', () => {
    const chat = privateChat(bea, abe);
    const before = reduce(chat.genesis, chat.acts);
    const all = [inviteOf(cyd), roleOf(abe, 2), remove(bea), postFor(3)];
    expect(judgeRequest(chat.state, acme.orgId, requestOf(ann.account, chat.state.chatId, 1, all).request)).toBe(null);
    expect(chat.state).toEqual(before);
  });

  test('the intents of one stand at consecutive positions', () => {
    const chat = privateChat(bea);
    const { logId } = logOfAnn(chat);
    const draft = requestOf(ann.account, chat.state.chatId, 1, [inviteOf(abe), inviteOf(cyd)]);
    order(chat, { is: 'request', logId, seq: 9, index: 0, body: draft.body });
    leave(chat, bea);
    const later = { is: 'request', logId, seq: 9, index: 1, body: new Uint8Array() } as const;
    expect(order(chat, later)).toEqual(noop('malformed'));
    expect(order(chat, { ...later, index: 2 })).toEqual(noop('malformed'));
  });

  test('one from past the seal of its log is refused', () => {
    const chat = privateChat(bea);
    const log = logOf(chat, globex);
    const draft = requestOf(bea.account, chat.state.chatId, 1, [inviteOf(bob)]);
    ask(chat, ann, [remove(bea)]);
    bringIn(chat, ann, bea);
    expect(orderRequest(chat, log, log.head.seq + 1, draft.body, 1)).toEqual([noop('past_cut')]);
  });

  function privateChatOf(person: Person): TestChat {
    return foundTestChat('private', person, orgs);
  }
});

describe('PROTOCOL 4.4, 4.6: the end of an interval', () => {
  test('a removal without a cut in the open log of the removed does nothing', () => {
    const chat = privateChat(bea);
    expect(ask(chat, ann, [remove(bea)], { cuts: [] })).toEqual([noop('malformed')]);
    expect(ask(chat, ann, [remove(bea)])).toMatchObject([{ ok: true }]);
  });

  test('fewer rights need a cut, more do not', () => {
    const chat = privateChat(bea);
    expect(ask(chat, ann, [roleOf(bea, 2)], { cuts: [] })).toMatchObject([{ ok: true }]);
    expect(ask(chat, ann, [roleOf(bea, 1)], { cuts: [] })).toEqual([noop('malformed')]);
    expect(ask(chat, ann, [postFor(2)], { cuts: [] })).toEqual([noop('malformed')]);
    expect(ask(chat, ann, [postFor(2)])).toMatchObject([{ ok: true }]);
    expect(ask(chat, ann, [postFor(1)], { cuts: [] })).toMatchObject([{ ok: true }]);
  });

  test('the last of an organisation closes its log, and the next invitation opens a new one', () => {
    const chat = privateChat(bea, bob);
    const { logId } = logOf(chat, globex);
    leave(chat, bea);
    expect(openLogOf(chat.state, globex.orgId)?.logId).toBe(logId);
    ask(chat, ann, [remove(bob)]);
    expect(openLogOf(chat.state, globex.orgId)).toBeUndefined();
    expect(chat.state.logs.get(logId)?.sealed).toEqual({ at: chat.acts.length, seq: chat.logs.get(logId)?.head.seq });
    bringIn(chat, ann, bea);
    expect(logOf(chat, globex).logId).not.toBe(logId);
    expect(roleNow(chat, bea)).toBe(1);
  });

  test('a fin from a closed log ends no later interval', () => {
    const chat = privateChat(bea);
    const log = logOf(chat, globex);
    ask(chat, ann, [remove(bea)]);
    bringIn(chat, ann, bea);
    const { body } = finOf(bea.account, chat.state.chatId);
    expect(order(chat, { is: 'fin', logId: log.logId, seq: log.head.seq + 1, body })).toEqual(noop('log_sealed'));
    expect(roleNow(chat, bea)).toBe(1);
  });

  test('a fin of somebody who is not in, or of another chat, does nothing', () => {
    const chat = privateChat(bea);
    expect(leave(chat, { org: globex, account: bob.account })).toEqual(noop('not_member'));
    const { logId } = logOf(chat, globex);
    const { body } = finOf(bea.account, foundTestChat('private', bea, orgs).state.chatId);
    expect(order(chat, { is: 'fin', logId, seq: 9, body })).toEqual(noop('malformed'));
  });

  test('without an owner the longest-standing member becomes one', () => {
    const chat = privateChat();
    ask(chat, ann, [inviteOf(bea)]);
    bringIn(chat, ann, cyd);
    ask(chat, bea, [accept]);
    leave(chat, ann);
    expect([roleNow(chat, cyd), roleNow(chat, bea)]).toEqual([3, 1]);
  });

  test('a private chat without an accepted member is closed, its invitations with it', () => {
    const chat = privateChat();
    ask(chat, ann, [inviteOf(bea)]);
    leave(chat, ann);
    expect(chat.state.closed).toBe(true);
    expect(membersNow(chat.state)).toEqual([]);
    expect(successor(chat.state)).toBe(null);
    expect(ask(chat, bea, [accept])).toEqual([noop('chat_closed')]);
  });
});

describe('PROTOCOL 7: invitations', () => {
  test('one ends after thirty days by the clock of the acts, not earlier', () => {
    const chat = privateChat();
    ask(chat, ann, [inviteOf(bea)]);
    const invitedMs = chat.nowMs;
    const at = (ms: number) => ({ hlc: hlcFromMs(invitedMs + LIMITS.invitationLifetimeMs + ms) });
    expect(orderByHub(chat, expire(bea), at(-1))).toEqual(noop('not_acceptable'));
    expect(orderByHub(chat, expire(bea), { ...at(0), cuts: [] })).toEqual(noop('malformed'));
    expect(orderByHub(chat, expire(bea), at(0))).toEqual(done({ is: 'expired', ...memberOf(bea), by: null }));
    expect(orderByHub(chat, expire(bea), at(1))).toEqual(noop('not_invited'));
  });

  test('who accepted does not expire', () => {
    const chat = privateChat(bea);
    const hlc = hlcFromMs(chat.nowMs + 2 * LIMITS.invitationLifetimeMs);
    expect(orderByHub(chat, expire(bea), { hlc })).toEqual(noop('not_invited'));
  });

  test('the log of an invited organisation is pinned to the newest key that its roots signed', () => {
    const chat = privateChat(bea);
    expect(logOf(chat, globex)).toBeDefined();
    expect(openLogOf(chat.state, globex.orgId)).toMatchObject({ key: globex.op.key, keySeq: 0 });
  });
});

describe('PROTOCOL 4.1: direct and public chats', () => {
  test('who left a direct chat comes back unasked, in the same log', () => {
    const chat = directTestChat(ann, bea);
    const { logId } = logOf(chat, globex);
    leave(chat, bea);
    expect(roleNow(chat, bea)).toBe(0);
    expect(ask(chat, bea, [accept])).toEqual([done({ is: 'joined', ...memberOf(bea), by: null })]);
    expect(roleNow(chat, bea)).toBe(1);
    expect(logOf(chat, globex).logId).toBe(logId);
    expect(chat.state.members.get(memberKey(globex.orgId, bea.account))?.intervals).toMatchObject([
      { from: 0, to: 1 },
      { from: 2, accepted: 2, to: null },
    ]);
  });

  test('a direct chat is never closed, and its hub never changes', () => {
    const chat = directTestChat(ann, bea);
    leave(chat, ann);
    leave(chat, bea);
    expect(chat.state).toMatchObject({ closed: false, term: 0 });
    expect(successor(chat.state)).toBe(null);
    expect(ask(chat, ann, [accept])).toMatchObject([{ ok: true }]);
    expect(ask(chat, ann, [inviteOf(bea)])).toMatchObject([{ ok: true }]);
  });

  test('anybody of the organisation joins a public chat, and the first into an empty one owns it', () => {
    const chat = foundTestChat('public', ann, orgs);
    expect(ask(chat, abe, [accept])).toEqual([done({ is: 'joined', ...memberOf(abe), by: null })]);
    leave(chat, ann);
    expect(roleNow(chat, abe)).toBe(3);
    leave(chat, abe);
    expect(chat.state.closed).toBe(false);
    ask(chat, ann, [accept]);
    expect(roleNow(chat, ann)).toBe(3);
  });

  test('nobody leaves the general chat', () => {
    const chat = foundTestChat('general', ann, orgs);
    expect(leave(chat, abe)).toEqual(noop('not_acceptable'));
    expect(roleNow(chat, abe)).toBe(1);
  });
});

describe('PROTOCOL 4.8a: hub transfer', () => {
  const [lowest, other] = [globex, initech].sort((a, b) => compareBytes(idBytes(a.orgId), idBytes(b.orgId))) as [
    typeof globex,
    typeof globex,
  ];

  test('to the organisation with the lowest id, when the last member of the hub has left', () => {
    const chat = privateChat(bea, cyd);
    expect(orderByHub(chat, transfer(lowest))).toEqual(noop('not_acceptable'));
    leave(chat, ann);
    expect(successor(chat.state)).toBe(lowest.orgId);
    expect(orderByHub(chat, transfer(other))).toEqual(noop('not_acceptable'));
    expect(orderByHub(chat, transfer(lowest))).toEqual(done({ is: 'hub', org: lowest.orgId }));
    expect(chat.state).toMatchObject({ hub: lowest.orgId, hubKey: lowest.op.key, term: 1 });
  });

  test('before it, a hub that has nobody left orders nothing else', () => {
    const chat = privateChat(bea);
    leave(chat, ann);
    const request = requestOf(bea.account, chat.state.chatId, 1, [inviteOf(cyd)]);
    write(chat, globex, [request], citedAt(chat));
    const log = logOf(chat, globex);
    expect(orderRequest(chat, log, log.head.seq, request.body, 1)).toEqual([noop('not_acceptable')]);
    orderByHub(chat, transfer(globex));
    expect(orderRequest(chat, log, log.head.seq, request.body, 1)).toMatchObject([{ ok: true }]);
  });

  test('a request that removes the last member of the hub is ordered to its end', () => {
    const chat = privateChat(bea);
    ask(chat, ann, [roleOf(bea, 3)]);
    expect(ask(chat, bea, [remove(ann), postFor(2)]).map(({ ok }) => ok)).toEqual([true, true]);
    expect(orderByHub(chat, transfer(globex))).toMatchObject({ ok: true });
  });
});
