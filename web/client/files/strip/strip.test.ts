import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../../../../protocol/bytes.ts';
import { imageSize, isDecodable } from '../image-size.ts';
import { onlyOrientation, orientationOf } from './exif.ts';
import { stripped } from './strip.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const blob = (...parts: Uint8Array[]) => new Blob([new Uint8Array(concatBytes(...parts))]);
const textOf = async (file: Blob) => Buffer.from(await file.arrayBuffer()).toString('latin1');

/** A TIFF block with an orientation, a GPS directory and the coordinates of a house. */
function exif(orientation: number): Uint8Array {
  return concatBytes(onlyOrientation(orientation), utf8('GPSLatitude 52.5163 GPSLongitude 13.3777 SerialNo 8842'));
}
const segment = (marker: number, ...body: Uint8Array[]) => {
  const inside = concatBytes(...body);
  return concatBytes(bytes(0xff, marker, (inside.length + 2) >> 8, (inside.length + 2) & 255), inside);
};
const jfif = segment(0xe0, utf8('JFIF\0'), bytes(1, 1, 0, 0, 1, 0, 1, 0, 0));
const icc = segment(0xe2, utf8('ICC_PROFILE\0'), bytes(1, 1), utf8('colours of the screen'));
const quant = segment(0xdb, new Uint8Array(65).fill(1));
const frame = segment(0xc0, bytes(8, 0, 24, 0, 32, 1, 1, 0x11, 0));
const scan = concatBytes(segment(0xda, bytes(1, 1, 0, 0, 63, 0)), bytes(0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56));
const end = bytes(0xff, 0xd9);
const soi = bytes(0xff, 0xd8);
const jpeg = (orientation: number, ...more: Uint8Array[]) =>
  blob(
    soi,
    segment(0xe1, utf8('Exif\0\0'), exif(orientation)),
    jfif,
    segment(0xe1, utf8('http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>52,30N</exif:GPSLatitude>')),
    segment(0xed, utf8('Photoshop 3.0\0 8BIM City Berlin')),
    segment(0xfe, utf8('taken at 13.3777')),
    icc,
    quant,
    frame,
    scan,
    segment(0xc4, bytes(0, 1)),
    scan,
    end,
    ...more,
  );

describe('a JPEG', () => {
  test('loses place, camera, XMP, IPTC and comments, and keeps its colours and every byte of the picture', async () => {
    const { file, place } = await stripped(jpeg(1));
    expect(place).toBe('stripped');
    const wanted = concatBytes(soi, jfif, icc, quant, frame, scan, segment(0xc4, bytes(0, 1)), scan, end);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array(wanted));
  });

  test('still says which way is up', async () => {
    const text = await textOf((await stripped(jpeg(6))).file);
    const at = text.indexOf('Exif\0\0');
    expect(orientationOf(Buffer.from(text.slice(at + 6), 'latin1'))).toBe(6);
    expect(text).not.toMatch(/GPS|13\.3777|Berlin|8842/);
  });

  test('ends where its picture ends, whatever was put behind it', async () => {
    const film = utf8('ftypmp42 a film with ©xyz+52.5163+13.3777/ and <script>alert(1)</script>');
    expect(await textOf((await stripped(jpeg(1, film))).file)).not.toMatch(/xyz|script/);
  });

  test('has no thumbnail of before the crop left in its JFIF header', async () => {
    const withThumb = segment(0xe0, utf8('JFIF\0'), bytes(1, 1, 0, 0, 1, 0, 1, 1, 1), utf8('abc'));
    const { file } = await stripped(blob(soi, withThumb, quant, frame, scan, end));
    expect(await textOf(file)).not.toContain('abc');
  });

  test.each([
    ['is cut in the middle of its picture', (whole: Uint8Array) => whole.subarray(0, whole.length - 9)],
    ['is cut in a segment', (whole: Uint8Array) => whole.subarray(0, 40)],
    ['has a segment longer than itself', () => concatBytes(soi, bytes(0xff, 0xe1, 0xff, 0xff), utf8('Exif'))],
    ['has a segment of length 0', () => concatBytes(soi, bytes(0xff, 0xe1, 0, 0), utf8('Exif'))],
  ])('that %s is said to keep what it tells', async (_, make) => {
    const whole = new Uint8Array(await jpeg(1).arrayBuffer());
    const broken = blob(make(whole));
    expect(await stripped(broken)).toEqual({ file: broken, place: 'kept' });
  });
});

const chunk = (type: string, body: Uint8Array) =>
  concatBytes(bytes(0, 0, body.length >> 8, body.length & 255), utf8(type), body, bytes(1, 2, 3, 4));
const pngHead = concatBytes(
  bytes(0x89),
  utf8('PNG\r\n'),
  bytes(0x1a, 0x0a),
  chunk('IHDR', bytes(0, 0, 0, 32, 0, 0, 0, 24, 8, 6, 0, 0, 0)),
);

