// Which pictures are shown, and which are refused unseen: nothing is decoded whose first bytes do not say that it is harmless.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../../protocol/bytes.ts';
import { checkPicture, PICTURE_BYTES, pictureHeader } from './picture.ts';

const number = (value: number, length: number, little = true) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (value / 256 ** i) & 0xff);
  return little ? bytes : bytes.reverse();
};
const riff = (chunk: Uint8Array) => concatBytes(utf8('RIFF'), number(chunk.length + 4, 4), utf8('WEBP'), chunk);
function webp(width: number, height: number): Uint8Array {
  const frame = concatBytes(Uint8Array.of(0x30, 1, 0, 0x9d, 1, 0x2a), number(width, 2), number(height, 2));
  return riff(concatBytes(utf8('VP8 '), number(10, 4), frame));
}
function extended(flags: number, width = 256, height = 256): Uint8Array {
  return riff(concatBytes(utf8('VP8X'), number(10, 4), number(flags, 4), number(width - 1, 3), number(height - 1, 3)));
}
const segment = (marker: number, content: Uint8Array) =>
  concatBytes(Uint8Array.of(0xff, marker), number(content.length + 2, 2, false), content);
function jpeg(width: number, height: number, ...before: Uint8Array[]): Uint8Array {
  const frame = concatBytes(Uint8Array.of(8), number(height, 2, false), number(width, 2, false), new Uint8Array(10));
  const scan = segment(0xda, new Uint8Array(10));
  return concatBytes(
    Uint8Array.of(0xff, 0xd8),
    ...before,
    segment(0xc0, frame),
    scan,
    new Uint8Array(8),
    Uint8Array.of(0xff, 0xd9),
  );
}
function png(width: number, height: number): Uint8Array {
  const start = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13);
  return concatBytes(start, utf8('IHDR'), number(width, 4, false), number(height, 4, false), new Uint8Array(8));
}
const gif = concatBytes(utf8('GIF89a'), number(64, 2), number(32, 2), new Uint8Array(8));

describe('a picture says its kind and its size before it is decoded', () => {
  test.each([
    ['WebP', webp(256, 200), { type: 'image/webp', width: 256, height: 200, moving: false, more: false }],
    ['extended WebP', extended(0), { type: 'image/webp', width: 256, height: 256 }],
    ['JPEG', jpeg(300, 256), { type: 'image/jpeg', width: 300, height: 256, more: false }],
    ['PNG', png(40_000, 50_000), { type: 'image/png', width: 40_000, height: 50_000 }],
    ['GIF', gif, { type: 'image/gif', width: 64, height: 32 }],
  ])('%s', (_, bytes, header) => {
    expect(pictureHeader(bytes)).toMatchObject(header);
  });

  test('and hostile bytes never throw', () => {
    const seeds = [webp(1, 1), extended(0), jpeg(1, 1), png(1, 1), gif];
    const broken = fc.tuple(fc.constantFrom(...seeds), fc.uint8Array({ maxLength: 40 }), fc.nat(60));
    fc.assert(
      fc.property(broken, ([seed, tail, cut]) => {
        pictureHeader(concatBytes(seed.subarray(0, cut), tail));
      }),
    );
  });
});

describe('in a look stands', () => {
  test('a small still WebP or JPEG', () => {
    expect(checkPicture(webp(256, 256)).ok).toBe(true);
    expect(checkPicture(jpeg(256, 256)).ok).toBe(true);
  });

  test.each([
    [
      'a drawing that can hold scripts',
      utf8('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
      'bad_input',
    ],
    ['a page', utf8('<!doctype html><script>1</script>'), 'bad_input'],
    ['a kind that nobody makes here', png(256, 256), 'bad_input'],
    ['something that moves', extended(0x02), 'bad_input'],
    ['where it was taken, in WebP', extended(0x08), 'bad_input'],
    ['where it was taken, in JPEG', jpeg(256, 256, segment(0xe1, utf8('Exif\0\0GPS'))), 'bad_input'],
    ['a comment', jpeg(256, 256, segment(0xfe, utf8('<script>'))), 'bad_input'],
    ['something else behind it', concatBytes(jpeg(256, 256), utf8('PK\u0003\u0004')), 'bad_input'],
    ['something else behind it, in WebP', concatBytes(webp(256, 256), utf8('<script>')), 'bad_input'],
    ['one that unfolds', webp(16_000, 16_000), 'too_big'],
    ['one that is long', concatBytes(webp(256, 256), new Uint8Array(PICTURE_BYTES)), 'too_big'],
    ['nothing', new Uint8Array(), 'bad_input'],
  ])('never %s', (_, bytes, code) => {
    expect(checkPicture(bytes)).toMatchObject({ ok: false, refusal: { code } });
  });
});
