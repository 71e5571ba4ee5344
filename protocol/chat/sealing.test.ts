/** SEAL 4.2, 4.4-4.9, 4.11: what acts do to the keys of a sealed chat, and who may. */
import { describe, expect, test } from 'vitest';
import {
  personOf,
  succeeded,
  type TestPerson,
  testDevice,
  wasReset,
  withDevices,
  withNextUserKey,
} from '../testing/cards.ts';
import { ask, foundSealedChat, foundTestChat, inviteOf, leave, memberOf, type TestChat } from '../testing/chat.ts';
import { orgOf } from '../testing/orgs.ts';
import {
  acceptOf,
  askSealed,
  invitationOf,
  keysOf,
  sealedDirectChat,
  signedRequest,
  suspendByNode,
} from '../testing/sealed.ts';
import { NO_DEVICE, primeRequest } from './author.ts';
import type { Intent } from './intent.ts';
import { openingsOf, secretsDue, segmentsFor } from './openings.ts';
import { pinAt, recipients, suspensionNow } from './pins.ts';
import { rankOf } from './rank.ts';
import { judgeRequest, reduce } from './reduce.ts';
import { memberKey } from './state.ts';

const [acme, globex] = [orgOf(1), orgOf(2)];
const [ann, abe, bob, cid] = [personOf(acme, 1), personOf(acme, 2), personOf(globex, 3), personOf(globex, 4)];
const rekey: Intent = { is: 'rekey' };
const rewrap: Intent = { is: 'rewrap' };

/** Ann's chat with keys at 1 and a first secret at 2. */
function found(): TestChat {
  const chat = foundSealedChat(ann, [acme, globex]);
  expect(askSealed(chat, ann, [keysOf(ann), rekey])).toMatchObject([{ ok: true }, { ok: true }]);
  return chat;
}

/** With Bob in from 3 on, accepted at 4. */
function foundWithBob(): TestChat {
  const chat = found();
  askSealed(chat, ann, [invitationOf(bob)]);
  askSealed(chat, bob, [acceptOf(bob)]);
  return chat;
}

const memberIn = (chat: TestChat, person: TestPerson) => {
  const member = chat.state.members.get(memberKey(person.org.orgId, person.account));
  if (!member) throw new Error('nobody');
  return member;
};
const isOwed = (chat: TestChat, person: TestPerson) => chat.state.owed.has(memberKey(person.org.orgId, person.account));
const starts = (chat: TestChat, person: TestPerson) =>
  segmentsFor(chat.state, memberIn(chat, person)).map(({ at }) => at);
const kinds = ({ state }: TestChat) => state.segments.map(({ at, kind }) => `${kind} ${at}`);
const codes = (chat: TestChat, person: TestPerson, intents: readonly Intent[], asking = {}) =>
  askSealed(chat, person, intents, asking).map((each) => (each.ok ? null : each.code));
const remove = (person: TestPerson): Intent => ({ is: 'remove', ...memberOf(person) });
const readmit = (person: TestPerson): Intent => ({ is: 'readmit', ...memberOf(person), identity: person.chain });
const supply = (person: TestPerson): Intent => ({ is: 'supply', ...memberOf(person) });
const grant = (person: TestPerson, from: number, to: number | null = null): Intent => ({
  is: 'grant',
  ...memberOf(person),
  history: [{ from, to }],
});

