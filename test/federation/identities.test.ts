/** Identity chains across organisations: who gets them, and what a node that lies about its people achieves. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decode } from '../../protocol/codec.ts';
import { counterMessage, type SignedCard } from '../../protocol/identity/card.ts';
import { decodeIdentity, encodeIdentity, verifyIdentity } from '../../protocol/identity/identity-chain.ts';
import { extendChain, verifyChain } from '../../protocol/identity/organisation.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { answer } from '../../protocol/sync/frames.ts';
import {
  personOf,
  succeeded,
  type TestPerson,
  testDevice,
  wasReset,
  withDevices,
  withNextUserKey,
} from '../../protocol/testing/cards.ts';
import { accountOf, keyOf, type TestOrg, unwrap } from '../../protocol/testing/orgs.ts';
import { newestCard } from '../fixtures/keys.ts';
import type { WorldNode } from '../world/node.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage('identities');
});
afterEach(() => stage.end());

/** The organisation of a node, as it signs. */
function orgOf({ core }: WorldNode): TestOrg {
  const { orgId, signer, chainBytes } = core.organisation;
  const op = { key: signer.publicKey, sign: signer.sign };
  return { orgId, chain: chainBytes(), root: op, op, signed: (_, bytes) => ({ bytes, signature: bytes }) };
}

async function put(node: WorldNode, person: TestPerson, device: number): Promise<void> {
  const holder = { accountId: person.account, device: testDevice(device).device };
  const keys = { card: newestCard(person), vault: null, envelopes: null };
  unwrap(await stage.world.act(() => node.core.accounts.keys.put(holder, false, keys)));
}

/** Bob's keys at globex, with device 1. */
async function bobsKeys(): Promise<TestPerson> {
  const bob = personOf(orgOf(stage.globex), 1, [1], stage.bob.person.account);
  await put(stage.globex, bob, 1);
  return bob;
}

/** Partners that did not answer what was asked last. */
let silent: readonly OrgId[] = [];

/** What ann gets at acme. */
async function learnt(...members: readonly { org: TestOrg | WorldNode; account: TestPerson['account'] }[]) {
  const asked = members.map(({ org, account }) => ({ org: 'orgId' in org ? org.orgId : orgOf(org).orgId, account }));
  const { identities } = stage.acme.core.federation.lookups;
  const { identities: found, unanswered } = await stage.world.drive(identities(stage.ann.person.account, asked));
  silent = unanswered;
  return found.map(({ chain }) => chain);
}

describe('SEAL 2.3: chains of people of a partner', () => {
  test('come from their node, vouched for by their organisation, and follow what is known', async () => {
    const bob = await bobsKeys();
    const asked = { org: stage.globex, account: bob.account };
    expect(await learnt(asked)).toEqual([bob.chain]);
    expect(unwrap(verifyIdentity(bob.chain, orgOf(stage.globex).op.key)).account).toBe(bob.account);
    const more = withDevices(bob, [1, 2]);
    await put(stage.globex, more, 1);
    expect(await learnt(asked, asked)).toEqual([more.chain, more.chain]);
  });

  test('are kept, and served while the node is away', async () => {
    const bob = await bobsKeys();
    const globex = orgOf(stage.globex);
    const asked = { org: globex, account: bob.account };
    await learnt(asked);
    await stage.world.act(() => stage.globex.crash());
    await stage.settle();
    expect(await learnt(asked)).toEqual([bob.chain]);
    expect(silent).toEqual([]);
    expect(await learnt(asked, { org: globex, account: accountOf(9) })).toEqual([bob.chain]);
    expect(silent).toEqual([globex.orgId]);
  });

  test('of nobody, of who has no keys, who is switched off, and where the directory is closed, are one answer', async () => {
    const bob = await bobsKeys();
    const asked = { org: stage.globex, account: bob.account };
    const cyd = await stage.world.act(() => stage.globex.person('cyd'));
    const isNobody = async (who: typeof asked) => expect([await learnt(who), silent]).toEqual([[], []]);
    await isNobody({ org: stage.globex, account: cyd.account });
    await isNobody({ org: stage.globex, account: accountOf(9) });
    await stage.world.act(() => stage.globex.core.network.set({ directory: 'nobody' }));
    await isNobody(asked);
    await stage.world.act(() => stage.globex.core.network.set({ directory: 'exact' }));
    unwrap(await stage.world.act(() => stage.globex.core.accounts.accounts.disable(bob.account)));
    await isNobody(asked);
    unwrap(await stage.world.act(() => stage.globex.core.accounts.accounts.enable(bob.account)));
  });

  test('are not asked for where Network access is off', async () => {
    const bob = await bobsKeys();
    await stage.world.act(() => stage.acme.core.network.set({ mode: 'off' }));
    expect(await learnt({ org: stage.globex, account: bob.account })).toEqual([]);
  });
});

