/**
 * The built web client, read once at the start, so that a node never serves half of two builds and no path from outside ever
 * reaches the file system. Names with a hash in them are kept by browsers for ever; the page itself is asked for every time.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, posix, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';

interface Served {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By content coding; gzip is made when it is first wanted. */
  readonly coded: Map<'br' | 'gzip', Uint8Array<ArrayBuffer>>;
  readonly etag: string;
  readonly isForEver: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.mp3': 'audio/mpeg',
};
const COMPRESSIBLE = /^(text\/|application\/(json|manifest\+json|wasm)|image\/svg)/;
const SMALL_BYTES = 1024;
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.\w+$/;

/** Answers a path of the client; undefined: there is no such file. */
export type ServeFile = (c: Context) => Response | undefined;

/** `folder`: undefined or not there: nothing is served. */
export function createStatic(folder: string | undefined): ServeFile {
  const files = folder !== undefined && existsSync(folder) ? readFiles(folder) : new Map<string, Served>();
  return (c) => {
    const path = c.req.path === '/' ? '/index.html' : c.req.path;
    const file = files.get(path);
    return file && answer(c, file);
  };
}

function readFiles(folder: string): Map<string, Served> {
  const files = new Map<string, Served>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || entry.name.startsWith('.') || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const path = posix.join('/', relative(folder, file).split(sep).join('/'));
    files.set(path, readOne(file, path, type));
  }
  return files;
}

function readOne(file: string, path: string, type: string): Served {
  const bytes = new Uint8Array(readFileSync(file));
  const coded = new Map<'br' | 'gzip', Uint8Array<ArrayBuffer>>();
  for (const [coding, ending] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ] as const)
    if (existsSync(file + ending)) coded.set(coding, new Uint8Array(readFileSync(file + ending)));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { type, bytes, coded, etag, isForEver: path.startsWith('/assets/') && HASHED.test(path) };
}

function answer(c: Context, file: Served): Response {
  c.header('Cache-Control', file.isForEver ? 'public, max-age=31536000, immutable' : 'no-cache');
  c.header('ETag', file.etag);
  c.header('Vary', 'Accept-Encoding');
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304);
  c.header('Content-Type', file.type);
  const coding = codingFor(c.req.header('accept-encoding') ?? '', file);
  if (coding === undefined) return c.body(file.bytes);
  c.header('Content-Encoding', coding);
  return c.body(file.coded.get(coding) ?? compress(file));
}

function codingFor(accepted: string, { type, bytes, coded }: Served): 'br' | 'gzip' | undefined {
  const accepts = (coding: string) => accepted.split(',').some((each) => each.trim().split(';')[0] === coding);
  if (coded.has('br') && accepts('br')) return 'br';
  if (!accepts('gzip')) return undefined;
  return coded.has('gzip') || (COMPRESSIBLE.test(type) && bytes.length > SMALL_BYTES) ? 'gzip' : undefined;
}

function compress({ bytes, coded }: Served): Uint8Array<ArrayBuffer> {
  const compressed = new Uint8Array(gzipSync(bytes, { level: 9 }));
  coded.set('gzip', compressed);
  return compressed;
}
