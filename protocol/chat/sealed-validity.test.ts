/** SEAL 4.4e, 4.6, 4.9, 4.11, 5.5: what counts in a sealed chat, and who may see what was granted. */
import { describe, expect, test } from 'vitest';
import type { OrgId } from '../ids.ts';
import { personOf, type TestPerson, testDevice, wasReset, withDevices } from '../testing/cards.ts';
import {
  citedAt,
  foundSealedChat,
  leave,
  logOf,
  memberOf,
  orderRequest,
  say,
  type TestChat,
  write,
} from '../testing/chat.ts';
import { entryAt } from '../testing/entries.ts';
import { orgOf } from '../testing/orgs.ts';
import {
  acceptOf,
  askSealed,
  invitationOf,
  keysOf,
  sealedDirectChat,
  sealedMessage,
  signedBy,
  signedRequest,
  suspendByNode,
} from '../testing/sealed.ts';
import type { Intent } from './intent.ts';
import { deviceKeyFor } from './pins.ts';
import {
  ALL_RULES,
  awaitsAcceptance,
  type Candidate,
  isForMember,
  isForOrganisation,
  whySuite,
  whyVoid,
} from './validity.ts';

const [acme, globex] = [orgOf(1), orgOf(2)];
const [ann, bob, cid] = [personOf(acme, 1), personOf(globex, 3), personOf(globex, 4)];
const rekey: Intent = { is: 'rekey' };
const remove = (person: TestPerson): Intent => ({ is: 'remove', ...memberOf(person) });

/** Keys at 1, rekey at 2, Bob invited at 3 and in from 4. */
function found(): TestChat {
  const chat = foundSealedChat(ann, [acme, globex]);
  askSealed(chat, ann, [keysOf(ann), rekey]);
  askSealed(chat, ann, [invitationOf(bob)]);
  askSealed(chat, bob, [acceptOf(bob)]);
  return chat;
}

/** A message of the person by that device, cited as told. */
function sayBy(chat: TestChat, person: TestPerson, cpos = chat.state.head.cpos, device = person.devices[0]): Candidate {
  const log = logOf(chat, person.org);
  const cited = citedAt(chat, cpos);
  if (!device) throw new Error('no device');
  write(chat, person.org, [sealedMessage(person, log.logId, cited, log.head.seq, device)], cited);
  return entryAt(chat, log.logId, log.head.seq);
}

const code = (chat: TestChat, entry: Candidate) => whyVoid(chat.state, entry);
const readmit = (person: TestPerson): Intent => ({ is: 'readmit', ...memberOf(person), identity: person.chain });

describe('SEAL 4.4e: an entry counts', () => {
  test('by a device that is pinned where it cites, with a good signature', () => {
    const chat = found();
    const entry = sayBy(chat, bob);
    expect(code(chat, entry)).toBeNull();
    expect(code(chat, signedBy(entry, testDevice(3).device, 'bad'))).toBe('bad_signature');
    expect(code(chat, signedBy(entry, testDevice(33).device))).toBe('bad_device');
    const { signed: _, ...unsigned } = entry;
    expect(code(chat, unsigned)).toBe('bad_device');
    expect(code(chat, { ...unsigned, kind: 'erase' })).toBe('bad_device');
    expect(code(chat, { ...unsigned, kind: 'fin' })).toBeNull();
    expect(whyVoid(chat.state, unsigned, { ...ALL_RULES, device: false })).toBeNull();
  });

  test('by a new device only from the keys on that name it', () => {
    const chat = found();
    askSealed(chat, bob, [keysOf(withDevices(bob, [3, 33]))]);
    expect(code(chat, sayBy(chat, bob, 4, testDevice(33)))).toBe('bad_device');
    expect(code(chat, sayBy(chat, bob, 5, testDevice(33)))).toBeNull();
    expect(code(chat, sayBy(chat, bob, 5, testDevice(3)))).toBeNull();
  });

  test('by a removed device only up to the request that removes it, whatever it cites', () => {
    const chat = found();
    const before = sayBy(chat, bob);
    const [both, other] = [withDevices(bob, [3, 33]), withDevices(withDevices(bob, [3, 33]), [33])];
    askSealed(chat, bob, [keysOf(both)]);
    const log = logOf(chat, globex);
    const request = signedRequest(chat, bob, [keysOf(other)], { by: testDevice(33) });
    write(chat, globex, [request], citedAt(chat, 4));
    const late = sayBy(chat, bob, 4);
    expect(code(chat, late)).toBeNull();
    orderRequest(chat, log, late.seq - 1, request.body, 1);
    expect(code(chat, before)).toBeNull();
    expect(code(chat, late)).toBe('past_cut');
  });

  test('with a key: not before the first rekey', () => {
    const chat = foundSealedChat(ann, [acme]);
    askSealed(chat, ann, [keysOf(ann)]);
    const early = sayBy(chat, ann);
    askSealed(chat, ann, [rekey]);
    expect(code(chat, early)).toBe('no_key');
    expect(code(chat, { ...early, kind: 'erase' })).toBeNull();
    expect(code(chat, sayBy(chat, ann))).toBeNull();
  });

  test('not of a suspended account, nor later in its log, and again after it was admitted', () => {
    const chat = found();
    const bobAnew = wasReset(bob);
    const before = sayBy(chat, bob);
    suspendByNode(chat, bobAnew);
    expect(code(chat, before)).toBeNull();
    expect(code(chat, sayBy(chat, bob, 4))).toBe('past_cut');
    expect(code(chat, sayBy(chat, bobAnew))).toBe('suspended');
    expect(code(chat, sayBy(chat, bob))).toBe('suspended');
    askSealed(chat, ann, [readmit(bobAnew)]);
    expect(code(chat, sayBy(chat, bobAnew))).toBeNull();
    expect(code(chat, sayBy(chat, bob))).toBe('bad_device');
  });
});

