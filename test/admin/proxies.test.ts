// The examples for nginx and Caddy as they are in config/, really run in front of a real node, with ports of loopback and a
// certificate of the tests put in. A proxy that is not on this machine is skipped.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { redeemLink } from '../fixtures/accounts.ts';
import { startNode, type TestNode, value } from '../nodes.ts';
import { freePort } from './free-port.ts';

const config = join(import.meta.dirname, '../../config');
const certificate = join(import.meta.dirname, '../fixtures/tls-cert.pem');
const key = join(import.meta.dirname, '../fixtures/tls-key.pem');

interface Ports {
  readonly plain: number;
  readonly tls: number;
  readonly node: number;
}

interface Proxy {
  readonly program: string;
  /** Writes its configuration into the folder; gives the arguments. */
  prepare(folder: string, ports: Ports): string[];
}

/** Every replacement must find something: the example is run as it is. */
function replaced(file: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
      return text.replaceAll(from, to);
    },
    readFileSync(join(config, file), 'utf8'),
  );
}

const nginx: Proxy = {
  program: 'nginx',
  prepare(folder, { plain, tls, node }) {
    const example = replaced('nginx.conf', [
      ['listen 80;', `listen 127.0.0.1:${plain};`],
      ['listen [::]:80;', ''],
      ['listen 443 ssl http2;', `listen 127.0.0.1:${tls} ssl http2;`],
      ['listen [::]:443 ssl http2;', ''],
      ['127.0.0.1:8440', `127.0.0.1:${node}`],
      ['/etc/ssl/conclave/cert.pem', certificate],
      ['/etc/ssl/conclave/key.pem', key],
    ]);
    writeFileSync(join(folder, 'conclave.conf'), example);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    // Workers of root would be of a user that may not look into the folder.
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    const main = `daemon off; ${user} pid ${folder}/pid; events {}
      http { access_log off; ${paths.join(' ')} include ${folder}/conclave.conf; }`;
    writeFileSync(join(folder, 'main.conf'), main);
    return ['-p', folder, '-c', join(folder, 'main.conf'), '-e', 'stderr'];
  },
};

const caddy: Proxy = {
  program: 'caddy',
  prepare(folder, { plain, tls, node }) {
    const example = replaced('Caddyfile', [
      [
        '\nacme.example {',
        `\n{\nadmin off\nhttp_port ${plain}\nhttps_port ${tls}\ndefault_bind 127.0.0.1\n}\n\nacme.example {`,
      ],
      ['# tls /etc/ssl/conclave/cert.pem /etc/ssl/conclave/key.pem', `tls ${certificate} ${key}`],
      ['127.0.0.1:8440', `127.0.0.1:${node}`],
    ]);
    writeFileSync(join(folder, 'Caddyfile'), example);
    return ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
  },
};

const isHere = ({ program }: Proxy) => spawnSync(program, [program === 'nginx' ? '-v' : 'version']).status === 0;

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function collected(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
    );
  });
}