describe('SEAL 4.2: segments', () => {
  test('begin at rekeys, invitations and ticks, and nowhere before the first rekey', () => {
    const chat = foundSealedChat(ann, [acme, globex]);
    expect(chat.state.rekeyPending).toBe(true);
    askSealed(chat, ann, [keysOf(ann), invitationOf(abe), rekey, invitationOf(bob)]);
    askSealed(chat, bob, [acceptOf(bob)]);
    expect(kinds(chat)).toEqual(['rekey 3', 'invite 4']);
    expect(chat.state.rekeyPending).toBe(false);
    expect(chat.state.segments[0]?.commit).not.toBeNull();
    expect(reduce(chat.genesis, chat.acts)).toEqual(chat.state);
  });

  test('a direct chat has a secret from the beginning', () => {
    const chat = sealedDirectChat(ann, bob);
    expect(kinds(chat)).toEqual(['direct 0']);
    askSealed(chat, ann, [keysOf(ann)]);
    askSealed(chat, bob, [keysOf(bob)]);
    expect(chat.state).toMatchObject({ rekeyPending: false, owed: new Map() });
    expect(recipients(chat.state)).toHaveLength(2);
  });

  test('who comes back unasked to a direct chat begins a segment and is owed it', () => {
    const chat = sealedDirectChat(ann, bob);
    askSealed(chat, ann, [keysOf(ann)]);
    askSealed(chat, bob, [keysOf(bob)]);
    leave(chat, bob);
    askSealed(chat, ann, [rekey]);
    expect(codes(chat, bob, [acceptOf(bob)])).toEqual([null]);
    expect(kinds(chat)).toEqual(['direct 0', 'rekey 4', 'accept 5']);
    expect(starts(chat, bob)).toEqual([0, 5]);
    expect(secretsDue(chat.state, memberIn(chat, bob))).toEqual([5]);
    expect(isOwed(chat, bob)).toBe(true);
  });

  test('a rekey needs a commitment and a bundle for every organisation that has somebody with keys', () => {
    const chat = foundWithBob();
    const named = signedRequest(chat, ann, [remove(bob), rekey]).request.keyMaterial;
    expect(codes(chat, ann, [rekey], { change: { keyMaterial: named } })).toEqual(['incomplete_key_material']);
    expect(codes(chat, ann, [rekey], { keys: 'none' })).toEqual(['incomplete_key_material']);
    expect(codes(chat, ann, [rekey], { change: { keyMaterial: Uint8Array.of(1) } })).toEqual(['malformed']);
    expect(codes(chat, ann, [rekey])).toEqual([null]);
  });

  test('stale keys alone are refused; beside another intent they are left out and stay pending', () => {
    const chat = foundWithBob();
    expect(codes(chat, ann, [rekey], { keys: 'stale' })).toEqual(['stale_key_material']);
    const before = chat.state.segments.length;
    expect(askSealed(chat, ann, [remove(bob), rekey], { keys: 'stale' })).toMatchObject([
      { ok: true },
      { ok: true, change: { is: 'rekeyed', fresh: false } },
    ]);
    expect(chat.state).toMatchObject({ rekeyPending: true });
    expect(chat.state.segments).toHaveLength(before);
    expect(codes(chat, ann, [rekey])).toEqual([null]);
    expect(chat.state.rekeyPending).toBe(false);
  });
});

describe('SEAL 4.5: the device of a request', () => {
  test('is one of its author, and has signed it', () => {
    const chat = foundWithBob();
    const policy: Intent = { is: 'rewrap' };
    expect(codes(chat, bob, [policy], { by: testDevice(77) })).toEqual(['bad_device']);
    expect(codes(chat, bob, [policy], { by: { ...testDevice(77), device: testDevice(3).device } })).toEqual([
      'bad_signature',
    ]);
    expect(codes(chat, bob, [policy], { change: { device: NO_DEVICE, devSig: new Uint8Array() } })).toEqual([
      'bad_device',
    ]);
    expect(ask(chat, bob, [policy])).toMatchObject([{ ok: false, code: 'bad_device' }]);
    expect(codes(chat, bob, [policy])).toEqual([null]);
  });

  test('for keys and acceptances is judged by the chain that they bring', () => {
    const chat = found();
    askSealed(chat, ann, [invitationOf(bob)]);
    const newer = withDevices(bob, [3, 33]);
    expect(codes(chat, bob, [acceptOf(newer)], { by: testDevice(33) })).toEqual([null]);
    expect(codes(chat, bob, [keysOf(withDevices(newer, [33]))], { by: testDevice(3) })).toEqual(['bad_device']);
    expect(codes(chat, bob, [keysOf(withDevices(newer, [33]))], { by: testDevice(33) })).toEqual([null]);
    expect(codes(chat, bob, [rewrap], { by: testDevice(3) })).toEqual(['bad_device']);
  });

  test('verified ahead is not verified again, and changes nothing', async () => {
    const chat = foundWithBob();
    const good = signedRequest(chat, bob, [rewrap]).request;
    const bad = { ...good, devSig: new Uint8Array(64) };
    await primeRequest(chat.state, globex.orgId, { request: good });
    await primeRequest(chat.state, globex.orgId, { request: bad });
    expect(judgeRequest(chat.state, globex.orgId, good)).toBeNull();
    expect(judgeRequest(chat.state, globex.orgId, bad)).toBe('bad_signature');
  });
});

