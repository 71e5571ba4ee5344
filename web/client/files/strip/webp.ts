/** WebP with the chunks that make the picture, without EXIF (but which way is up), XMP and unknown ones; nothing after its end. */
import { concatBytes, utf8 } from '../../../../protocol/bytes.ts';
import { readPart, text4, view } from '../bytes.ts';
import { onlyOrientation, orientationOf } from './exif.ts';
import type { Part, Parts } from './parts.ts';

const SHOWN = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;
const MOST_CHUNKS = 100_000;

/** Throws `Fault` where the file cannot be read. */
export async function strippedWebp(file: Blob): Promise<Parts> {
  const start = await readPart(file, 0, 12);
  if (start.length < 12) return null;
  const whole = 8 + view(start).getUint32(4, true);
  if (whole > file.size + 1) return null;
  const chunks: Part[] = [];
  let orientation = 1;
  let at = 12;
  for (let count = 0; at + 8 <= Math.min(whole, file.size) && count < MOST_CHUNKS; count++) {
    const head = await readPart(file, at, at + 8);
    const type = text4(head, 0);
    const length = view(head).getUint32(4, true);
    const end = at + 8 + length + (length % 2);
    if (at + 8 + length > file.size) return null;
    if (type === 'EXIF') orientation = orientationOf(afterPrefix(await readPart(file, at + 8, at + 8 + length)));
    else if (SHOWN.has(type)) chunks.push([at, Math.min(end, file.size)]);
    at = end;
  }
  return withHeader(file, chunks, orientation);
}

/** Some programs put the prefix of JPEG before it. */
function afterPrefix(exif: Uint8Array): Uint8Array {
  return text4(exif, 0) === 'Exif' ? exif.subarray(6) : exif;
}

async function withHeader(file: Blob, chunks: Part[], orientation: number): Promise<Parts> {
  const [first, ...rest] = chunks;
  if (!first || first instanceof Uint8Array) return null;
  const head = await readPart(file, first[0], first[1]);
  const isExtended = text4(head, 0) === 'VP8X';
  const kept: Part[] = isExtended ? [withFlags(head, orientation !== 1), ...rest] : chunks;
  if (isExtended && orientation !== 1) {
    const tiff = onlyOrientation(orientation);
    kept.push(new Uint8Array(concatBytes(utf8('EXIF'), Uint8Array.of(tiff.length, 0, 0, 0), tiff)));
  }
  const length = kept.reduce((sum, part) => sum + (part instanceof Uint8Array ? part.length : part[1] - part[0]), 4);
  const header = new Uint8Array(12);
  header.set(utf8('RIFF'));
  view(header).setUint32(4, length, true);
  header.set(utf8('WEBP'), 8);
  return [header, ...kept];
}

function withFlags(head: Uint8Array, hasExif: boolean): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(head);
  const flags = (head[8] as number) & ~(HAS_EXIF | HAS_XMP);
  changed[8] = hasExif ? flags | HAS_EXIF : flags;
  return changed;
}
