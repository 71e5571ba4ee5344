import { expect, test } from 'vitest';
import { concatBytes, utf8 } from '../../../protocol/bytes.ts';
import { whyNot } from './open.ts';

const sides = (width: number, height: number) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, width);
  new DataView(bytes.buffer).setUint32(4, height);
  return bytes;
};
const png = (width: number, height: number) =>
  concatBytes(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13),
    utf8('IHDR'),
    sides(width, height),
    new Uint8Array(9),
  );

test.each([
  ['svg', utf8('<svg onload="alert(1)">')],
  ['svg', utf8('<?xml version="1.0"?><svg/>')],
  ['svg', utf8('<!DOCTYPE html><script>alert(1)</script>')],
  ['kind', utf8('%PDF-1.7')],
  ['kind', new Uint8Array()],
  ['huge', png(40_000, 40_000)],
  ['huge', png(60_000, 2)],
])('is not opened, because it is %s', (why, bytes) => {
  expect(whyNot(bytes)).toBe(why);
});

test('a picture of a camera is opened', () => {
  expect(whyNot(png(6_000, 4_000))).toBeNull();
});
