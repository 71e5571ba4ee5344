import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  extendChain,
  firstChain,
  type Organisation,
  type RecordContent,
} from '../../protocol/identity/organisation.ts';
import type { OrgId } from '../../protocol/ids.ts';
import { contentOf, operational, pairOf, root, acme as testOrganisation } from '../../protocol/testing/identity.ts';
import { expectRefusal, type Home, type Identity, openHome, value } from '../../test/fixtures/identity.ts';

let home: Home;
let node: Identity;
beforeEach(async () => {
  home = openHome('Acme');
  node = await home.node('acme.example');
});
afterEach(() => home.end());

const globex = testOrganisation({ name: 'Globex', domains: ['globex.example'] });

function rotated(organisation: Organisation, change: Partial<RecordContent> = {}): Organisation {
  return value(extendChain(organisation, { ...organisation.record, opKey: pairOf(9).key, ...change }, 1, root.sign));
}

function another(name: string, domains: string[] = []): Organisation {
  return testOrganisation({ name, domains });
}

async function restarted(): Promise<Identity> {
  await home.reopen();
  node = await home.node('acme.example');
  return node;
}

describe('PROTOCOL 1.6: what is learnt', () => {
  test('is kept over a restart', async () => {
    const peer = value(await node.peers.learn(globex.chainBytes, { as: 'seen' }));
    expect(peer).toMatchObject({
      orgId: globex.orgId,
      state: 'seen',
      name: 'Globex',
      cursor: 0,
      warning: null,
      domains: [],
    });
    expect(peer.endpoints).toEqual(['/ip4/203.0.113.7/tcp/4440']);
    expect(peer.opKey).toEqual(operational.key);
    const { peers } = await restarted();
    expect(peers.get(globex.orgId)).toEqual(peer);
    expect(peers.list()).toEqual([peer]);
    expect(peers.get(node.organisation.orgId)).toBeUndefined();
  });

  test('a newer chain takes the place of the older, whatever comes later', async () => {
    const renewed = value(
      extendChain(globex, { ...globex.record, name: 'Globex Ltd', endpoints: [] }, 0, operational.sign),
    );
    const newest = rotated(renewed);
    await node.peers.learn(globex.chainBytes, { as: 'seen' });
    expect(value(await node.peers.learn(renewed.chainBytes, { as: 'seen' }))).toMatchObject({
      name: 'Globex Ltd',
      endpoints: [],
    });
    expect(value(await node.peers.learn(globex.chainBytes, { as: 'seen' })).name).toBe('Globex Ltd');
    expect(value(await node.peers.learn(newest.chainBytes, { as: 'seen' })).opKey).toEqual(pairOf(9).key);
    expectRefusal(await node.peers.learn(renewed.chainBytes, { as: 'seen' }), 'record_older');
    expect(node.peers.get(globex.orgId)?.opKey).toEqual(pairOf(9).key);
  });

  test('a fork is refused, a warning stays, and what was known holds', async () => {
    const one = rotated(globex);
    await node.peers.learn(one.chainBytes, { as: 'seen' });
    expectRefusal(
      await node.peers.learn(rotated(globex, { opKey: pairOf(8).key }).chainBytes, { as: 'seen' }),
      'wrong_organisation',
    );
    expect(node.peers.get(globex.orgId)).toMatchObject({
      opKey: pairOf(9).key,
      warning: expect.stringContaining('root key'),
    });
  });

  test('broken chains and our own are refused, and leave nothing behind', async () => {
    expectRefusal(await node.peers.learn(globex.chainBytes.slice(0, -1), { as: 'seen' }), 'malformed');
    const forged = globex.chainBytes.slice();
    forged[forged.length - 1] = (forged.at(-1) as number) ^ 1;
    expectRefusal(await node.peers.learn(forged, { as: 'seen' }), 'bad_signature');
    expectRefusal(await node.peers.learn(node.organisation.chainBytes(), { as: 'open' }), 'wrong_organisation');
    expect(node.peers.list()).toEqual([]);
  });

  test('of strangers only the newest hundred are kept, of partners all', async () => {
    value(await node.peers.learn(globex.chainBytes, { as: 'seen' }));
    value(await node.peers.approve(globex.orgId));
    const ids: OrgId[] = [];
    for (let i = 0; i <= 101; i++) {
      if (i % 20 === 0) await home.clock.pass(1);
      ids.push(value(await node.peers.learn(another(`Org ${i}`).chainBytes, { as: 'seen' })).orgId);
    }
    const seen = node.peers.list().filter(({ state }) => state === 'seen');
    expect(seen).toHaveLength(100);
    expect(node.peers.get(ids.at(-1) as OrgId)).toBeDefined();
    expect(ids.slice(20).every((id) => node.peers.get(id))).toBe(true);
    expect(node.peers.stateOf(globex.orgId)).toBe('approved');
  });
});

