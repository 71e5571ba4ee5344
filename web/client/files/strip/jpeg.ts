/**
 * JPEG without what it tells besides the picture: EXIF (place), XMP, IPTC, comments, thumbnails, and all that follows the end of the
 * picture, where phones put films and second pictures. Kept are colours, and which way is up.
 */
import { concatBytes, utf8 } from '../../../../protocol/bytes.ts';
import { PIECE_BYTES, readPart, view } from '../bytes.ts';
import { onlyOrientation, orientationOf } from './exif.ts';
import type { Part, Parts } from './parts.ts';

const SOS = 0xda;
const EOI = 0xd9;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const COMMENT = 0xfe;
const EXIF = 'Exif\0\0';
/** Headers and tables of a picture are a few hundred at most. */
const MOST_SEGMENTS = 10_000;

/** Throws `Fault` where the file cannot be read. */
export async function strippedJpeg(file: Blob): Promise<Parts> {
  const parts: Part[] = [[0, 2]];
  let at = 2;
  for (let segments = 0; segments < MOST_SEGMENTS; segments++) {
    const head = await readPart(file, at, at + 18);
    if (head.length < 4 || head[0] !== 0xff) return null;
    const marker = head[1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) return [...parts, [at, at + 2]];
    const length = view(head).getUint16(2);
    const end = at + 2 + length;
    if (length < 2 || end > file.size) return null;
    parts.push(...(await keptOf(file, head, at, end)));
    at = end;
    if (marker !== SOS) continue;
    const next = await endOfScan(file, end);
    if (next === null) return null;
    parts.push([end, next]);
    at = next;
    if (at + 2 <= file.size && (await readPart(file, at, at + 2))[1] === EOI) return [...parts, [at, at + 2]];
  }
  return null;
}

async function keptOf(file: Blob, head: Uint8Array, at: number, end: number): Promise<Part[]> {
  const marker = head[1] as number;
  const says = (name: string) => String.fromCharCode(...head.subarray(4, 4 + name.length)) === name;
  if (marker === APP1 && says(EXIF)) {
    const orientation = orientationOf(await readPart(file, at + 10, end));
    return orientation === 1 ? [] : [exifSegment(orientation)];
  }
  const isApp = marker >= APP0 && marker <= 0xef;
  if (!isApp && marker !== COMMENT) return [[at, end]];
  const isColour = (marker === APP2 && says('ICC_PROFILE')) || (marker === APP14 && says('Adobe'));
  return isColour || (marker === APP0 && says('JFIF\0')) ? [jfifWithoutThumbnail(marker, at, end)] : [];
}

/** A JFIF segment may carry a thumbnail of its own after its first 18 bytes: it is left, as it was before any crop. */
function jfifWithoutThumbnail(marker: number, at: number, end: number): Part {
  if (marker !== APP0 || end - at <= 18) return [at, end];
  return Uint8Array.of(0xff, APP0, 0, 16, ...utf8('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0);
}

function exifSegment(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = onlyOrientation(orientation);
  const length = 2 + EXIF.length + tiff.length;
  return new Uint8Array(concatBytes(Uint8Array.of(0xff, APP1, length >> 8, length & 0xff), utf8(EXIF), tiff));
}

/** Where the next marker begins that does not belong to the scan; null: the file ends before. */
async function endOfScan(file: Blob, from: number): Promise<number | null> {
  for (let at = from; at < file.size - 1; at += PIECE_BYTES) {
    const piece = await readPart(file, at, at + PIECE_BYTES + 1);
    for (let p = piece.indexOf(0xff); p !== -1 && p < piece.length - 1; p = piece.indexOf(0xff, p + 1)) {
      const marker = piece[p + 1] as number;
      const isOfScan = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
      if (!isOfScan) return at + p;
    }
  }
  return null;
}
