/** The hunt finds a word in every dress it knows, and in none where there is none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hunt, placesIn } from './hunt.ts';

const WORD = 'Kümmerling ü7 quadrant';
const noise = Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7_919 + 13) % 251));
const within = (bytes: Buffer) => Buffer.concat([noise, bytes, noise]);
const utf8 = Buffer.from(WORD, 'utf8');
const percent = (bytes: Buffer) => [...bytes].map((byte) => `%${byte.toString(16)}`).join('');

const planted: Record<string, Buffer> = {
  'utf-8': within(utf8),
  'utf-16, little end first': within(Buffer.from(WORD, 'utf16le')),
  'utf-16, big end first': within(Buffer.from(WORD, 'utf16le').swap16()),
  'hexadecimal digits': within(Buffer.from(utf8.toString('hex'))),
  'large hexadecimal digits': within(Buffer.from(utf8.toString('hex').toUpperCase())),
  'base64 from its beginning': within(Buffer.from(utf8.toString('base64'))),
  'base64, one byte in': within(Buffer.from(Buffer.concat([Buffer.from('a'), utf8]).toString('base64'))),
  'base64, two bytes in': within(Buffer.from(Buffer.concat([Buffer.from('ab'), utf8]).toString('base64url'))),
  'base64 of utf-16': within(Buffer.from(Buffer.from(WORD, 'utf16le').toString('base64'))),
  'URL encoding': within(Buffer.from(encodeURIComponent(WORD))),
  'URL encoding of every byte': within(Buffer.from(percent(utf8))),
  gzip: within(gzipSync(within(utf8))),
  zlib: within(deflateSync(within(utf8))),
  zstd: Buffer.concat([noise, zstdCompressSync(within(utf8))]),
  deflate: deflateRawSync(within(utf8)),
  brotli: brotliCompressSync(within(utf8)),
};

describe('the plaintext hunt', () => {
  for (const [dress, bytes] of Object.entries(planted)) {
    it(`finds a word in ${dress}`, () => {
      expect(hunt([{ name: 'here', bytes }], [WORD]).map(({ word }) => word)).toContain(WORD);
    });
  }

  it('finds nothing where there is nothing', () => {
    const places = Object.values(planted).map((bytes) => ({ name: 'here', bytes }));
    expect(hunt(places, ['another word altogether'])).toEqual([]);
  });

  it('looks into every file of a folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'conclave-hunt-'));
    writeFileSync(join(folder, 'database'), within(utf8));
    expect(hunt(placesIn(folder), [WORD])).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });
});
