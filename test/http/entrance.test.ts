// Who gets in: cookies, tokens, origins, host names, rates; and what every answer carries.
import { request } from 'node:http';
import * as opaque from '@serenity-kit/opaque';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY_STRETCHING } from '../../protocol/api/opaque.ts';
import { startNode, type TestNode, type TestPerson, value } from '../nodes.ts';

let acme: TestNode;
let ann: TestPerson;
let host: string;

beforeAll(async () => {
  acme = await startNode();
  ann = await acme.person('ann', { administrator: true });
  host = new URL(acme.address).host;
});
afterAll(() => acme.end());

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
interface Given {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly body: { code?: string; detail?: string; me?: { name: string } };
}

/** `fetch` would not let a test choose `Host` and `Origin`. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Given> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(acme.address + path, { method, headers: { host, ...type, ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const isJson = response.headers['content-type']?.startsWith('application/json');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: isJson ? JSON.parse(text) : {},
        });
      });
    });
    sent.on('error', reject);
    sent.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  });
}

const cookie = () => ({ cookie: `conclave=${ann.sessionToken}` });
const bearer = () => ({ authorization: `Bearer ${ann.token}` });
const rename = (headers: Record<string, string>) =>
  ask('/api/v1/me', { method: 'PATCH', headers, body: { displayName: 'Ann' } });

describe('the session cookie', () => {
  test('is set by a log-in with the password, for this host and this site alone', async () => {
    const origin = { origin: `http://${host}` };
    await opaque.ready;
    const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password: 'correct horse' });
    const registered = await registerOverHttp('bert', 'correct horse');
    expect(registered.headers['set-cookie']?.[0]).toMatch(
      /^conclave=\w+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const started = JSON.parse(
      (
        await ask('/api/v1/session/start', {
          method: 'POST',
          headers: origin,
          body: { name: 'Bert@acme.localhost', startLoginRequest },
        })
      ).text,
    );
    const finished = opaque.client.finishLogin({
      ...{ password: 'correct horse', clientLoginState, loginResponse: started.loginResponse },
      keyStretching: KEY_STRETCHING,
    });
    const body = { attempt: started.attempt, finishLoginRequest: finished?.finishLoginRequest, label: 'test' };
    const entered = await ask('/api/v1/session/finish', { method: 'POST', headers: origin, body });
    const [pair = ''] = entered.headers['set-cookie']?.[0]?.split(';') ?? [];
    expect((await ask('/api/v1/session', { headers: { cookie: `other=1; ${pair}` } })).body.me?.name).toBe('Bert');
    const left = await ask('/api/v1/session', { method: 'DELETE', headers: { cookie: pair, ...origin } });
    expect(left.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    expect((await ask('/api/v1/session', { headers: { cookie: pair } })).body.code).toBe('not_signed_in');
  });

  test('changes nothing for another site, nor where the browser does not say which', async () => {
    expect((await rename(cookie())).body.code).toBe('wrong_origin');
    for (const origin of ['https://evil.example', 'null', 'http://acme.localhost:1'])
      expect((await rename({ ...cookie(), origin })).body.code).toBe('wrong_origin');
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await rename({ ...cookie(), 'sec-fetch-site': site })).body.code).toBe('wrong_origin');
    expect((await rename({ ...cookie(), origin: `http://${host}` })).status).toBe(200);
    expect((await rename({ ...cookie(), origin: acme.node.url })).status).toBe(200);
    expect((await rename({ ...cookie(), 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  async function registerOverHttp(name: string, password: string): Promise<Given> {
    const { token } = await acme.node.core.accounts.links.makeJoin(null);
    const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
    const post = (path: string, body: unknown) => ask(path, { method: 'POST', body });
    const looked = await post('/api/v1/join/look', { token });
    expect(JSON.parse(looked.text)).toEqual({
      kind: 'join',
      organisation: 'acme',
      domain: 'acme.localhost',
      name: null,
    });
    const { registrationResponse } = JSON.parse(
      (await post('/api/v1/join/start', { token, name, registrationRequest })).text,
    );
    const { registrationRecord } = opaque.client.finishRegistration({
      ...{ password, clientRegistrationState, registrationResponse },
      keyStretching: KEY_STRETCHING,
    });
    return post('/api/v1/join/finish', { token, name, displayName: 'Bert', registrationRecord, label: 'test' });
  }
});

describe('a token', () => {
  test('does what its scopes say and nothing more', async () => {
    const { token } = value(await acme.node.core.accounts.tokens.add(ann.account.accountId, 'reader', ['read']));
    const reader = { authorization: `Bearer ${token}` };
    expect((await ask('/api/v1/chats', { headers: reader })).status).toBe(200);
    expect((await rename(reader)).body.code).toBe('scope_missing');
    expect((await ask('/api/v1/admin/status', { headers: reader })).body.code).toBe('scope_missing');
    expect((await ask('/api/v1/sessions', { method: 'DELETE', headers: reader })).body.code).toBe('scope_missing');
  });

  test('of somebody who does not administer opens no row of administrators', async () => {
    const carl = await acme.person('carl');
    const answered = await ask('/api/v1/admin/accounts', { headers: { authorization: `Bearer ${carl.token}` } });
    expect(answered.body.code).toBe('scope_missing');
    const bySession = await ask('/api/v1/admin/accounts', { headers: { cookie: `conclave=${carl.sessionToken}` } });
    expect(bySession.body.code).toBe('not_administrator');
  });
});

test('another host name is refused, so that no page can rebind its own to this node', async () => {
  for (const other of ['evil.example', 'acme.localhost.evil.example', '192.0.2.1'])
    expect((await ask('/api/v1/node', { headers: { host: other } })).status, other).toBe(421);
  for (const own of ['localhost', '127.0.0.1:1', '[::1]:8440', 'acme.localhost', 'ACME.localhost'])
    expect((await ask('/api/v1/node', { headers: { host: own } })).status, own).toBe(200);
  expect((await ask('/healthz', { headers: { host: '192.0.2.1' } })).status).toBe(200);
});

test('every answer has the headers that keep a page to itself', async () => {
  for (const path of ['/', '/api/v1/node', '/api/v1/chats', '/nothing', '/openapi.json', '/.well-known/conclave']) {
    const { headers } = await ask(path);
    expect(headers['content-security-policy'], path).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|https:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('input that is not as the contract says is refused with the field’s name, before it is read whole', async () => {
  const headers = bearer();
  const patch = (body: unknown, more: Record<string, string> = {}) =>
    ask('/api/v1/me', { method: 'PATCH', headers: { ...headers, ...more }, body });
  expect((await patch({ displayName: 1 })).body).toMatchObject({
    code: 'bad_input',
    detail: expect.stringContaining('body.displayName'),
  });
  expect((await patch('{')).body.code).toBe('malformed');
  expect((await patch('{}', { 'content-type': 'text/plain' })).body.code).toBe('bad_input');
  expect((await patch({ displayName: 'x'.repeat(700_000) })).body.code).toBe('too_big');
  expect((await patch('{}', { 'transfer-encoding': 'chunked' })).body.code).toBe('bad_input');
  expect((await ask('/api/v1/chats/chat_x', { headers })).body).toMatchObject({ code: 'bad_input' });
  const stranger = { method: 'POST', body: { token: 'x'.repeat(20_000) } };
  expect((await ask('/api/v1/join/look', stranger)).body.code).toBe('too_big');
});

test('what is not there is one answer, whatever the path', async () => {
  for (const path of ['/api/v1/nothing', '/nothing', '/../../etc/passwd', '/%2e%2e/package.json', '/api/v1/admin'])
    expect((await ask(path)).body.code, path).toBe('not_found');
  expect((await ask('/api/v1/node', { method: 'DELETE' })).body.code).toBe('not_found');
});

test('the record is served for look-ups by other organisations', async () => {
  const response = await fetch(`${acme.address}/.well-known/conclave`);
  expect(response.headers.get('content-type')).toBe('application/cbor');
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(acme.node.core.organisation.chainBytes());
});

describe('rates', () => {
  test('hold back an address that is not signed in, and an account by itself', async () => {
    const slow = await startNode({ name: 'slow', env: { CONCLAVE_LIMITS_REQUESTS_PER_MINUTE: '3' } });
    try {
      const dora = await slow.person('dora');
      const node = () => fetch(`${slow.address}/api/v1/node`);
      for (let at = 0; at < 3; at += 1) expect((await node()).status).toBe(200);
      const refused = await node();
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const session = () => dora.call('GET /api/v1/session', {});
      for (let at = 0; at < 2; at += 1) expect((await session()).ok).toBe(true);
      expect(await session()).toMatchObject({ ok: false, refusal: { code: 'rate_limited' } });
    } finally {
      await slow.end();
    }
  });

  test('of log-ins are counted by themselves', async () => {
    const guess = () => ask('/api/v1/join/look', { method: 'POST', body: { token: 'wrong' } });
    const codes = new Set<string | undefined>();
    // What is spent comes back while they ask: so many at once that it cannot keep up.
    while (!codes.has('rate_limited')) {
      for (const { body } of await Promise.all(Array.from({ length: 100 }, guess))) codes.add(body.code);
    }
    expect(codes).toEqual(new Set(['bad_invitation', 'rate_limited']));
    expect((await ask('/api/v1/node')).status).toBe(200);
  });
});
