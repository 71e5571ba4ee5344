// A WebP as browsers make it for a look: all that a program checks of it is its header.

/** About as long as a real one; of 256 x 256. */
export function smallPicture(length = 12_000): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 167 + 13) % 251);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('RIFF....WEBPVP8 '));
  view.setUint32(4, length - 8, true);
  view.setUint32(16, length - 20, true);
  bytes.set([0x30, 1, 0, 0x9d, 1, 0x2a, 0, 1, 0, 1], 20);
  return bytes;
}
