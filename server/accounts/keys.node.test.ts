import * as opaque from '@serenity-kit/opaque';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeSignedCard } from '../../protocol/identity/card.ts';
import { decodeIdentity, verifyIdentity } from '../../protocol/identity/identity-chain.ts';
import type { AccountId } from '../../protocol/ids.ts';
import {
  personOf,
  signCard,
  succeeded,
  type TestPerson,
  testDevice,
  wasReset,
  withDevices,
  withNextUserKey,
} from '../../protocol/testing/cards.ts';
import { deviceOf, keyOf, orgOf } from '../../protocol/testing/orgs.ts';
import { type Fixture, HOME, openFixture, prove, redeemLink, register, value } from '../../test/fixtures/accounts.ts';
import { envelopesOf, newestCard, vaultOf } from '../../test/fixtures/keys.ts';
import type { NewKeys } from './keys.ts';

let node: Fixture;
beforeEach(async () => {
  node = await openFixture();
});
afterEach(() => node.end());

const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const quick = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } } as const;
const nothing: NewKeys = { card: null, vault: null, envelopes: null };

/** Keys of an account, of which device 1 is the first. */
async function keysOf(account: AccountId): Promise<{ person: TestPerson; keys: NewKeys }> {
  const person = personOf(HOME, 1, [1], account);
  const { identity } = person;
  return {
    person,
    keys: { card: newestCard(person), vault: await vaultOf(identity, 1), envelopes: await envelopesOf(identity) },
  };
}

/** Joins by a link with keys, on device 1; the password is the name. */
async function join(name: string): Promise<TestPerson> {
  const { token, accountId } = await node.links.makeJoin(null);
  const { person, keys } = await keysOf(accountId);
  const registrationRecord = await register(name, (request) => node.links.start(token, request), quick);
  const session = { label: 'first', device: deviceOf(1) };
  value(await node.links.finish(token, { registrationRecord, localName: name, session, keys }));
  return person;
}

const put = (person: TestPerson, keys: Partial<NewKeys>, device = 1, byToken = false) =>
  node.keys.put({ accountId: person.account, device: deviceOf(device) }, byToken, { ...nothing, ...keys });
const putCard = (person: TestPerson, device = 1) => put(person, { card: newestCard(person) }, device);

describe('joining with keys', () => {
  test('stores them, counter-signed, in the transaction that lets the person in', async () => {
    const ann = await join('ann');
    const { identity, vault, vaultVersion, envelopes } = node.keys.get(ann.account);
    expect(identity).toEqual(ann.chain);
    expect(value(verifyIdentity(identity as Uint8Array, HOME.op.key)).account).toBe(ann.account);
    expect(vault).toEqual(await vaultOf(ann.identity, 1));
    expect([vaultVersion, envelopes]).toEqual([1, await envelopesOf(ann.identity)]);
    expect(node.changes.filter(({ kind }) => kind === 'keys')).toMatchObject([{ isReset: false }]);
  });

  test('tells beforehand whose keys they will be, and whether there are some', async () => {
    const { token, accountId } = await node.links.makeJoin(null);
    const { registrationRequest } = opaque.client.startRegistration({ password: 'x' });
    const started = await node.links.start(token, registrationRequest);
    expect(value(started)).toMatchObject({ org: HOME.orgId, account: accountId, hasKeys: false });
    const ann = await join('ann');
    const reset = value(await node.links.makeFor(ann.account, null));
    expect(value(await node.links.start(reset.token, registrationRequest))).toMatchObject({
      account: ann.account,
      hasKeys: true,
    });
  });

  test('makes no account where the keys are refused', async () => {
    const { token, accountId } = await node.links.makeJoin(null);
    const other = personOf(HOME, 2, [1]);
    const { keys } = await keysOf(accountId);
    const registrationRecord = await register('ann', (request) => node.links.start(token, request), quick);
    const finish = (card: Uint8Array, device = 1) =>
      node.links.finish(token, {
        registrationRecord,
        localName: 'ann',
        session: { label: '', device: deviceOf(device) },
        keys: { ...keys, card },
      });
    expect(await finish(newestCard(other))).toEqual(refused('bad_card'));
    expect(await finish(newestCard(personOf(orgOf(2), 1, [1], accountId)))).toEqual(refused('bad_card'));
    expect(await finish(keys.card as Uint8Array, 2)).toEqual(refused('bad_device'));
    expect(node.accounts.byId(accountId)).toBeUndefined();
    expect((await finish(keys.card as Uint8Array)).ok).toBe(true);
  });
});

