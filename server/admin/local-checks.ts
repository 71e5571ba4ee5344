/**
 * What `conclave doctor` checks on this machine by itself, whether the node runs or not: data folder, disk, ports, and what
 * answers at an address. Looks only; nothing is written and nothing stays open.
 */
import { statfsSync, statSync } from 'node:fs';
import { connect, createServer, type NetConnectOpts } from 'node:net';
import { resolve } from 'node:path';
import { bad, good, skipped, warning } from './checks.ts';
import type { Check } from './shapes.ts';
import { showBytes } from './show.ts';

const GIB = 1024 ** 3;
const CONNECT_TIMEOUT_MS = 3_000;

export function checkFolder(dataFolder: string): Check {
  const name = 'data folder';
  const path = resolve(dataFolder);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return warning(name, `${path} is not there yet`, 'It is made by: conclave init, or conclave start');
  if (!stats.isDirectory())
    return bad(name, `${path} is not a folder`, 'Name another with --data, or move the file away.');
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && stats.uid !== uid)
    return bad(name, `${path} belongs to another user`, `Run as that user, or: chown -R ${uid} ${path}`);
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0)
    return bad(name, `others of this machine can look into ${path}`, `chmod 700 ${path}`);
  return good(name, path);
}

export function checkDisk(dataFolder: string): Check {
  const name = 'disk';
  const path = resolve(dataFolder);
  if (!statSync(path, { throwIfNoEntry: false })) return skipped(name, 'there is no data folder yet');
  const { bavail, bsize, blocks } = statfsSync(path);
  return judgeDisk(bavail * bsize, blocks * bsize);
}

/** Bytes. A full disk stops every chat of the node. */
export function judgeDisk(free: number, size: number): Check {
  const found = `${showBytes(free)} of ${showBytes(size)} free`;
  const fix = 'Free some space, or move the data folder (stop the node first).';
  if (free < GIB / 4) return bad('disk', found, fix);
  return free < 2 * GIB ? warning('disk', found, fix) : good('disk', found);
}

export interface Port {
  /** Key of the configuration that changes it. */
  readonly key: string;
  readonly host: string;
  /** 0: any, so nothing can be said before the node runs. */
  readonly port: number;
}

/** Of a stopped node: could it take the port? */
export async function checkPortFree({ key, host, port }: Port): Promise<Check> {
  const name = `port ${port}`;
  if (port === 0) return skipped(key, 'any free port is taken');
  const code = await whyNotTaken(host, port);
  if (code === undefined) return good(name, `free for ${key}`);
  if (code === 'EADDRINUSE')
    return bad(name, 'in use by another program', `Stop it (ss -ltnp "sport = :${port}" names it), or change ${key}.`);
  if (code === 'EACCES') return bad(name, 'this user may not take it', `Change ${key} to 1024 or above.`);
  return bad(name, `cannot be taken at ${host}: ${code}`, `Change ${key.replace('port', 'host')} or ${key}.`);
}

function whyNotTaken(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolved) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => resolved(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolved(undefined)));
  });
}

/** Of a running node: does something listen there? */
export async function checkPortAnswers({ key, host, port }: Port): Promise<Check> {
  const name = `port ${port}`;
  if (port === 0) return skipped(key, 'any free port was taken');
  const why = await whyNotReached(dialled(host), port);
  if (why === undefined) return good(name, `answers (${key})`);
  return bad(name, `the node runs, but nothing answers at ${host}: ${why}`, `Was ${key} changed? Restart the node.`);
}

/** An address that stands for every address of the machine is reached on loopback. */
export function dialled(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** undefined: reached. */
export function whyNotReached(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolved) => {
    const options: NetConnectOpts = { host, port, timeout: CONNECT_TIMEOUT_MS };
    const socket = connect(options);
    const end = (why: string | undefined) => {
      socket.destroy();
      resolved(why);
    };
    socket.on('connect', () => end(undefined));
    socket.on('timeout', () => end('no answer'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Of `/dns4/chat.acme.example/tcp/4440`, host and port. */
export function parseEndpoint(endpoint: string): { host: string; port: number } | undefined {
  const [, , host, , port] = endpoint.split('/');
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
}
