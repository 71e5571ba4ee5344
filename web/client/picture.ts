/**
 * What a picture says of itself, read from its first bytes without decoding it, and which pictures may stand in a look. Always holds: a
 * picture that is shown is a small still WebP or JPEG whose bytes end where it ends, without places, names or anything else beside it;
 * nothing is decoded whose size is not known to be harmless.
 */
import { ok, type Result, refuse } from '../../protocol/result.ts';

export type PictureType = 'image/webp' | 'image/jpeg' | 'image/png' | 'image/gif';

export interface PictureHeader {
  readonly type: PictureType;
  readonly width: number;
  readonly height: number;
  readonly moving: boolean;
  /** Something beside the picture: EXIF, XMP, or bytes after its end. */
  readonly more: boolean;
}

/** Of one that stands in a look, in bytes and in pixels of a side. */
export const PICTURE_BYTES = 40 * 1024;
const PICTURE_SIDE = 512;

/** Null: none of the four kinds, or broken. Never throws. */
export function pictureHeader(bytes: Uint8Array): PictureHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const found = readWebp(view) ?? readJpeg(view) ?? readPng(view) ?? readGif(view);
    return found && found.width > 0 && found.height > 0 ? found : null;
  } catch {
    // It ends before its header does.
    return null;
  }
}

/** One that may be shown to everybody of a chat. Refuses `bad_input`, `too_big`. */
export function checkPicture(bytes: Uint8Array): Result<PictureHeader> {
  if (bytes.length > PICTURE_BYTES) return refuse('too_big', 'picture');
  const header = pictureHeader(bytes);
  if (!header || (header.type !== 'image/webp' && header.type !== 'image/jpeg')) return refuse('bad_input', 'picture');
  if (header.moving || header.more) return refuse('bad_input', 'picture: only a still picture, nothing beside it');
  if (header.width > PICTURE_SIDE || header.height > PICTURE_SIDE) return refuse('too_big', 'picture');
  return ok(header);
}

function textAt(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, i) => view.getUint8(at + i)));
}

function readWebp(view: DataView): PictureHeader | null {
  if (view.byteLength < 16 || textAt(view, 0, 4) !== 'RIFF' || textAt(view, 8, 4) !== 'WEBP') return null;
  const size = webpSize(view);
  if (!size) return null;
  const [extended, flags] = [textAt(view, 12, 4) === 'VP8X', view.getUint8(20)];
  const ends = view.getUint32(4, true) + 8 === view.byteLength;
  const beside = extended && (flags & (WEBP_EXIF | WEBP_XMP)) !== 0;
  return { type: 'image/webp', ...size, moving: extended && (flags & WEBP_MOVING) !== 0, more: beside || !ends };
}

const WEBP_MOVING = 0x02;
const WEBP_XMP = 0x04;
const WEBP_EXIF = 0x08;

function webpSize(view: DataView): { width: number; height: number } | null {
  const at = 20;
  switch (textAt(view, 12, 4)) {
    case 'VP8 ':
      return { width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(at + 1, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return {
        width: (view.getUint32(at + 4, true) & 0xffffff) + 1,
        height: (view.getUint32(at + 6, true) >>> 8) + 1,
      };
    default:
      return null;
  }
}

/** Segments with a size: start of frame but for DHT, JPG and DAC. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const COMMENT = 0xfe;
/** What a picture is drawn with: JFIF, colour profile, Adobe's transform. Any other application segment says something else. */
const DRAWN_WITH = [APP0, APP2, APP14];
const SCAN = 0xda;

function readJpeg(view: DataView): PictureHeader | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let size: { width: number; height: number } | null = null;
  let more = view.getUint16(view.byteLength - 2) !== 0xffd9;
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    const isApplication = marker >= APP0 && marker <= 0xef;
    if ((isApplication && !DRAWN_WITH.includes(marker)) || marker === COMMENT) more = true;
    if (marker === SCAN) break;
    at += 2 + view.getUint16(at + 2);
  }
  return size && { type: 'image/jpeg', ...size, moving: false, more };
}

function readPng(view: DataView): PictureHeader | null {
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47 || textAt(view, 12, 4) !== 'IHDR') return null;
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20), moving: false, more: false };
}

function readGif(view: DataView): PictureHeader | null {
  if (view.byteLength < 10 || !/^GIF8[79]a$/.test(textAt(view, 0, 6))) return null;
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  return { type: 'image/gif', ...size, moving: false, more: false };
}
