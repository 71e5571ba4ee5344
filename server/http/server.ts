/**
 * The listeners: HTTP or HTTPS with the push socket, and `DATA/admin.sock` for administrators on this machine. Always holds: a
 * port that is taken is refused with the key to change, never another one taken; the admin socket can be used by its owner alone.
 */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { Fault, Refused } from '../../protocol/result.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../ports.ts';
import type { Upgrade } from './push/upgrade.ts';

export interface WebServer {
  /** The one it really listens on. */
  readonly port: number;
  /** Ends what is idle at once and what is under way after its answer. */
  close(): Promise<void>;
}

/** For what is under way when the node stops. */
const PATIENCE_MS = 2_000;
/** For a whole request, but for uploads. */
const REQUEST_TIMEOUT_MS = 60_000;
/** A connection on which nothing moves; of push sockets it is not asked. */
const QUIET_MS = 120_000;
const UPLOADS = '/api/v1/files';
const LIMITS_OF_SERVER = {
  headersTimeout: 10_000,
  // A large file over a slow line.
  requestTimeout: 24 * 60 * 60_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  noDelay: true,
} as const;

export interface WebServerUses {
  readonly app: Hono;
  readonly upgrade: Upgrade;
  readonly web: Config['web'];
  readonly clock: Clock;
}

/** Refuses (throws) `in_use`, `bad_config` (TLS files). */
export async function listenWeb({ app, upgrade, web, clock }: WebServerUses): Promise<WebServer> {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = web.tls
    ? https.createServer({ ...LIMITS_OF_SERVER, ...readTls(web.tls) }, listener)
    : http.createServer(LIMITS_OF_SERVER, listener);
  server.setTimeout(QUIET_MS);
  server.on('request', (request: IncomingMessage) => endIfLate(request, clock));
  server.on('upgrade', upgrade);
  await listening(server, { host: web.host, port: web.port }, `web.port = ${web.port} on ${web.host}`);
  return { port: (server.address() as AddressInfo).port, close: () => closed(server, clock) };
}

/** `path`: of the unix socket, mode 0600. */
export async function listenAdmin(app: Hono, path: string, clock: Clock): Promise<{ close(): Promise<void> }> {
  const server = http.createServer(LIMITS_OF_SERVER, getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  // Left behind by a process that was killed; the lock of the data folder says that it runs no more.
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const before = process.platform === 'win32' ? undefined : process.umask(0o177);
  try {
    await listening(server, { path }, path);
  } finally {
    if (before !== undefined) process.umask(before);
  }
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return { close: () => closed(server, clock) };
}

/** Whoever trickles a request holds a connection no longer than this. */
function endIfLate(request: IncomingMessage, clock: Clock): void {
  const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
  if (!hasBody || request.url?.startsWith(UPLOADS)) return;
  const late = clock.after(REQUEST_TIMEOUT_MS, () => {
    if (!request.complete) request.socket.destroy();
  });
  request.once('close', () => late.cancel());
}

function readTls({ cert, key }: { cert: string; key: string }): { cert: Buffer; key: Buffer } {
  const read = (name: string, path: string) => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new Refused('bad_config', `${name} = "${path}": ${error instanceof Error ? error.message : 'unreadable'}`);
    }
  };
  return { cert: read('web.tls.cert', cert), key: read('web.tls.key', key) };
}

type Where = { readonly host: string; readonly port: number } | { readonly path: string };

function listening(server: http.Server, where: Where, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES')
        reject(new Refused('in_use', `${name}: ${error.code}. Stop the other program, or choose another web.port`));
      else reject(new Fault(`cannot listen on ${name}`, { cause: error }));
    });
    server.listen(where, resolve);
  });
}

function closed(server: http.Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const patience = clock.after(PATIENCE_MS, () => server.closeAllConnections());
    server.close(() => {
      patience.cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