describe('SEAL 4.4: pins', () => {
  test('say at each position whose keys counted', () => {
    const chat = foundWithBob();
    const newer = withDevices(bob, [3, 33]);
    askSealed(chat, bob, [keysOf(newer)]);
    const seqAt = (p: number) => pinAt(chat.state, globex.orgId, bob.account, p)?.seq;
    expect([2, 3, 4, 5].map(seqAt)).toEqual([undefined, 0, 0, 1]);
  });

  test('only follow what was pinned', () => {
    const chat = foundWithBob();
    const newer = succeeded(bob);
    expect(codes(chat, bob, [keysOf(newer)])).toEqual([null]);
    expect(codes(chat, bob, [keysOf(bob)])).toEqual(['card_older']);
    expect(codes(chat, bob, [keysOf(withDevices(withDevices(bob, [3, 33]), [3]))])).toEqual(['identity_forked']);
    expect(codes(chat, bob, [keysOf(cid)])).toEqual(['bad_card']);
    expect(codes(chat, bob, [keysOf(wasReset(newer))])).toEqual(['identity_reset']);
    expect(codes(chat, bob, [{ is: 'keys', identity: new Uint8Array() }])).toEqual(['malformed']);
  });

  test('an identity that another organisation vouches for is refused', () => {
    const chat = found();
    const forged = personOf({ ...globex, op: orgOf(9).op }, 3);
    expect(codes(chat, ann, [{ ...invitationOf(bob), identity: forged.chain } as Intent])).toEqual(['bad_signature']);
  });

  test('of a keyless seat come with its first acceptance or keys, and it is owed what it may open', () => {
    const chat = found();
    askSealed(chat, ann, [inviteOf(bob), inviteOf(abe)]);
    expect([isOwed(chat, bob), isOwed(chat, abe)]).toEqual([false, false]);
    expect(codes(chat, bob, [{ is: 'accept', identity: new Uint8Array() }])).toEqual(['bad_device']);
    expect(codes(chat, bob, [acceptOf(bob)])).toEqual([null]);
    expect(codes(chat, abe, [keysOf(abe)])).toEqual([null]);
    expect([isOwed(chat, bob), isOwed(chat, abe)]).toEqual([true, true]);
    expect(secretsDue(chat.state, memberIn(chat, bob))).toEqual([3]);
    expect(codes(chat, ann, [supply(bob), supply(abe)])).toEqual([null, null]);
    expect(chat.state.owed.size).toBe(0);
  });

  test('that came too late for an invitation are brought by whoever may invite, with what the seat may open', () => {
    const chat = found();
    askSealed(chat, ann, [inviteOf(bob), grant(bob, 2)]);
    expect(codes(chat, bob, [keysOf(bob)])).toEqual(['not_allowed']);
    expect(codes(chat, ann, [{ ...readmit(bob), identity: cid.chain } as Intent])).toEqual(['bad_card']);
    expect(askSealed(chat, ann, [readmit(bob)])).toMatchObject([{ ok: true, change: { is: 'supplied' } }]);
    expect(isOwed(chat, bob)).toBe(false);
    expect(starts(chat, bob)).toEqual([2, 3, 7]);
    expect(codes(chat, ann, [readmit(bob)])).toEqual(['not_acceptable']);
    expect(codes(chat, bob, [{ is: 'accept', identity: new Uint8Array() }])).toEqual([null]);
    askSealed(chat, ann, [remove(bob), rekey]);
    expect(codes(chat, ann, [readmit(bob)])).toEqual(['not_member']);
    expect(reduce(chat.genesis, chat.acts)).toEqual(chat.state);
  });

  test('of who comes back are brought anew', () => {
    const chat = foundWithBob();
    askSealed(chat, ann, [remove(bob), rekey]);
    expect(codes(chat, ann, [inviteOf(bob)])).toEqual(['no_key']);
    expect(codes(chat, ann, [invitationOf(bob)])).toEqual([null]);
    expect(starts(chat, bob)).toEqual([3, 8]);
  });
});

