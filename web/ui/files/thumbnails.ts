/** Small pictures of large ones. They are drawn anew, so nothing of the file but what is seen is in them. */

import { imageSize, isDecodable } from '../../client/files/image-size.ts';
import { FILE_LIMITS } from '../../client/files/limits.ts';
import type { Looks } from './looks.ts';

const SIDE = 640;
const SMALL_SIDE = 320;
const PREVIEW_SIDE = 20;

/** Null: its size cannot be read, or it would need more memory than a picture should. */
export async function lookAtImage(file: Blob): Promise<Looks | null> {
  const size = await imageSize(file);
  if (!size || !isDecodable(size)) return null;
  const most = Math.max(size.width, size.height);
  const options: ImageBitmapOptions = { imageOrientation: 'from-image' };
  if (most > 2 * SIDE)
    Object.assign(options, { resizeWidth: Math.round((size.width * SIDE) / most), resizeQuality: 'high' });
  const bitmap = await createImageBitmap(file, options);
  // It may lie on its side, and be shown upright.
  const isTurned = bitmap.width > bitmap.height !== size.width > size.height;
  const { width, height } = isTurned ? { width: size.height, height: size.width } : size;
  const drawn = await drawnSmall(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return { width, height, ...drawn };
}

/** Thumbnail and preview of anything that can be drawn. */
export async function drawnSmall(picture: CanvasImageSource, width: number, height: number): Promise<Looks> {
  const thumb = await thumbnail(picture, width, height);
  const tiny = await encoded(picture, fitting(width, height, PREVIEW_SIDE), 0.4);
  const preview = await base64Of(tiny);
  return {
    ...(thumb ? { thumb } : {}),
    ...(preview.length <= FILE_LIMITS.previewLength ? { preview } : {}),
  };
}

async function thumbnail(picture: CanvasImageSource, width: number, height: number): Promise<Looks['thumb'] | null> {
  for (const [side, quality] of [
    [SIDE, 0.8],
    [SIDE, 0.5],
    [SMALL_SIDE, 0.5],
  ] as const) {
    const size = fitting(width, height, side);
    const file = await encoded(picture, size, quality);
    if (file.size <= FILE_LIMITS.thumbBytes) return { file, ...size };
  }
  return null;
}

function fitting(width: number, height: number, side: number) {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

async function encoded(
  picture: CanvasImageSource,
  size: { width: number; height: number },
  quality: number,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('nothing can be drawn here');
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, size.width, size.height);
  return canvas.convertToBlob({ type: 'image/webp', quality });
}

async function base64Of(blob: Blob): Promise<string> {
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}