describe.each([nginx, caddy].map((proxy) => [proxy.program, proxy] as const))('%s', (_, proxy) => {
  describe.skipIf(!isHere(proxy))('as its example says', () => {
    let folder: string;
    let ports: Ports;
    let node: TestNode;
    let child: ChildProcess;
    let said = '';

    function ask(path: string, options: RequestOptions = {}, body?: string): Promise<Answered> {
      return new Promise((resolve, reject) => {
        const headers = { host: `acme.example:${ports.tls}`, ...options.headers };
        const target = { host: '127.0.0.1', port: ports.tls, servername: 'acme.example', rejectUnauthorized: false };
        const sent = request({ ...target, path, ...options, headers, agent: false }, (response) =>
          resolve(collected(response)),
        );
        sent.on('error', reject);
        sent.end(body);
      });
    }

    const answering = () =>
      vi.waitFor(
        async () => {
          expect(child.exitCode, said).toBeNull();
          expect((await ask('/healthz')).status).toBe(200);
        },
        { timeout: 20_000, interval: 50 },
      );

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), `ccl-${proxy.program}-`));
      ports = { plain: await freePort(), tls: await freePort(), node: await freePort() };
      const env = {
        CONCLAVE_WEB_PORT: String(ports.node),
        CONCLAVE_WEB_URL: `https://acme.example:${ports.tls}`,
        CONCLAVE_WEB_BEHIND_PROXY: 'true',
        CONCLAVE_WEB_TRUSTED_PROXIES: '127.0.0.1',
        CONCLAVE_LIMITS_REQUESTS_PER_MINUTE: '40',
      };
      node = await startNode({ domain: 'acme.example', env });
      const home = join(folder, 'home');
      mkdirSync(home);
      const around = { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
      child = spawn(proxy.program, proxy.prepare(folder, ports), { stdio: ['ignore', 'ignore', 'pipe'], env: around });
      child.stderr?.on('data', (chunk) => {
        said += chunk;
      });
      await answering();
    });

    afterAll(async () => {
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.kill('SIGTERM');
      await ended;
      await node.end();
      rmSync(folder, { recursive: true, force: true });
    });

    test('partners get the record, byte for byte', async () => {
      const { status, body, headers } = await ask('/.well-known/conclave');
      expect(status).toBe(200);
      expect(new Uint8Array(body)).toEqual(node.node.core.organisation.chainBytes());
      expect(headers['content-type']).toBe('application/cbor');
    });

    test('the headers of the node come through', async () => {
      const { headers } = await ask('/healthz');
      expect(headers['strict-transport-security']).toContain('max-age');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    });

    test('plain HTTP leads to HTTPS', async () => {
      const options = { host: '127.0.0.1', port: ports.plain, path: '/a?b', headers: { host: 'acme.example' } };
      const { status, headers } = await new Promise<Answered>((resolve, reject) => {
        requestPlain(options, (response) => resolve(collected(response)))
          .on('error', reject)
          .end();
      });
      expect([301, 308]).toContain(status);
      expect(headers.location).toMatch(/^https:\/\/acme\.example.*\/a\?b$/);
    });

    function openSocket(headers: Record<string, string>): WebSocket {
      const options = { headers, rejectUnauthorized: false, servername: 'acme.example', lookup: toLoopback };
      return new WebSocket(`wss://acme.example:${ports.tls}/api/v1/socket`, options);
    }

    test('the push socket is upgraded and speaks; a stranger gets the refusal of the node', async () => {
      const stranger = openSocket({});
      stranger.on('error', () => {});
      const refused = await new Promise<number | undefined>((resolve) => {
        stranger.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      });
      expect(refused).toBe(401);
      stranger.terminate();
      const socket = openSocket({ authorization: `Bearer ${await tokenOf('ann')}` });
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      socket.send(JSON.stringify({ t: 'hello', from: 0 }));
      const first = await new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
      expect(JSON.parse(first)).toBeTruthy();
      socket.terminate();
    });

    async function tokenOf(name: string): Promise<string> {
      const { links, tokens } = node.node.core.accounts;
      const link = await links.makeJoin(null);
      const { account } = value(await redeemLink(node.node.core.accounts, link.token, name, { localName: name }));
      return value(await tokens.add(account.accountId, 'test', ['read', 'write'])).token;
    }

    test('the largest request there is reaches the node', async () => {
      const body = JSON.stringify({ filler: 'x'.repeat(630_000) });
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf('bob')}` };
      const answered = await ask('/api/v1/chats', { method: 'POST', headers }, body);
      expect(JSON.parse(answered.body.toString())).toMatchObject({ code: 'bad_input' });
    });

    test('who claims another address in X-Forwarded-For stays who they are', async () => {
      const statuses = new Set<number>();
      for (let n = 0; n < 200 && !statuses.has(429); n++)
        statuses.add((await ask('/.well-known/conclave', { headers: { 'x-forwarded-for': `203.0.113.${n}` } })).status);
      expect(statuses).toContain(429);
    });
  });
});

/** The certificate's name, at this machine. */
function toLoopback(_host: string, options: { all?: boolean }, done: (...given: unknown[]) => void): void {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
}