describe('SEAL 4.6: a reset', () => {
  const bobAnew = wasReset(bob);
  function suspended(): TestChat {
    const chat = foundWithBob();
    expect(suspendByNode(chat, bobAnew)).toMatchObject([{ ok: true, change: { is: 'suspended' } }]);
    return chat;
  }

  test('suspends: no wrap, no word, no rekey without the others', () => {
    const chat = suspended();
    expect(chat.state.rekeyPending).toBe(true);
    expect(recipients(chat.state).map(({ account }) => account)).toEqual([ann.account]);
    for (const person of [bob, bobAnew]) expect(codes(chat, person, [rewrap])).toEqual(['suspended']);
    expect(codes(chat, bobAnew, [keysOf(bobAnew)])).toEqual(['identity_reset']);
    expect(codes(chat, bob, [keysOf(withDevices(bob, [3, 33]))])).toEqual(['suspended']);
    expect(codes(chat, ann, [grant(bob, 2)])).toEqual(['suspended']);
  });

  test('is the node’s alone, and nothing else is', () => {
    const chat = foundWithBob();
    const nodes = { change: { device: NO_DEVICE, base: null, devSig: new Uint8Array() }, keys: 'none' };
    expect(codes(chat, bobAnew, [keysOf(bobAnew), rewrap], nodes)).toEqual(['identity_reset', 'identity_reset']);
    expect(codes(chat, bob, [keysOf(withDevices(bob, [3, 33]))], nodes)).toEqual(['bad_device']);
  });

  test('ends by admission through another, and opens nothing older', () => {
    const chat = suspended();
    askSealed(chat, ann, [rekey]);
    expect(codes(chat, ann, [readmit(bob)])).toEqual(['card_older']);
    expect(codes(chat, ann, [readmit(bobAnew)])).toEqual([null]);
    expect(starts(chat, bobAnew)).toEqual([chat.state.head.cpos]);
    expect(suspensionNow(memberIn(chat, bob))).toBeUndefined();
    expect(codes(chat, bobAnew, [rewrap])).toEqual([null]);
    expect(codes(chat, ann, [readmit(bobAnew)])).toEqual(['not_acceptable']);
  });

  test('admission needs a card that is not older than the last reset', () => {
    const chat = suspended();
    const again = wasReset(bobAnew, 2_003);
    expect(suspendByNode(chat, again)).toMatchObject([{ ok: true }]);
    expect(codes(chat, ann, [readmit(bobAnew)])).toEqual(['card_older']);
    expect(codes(chat, ann, [readmit(again)])).toEqual([null]);
  });

  test('while out opens nothing older after the next invitation', () => {
    const chat = foundWithBob();
    askSealed(chat, ann, [remove(bob), rekey]);
    askSealed(chat, ann, [invitationOf(bobAnew)]);
    expect(starts(chat, bobAnew)).toEqual([7]);
  });

  test('suspends in a direct chat also before anything is pinned', () => {
    const chat = sealedDirectChat(ann, bob);
    askSealed(chat, ann, [keysOf(ann)]);
    expect(codes(chat, bobAnew, [keysOf(bobAnew)])).toEqual(['identity_reset']);
    expect(suspendByNode(chat, bobAnew)).toMatchObject([{ ok: true, change: { is: 'suspended' } }]);
    expect(codes(chat, ann, [rekey])).toEqual([null]);
    expect(recipients(chat.state)).toHaveLength(1);
    expect(codes(chat, ann, [readmit(bobAnew)])).toEqual([null]);
    expect(starts(chat, bobAnew)).toEqual([chat.state.head.cpos]);
  });
});

describe('SEAL 4.7: what is pending', () => {
  test('a rekey, after whoever had keys has gone or has a new user key', () => {
    const chat = foundWithBob();
    leave(chat, bob);
    expect(chat.state.rekeyPending).toBe(true);
    askSealed(chat, ann, [rekey]);
    askSealed(chat, ann, [inviteOf(cid)]);
    askSealed(chat, ann, [{ is: 'withdraw', ...memberOf(cid) }]);
    expect(chat.state.rekeyPending).toBe(false);
    askSealed(chat, ann, [keysOf(withDevices(ann, [1, 11]))]);
    expect(chat.state.rekeyPending).toBe(false);
    askSealed(chat, ann, [keysOf(withNextUserKey(withDevices(ann, [1, 11])))]);
    expect(chat.state.rekeyPending).toBe(true);
  });

  test('a direct chat is drawn anew where a first user key may be known', () => {
    const chat = sealedDirectChat(ann, bob);
    askSealed(chat, ann, [keysOf(withNextUserKey(ann))]);
    expect(chat.state.rekeyPending).toBe(true);
  });

  test('keys, for whoever was brought in without them, asked for them, or was out at a rekey', () => {
    const chat = found();
    askSealed(chat, ann, [invitationOf(bob)], { keys: 'none' });
    expect(isOwed(chat, bob)).toBe(true);
    askSealed(chat, ann, [rekey]);
    expect(isOwed(chat, bob)).toBe(true);
    expect(codes(chat, ann, [supply(bob)], { keys: 'stale' })).toEqual(['stale_key_material']);
    expect(codes(chat, ann, [supply(bob)], { keys: 'none' })).toEqual(['incomplete_key_material']);
    expect(codes(chat, ann, [supply(bob)])).toEqual([null]);
    expect(isOwed(chat, bob)).toBe(false);
    expect(codes(chat, ann, [supply(bob)])).toEqual(['not_acceptable']);
    askSealed(chat, bob, [acceptOf(bob)]);
    askSealed(chat, bob, [rewrap]);
    expect(isOwed(chat, bob)).toBe(true);
    leave(chat, bob);
    expect(isOwed(chat, bob)).toBe(false);
  });

  test('is for those who can, one before the other', () => {
    const chat = foundWithBob();
    askSealed(chat, ann, [invitationOf(abe)]);
    const rankIn = ({ state }: TestChat, person: TestPerson) => rankOf(state, person.org.orgId, person.account);
    expect([ann, abe, bob].map((person) => rankIn(chat, person)).sort()).toEqual([0, 1, 2]);
    expect(rankIn(chat, cid)).toBeNull();
    suspendByNode(chat, wasReset(bob));
    expect(rankIn(chat, bob)).toBeNull();
  });
});