describe('SEAL 4.11: in a direct chat', () => {
  test('devices count that a request before in the same log carries, until one is pinned', () => {
    const chat = sealedDirectChat(ann, bob);
    const entry = sayBy(chat, ann, 0);
    const by = (carried: readonly Uint8Array[]) => ({ ...entry, signed: { ...entry.signed, carried } }) as Candidate;
    expect(code(chat, entry)).toBe('bad_device');
    expect(code(chat, by([ann.chain]))).toBeNull();
    expect(code(chat, by([wasReset(ann).chain]))).toBe('bad_device');
    expect(code(chat, by([personOf(acme, 1, [9]).chain]))).toBe('bad_device');
    const key = (carried: readonly Uint8Array[], p: number) =>
      deviceKeyFor(chat.state, { org: acme.orgId, account: ann.account }, testDevice(1).device, p, carried);
    expect(key([ann.chain], 0)).toEqual(testDevice(1).dk.key);
    askSealed(chat, ann, [keysOf(withDevices(ann, [11]))], { by: testDevice(11) });
    expect(key([ann.chain], 0)).toEqual(testDevice(1).dk.key);
    expect(key([ann.chain], 1)).toBeNull();
  });
});

describe('SEAL 4.9: what was granted', () => {
  const forCid = ({ state }: TestChat, entry: Candidate) => isForMember(state, globex.orgId, cid.account, entry);
  const forOrg = ({ state }: TestChat, org: OrgId, entry: Candidate) => isForOrganisation(state, org, entry);

  test('is for the member, and for its organisation once it has accepted', () => {
    const chat = found();
    const early = say(chat, ann, 'early');
    leave(chat, bob);
    askSealed(chat, ann, [rekey]);
    const entry = entryAt(chat, logOf(chat, acme).logId, early);
    const late = sayBy(chat, ann, 6);
    expect(forCid(chat, entry)).toBe(false);
    askSealed(chat, ann, [invitationOf(cid, [{ from: 6, to: null }])]);
    expect([forCid(chat, entry), forCid(chat, late)]).toEqual([false, true]);
    expect(forOrg(chat, globex.orgId, late)).toBe(false);
    expect(awaitsAcceptance(chat.state, globex.orgId, late)).toBe(true);
    expect(awaitsAcceptance(chat.state, globex.orgId, { ...late, cpos: 5 })).toBe(false);
    askSealed(chat, cid, [acceptOf(cid)]);
    expect(forOrg(chat, globex.orgId, late)).toBe(true);
  });

  test('opens nothing where the invitation is not accepted', () => {
    const chat = found();
    const entry = entryAt(chat, logOf(chat, acme).logId, say(chat, ann, 'early'));
    askSealed(chat, ann, [invitationOf(cid, [{ from: 2, to: null }])]);
    leave(chat, cid);
    expect(forCid(chat, entry)).toBe(false);
  });

  test('ends with the interval that it belongs to, and with the granter’s own frontier', () => {
    const chat = found();
    askSealed(chat, ann, [{ is: 'role', ...memberOf(bob), role: 3 }]);
    const seen = entryAt(chat, logOf(chat, acme).logId, say(chat, ann, 'while Bob is in'));
    askSealed(chat, ann, [remove(bob), rekey]);
    const missed = { ...seen, seq: seen.seq + 50 };
    askSealed(chat, ann, [invitationOf(bob, [], 3)]);
    askSealed(chat, bob, [acceptOf(bob)]);
    expect(askSealed(chat, bob, [invitationOf(cid, [{ from: 3, to: 6 }])])).toMatchObject([{ ok: true }]);
    askSealed(chat, cid, [acceptOf(cid)]);
    expect([forCid(chat, seen), forCid(chat, missed)]).toEqual([true, false]);
    leave(chat, cid);
    const afterwards = { ...sayBy(chat, ann), cpos: seen.cpos };
    expect([forCid(chat, seen), forCid(chat, afterwards)]).toEqual([true, false]);
  });
});

test('SEAL 4.6: what was written during a suspension is not for the account', () => {
  const chat = found();
  const [bobAnew, entry] = [wasReset(bob), sayBy(chat, ann)];
  suspendByNode(chat, bobAnew);
  const during = sayBy(chat, ann);
  askSealed(chat, ann, [readmit(bobAnew)]);
  const isForBob = (each: Candidate) => isForMember(chat.state, globex.orgId, bob.account, each);
  expect([entry, during, sayBy(chat, ann)].map(isForBob)).toEqual([true, false, true]);
});

test('SEAL 5.5: which suite a chat may be of', () => {
  expect(whySuite('private', 0)).toBe('suite_not_allowed');
  expect(whySuite('direct', 0)).toBe('suite_not_allowed');
  expect(whySuite('private', 1)).toBeNull();
  expect(whySuite('private', 0, { ...ALL_RULES, sealed: false })).toBeNull();
  expect(whySuite('private', 2)).toBe('suite_not_allowed');
  expect(whySuite('general', 0)).toBeNull();
  expect(whySuite('public', 1)).toBe('suite_not_allowed');
});