describe('a partner that asks', () => {
  async function ask(accounts: readonly TestPerson['account'][]) {
    const bytes = await stage.world.drive(stage.toGlobex.call({ is: 'identities', accounts }));
    return { bytes, said: unwrap(decode(answer, bytes, LIMITS.callAnswerBytes)) };
  }

  test('gets the chains of whom it names, once each', async () => {
    const bob = await bobsKeys();
    const { said } = await ask([bob.account, accountOf(9), bob.account]);
    expect(said).toEqual({ is: 'identities', identities: [{ account: bob.account, chain: bob.chain }] });
  });

  test('gets the same bytes for nobody, for a closed directory and once its budget is spent', async () => {
    const bob = await bobsKeys();
    const nobody = await ask([accountOf(9)]);
    await stage.world.act(() => stage.globex.core.network.set({ directory: 'nobody' }));
    expect((await ask([bob.account])).bytes).toEqual(nobody.bytes);
    await stage.world.act(() => stage.globex.core.network.set({ directory: 'search' }));
    for (let i = 0; i < 130; i += 1) await ask([]);
    expect((await ask([bob.account])).bytes).toEqual(nobody.bytes);
  });

  test('that is a stranger gets nothing at all', async () => {
    const bob = await bobsKeys();
    const line = await stage.world.drive(stage.stranger(70).dial(stage.target(stage.globex)));
    const asked = line.call({ is: 'identities', accounts: [bob.account] });
    await expect(stage.world.drive(asked)).rejects.toThrow();
  });
});

