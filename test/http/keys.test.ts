// Keys over HTTP: joining with them, reading and writing them, a new password, devices, and what others may know.
import * as opaque from '@serenity-kit/opaque';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallOf, ReplyOf } from '../../protocol/api/contract.ts';
import { KEY_STRETCHING } from '../../protocol/api/opaque.ts';
import { composeCard, encodeIdentity } from '../../protocol/identity/identity-chain.ts';
import type { DeviceId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type TestPerson as Keys, personOf, signCard, wasReset, withDevices } from '../../protocol/testing/cards.ts';
import { accountOf, deviceOf, idOf, type TestOrg } from '../../protocol/testing/orgs.ts';
import { envelopesOf, newestCard, vaultOf } from '../fixtures/keys.ts';
import { befriend, reply, startNode, type TestNode, value } from '../nodes.ts';

type KeysBody = NonNullable<CallOf<'POST /api/v1/join/finish'>['body']['keys']>;

let acme: TestNode;
beforeAll(async () => {
  acme = await startNode();
});
afterAll(() => acme.end());

const base64 = (bytes: Uint8Array) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true });

interface Given {
  readonly status: number;
  readonly cookie: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes.
  readonly body: any;
}

/** As a browser asks: with its cookie. */
async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Given> {
  const response = await fetch(`${acme.address}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', origin: acme.address, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const [cookie = ''] = response.headers.get('set-cookie')?.split(';') ?? [];
  return { status: response.status, cookie, body: await response.json() };
}

function orgOf({ node }: TestNode): TestOrg {
  const { orgId, signer, chainBytes } = node.core.organisation;
  const op = { key: signer.publicKey, sign: signer.sign };
  return { orgId, chain: chainBytes(), root: op, op, signed: (_, bytes) => ({ bytes, signature: bytes }) };
}

async function envelopesJson(keys: Keys, number = 1): Promise<KeysBody['envelopes']> {
  const made = await envelopesOf(keys.identity, number);
  return made.map(({ kind, id, sealed }) => ({ kind, id: base64(id), sealed: base64(sealed) }));
}

async function firstKeys(keys: Keys): Promise<KeysBody> {
  return {
    card: base64(newestCard(keys)),
    vault: base64(await vaultOf(keys.identity, 1)),
    envelopes: await envelopesJson(keys),
  };
}

/** Registers and joins by a link, on device 1; keys are made from what the first step says. */
async function join(name: string, password: string): Promise<{ keys: Keys; cookie: string }> {
  const { token } = await acme.node.core.accounts.links.makeJoin(null);
  await opaque.ready;
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const started = await ask('POST', '/join/start', { token, name, registrationRequest });
  const { registrationResponse, org, account, keys: hasKeys } = started.body as ReplyOf<'POST /api/v1/join/start'>;
  expect([org, hasKeys]).toEqual([orgOf(acme).orgId, false]);
  const keys = personOf(orgOf(acme), 1, [1], account);
  const { registrationRecord } = opaque.client.finishRegistration({
    ...{ password, clientRegistrationState, registrationResponse },
    keyStretching: KEY_STRETCHING,
  });
  const finished = await ask('POST', '/join/finish', {
    ...{ token, name, displayName: '', registrationRecord, label: 'browser' },
    device: deviceOf(1),
    keys: await firstKeys(keys),
  });
  expect(finished.body.me).toMatchObject({ account, device: deviceOf(1) });
  return { keys, cookie: finished.cookie };
}

/** First half of a log-in or of a new password: what the client sends second. */
function proofOf(password: string, clientLoginState: string, loginResponse: string): string {
  const finished = opaque.client.finishLogin({
    ...{ password, clientLoginState, loginResponse },
    keyStretching: KEY_STRETCHING,
  });
  if (!finished) throw new Error('the client did not take the password');
  return finished.finishLoginRequest;
}

async function logIn(name: string, password: string, device: number): Promise<Given> {
  const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
  const { body } = await ask('POST', '/session/start', { name, startLoginRequest });
  const finishLoginRequest = proofOf(password, clientLoginState, body.loginResponse);
  const proof = { attempt: body.attempt, finishLoginRequest, label: 'other', device: deviceOf(device) };
  return ask('POST', '/session/finish', proof);
}

describe('a person who joins in a browser', () => {
  let ann: Keys;
  let cookie: string;
  beforeAll(async () => {
    ({ keys: ann, cookie } = await join('ann', 'correct horse'));
  });

  test('has keys from the first moment, counter-signed', async () => {
    const { body } = await ask('GET', '/me/keys', undefined, { cookie });
    expect(body).toEqual({
      identity: base64(ann.chain),
      vault: base64(await vaultOf(ann.identity, 1)),
      envelopes: await envelopesJson(ann),
    });
  });

  test('signs in elsewhere with a device of its own, which another cannot be', async () => {
    expect((await logIn('ann', 'correct horse', 1)).body.code).toBe('bad_device');
    const other = await logIn('ann', 'correct horse', 2);
    expect(other.body.me.device).toBe(deviceOf(2));
    const { body } = await ask('GET', '/sessions', undefined, { cookie: other.cookie });
    const { sessions } = body as ReplyOf<'GET /api/v1/sessions'>;
    expect(sessions.map(({ device, current }) => [device, current]).sort()).toEqual([
      [deviceOf(1), false],
      [deviceOf(2), true],
    ]);
  });

  test('adds a device with a card, and is refused what does not follow', async () => {
    const two = withDevices(ann, [1, 2]);
    const put = (body: object) => ask('PUT', '/me/keys', body, { cookie });
    const added = await put({ card: base64(newestCard(two)) });
    expect(added.body).toEqual({ identity: base64(two.chain) });
    expect((await put({ card: base64(newestCard(withDevices(ann, [1, 3]))) })).body.code).toBe('card_older');
    expect((await put({ vault: base64(await vaultOf(ann.identity, 5)) })).body).toMatchObject({
      code: 'vault_conflict',
    });
    expect((await put({ card: 'AAAA' })).body.code).toBe('malformed');
    expect((await put({ card: '!' })).body).toMatchObject({ code: 'bad_input' });
    const [envelope] = await envelopesJson(ann);
    const short = { ...envelope, sealed: 'AAAA' };
    const vault = base64(await vaultOf(ann.identity, 2));
    expect((await put({ vault, envelopes: [short] })).body.code).toBe('malformed');
  });

  test('may bring a vault of the largest size, and no larger one', async () => {
    const put = (body: object) => ask('PUT', '/me/keys', body, { cookie });
    const largest = 'A'.repeat(Math.floor((LIMITS.vaultBytes * 4) / 3));
    expect((await put({ vault: largest })).body.code).toBe('malformed');
    expect((await put({ vault: `${largest}AAAA` })).body.code).toBe('bad_input');
    expect((await put({ vault: 'A'.repeat(2 * LIMITS.vaultBytes) })).body.code).toBe('too_big');
  });

  test('a new password takes the old one and the vault that it opens; other places are signed out', async () => {
    const other = await logIn('ann', 'correct horse', 3);
    const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password: 'correct horse' });
    const password = 'battery staple';
    const registering = opaque.client.startRegistration({ password });
    const { registrationRequest } = registering;
    const started = await ask('POST', '/me/password/start', { startLoginRequest, registrationRequest }, { cookie });
    const { attempt, loginResponse, registrationResponse } = started.body as ReplyOf<'POST /api/v1/me/password/start'>;
    const { registrationRecord } = opaque.client.finishRegistration({
      ...{ password, registrationResponse, keyStretching: KEY_STRETCHING },
      clientRegistrationState: registering.clientRegistrationState,
    });
    const change = {
      ...{ attempt, registrationRecord, finishLoginRequest: proofOf('correct horse', clientLoginState, loginResponse) },
      vault: base64(await vaultOf(ann.identity, 2)),
      envelopes: await envelopesJson(ann, 2),
    };
    expect((await ask('POST', '/me/password/finish', change, { cookie })).body).toEqual({});
    expect((await ask('POST', '/me/password/finish', change, { cookie })).body.code).toBe('bad_login');
    expect((await ask('GET', '/session', undefined, { cookie: other.cookie })).body.code).toBe('not_signed_in');
    const { body } = await ask('GET', '/me/keys', undefined, { cookie });
    expect(body).toMatchObject({ vault: change.vault, envelopes: change.envelopes });
    expect((await logIn('ann', password, 4)).status).toBe(200);
  });

  test('a reset link gives bytes that nothing opens: no key, no device, no older vault', async () => {
    const { account } = ann;
    const before = acme.node.core.accounts.keys.get(account);
    const { token } = value(await acme.node.core.accounts.links.makeFor(account, null));
    const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password: 'mine' });
    const { body } = await ask('POST', '/join/start', { token, name: 'ann', registrationRequest });
    expect(body.keys).toBe(true);
    const { registrationRecord } = opaque.client.finishRegistration({
      ...{ password: 'mine', clientRegistrationState, registrationResponse: body.registrationResponse },
      keyStretching: KEY_STRETCHING,
    });
    const finish = (keys: KeysBody | null) =>
      ask('POST', '/join/finish', {
        ...{ token, name: 'ann', displayName: '', registrationRecord, label: '' },
        ...{ device: deviceOf(66), keys },
      });
    const mine = personOf(orgOf(acme), 66, [66], account);
    expect((await finish(await firstKeys(mine))).body.code).toBe('bad_input');
    const admin = await finish(null);
    expect(admin.body.me.device).toBe(deviceOf(66));
    const put = (change: object) => ask('PUT', '/me/keys', change, { cookie: admin.cookie });
    expect((await put({ card: base64(newestCard(mine)) })).body.code).toBe('bad_card');
    expect((await put({ vault: base64(await vaultOf(ann.identity, 1)) })).body.code).toBe('vault_conflict');
    expect(acme.node.core.accounts.keys.get(account)).toEqual(before);
    const reset = wasReset(withDevices(withDevices(ann, [1, 2]), [1]), 66);
    expect((await put({ card: base64(newestCard(reset)) })).status).toBe(200);
    await expect.poll(() => acme.logged.join('\n')).toContain('account.keys_reset');
  });
});

/** The first card of a person, with that device in place of its own. */
function ofDevice(person: Keys, device: DeviceId): Keys {
  const [first] = person.identity.devices;
  if (!first) throw new Error('no device');
  const made = composeCard(person.identity, null, {
    ...{ change: 'enrol', uik: person.uik.key, ukGen: 1, uk: person.identity.uk, issuedAt: 1 },
    devices: [{ ...first, device }],
  });
  return { ...person, chain: encodeIdentity([signCard(person.org, made, 'enrol', person.uik)]) };
}

describe('a program', () => {
  test('that is a bot brings a card that names the device of its token', async () => {
    const { accounts, tokens } = acme.node.core.accounts;
    const bot = value(await accounts.createBot({ localName: 'robot' }));
    const { info, token } = value(await tokens.addForBot(bot.accountId, 'robot', ['read', 'write']));
    const headers = { authorization: `Bearer ${token}` };
    const made = personOf(orgOf(acme), 7, [7], bot.accountId);
    const own = ofDevice(made, info.device);
    expect((await ask('PUT', '/me/keys', { card: base64(newestCard(made)) }, headers)).body.code).toBe('bad_device');
    const put = await ask('PUT', '/me/keys', { card: base64(newestCard(own)) }, headers);
    expect(put.body).toEqual({ identity: base64(own.chain) });
  });

  test('with a token to read alone changes no keys, and with none sets no password', async () => {
    const carl = await acme.person('carl');
    const { tokens } = acme.node.core.accounts;
    const { token } = value(await tokens.add(carl.account.accountId, 'reader', ['read']));
    const reader = { authorization: `Bearer ${token}` };
    const writer = { authorization: `Bearer ${carl.token}` };
    expect((await ask('GET', '/me/keys', undefined, reader)).body).toEqual({
      identity: null,
      vault: null,
      envelopes: [],
    });
    expect((await ask('PUT', '/me/keys', {}, reader)).body.code).toBe('scope_missing');
    const start = { startLoginRequest: 'AAAA', registrationRequest: 'AAAA' };
    expect((await ask('POST', '/me/password/start', start, writer)).body.code).toBe('scope_missing');
  });
});

describe('identities', () => {
  test('of co-workers and of partners are found by their ids; the others are left out', async () => {
    const globex = await startNode({ name: 'globex' });
    try {
      await befriend(acme, globex);
      const [dora, bob] = [await acme.person('dora'), await globex.person('bob')];
      const keys = personOf(orgOf(globex), 5, [5], bob.account.accountId);
      const holder = { accountId: bob.account.accountId, device: deviceOf(5) };
      const bare = { card: newestCard(keys), vault: null, envelopes: null };
      value(await globex.node.core.accounts.keys.put(holder, false, bare));
      const { keys: emma } = await join('emma', 'correct horse');
      const theirs = { org: orgOf(globex).orgId, account: keys.account };
      const members = [
        theirs,
        { org: orgOf(acme).orgId, account: emma.account },
        { org: orgOf(acme).orgId, account: dora.account.accountId },
        { org: orgOf(globex).orgId, account: accountOf(99) },
        { org: idOf('org', 9), account: accountOf(9) },
      ];
      const asked = await reply(dora.call('POST /api/v1/people/identities', { body: { members } }));
      expect(asked.identities).toEqual([
        { org: orgOf(acme).orgId, account: emma.account, chain: base64(emma.chain) },
        { ...theirs, chain: base64(keys.chain) },
      ]);
      // Whom one may not ask is as silent as whoever was never heard of.
      expect(asked.unanswered).toEqual([{ org: idOf('org', 9) }]);
      value(await acme.node.core.accounts.accounts.setMayBringOutsiders(dora.account.accountId, false));
      const fewer = await reply(dora.call('POST /api/v1/people/identities', { body: { members: [theirs] } }));
      expect(fewer).toEqual({ identities: [], unanswered: [] });
      const many = Array.from({ length: LIMITS.identitiesPerCall + 1 }, () => theirs);
      expect(await dora.call('POST /api/v1/people/identities', { body: { members: many } })).toMatchObject({
        refusal: { code: 'bad_input' },
      });
    } finally {
      await globex.end();
    }
  });
});
