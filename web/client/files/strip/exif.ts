/** Of EXIF only what a picture needs to be seen the right way up is kept: everything else (place, time, camera, owner) goes. */
import { view } from '../bytes.ts';

const ORIENTATION = 0x0112;
const SHORT = 3;

/** 1 to 8; 1, upright, where it says none or nothing that can be read. `tiff`: what follows "Exif\0\0". */
export function orientationOf(tiff: Uint8Array): number {
  if (tiff.length < 14) return 1;
  const at = view(tiff);
  const little = tiff[0] === 0x49;
  if (!little && tiff[0] !== 0x4d) return 1;
  const first = at.getUint32(4, little);
  if (first + 2 > tiff.length) return 1;
  const count = at.getUint16(first, little);
  for (let i = 0, p = first + 2; i < count && p + 12 <= tiff.length; i++, p += 12) {
    if (at.getUint16(p, little) !== ORIENTATION || at.getUint16(p + 2, little) !== SHORT) continue;
    const value = at.getUint16(p + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** A TIFF block that says the orientation and nothing else. */
export function onlyOrientation(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = new Uint8Array(26);
  const at = view(tiff);
  tiff.set([0x4d, 0x4d, 0, 42]);
  at.setUint32(4, 8);
  at.setUint16(8, 1);
  at.setUint16(10, ORIENTATION);
  at.setUint16(12, SHORT);
  at.setUint32(14, 1);
  at.setUint16(18, orientation);
  return tiff;
}
