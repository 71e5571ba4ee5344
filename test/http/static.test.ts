// The web client's files, HTTPS, and a proxy in front.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientAddress } from '../../server/http/address.ts';
import { startNode, type TestNode } from '../nodes.ts';

const webFolder = mkdtempSync(join(tmpdir(), 'conclave-web-'));
const script = 'export const words = 1;\n'.repeat(200);
let acme: TestNode;

beforeAll(async () => {
  mkdirSync(join(webFolder, 'assets'));
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>Conclave</title>');
  writeFileSync(join(webFolder, '.inputs'), 'secret');
  writeFileSync(join(webFolder, 'icon.svg'), '<svg/>');
  writeFileSync(join(webFolder, 'assets', 'main-BxZ3k_9a.js'), script);
  writeFileSync(join(webFolder, 'assets', 'main-BxZ3k_9a.js.br'), 'as brotli');
  acme = await startNode({ webFolder });
});
afterAll(async () => {
  await acme.end();
  rmSync(webFolder, { recursive: true });
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(acme.address + path, { headers: { 'accept-encoding': 'identity', ...headers } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('the page is asked for every time, and what has a hash in its name is kept for ever', async () => {
  const page = await get('/');
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Conclave') });
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const asset = await get('/assets/main-BxZ3k_9a.js');
  expect(asset.text).toBe(script);
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await get('/icon.svg')).headers.get('cache-control')).toBe('no-cache');
  const again = await get('/', { 'if-none-match': page.headers.get('etag') ?? '' });
  expect(again).toMatchObject({ status: 304, text: '' });
});

test('what a browser can unpack is sent packed', async () => {
  const packed = await fetch(`${acme.address}/assets/main-BxZ3k_9a.js`, { headers: { 'accept-encoding': 'gzip' } });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(await packed.text()).toBe(script);
  const raw = await rawBody('/assets/main-BxZ3k_9a.js', 'br, gzip');
  expect(raw).toBe('as brotli');
});

async function rawBody(path: string, coding: string): Promise<string> {
  const { request: plain } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = plain(acme.address + path, { headers: { 'accept-encoding': coding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve((response.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('nothing beside the built files is served', async () => {
  for (const path of [
    '/.inputs',
    '/assets',
    '/assets/',
    '/index.htm',
    '/assets/../.inputs',
    '/%2e%2e/%2e%2e/etc/passwd',
  ])
    expect((await get(path)).status, path).toBe(404);
});

test('over HTTPS the cookie is bound to the host, and browsers are told to stay with it', async () => {
  const file = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const env = { CONCLAVE_WEB_TLS_CERT: file('tls-cert.pem'), CONCLAVE_WEB_TLS_KEY: file('tls-key.pem') };
  const secure = await startNode({ name: 'secure', domain: 'secure.example', env });
  try {
    const dora = await person(secure);
    const options = {
      rejectUnauthorized: false,
      headers: { host: 'secure.example', cookie: `__Host-conclave=${dora}` },
    };
    const answered = await new Promise<{ status: number; hsts: string }>((resolve, reject) => {
      const sent = request(`${secure.address}/api/v1/session`, options, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, hsts: String(response.headers['strict-transport-security']) });
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(answered).toEqual({ status: 200, hsts: 'max-age=31536000' });
  } finally {
    await secure.end();
  }
});

/** Without asking over HTTP, as this certificate is nobody's. */
async function person({ node }: TestNode): Promise<string> {
  const { redeemLink, value } = await import('../fixtures/accounts.ts');
  const { accounts } = node.core;
  const { token } = await accounts.links.makeJoin(null);
  return value(await redeemLink(accounts, token, 'dora', { localName: 'dora' })).token;
}

test('behind proxies that are trusted the address is the one they were asked from, and nobody else can say one', () => {
  const trusted = ['127.0.0.1', '10.0.0.0/8'];
  expect(clientAddress('::ffff:127.0.0.1', '203.0.113.9', trusted)).toBe('203.0.113.9');
  expect(clientAddress('127.0.0.1', '198.51.100.1, 203.0.113.9, 10.1.2.3', trusted)).toBe('203.0.113.9');
  expect(clientAddress('127.0.0.1', undefined, trusted)).toBe('127.0.0.1');
  expect(clientAddress('127.0.0.1', 'nonsense', trusted)).toBe('127.0.0.1');
  expect(clientAddress('203.0.113.9', '127.0.0.1', trusted)).toBe('203.0.113.9');
  expect(clientAddress('127.0.0.1', '10.1.2.3', [])).toBe('127.0.0.1');
});