describe('SEAL 4.9: grants', () => {
  test('open whole segments to a newcomer, of which those need a wrap that follow from none', () => {
    const chat = foundWithBob();
    expect(codes(chat, ann, [invitationOf(cid, [{ from: 2, to: null }])])).toEqual([null]);
    expect(starts(chat, cid)).toEqual([2, 3, 5]);
    expect(secretsDue(chat.state, memberIn(chat, cid))).toEqual([2]);
    askSealed(chat, ann, [invitationOf(abe)]);
    expect(starts(chat, abe)).toEqual([6]);
    expect(codes(chat, ann, [grant(abe, 3)])).toEqual([null]);
    expect(starts(chat, abe)).toEqual([3, 5, 6]);
    expect(isOwed(chat, abe)).toBe(false);
    expect(codes(chat, ann, [grant(abe, 2)], { keys: 'none' })).toEqual([null]);
    expect(isOwed(chat, abe)).toBe(true);
  });

  test.each([
    ['not from the beginning of a segment', 4, null],
    ['from before the first secret', 1, null],
    ['backwards', 3, 2],
    ['beyond the act', 2, 99],
    ['up to where the next secret follows', 2, 2],
  ])('are refused: %s', (_, from, to) => {
    const chat = foundWithBob();
    expect(codes(chat, ann, [invitationOf(cid, [{ from, to }])])).toEqual(['not_allowed']);
  });

  test('end before a rekey', () => {
    const chat = foundWithBob();
    askSealed(chat, ann, [rekey]);
    expect(codes(chat, ann, [invitationOf(cid, [{ from: 2, to: 4 }])])).toEqual([null]);
    expect(starts(chat, cid)).toEqual([2, 3, 6]);
    expect(secretsDue(chat.state, memberIn(chat, cid))).toEqual([2, 6]);
  });

  test('need the right, and no more than the granter may open', () => {
    const chat = foundWithBob();
    askSealed(chat, ann, [rekey]);
    expect(codes(chat, bob, [invitationOf(cid, [{ from: 3, to: null }])])).toEqual(['not_allowed']);
    askSealed(chat, ann, [{ is: 'role', ...memberOf(bob), role: 3 }]);
    expect(codes(chat, bob, [invitationOf(cid, [{ from: 2, to: null }])])).toEqual(['not_allowed']);
    expect(codes(chat, bob, [invitationOf(cid, [{ from: 3, to: null }])])).toEqual([null]);
    expect(codes(chat, bob, [grant(abe, 3)])).toEqual(['not_member']);
    expect(openingsOf(memberIn(chat, cid))).toMatchObject([
      { from: 9, to: null },
      { from: 3, to: 8 },
    ]);
  });
});

test('SEAL 5.5: chats of suite 0 take no keys', () => {
  const chat = foundTestChat('private', ann, [acme, globex]);
  const intents = [keysOf(ann), rekey, rewrap, supply(bob), readmit(bob), grant(bob, 0), invitationOf(bob)];
  for (const intent of intents) expect(ask(chat, ann, [intent])).toEqual([{ ok: false, code: 'not_acceptable' }]);
  expect(chat.state).toMatchObject({ segments: [], rekeyPending: false });
});