describe('a partner that lies about its people', () => {
  let eve: TestPerson;
  beforeEach(async () => {
    eve = withDevices(personOf(stage.forger.org, 1, [1]), [1, 2]);
    expect(await said(eve.chain)).toEqual([eve.chain]);
  });

  /** What ann has of eve once the forger's node says this. */
  async function said(chain: Uint8Array, account = eve.account): Promise<Uint8Array[]> {
    stage.forger.answers = () => ({ is: 'identities', identities: [{ account, chain }] });
    return learnt({ org: stage.forger.org, account: eve.account });
  }

  test('cannot go back, fork, or put another in their place', async () => {
    const older = personOf(stage.forger.org, 1, [1]);
    expect(await said(older.chain)).toEqual([eve.chain]);
    expect(await said(personOf(stage.forger.org, 3).chain)).toEqual([eve.chain]);
    const other = personOf(stage.forger.org, 2, [1], eve.account);
    expect(await said(withDevices(withDevices(other, [3]), [4]).chain)).toEqual([eve.chain]);
  });

  test('cannot make a card without the key, nor have unsigned ones believed', async () => {
    const next = withDevices(eve, [1, 2, 3]);
    const cards = unwrap(decodeIdentity(next.chain));
    const [first, update] = cards as [SignedCard, SignedCard];
    const forged = { ...update, signature: stage.forger.org.op.sign(update.bytes) };
    expect(await said(encodeIdentity([first, forged]))).toEqual([eve.chain]);
    const unsigned = { ...first, counter: new Uint8Array() };
    expect(await said(encodeIdentity([unsigned, update]))).toEqual([eve.chain]);
    expect(await said(Uint8Array.of(0x80))).toEqual([eve.chain]);
    expect(await said(next.chain)).toEqual([next.chain]);
  });

  test('can reset, which every later chain shows, and cannot take it back', async () => {
    const again = wasReset(eve, 66);
    expect(await said(again.chain)).toEqual([again.chain]);
    expect(unwrap(verifyIdentity(again.chain, stage.forger.org.op.key)).resets).toEqual([2]);
    const hidden = withNextUserKey(withDevices(withDevices(eve, [1]), [1]));
    expect(await said(hidden.chain)).toEqual([again.chain]);
    const later = withDevices(again, [66, 67]);
    expect(await said(later.chain)).toEqual([later.chain]);
  });

  test('may change its operational key: the same card with the new counter-signature takes the place of the old', async () => {
    const [first, update] = unwrap(decodeIdentity(eve.chain)) as [SignedCard, SignedCard];
    const key = keyOf(4_711);
    const anew = encodeIdentity([{ ...first, counter: key.sign(counterMessage(first.bytes)) }, update]);
    expect(await said(anew)).toEqual([eve.chain]);
    const { orgId } = stage.forger.org;
    const before = unwrap(verifyChain(stage.forger.org.chain));
    const { v: _v, seq: _seq, prev: _prev, ...content } = before.record;
    const rotated = unwrap(extendChain(before, { ...content, opKey: key.key }, 1, stage.forger.org.root.sign));
    unwrap(await stage.world.act(() => stage.acme.core.peers.learn(rotated.chainBytes, { as: 'seen' })));
    expect(stage.acme.core.peers.get(orgId)?.opKey).toEqual(key.key);
    expect(await said(anew)).toEqual([anew]);
  });

  test('speaks for nobody else', async () => {
    const bob = await bobsKeys();
    const asGlobex = personOf({ ...stage.forger.org, orgId: orgOf(stage.globex).orgId }, 5, [1], bob.account);
    stage.forger.answers = () => ({
      is: 'identities',
      identities: [
        { account: bob.account, chain: asGlobex.chain },
        { account: eve.account, chain: asGlobex.chain },
      ],
    });
    expect(await learnt({ org: stage.forger.org, account: eve.account })).toEqual([eve.chain]);
    expect(await learnt({ org: stage.globex, account: bob.account })).toEqual([bob.chain]);
  });

  test('fills nothing with accounts that were not asked for', async () => {
    const many = Array.from({ length: LIMITS.identitiesPerCall }, (_, i) => personOf(stage.forger.org, 100 + i));
    stage.forger.answers = () => ({
      is: 'identities',
      identities: many.map(({ account, chain }) => ({ account, chain })),
    });
    expect(await learnt({ org: stage.forger.org, account: many[0]?.account ?? eve.account })).toEqual([many[0]?.chain]);
    stage.forger.answers = () => ({ is: 'nothing' });
    for (const { account } of many.slice(1)) expect(await learnt({ org: stage.forger.org, account })).toEqual([]);
  });

  test('is believed once an answer, and asked no more often than the asker may ask', async () => {
    const [two, three] = [withDevices(eve, [1]), withDevices(withDevices(eve, [1]), [3])];
    let asked = 0;
    stage.forger.answers = () => {
      asked += 1;
      return { is: 'identities', identities: [two, three].map(({ account, chain }) => ({ account, chain })) };
    };
    expect(await learnt({ org: stage.forger.org, account: eve.account })).toEqual([two.chain]);
    for (let i = 0; i < 70; i += 1) await learnt({ org: stage.forger.org, account: eve.account });
    expect(asked).toBeGreaterThan(50);
    expect(asked).toBeLessThan(70);
  });

  test('may have a person change the key by the old one’s word', async () => {
    const changed = succeeded(eve);
    expect(await said(changed.chain)).toEqual([changed.chain]);
  });
});