describe('PROTOCOL 1.12: what an administrator decides', () => {
  beforeEach(async () => {
    value(await node.peers.learn(globex.chainBytes, { as: 'seen' }));
  });

  test('approve, block, unblock and remove', async () => {
    const told: OrgId[] = [];
    node.peers.onChange((orgId) => told.push(orgId));
    expect(value(await node.peers.approve(globex.orgId)).state).toBe('approved');
    expect(value(await node.peers.block(globex.orgId)).state).toBe('blocked');
    expectRefusal(await node.peers.approve(globex.orgId), 'network_not_allowed');
    expect(value(await node.peers.unblock(globex.orgId)).state).toBe('seen');
    value(await node.peers.remove(globex.orgId));
    expect(node.peers.get(globex.orgId)).toBeUndefined();
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(new Set(told)).toEqual(new Set([globex.orgId]));
    for (const each of [node.peers.approve, node.peers.unblock, node.peers.remove])
      expectRefusal(await each(globex.orgId), 'unknown_peer');
  });

  test('contact never lifts a block, nor an approval', async () => {
    value(await node.peers.block(globex.orgId));
    expect(value(await node.peers.learn(globex.chainBytes, { as: 'open' })).state).toBe('blocked');
    value(await node.peers.unblock(globex.orgId));
    expect(value(await node.peers.learn(globex.chainBytes, { as: 'open' })).state).toBe('open');
    value(await node.peers.approve(globex.orgId));
    expect(value(await node.peers.learn(globex.chainBytes, { as: 'seen' })).state).toBe('approved');
  });

  test('an organisation may be blocked before it ever calls', async () => {
    const initech = another('Initech');
    value(await node.peers.block(initech.orgId));
    expect(value(await node.peers.learn(initech.chainBytes, { as: 'open' }))).toMatchObject({
      state: 'blocked',
      name: 'Initech',
    });
  });

  test('settings of one partner', async () => {
    value(await node.peers.setDirectory(globex.orgId, 'search'));
    value(await node.peers.setAutoAccept(globex.orgId, true));
    expect((await restarted()).peers.get(globex.orgId)).toMatchObject({ directory: 'search', autoAccept: true });
    value(await node.peers.setDirectory(globex.orgId, null));
    value(await node.peers.setAutoAccept(globex.orgId, false));
    expect(node.peers.get(globex.orgId)).toMatchObject({ directory: null, autoAccept: false });
    expectRefusal(await node.peers.setDirectory(another('Nobody').orgId, 'search'), 'unknown_peer');
  });
});

describe('PROTOCOL 5.2: what is noted of an exchange', () => {
  test('contact, the endpoint that worked, the instance, the cursor', async () => {
    value(
      await node.peers.learn(testOrganisation({ endpoints: ['/ip4/1.1.1.1/tcp/1', '/ip4/2.2.2.2/tcp/2'] }).chainBytes, {
        as: 'seen',
      }),
    );
    const orgId = node.peers.list()[0]?.orgId as OrgId;
    await node.peers.noteContact(orgId, '/ip4/2.2.2.2/tcp/2');
    await node.peers.noteContact(orgId);
    await node.peers.noteInstance(orgId, new Uint8Array(8).fill(4));
    await node.peers.setCursor(orgId, 7);
    await node.peers.setCursor(orgId, 5);
    expect((await restarted()).peers.get(orgId)).toMatchObject({
      endpoints: ['/ip4/2.2.2.2/tcp/2', '/ip4/1.1.1.1/tcp/1'],
      lastContactMs: home.clock.now(),
      instance: new Uint8Array(8).fill(4),
      cursor: 7,
    });
    await node.peers.noteContact(globex.orgId);
    expect(node.peers.get(globex.orgId)).toBeUndefined();
  });
});

