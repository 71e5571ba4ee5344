/** PNG (and APNG) with the chunks that make the picture, and none of text, EXIF, time or makers' own; nothing after its end. */
import { readPart, text4, view } from '../bytes.ts';
import type { Part, Parts } from './parts.ts';

const SHOWN = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs sPLT hIST cICP mDCV cLLI acTL fcTL fdAT'.split(' '),
);
const MOST_CHUNKS = 100_000;

/** Throws `Fault` where the file cannot be read. */
export async function strippedPng(file: Blob): Promise<Parts> {
  const parts: Part[] = [[0, 8]];
  let at = 8;
  for (let chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const head = await readPart(file, at, at + 8);
    if (head.length < 8) return null;
    const end = at + 12 + view(head).getUint32(0);
    const type = text4(head, 4);
    if (end > file.size) return null;
    if (SHOWN.has(type)) parts.push([at, end]);
    if (type === 'IEND') return parts;
    at = end;
  }
  return null;
}