describe('SEAL 2.4: the next card', () => {
  test('adds devices and user keys, and is told to others once', async () => {
    const ann = await join('ann');
    const two = withDevices(ann, [1, 2]);
    expect(value(await putCard(two, 2)).identity).toEqual(two.chain);
    expect(value(await putCard(two, 2)).identity).toEqual(two.chain);
    const later = withNextUserKey(two, [testDevice(2)]);
    value(await putCard(later, 2));
    expect(node.keys.identity(ann.account)).toEqual(later.chain);
    expect(node.changes.filter(({ kind }) => kind === 'keys')).toHaveLength(3);
  });

  test('is counter-signed by the node alone, whatever it brings, and an update is not', async () => {
    const ann = await join('ann');
    const two = withDevices(ann, [1, 2]);
    const signed = value(decodeIdentity(two.chain)).at(-1);
    if (!signed) throw new Error('no card');
    const counter = keyOf(66).sign(signed.bytes);
    value(await put(ann, { card: encodeSignedCard({ ...signed, counter }) }));
    expect(node.keys.identity(ann.account)).toEqual(two.chain);
  });

  test('an update may leave out the device that brings it: it signs itself out', async () => {
    const both = withDevices(await join('ann'), [1, 2]);
    value(await putCard(both));
    expect((await putCard(withDevices(both, [2]), 1)).ok).toBe(true);
  });

  test('is refused when it is not newer, or follows another', async () => {
    const ann = await join('ann');
    const [two, three] = [withDevices(ann, [1, 2]), withDevices(ann, [1, 3])];
    value(await putCard(two));
    expect(await putCard(three)).toEqual(refused('card_older'));
    expect(await putCard(ann)).toEqual(refused('bad_card'));
    const stranger = personOf(HOME, 9, [1], ann.account);
    expect(await putCard(stranger)).toEqual(refused('bad_card'));
    expect(await putCard(withDevices(stranger, [1, 4]))).toEqual(refused('bad_card'));
    expect(node.keys.identity(ann.account)).toEqual(two.chain);
  });

  test('with a new identity key is told as a reset unless the old one vouches for it', async () => {
    const ann = await join('ann');
    const other = succeeded(ann);
    value(await putCard(other));
    expect(node.changes.at(-1)).toMatchObject({ kind: 'keys', isReset: false });
    expect(node.keys.reset()).toEqual([]);
    const again = wasReset(other, 7);
    expect(await putCard(again, 1)).toEqual(refused('bad_device'));
    expect(value(await putCard(again, 7)).identity).toEqual(again.chain);
    expect(node.changes.at(-1)).toMatchObject({ kind: 'keys', accountId: ann.account, isReset: true });
    expect(node.keys.reset()).toEqual([{ accountId: ann.account, identity: again.chain }]);
  });

  test('of a token names the device of the token', async () => {
    const bot = value(await node.accounts.createBot({ localName: 'robot' }));
    const { info } = value(await node.tokens.addForBot(bot.accountId, 'robot', ['read', 'write']));
    const holder = { accountId: bot.accountId, device: info.device };
    const other = personOf(HOME, 5, [1], bot.accountId);
    expect(await node.keys.put(holder, true, { ...nothing, card: newestCard(other) })).toEqual(refused('bad_device'));
    value(await put(other, { card: newestCard(other) }, 1, true));
    const more = { ...nothing, card: newestCard(withDevices(other, [1, 2])) };
    expect(await node.keys.put(holder, true, more)).toEqual(refused('bad_device'));
  });
});

describe('SEAL 3.1: the vault', () => {
  test('is replaced by its next version alone', async () => {
    const ann = await join('ann');
    const second = await vaultOf(ann.identity, 2);
    for (const version of [0, 1, 3])
      expect(await put(ann, { vault: await vaultOf(ann.identity, version) })).toEqual(refused('vault_conflict'));
    value(await put(ann, { vault: second }));
    expect(node.keys.get(ann.account)).toMatchObject({ vault: second, vaultVersion: 2 });
    expect(node.keys.get(ann.account).envelopes).toEqual(await envelopesOf(ann.identity));
    expect(await put(ann, { vault: second })).toEqual(refused('vault_conflict'));
  });

  test('is refused with its card, and the card with it', async () => {
    const ann = await join('ann');
    const two = withDevices(ann, [1, 2]);
    const card = newestCard(two);
    expect(await put(ann, { card, vault: await vaultOf(ann.identity, 1) })).toEqual(refused('vault_conflict'));
    expect(await put(ann, { card: newestCard(ann), vault: await vaultOf(ann.identity, 2) })).toEqual(
      refused('bad_card'),
    );
    expect(node.keys.get(ann.account)).toMatchObject({ identity: ann.chain, vaultVersion: 1 });
  });

  test('of another account, or that nothing opens, is refused', async () => {
    const ann = await join('ann');
    const bot = value(await node.accounts.createBot({ localName: 'robot' }));
    const other = { org: HOME.orgId, account: bot.accountId };
    const [envelope] = await envelopesOf(ann.identity);
    if (!envelope) throw new Error('no envelope');
    expect(await put(ann, { vault: await vaultOf(other, 2) })).toEqual(refused('bad_input'));
    expect(await put(ann, { vault: Uint8Array.of(1) })).toEqual(refused('malformed'));
    expect(await put(ann, { envelopes: [envelope] })).toEqual(refused('bad_input'));
    const vault = await vaultOf(ann.identity, 2);
    for (const envelopes of [[], [envelope, envelope], Array.from({ length: 17 }, () => envelope)])
      expect(await put(ann, { vault, envelopes })).toEqual(refused('bad_input'));
    const holder = { accountId: bot.accountId, device: deviceOf(1) };
    const bare = { ...nothing, vault: await vaultOf(other, 1) };
    expect(await node.keys.put(holder, true, bare)).toEqual(refused('bad_input'));
  });
});

