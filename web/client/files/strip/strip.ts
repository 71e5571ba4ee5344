/**
 * A picture without where and when it was taken, by whom and with what: done before it is sealed, so that nobody gets it. Always holds:
 * what comes back is the picture as it was, not another compression of it.
 */
import { readPart } from '../bytes.ts';
import { imageTypeOf } from '../kinds.ts';
import { strippedJpeg } from './jpeg.ts';
import { blobOf, type Parts } from './parts.ts';
import { strippedPng } from './png.ts';
import { strippedWebp } from './webp.ts';

export interface Stripped {
  readonly file: Blob;
  /** `kept`: it may still tell where it was taken: its format is another, or it is not as its format says. */
  readonly place: 'stripped' | 'none' | 'kept';
}

/** Throws `Fault` where the file cannot be read. */
export async function stripped(file: Blob): Promise<Stripped> {
  const type = imageTypeOf(await readPart(file, 0, 32));
  if (type === null) return { file, place: 'none' };
  const parts = await partsOf(file, type);
  if (!parts) return { file, place: type === 'image/gif' ? 'none' : 'kept' };
  const clean = blobOf(file, parts, type);
  return clean.size === file.size ? { file, place: 'none' } : { file: clean, place: 'stripped' };
}

async function partsOf(file: Blob, type: string): Promise<Parts> {
  if (type === 'image/jpeg') return strippedJpeg(file);
  if (type === 'image/png') return strippedPng(file);
  return type === 'image/webp' ? strippedWebp(file) : null;
}
