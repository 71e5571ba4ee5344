/** The few bytes of preview that come in the message itself, as what they are: a tiny picture, or the shape of sound. */
import { imageTypeOf } from '../../client/files/kinds.ts';

/** Null: none that can be shown. */
export function previewUrl(preview: string | null): string | null {
  const bytes = bytesOf(preview);
  const type = bytes && imageTypeOf(bytes);
  return type ? `data:${type};base64,${preview}` : null;
}

/** How loud it is along its length, 0 to 1. */
export function shapeOf(preview: string | null): number[] {
  return [...(bytesOf(preview) ?? [])].slice(0, 64).map((byte) => byte / 255);
}

function bytesOf(preview: string | null): Uint8Array | null {
  try {
    return preview === null ? null : Uint8Array.from(atob(preview), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