describe('a PNG', () => {
  test('loses its EXIF, texts, time and unknown chunks and what follows its end', async () => {
    const { file, place } = await stripped(
      blob(
        pngHead,
        chunk('eXIf', exif(3)),
        chunk('tEXt', utf8('Location\0Berlin')),
        chunk('iTXt', utf8('XML:com.adobe.xmp')),
        chunk('tIME', bytes(1, 2, 3)),
        chunk('prVt', utf8('own')),
        chunk('IDAT', bytes(9, 9)),
        chunk('IEND', bytes()),
        utf8('<html><script>'),
      ),
    );
    const wanted = concatBytes(pngHead, chunk('IDAT', bytes(9, 9)), chunk('IEND', bytes()));
    expect([place, new Uint8Array(await file.arrayBuffer())]).toEqual(['stripped', new Uint8Array(wanted)]);
  });

  test('with nothing to lose is the same file', async () => {
    const clean = blob(pngHead, chunk('IDAT', bytes(9)), chunk('IEND', bytes()));
    expect(await stripped(clean)).toEqual({ file: clean, place: 'none' });
  });

  test('that ends too early is said to keep what it tells', async () => {
    expect((await stripped(blob(pngHead, bytes(0, 0, 0, 99), utf8('IDAT')))).place).toBe('kept');
  });
});

const riff = (...chunks: Uint8Array[]) => {
  const inside = concatBytes(utf8('WEBP'), ...chunks);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, inside.length, true);
  return blob(utf8('RIFF'), length, inside);
};
const riffChunk = (type: string, body: Uint8Array) =>
  concatBytes(utf8(type), bytes(body.length & 255, body.length >> 8, 0, 0), body, new Uint8Array(body.length % 2));
const vp8x = (flags: number) => riffChunk('VP8X', bytes(flags, 0, 0, 0, 31, 0, 0, 23, 0, 0));

describe('a WebP', () => {
  test('loses EXIF and XMP, and says so in its header', async () => {
    const { file, place } = await stripped(
      riff(
        vp8x(0x2c),
        riffChunk('ICCP', utf8('col')),
        riffChunk('VP8 ', bytes(1, 2, 3)),
        riffChunk('EXIF', exif(1)),
        riffChunk('XMP ', utf8('<x:GPS>')),
      ),
    );
    const wanted = riff(vp8x(0x20), riffChunk('ICCP', utf8('col')), riffChunk('VP8 ', bytes(1, 2, 3)));
    expect([place, await textOf(file)]).toEqual(['stripped', await textOf(wanted)]);
  });

  test('still says which way is up', async () => {
    const { file } = await stripped(riff(vp8x(0x0c), riffChunk('VP8 ', bytes(1, 2)), riffChunk('EXIF', exif(8))));
    const text = await textOf(file);
    expect(orientationOf(Buffer.from(text.slice(text.indexOf('EXIF') + 8), 'latin1'))).toBe(8);
    expect(text).not.toMatch(/GPS/);
  });
});

describe('what is not a picture', () => {
  test('is left as it is', async () => {
    const svg = new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>']);
    expect(await stripped(svg)).toEqual({ file: svg, place: 'none' });
  });

  test('never makes anything throw, whatever its bytes', async () => {
    const starts = fc.constantFrom(
      bytes(0xff, 0xd8, 0xff),
      pngHead,
      concatBytes(utf8('RIFF'), bytes(40, 0, 0, 0), utf8('WEBP')),
    );
    await fc.assert(
      fc.asyncProperty(starts, fc.uint8Array({ maxLength: 300 }), async (start, rest) => {
        const file = blob(start, rest);
        const out = await stripped(file);
        expect(out.file.size).toBeLessThanOrEqual(file.size + 64);
        await imageSize(file);
        orientationOf(rest);
      }),
    );
  });
});

describe('the size of a picture', () => {
  test.each([
    ['JPEG', jpeg(1)],
    ['PNG', blob(pngHead)],
    ['WebP', riff(vp8x(0), riffChunk('VP8 ', bytes(1, 2)))],
    ['GIF', blob(utf8('GIF89a'), bytes(32, 0, 24, 0, 0, 0, 0))],
  ])('is read from a %s before it is decoded', async (_, file) => {
    expect(await imageSize(file)).toEqual({ width: 32, height: 24 });
  });

  test('of a bomb is too large to be decoded', async () => {
    const bomb = concatBytes(pngHead.subarray(0, 16), bytes(0, 1, 0, 0, 0, 1, 0, 0, 8, 6, 0, 0, 0), bytes(0, 0, 0, 0));
    const size = await imageSize(blob(bomb));
    expect(size).toEqual({ width: 65_536, height: 65_536 });
    expect(isDecodable(size!)).toBe(false);
    expect(isDecodable({ width: 10_000, height: 10_000 })).toBe(true);
    expect(isDecodable({ width: 30_001, height: 1 })).toBe(false);
    expect(isDecodable({ width: 0, height: 5 })).toBe(false);
  });
});
