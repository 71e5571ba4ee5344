/**
 * How many pixels a picture has, read from its first bytes before anything decodes it: a few kilobytes can ask for gigabytes.
 */
import { readPart, text4, view } from './bytes.ts';
import { imageTypeOf } from './kinds.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a browser is asked to decode: 100 megapixels, and no side longer than cameras and scanners make. */
const MOST_PIXELS = 100_000_000;
const LONGEST_SIDE = 30_000;
const HEAD_BYTES = 4_096;
const JPEG_HEAD_BYTES = 1_048_576;

export function isDecodable({ width, height }: Size): boolean {
  return width > 0 && height > 0 && Math.max(width, height) <= LONGEST_SIDE && width * height <= MOST_PIXELS;
}

/** Null: not a picture whose size can be read. Throws `Fault` where the file cannot be read. */
export async function imageSize(file: Blob): Promise<Size | null> {
  const head = await readPart(file, 0, HEAD_BYTES);
  switch (imageTypeOf(head)) {
    case 'image/png':
      return head.length < 24 ? null : { width: view(head).getUint32(16), height: view(head).getUint32(20) };
    case 'image/gif':
      return head.length < 10 ? null : { width: view(head).getUint16(6, true), height: view(head).getUint16(8, true) };
    case 'image/webp':
      return webpSize(head);
    case 'image/jpeg':
      return jpegSize(await readPart(file, 0, JPEG_HEAD_BYTES));
    case 'image/avif':
      return avifSize(head);
    default:
      return null;
  }
}

function webpSize(head: Uint8Array): Size | null {
  if (head.length < 30) return null;
  const at = view(head);
  const three = (offset: number) => at.getUint16(offset, true) + (head[offset + 2] as number) * 65_536;
  switch (text4(head, 12)) {
    case 'VP8X':
      return { width: three(24) + 1, height: three(27) + 1 };
    case 'VP8L': {
      const bits = at.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: at.getUint16(26, true) & 0x3fff, height: at.getUint16(28, true) & 0x3fff };
    default:
      return null;
  }
}

const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

function jpegSize(bytes: Uint8Array): Size | null {
  const at = view(bytes);
  for (let p = 2; p + 9 < bytes.length; ) {
    if (bytes[p] !== 0xff) return null;
    const marker = bytes[p + 1] as number;
    if (marker === 0xff) p++;
    else if (FRAMES.has(marker)) return { width: at.getUint16(p + 7), height: at.getUint16(p + 5) };
    else p += 2 + at.getUint16(p + 2);
  }
  return null;
}

/** The largest of the sizes that it states (`ispe`): tiles and pictures within are smaller. */
function avifSize(head: Uint8Array): Size | null {
  let found: Size | null = null;
  for (let p = 0; p + 16 <= head.length; p++) {
    if (text4(head, p) !== 'ispe') continue;
    const size = { width: view(head).getUint32(p + 8), height: view(head).getUint32(p + 12) };
    if (!found || size.width * size.height > found.width * found.height) found = size;
  }
  return found;
}
