/**
 * Opens a picture that somebody picked. Always holds: its kind is what its first bytes are, whatever its name says; nothing is decoded
 * before its size is known to be harmless, so no small file unfolds into gigabytes; what can hold scripts (SVG) is not opened at all.
 */
import { pictureHeader } from '../../client/picture.ts';

export type Wrong = 'kind' | 'svg' | 'heavy' | 'huge' | 'broken';
export type Picked = { readonly ok: true; readonly bitmap: ImageBitmap } | { readonly ok: false; readonly why: Wrong };

const HEAVIEST_BYTES = 32 * 1024 * 1024;
const MOST_PIXELS = 40_000_000;
const LONGEST_SIDE = 16_384;

export async function openPicture(file: Blob): Promise<Picked> {
  if (file.size > HEAVIEST_BYTES) return { ok: false, why: 'heavy' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const why = whyNot(bytes);
  if (why !== null) return { ok: false, why };
  const { type = '' } = pictureHeader(bytes) ?? {};
  try {
    return { ok: true, bitmap: await createImageBitmap(new Blob([bytes], { type })) };
  } catch {
    return { ok: false, why: 'broken' };
  }
}

/** Null: it can be decoded without harm. */
export function whyNot(bytes: Uint8Array): Wrong | null {
  const header = pictureHeader(bytes);
  if (!header) return /<svg|<\?xml|<!doctype/i.test(beginningOf(bytes)) ? 'svg' : 'kind';
  const { width, height } = header;
  return width * height > MOST_PIXELS || Math.max(width, height) > LONGEST_SIDE ? 'huge' : null;
}

function beginningOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 1024));
}
