import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, encodeFrames } from './frames.ts';

test('frames cut anywhere come out whole and in order', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 30 }), (sent, pieceBytes) => {
      const reader = createFrameReader(40);
      const bytes = encodeFrames(sent);
      const got: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        reader.push(bytes.subarray(at, at + pieceBytes));
        for (let frame = reader.next(); frame instanceof Uint8Array; frame = reader.next()) got.push(frame);
      }
      expect(got).toEqual(sent);
      expect(reader.bufferedBytes()).toBe(0);
    }),
  );
});

test('a frame at the limit is read, and one past it is found out by its length alone', () => {
  const reader = createFrameReader(10);
  reader.push(encodeFrames([new Uint8Array(10)]));
  expect(reader.next()).toHaveLength(10);
  reader.push(Uint8Array.of(0, 0, 0));
  expect(reader.next()).toBe('incomplete');
  reader.push(Uint8Array.of(11));
  expect(reader.next()).toBe('too_large');
});

test('a frame does not share memory with the bytes it came in', () => {
  const reader = createFrameReader(10);
  const bytes = encodeFrames([Uint8Array.of(1, 2)]);
  reader.push(bytes);
  const frame = reader.next();
  bytes.fill(9);
  expect(frame).toEqual(Uint8Array.of(1, 2));
});
