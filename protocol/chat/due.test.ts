/** SEAL 4.2, 4.8, 4.9: which keys a request must bring, what the hub checks of them, and history windows. */
import { describe, expect, test } from 'vitest';
import { hlcFromMs } from '../hlc.ts';
import type { RequestBody } from '../log/entry.ts';
import { bundleHash, sealBundle } from '../seal/bundle.ts';
import { encodeKeyMaterial } from '../seal/material.ts';
import { personOf, type TestPerson } from '../testing/cards.ts';
import { citedAt, foundSealedChat, memberOf, orderByHub, type TestChat } from '../testing/chat.ts';
import { bytesOf, orgOf, START_MS, unwrap } from '../testing/orgs.ts';
import { chanceOf } from '../testing/seal.ts';
import { acceptOf, actorOf, askSealed, invitationOf, keysOf, signedRequest } from '../testing/sealed.ts';
import { keysDue, whyIncomplete } from './due.ts';
import { type HistoryWindow, openWindow } from './history-window.ts';
import type { Intent } from './intent.ts';
import { memberKey } from './state.ts';

const [acme, globex] = [orgOf(1), orgOf(2)];
const [ann, abe, bob, cid] = [personOf(acme, 1), personOf(acme, 2), personOf(globex, 3), personOf(globex, 4)];
const rekey: Intent = { is: 'rekey' };
const DAY_MS = 86_400_000;

/** Keys at 1, rekey at 2, Bob invited at 3 and in from 4. */
function found(): TestChat {
  const chat = foundSealedChat(ann, [acme, globex]);
  askSealed(chat, ann, [keysOf(ann), rekey]);
  askSealed(chat, ann, [invitationOf(bob)]);
  askSealed(chat, bob, [acceptOf(bob)]);
  return chat;
}

const dueIn = (chat: TestChat, intents: readonly Intent[]) => unwrap(keysDue(chat.state, actorOf(ann), intents));
const secretsFor = (chat: TestChat, person: TestPerson, intents: readonly Intent[]) =>
  dueIn(chat, intents).wraps.find(({ account }) => account === person.account)?.secrets;

describe('SEAL 4.8: a request must bring', () => {
  test('what it draws anew to everybody who stays, and to nobody who goes', () => {
    const chat = found();
    const intents: Intent[] = [{ is: 'remove', ...memberOf(bob) }, rekey];
    expect(dueIn(chat, intents).segments).toEqual([{ at: 6, kind: 'rekey', commit: null }]);
    expect(secretsFor(chat, ann, intents)).toEqual([6]);
    expect(secretsFor(chat, bob, intents)).toBeUndefined();
  });

  test('to whom it lets in where that begins, and what it grants', () => {
    const chat = found();
    expect(secretsFor(chat, abe, [invitationOf(abe)])).toEqual([5]);
    expect(secretsFor(chat, abe, [invitationOf(abe, [{ from: 2, to: null }])])).toEqual([2]);
    expect(secretsFor(chat, cid, [rekey, invitationOf(cid)])).toEqual([6]);
    expect(secretsFor(chat, cid, [invitationOf(cid), rekey])).toEqual([5, 6]);
  });

  test('nothing where it may not be ordered', () => {
    expect(keysDue(found().state, actorOf(cid), [rekey])).toMatchObject({
      ok: false,
      refusal: { code: 'not_allowed' },
    });
  });
});

