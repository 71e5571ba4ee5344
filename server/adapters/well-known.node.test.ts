import { readFileSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { Fault } from '../../protocol/result.ts';
import { createWellKnown, type WellKnownOptions } from './well-known.ts';

const fixture = (name: string): string => readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url), 'utf8');
/** For acme.example and globex.example, until the year 2126; a certificate authority of its own. */
const [cert, key] = [fixture('tls-cert.pem'), fixture('tls-key.pem')];
const LOOPBACK = [{ address: '127.0.0.1', family: 4 }];

const servers: (http.Server | https.Server)[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: (http.Server | https.Server) & Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

/** A site of `acme.example` on loopback, and how to ask it. */
async function serve(listener: RequestListener, options: WellKnownOptions = {}) {
  const port = await listen(https.createServer({ cert, key }, listener));
  const resolve = async () => LOOPBACK;
  return createWellKnown({ port, ca: cert, resolve, privateAddressesAllowed: ['127.0.0.0/8'], ...options });
}

test('the record is what the site serves at the well-known path, asked by its name', async () => {
  const asked: string[] = [];
  const wellKnown = await serve((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host?.split(':')[0]}`);
    response.end(Buffer.from([1, 2, 3]));
  });
  expect(await wellKnown.fetchRecord('acme.example')).toEqual(Uint8Array.of(1, 2, 3));
  expect(asked).toEqual(['GET /.well-known/conclave acme.example']);
});

test.each([
  ...['127.0.0.1', '[::1]', '2130706433', '1.2.3.4'],
  ...['acme.example:8443', 'user@acme.example', 'acme.example/x', 'acme.example#', 'acme.example?', 'acme.example\\x'],
  ...['', '.', 'acme..example', '-a.example', 'Acme.example', 'a b.example', 'acme.example.', 'acme.example\r\nx: y'],
])('%j is not asked at all', async (domain) => {
  let isAsked = false;
  const resolve = async () => {
    isAsked = true;
    return LOOPBACK;
  };
  await expect(createWellKnown({ resolve }).fetchRecord(domain)).rejects.toThrow(Fault);
  expect(isAsked).toBe(false);
});

test('an address that is not public is not connected to, whatever the name', async () => {
  let requests = 0;
  const wellKnown = await serve(() => void requests++, { privateAddressesAllowed: [] });
  await expect(wellKnown.fetchRecord('acme.example')).rejects.toThrow('no public address');
  expect(requests).toBe(0);
});

test.each(['localhost', '0x7f000001', 'acme.localhost'])('%s leads to no public address', async (domain) => {
  await expect(createWellKnown().fetchRecord(domain)).rejects.toThrow(Fault);
});

test('the connection goes to the address that was checked, and the name is resolved once', async () => {
  let resolved = 0;
  const resolve = async () => {
    resolved += 1;
    return resolved === 1 ? [{ address: '10.0.0.1', family: 4 }, ...LOOPBACK] : [{ address: '10.0.0.1', family: 4 }];
  };
  const wellKnown = await serve((_request, response) => void response.end('x'), { resolve });
  expect(await wellKnown.fetchRecord('acme.example')).toHaveLength(1);
  expect(resolved).toBe(1);
});

test('a certificate for another name, or of nobody that is trusted, is refused', async () => {
  const wellKnown = await serve((_request, response) => void response.end('x'));
  await expect(wellKnown.fetchRecord('initech.example')).rejects.toThrow(Fault);
  const resolve = async () => LOOPBACK;
  const port = (servers[0]!.address() as AddressInfo).port;
  const strict = createWellKnown({ port, resolve, privateAddressesAllowed: ['127.0.0.1'] });
  await expect(strict.fetchRecord('acme.example')).rejects.toThrow(Fault);
});

test.each([301, 302, 307, 404, 500, 204])(
  'an answer with status %i is refused, and no redirect is followed',
  async (status) => {
    let requests = 0;
    const wellKnown = await serve((_request, response) => {
      requests += 1;
      response.writeHead(status, { location: 'https://globex.example/.well-known/conclave' }).end();
    });
    await expect(wellKnown.fetchRecord('acme.example')).rejects.toThrow(`status ${status}`);
    expect(requests).toBe(1);
  },
);

test('an answer at the limit is taken, one byte more is not, nor one without end', async () => {
  let size = LIMITS.wellKnownBytes;
  const wellKnown = await serve((_request, response) => {
    if (size < Number.POSITIVE_INFINITY) response.end(Buffer.alloc(size));
    else for (let i = 0; i < 32; i += 1) response.write(Buffer.alloc(1024));
  });
  expect(await wellKnown.fetchRecord('acme.example')).toHaveLength(size);
  size += 1;
  await expect(wellKnown.fetchRecord('acme.example')).rejects.toThrow('answer too large');
  size = Number.POSITIVE_INFINITY;
  await expect(wellKnown.fetchRecord('acme.example')).rejects.toThrow('answer too large');
});

test('an answer that is cut short, or packed, is refused', async () => {
  const cut = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write(Buffer.alloc(10), () => response.destroy());
  });
  await expect(cut.fetchRecord('acme.example')).rejects.toThrow(Fault);
  const packed = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(10));
  });
  await expect(packed.fetchRecord('acme.example')).rejects.toThrow('encoded answer');
});

test('the time is for everything: a site that never answers, one that trickles, a name that never resolves', async () => {
  const silent = await serve(() => {}, { timeoutMs: 50 });
  await expect(silent.fetchRecord('acme.example')).rejects.toThrow('no answer in time');
  const trickling = await serve((_request, response) => void response.write('x'), { timeoutMs: 50 });
  await expect(trickling.fetchRecord('acme.example')).rejects.toThrow('no answer in time');
  const lost = createWellKnown({ resolve: () => new Promise(() => {}), timeoutMs: 50 });
  await expect(lost.fetchRecord('acme.example')).rejects.toThrow('no answer in time');
});

test('a domain with an address of its own is asked there, by its name, and no other domain is', async () => {
  const hosts: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    hosts.push(request.headers.host);
    response.end('x');
  };
  const port = await listen(http.createServer(listener));
  const domainOverrides = { 'globex.localhost': `http://127.0.0.1:${port}` };
  const wellKnown = createWellKnown({ domainOverrides, resolve: async () => LOOPBACK });
  expect(await wellKnown.fetchRecord('globex.localhost')).toHaveLength(1);
  await expect(wellKnown.fetchRecord('acme.localhost')).rejects.toThrow('no public address');
  await expect(wellKnown.fetchRecord('constructor')).rejects.toThrow('no public address');
  expect(hosts).toEqual(['globex.localhost']);
});
