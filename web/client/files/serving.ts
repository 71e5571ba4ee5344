/**
 * A sealed file as an HTTP answer that is opened while it is read: whole or in part, for players and for saving. Always holds: it is never
 * a document of this site, whatever it is: it is saved, or played as a type that holds no program.
 */
import { playedType } from './kinds.ts';
import { safeName } from './names.ts';
import type { Reading } from './reading.ts';
import type { FileForWorker } from './stream-talk.ts';

type Part = readonly [from: number, to: number];

const HARMLESS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'accept-ranges': 'bytes',
};

export function serveFile(reading: Reading, { name, type, forSaving }: FileForWorker, range: string | null): Response {
  const { size } = reading;
  const asked = forSaving || range === null ? null : partOf(range, size);
  if (asked === 'beyond') {
    return new Response(null, { status: 416, headers: { ...HARMLESS, 'content-range': `bytes */${size}` } });
  }
  const [from, to] = asked ?? [0, size];
  const headers: Record<string, string> = {
    ...HARMLESS,
    'content-type': forSaving ? 'application/octet-stream' : playedType(type),
    'content-length': String(to - from),
    'content-disposition': `attachment; filename*=UTF-8''${encoded(safeName(name))}`,
  };
  if (asked) headers['content-range'] = `bytes ${from}-${to - 1}/${size}`;
  return new Response(reading.stream(from, to), { status: asked ? 206 : 200, headers });
}

/** One range, as RFC 9110 has it; null: not one that is served in part. */
export function partOf(range: string, size: number): Part | 'beyond' | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (!found || (found[1] === '' && found[2] === '')) return null;
  const [first, last] = [Number(found[1]), Number(found[2])];
  if (found[1] === '') return last === 0 || size === 0 ? 'beyond' : [Math.max(0, size - last), size];
  if (found[2] !== '' && last < first) return null;
  return first >= size ? 'beyond' : [first, found[2] === '' ? size : Math.min(size, last + 1)];
}

/** RFC 8187. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