describe('PROTOCOL 1.9: domains', () => {
  const squatter = another('Globex Imitation', ['globex.example']);

  test('a domain that served the record is pinned to it', async () => {
    value(await node.peers.learn(globex.chainBytes, { as: 'seen', servedBy: 'globex.example' }));
    expect((await restarted()).peers.byDomain('globex.example')).toMatchObject({
      orgId: globex.orgId,
      domains: ['globex.example'],
    });
    expect(node.peers.byDomain('initech.example')).toBeUndefined();
    expectRefusal(await node.peers.learn(globex.chainBytes, { as: 'seen', servedBy: 'initech.example' }), 'bad_record');
  });

  test('a pinned domain that serves another organisation is refused, told, and left to an administrator', async () => {
    value(await node.peers.learn(globex.chainBytes, { as: 'seen', servedBy: 'globex.example' }));
    expectRefusal(
      await node.peers.learn(squatter.chainBytes, { as: 'open', servedBy: 'globex.example' }),
      'wrong_organisation',
    );
    expect(node.peers.byDomain('globex.example')).toMatchObject({
      orgId: globex.orgId,
      warning: expect.stringContaining(squatter.orgId),
    });
    expect(node.peers.get(squatter.orgId)).toMatchObject({ state: 'seen', domains: [] });
    value(await node.peers.moveDomain('globex.example', squatter.orgId));
    expect(node.peers.byDomain('globex.example')?.orgId).toBe(squatter.orgId);
    expectRefusal(await node.peers.moveDomain('globex.example', another('Nobody').orgId), 'unknown_peer');
  });

  test('a mere claim pins nothing until an administrator approves, and takes nothing from anybody', async () => {
    value(await node.peers.learn(squatter.chainBytes, { as: 'open' }));
    const insistent = rotated(squatter);
    expect(value(await node.peers.learn(insistent.chainBytes, { as: 'open' })).domains).toEqual([]);
    expect(node.peers.byDomain('globex.example')).toBeUndefined();
    value(await node.peers.learn(globex.chainBytes, { as: 'open' }));
    expect(value(await node.peers.approve(globex.orgId)).domains).toEqual(['globex.example']);
    expect(value(await node.peers.approve(squatter.orgId))).toMatchObject({
      domains: [],
      warning: expect.stringContaining('globex.example'),
    });
    expect(node.peers.byDomain('globex.example')?.orgId).toBe(globex.orgId);
  });

  test('our own domains stand for nobody else', async () => {
    const imitation = another('Acme Imitation', ['acme.example']);
    expectRefusal(
      await node.peers.learn(imitation.chainBytes, { as: 'open', servedBy: 'acme.example' }),
      'wrong_organisation',
    );
    expect(value(await node.peers.approve(imitation.orgId)).domains).toEqual([]);
    expect(node.peers.byDomain('acme.example')).toBeUndefined();
  });

  test('an organisation that moves takes its new domain and gives the old one free', async () => {
    value(await node.peers.learn(globex.chainBytes, { as: 'seen', servedBy: 'globex.example' }));
    value(await node.peers.approve(globex.orgId));
    const moved = rotated(globex, { opKey: operational.key, domains: ['globex.test'] });
    expect(value(await node.peers.learn(moved.chainBytes, { as: 'seen' })).domains).toEqual(['globex.test']);
    expect(node.peers.byDomain('globex.example')).toBeUndefined();
    value(await node.peers.remove(globex.orgId));
    expect(node.peers.byDomain('globex.test')).toBeUndefined();
  });
});

test('the fixtures are what they seem: a first chain needs its own root key', () => {
  expect(firstChain(contentOf(), operational.sign).ok).toBe(false);
});