describe('SEAL 3.4: a new password', () => {
  async function change(
    ann: TestPerson,
    vault: { vault: Uint8Array; envelopes: NonNullable<NewKeys['envelopes']> } | null,
  ) {
    const proof = value(await prove(node, 'ann', 'ann'));
    if (!proof) throw new Error('the client did not take the password');
    const registrationRecord = await register('new', (request) => node.login.startChange(ann.account, request), quick);
    return node.login.finishChange(ann.account, proof, { registrationRecord, vault });
  }

  test('goes with the vault that it opens, in one transaction', async () => {
    const ann = await join('ann');
    const envelopes = await envelopesOf(ann.identity, 2);
    expect(await change(ann, null)).toEqual(refused('bad_input'));
    expect(await change(ann, { vault: await vaultOf(ann.identity, 1), envelopes })).toEqual(refused('vault_conflict'));
    expect((await node.logIn('ann', 'new')).ok).toBe(false);
    const vault = await vaultOf(ann.identity, 2);
    value(await change(ann, { vault, envelopes }));
    expect(node.keys.get(ann.account)).toMatchObject({ vault, envelopes, vaultVersion: 2 });
    expect((await node.logIn('ann', 'new')).ok).toBe(true);
    expect((await node.logIn('ann', 'ann')).ok).toBe(false);
  });

  test('of an account without a vault brings none', async () => {
    const { account } = await node.person('ann');
    const holder = { org: HOME.orgId, account: account.accountId };
    const person = personOf(HOME, 1, [1], account.accountId);
    const vault = { vault: await vaultOf(holder, 1), envelopes: await envelopesOf(holder) };
    expect(await change(person, vault)).toEqual(refused('bad_input'));
    expect((await change(person, null)).ok).toBe(true);
  });
});

describe('an administrator who resets the password and signs in as the account', () => {
  async function breakIn(ann: TestPerson): Promise<void> {
    const { token } = value(await node.links.makeFor(ann.account, null));
    value(await redeemLink(node, token, 'mine'));
  }

  test('gets bytes that nothing of the node opens, and cannot give the account keys at the same time', async () => {
    const ann = await join('ann');
    const { token } = value(await node.links.makeFor(ann.account, null));
    const { keys } = await keysOf(ann.account);
    const registrationRecord = await register('mine', (request) => node.links.start(token, request), quick);
    const session = { label: '', device: deviceOf(1) };
    expect(await node.links.finish(token, { registrationRecord, session, keys })).toEqual(refused('bad_input'));
    await breakIn(ann);
    expect(node.keys.get(ann.account).envelopes).toEqual(await envelopesOf(ann.identity));
  });

  test('adds no device: the card needs the identity key', async () => {
    const ann = await join('ann');
    await breakIn(ann);
    const forged = withDevices(ann, [1, 66]);
    const card = signCard(HOME, cardBytesOf(forged), 'update', keyOf(66));
    expect(await put(ann, { card: encodeSignedCard(card) }, 66)).toEqual(refused('bad_signature'));
    const byNode = signCard(HOME, cardBytesOf(forged), 'update', HOME.op);
    expect(await put(ann, { card: encodeSignedCard(byNode) }, 66)).toEqual(refused('bad_signature'));
    expect(node.keys.identity(ann.account)).toEqual(ann.chain);
  });

  test('brings no new key by succession, and by reset only as a reset', async () => {
    const ann = await join('ann');
    await breakIn(ann);
    const mine = succeeded(ann);
    const card = signCard(HOME, cardBytesOf(mine), 'succeed', mine.uik, keyOf(66));
    expect(await put(ann, { card: encodeSignedCard(card) }, 1)).toEqual(refused('bad_signature'));
    const reset = wasReset(ann, 66);
    value(await put(ann, { card: newestCard(reset) }, 66));
    expect(node.changes.at(-1)).toMatchObject({ kind: 'keys', isReset: true });
    // The owner's own key makes no card that hides it.
    expect(await putCard(withDevices(withDevices(ann, [1]), [1, 2]), 1)).toEqual(refused('bad_card'));
  });

  test('puts no older vault in place of the newest', async () => {
    const ann = await join('ann');
    value(await put(ann, { vault: await vaultOf(ann.identity, 2) }));
    await breakIn(ann);
    expect(await put(ann, { vault: await vaultOf(ann.identity, 1) }, 66)).toEqual(refused('vault_conflict'));
  });
});

function cardBytesOf({ chain }: TestPerson): Uint8Array {
  return value(decodeIdentity(chain)).at(-1)?.bytes as Uint8Array;
}