describe('SEAL 4.2: the hub orders only what is complete', () => {
  /** A rekey with these people in these bundles; null: what is due. */
  async function rekeyTo(chat: TestChat, bundlesOf: readonly (readonly TestPerson[])[], base = citedAt(chat)) {
    const bundles: Uint8Array[] = [];
    const named: { org: TestPerson['org']['orgId']; hash: Uint8Array; length: number }[] = [];
    for (const people of bundlesOf) {
      const org = (people[0] as TestPerson).org.orgId;
      const recipients = people.map(({ account, identity: { ukGen, uk } }) => ({
        ...{ account, ukGen, uk },
        inside: { secrets: [{ at: 5, secret: bytesOf(32, 1) }], lookKeys: [] },
      }));
      const bytes = unwrap(await sealBundle(chat.state.chatId, org, base, recipients, chanceOf(1)));
      bundles.push(bytes);
      named.push({ org, hash: bundleHash(bytes), length: bytes.length });
    }
    const keyMaterial = encodeKeyMaterial({ commits: [{ cpos: 5, commit: bytesOf(32, 1) }], bundles: named });
    const { request } = signedRequest(chat, ann, [rekey], { keys: 'none', change: { keyMaterial } });
    return { request, bundles };
  }
  const codeOf = (chat: TestChat, request: RequestBody, bundles: readonly Uint8Array[]) =>
    whyIncomplete(chat.state, acme.orgId, request, bundles);

  test('a wrap for everybody', async () => {
    const chat = found();
    const { request, bundles } = await rekeyTo(chat, [[ann], [bob]]);
    expect(codeOf(chat, request, bundles)).toBeNull();
    expect(codeOf(chat, request, bundles.slice(1))).toBe('incomplete_key_material');
    expect(codeOf(chat, request, bundles.toReversed())).toBeNull();
  });

  test.each([
    ['one left out', [[ann]]],
    ['one too many', [[ann], [bob, cid]]],
    ['another in place of one', [[ann], [cid]]],
    ['a stranger beside', [[ann, abe], [bob]]],
  ])('and not with %s', async (_, people) => {
    const chat = found();
    const { request, bundles } = await rekeyTo(chat, people);
    expect(codeOf(chat, request, bundles)).toBe('incomplete_key_material');
  });

  test('and not made for another head', async () => {
    const chat = found();
    const { request, bundles } = await rekeyTo(chat, [[ann], [bob]], citedAt(chat, 3));
    expect(codeOf(chat, request, bundles)).toBe('incomplete_key_material');
  });
});

describe('SEAL 4.9: history windows', () => {
  /** Segments at 2 and 3 on the first day, ticks at 5 and 6 on the next two, a rekey at 7. */
  function withDays(): TestChat {
    const chat = found();
    for (const days of [1, 2]) {
      chat.nowMs = START_MS + days * DAY_MS;
      orderByHub(chat, { is: 'tick' }, { hlc: hlcFromMs(chat.nowMs) });
    }
    askSealed(chat, ann, [rekey]);
    return chat;
  }
  const counts = new Map([
    [2, 10],
    [3, 20],
    [5, 30],
    [6, 40],
    [7, 5],
  ]);
  function windowOf(chat: TestChat, person: TestPerson, window: HistoryWindow) {
    const member = chat.state.members.get(memberKey(person.org.orgId, person.account));
    if (!member) throw new Error('nobody');
    return openWindow(chat.state, member, window, (at) => counts.get(at) ?? 0);
  }

  test('are the segments of the days, the fewest that hold so many entries, or all', () => {
    const chat = withDays();
    const since = (ms: number) => windowOf(chat, ann, { is: 'since', dayMs: START_MS + ms });
    const last = (entries: number) => windowOf(chat, ann, { is: 'last', entries });
    expect(since(DAY_MS)).toEqual({ history: [{ from: 5, to: null }], sinceMs: START_MS + DAY_MS, entries: 75 });
    expect(since(DAY_MS + 1).history).toEqual([{ from: 6, to: null }]);
    expect(since(9 * DAY_MS)).toEqual({ history: [], sinceMs: null, entries: 0 });
    expect(last(5).history).toEqual([{ from: 7, to: null }]);
    expect(last(6)).toMatchObject({ history: [{ from: 6, to: null }], entries: 45 });
    expect(windowOf(chat, ann, { is: 'all' })).toMatchObject({ history: [{ from: 2, to: null }], entries: 105 });
    expect(windowOf(chat, ann, { is: 'none' })).toEqual({ history: [], sinceMs: null, entries: 0 });
    expect(last(0).history).toEqual([]);
  });

  test('leave out what the granter may not open, and are ordered as they were made', () => {
    const chat = withDays();
    expect(windowOf(chat, bob, { is: 'all' }).history).toEqual([{ from: 3, to: null }]);
    askSealed(chat, ann, [{ is: 'remove', ...memberOf(bob) }, rekey]);
    askSealed(chat, ann, [rekey]);
    askSealed(chat, ann, [invitationOf(bob, [], 1)]);
    askSealed(chat, bob, [acceptOf(bob)]);
    const { history } = windowOf(chat, bob, { is: 'all' });
    expect(history).toEqual([
      { from: 3, to: 8 },
      { from: 11, to: null },
    ]);
    askSealed(chat, ann, [{ is: 'role', ...memberOf(bob), role: 3 }]);
    expect(askSealed(chat, bob, [invitationOf(cid, history)])).toMatchObject([{ ok: true }]);
  });
});
