/**
 * The plaintext hunt: looks for words in everything that a node left behind or sent, in every dress they could wear.
 * Always holds: what the hunt says it searched it did search; `hunt.test.ts` shows that it finds a word planted in each dress.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

export interface Place {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Hit {
  readonly place: string;
  readonly word: string;
  readonly dress: string;
}

interface Dress {
  readonly dress: string;
  readonly needle: Buffer;
}

/** All that lies in a folder, with the path as its name. */
export function placesIn(folder: string): Place[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ name: path, bytes: readFileSync(path) }));
}

/** Words of 8 bytes or more: shorter ones occur by chance. */
export function hunt(places: readonly Place[], words: readonly string[]): Hit[] {
  const dressed = words.map((word) => ({ word, dresses: dressesOf(word) }));
  return places.flatMap(({ name, bytes }) =>
    layersOf(bytes).flatMap(({ layer, content }) =>
      dressed.flatMap(({ word, dresses }) =>
        dresses
          .filter(({ needle }) => content.includes(needle))
          .map(({ dress }) => ({ place: name, word, dress: `${layer}${dress}` })),
      ),
    ),
  );
}

function dressesOf(word: string): Dress[] {
  const utf8 = Buffer.from(word, 'utf8');
  const utf16 = Buffer.from(word, 'utf16le');
  const encodings = [
    { dress: 'utf-8', bytes: utf8 },
    { dress: 'utf-16le', bytes: utf16 },
    { dress: 'utf-16be', bytes: Buffer.from(utf16).swap16() },
  ];
  const plain = encodings.map(({ dress, bytes }) => ({ dress, needle: bytes }));
  const texts = encodings.flatMap(({ dress, bytes }) => [
    { dress: `${dress} hex`, needle: Buffer.from(bytes.toString('hex')) },
    { dress: `${dress} HEX`, needle: Buffer.from(bytes.toString('hex').toUpperCase()) },
    ...base64Of(bytes).map((needle) => ({ dress: `${dress} base64`, needle })),
  ]);
  const url = encodeURIComponent(word);
  const all = [...utf8].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const urls = [url, all, all.toUpperCase(), url.replaceAll('%20', '+')].filter((text) => text !== word);
  const json = JSON.stringify(word).slice(1, -1);
  return [
    ...plain,
    ...texts,
    ...urls.map((text) => ({ dress: 'url', needle: Buffer.from(text) })),
    ...(json === word ? [] : [{ dress: 'json', needle: Buffer.from(json) }]),
  ];
}

/** What stands in the middle of base64 for these bytes, at each of the three places where they can begin. */
function base64Of(bytes: Buffer): Buffer[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = padded.length - (padded.length % 3);
    const text = padded.subarray(0, whole).toString('base64');
    const sure = text.slice(before === 0 ? 0 : 4);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')].map((each) => Buffer.from(each));
  });
}

interface Layer {
  readonly layer: string;
  readonly content: Buffer;
}

const LARGEST = { maxOutputLength: 64 * 1024 * 1024 };
type Open = (bytes: Buffer, options: typeof LARGEST) => Buffer;

/** RFC 1952 without its end: zlib's own way refuses what follows it, and here something always does. */
function inflateGzip(bytes: Buffer, options: typeof LARGEST): Buffer {
  const named = ((bytes[3] ?? 0) & 8) !== 0;
  return inflateRawSync(bytes.subarray(named ? bytes.indexOf(0, 10) + 1 : 10), options);
}

const MAGIC: readonly { readonly name: string; readonly start: Buffer; readonly open: Open }[] = [
  { name: 'gzip', start: Buffer.from([0x1f, 0x8b, 0x08]), open: inflateGzip },
  { name: 'zlib', start: Buffer.from([0x78, 0x01]), open: inflateSync },
  { name: 'zlib', start: Buffer.from([0x78, 0x5e]), open: inflateSync },
  { name: 'zlib', start: Buffer.from([0x78, 0x9c]), open: inflateSync },
  { name: 'zlib', start: Buffer.from([0x78, 0xda]), open: inflateSync },
  { name: 'zstd', start: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), open: zstdDecompressSync },
];

/** The bytes themselves, and everything in them that decompresses. */
function layersOf(bytes: Uint8Array): Layer[] {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layers: Layer[] = [{ layer: '', content }];
  for (const { name, start, open } of MAGIC) {
    for (let at = content.indexOf(start); at >= 0; at = content.indexOf(start, at + 1)) {
      const opened = tryOpen(open, content.subarray(at));
      if (opened) layers.push({ layer: `${name} `, content: opened });
    }
  }
  // These two have no beginning to know them by.
  for (const [name, open] of [
    ['deflate ', inflateRawSync],
    ['brotli ', brotliDecompressSync],
  ] as const) {
    const opened = tryOpen(open, content);
    if (opened) layers.push({ layer: name, content: opened });
  }
  return layers;
}

function tryOpen(open: Open, bytes: Buffer): Buffer | null {
  try {
    return open(bytes, LARGEST);
  } catch {
    return null;
  }
}
