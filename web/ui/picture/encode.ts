/**
 * Makes the small picture that is sent: drawn anew from pixels, so that nothing of the file is left but what is to be seen (places and
 * cameras stand in files, not in pixels).
 */
import { PICTURE_BYTES } from '../../client/picture.ts';
import { type Crop, squareOf } from './crop.ts';

const SIDE = 256;
/** What is aimed at: everybody in the chat loads it with the list. */
const GOAL_BYTES = 16 * 1024;
const QUALITIES = [0.86, 0.72, 0.56, 0.4] as const;

/** Null: this browser makes none that is small enough. */
export async function encodeSquare(bitmap: ImageBitmap, crop: Crop): Promise<Uint8Array<ArrayBuffer> | null> {
  const canvas = document.createElement('canvas');
  canvas.width = SIDE;
  canvas.height = SIDE;
  const pen = canvas.getContext('2d');
  if (!pen) return null;
  drawSquare(pen, bitmap, crop, SIDE);
  // A browser that makes no WebP gives PNG in its place.
  const type = (await blobOf(canvas, 'image/webp', 0.5))?.type === 'image/webp' ? 'image/webp' : 'image/jpeg';
  let smallest: Blob | null = null;
  for (const quality of QUALITIES) {
    smallest = await blobOf(canvas, type, quality);
    if (smallest && smallest.size <= GOAL_BYTES) break;
  }
  return smallest && smallest.size <= PICTURE_BYTES ? new Uint8Array(await smallest.arrayBuffer()) : null;
}

/** What is transparent is white: JPEG has nothing else to put there. */
export function drawSquare(pen: CanvasRenderingContext2D, bitmap: ImageBitmap, crop: Crop, side: number): void {
  const { left, top, side: from } = squareOf(bitmap, crop);
  pen.imageSmoothingQuality = 'high';
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, side, side);
  pen.drawImage(bitmap, left, top, from, from, 0, 0, side, side);
}

function blobOf(canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}
