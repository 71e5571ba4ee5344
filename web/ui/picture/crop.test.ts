import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moved, squareOf, wholeCrop, zoomed } from './crop.ts';

const size = { width: 400, height: 200 };

test('at first the biggest square in the middle is taken', () => {
  expect(squareOf(size, wholeCrop(size))).toEqual({ left: 100, top: 0, side: 200 });
});

test('it moves by parts of its side, and no further than the edge', () => {
  const right = moved(size, wholeCrop(size), 0.25, 0.25);
  expect(squareOf(size, right)).toEqual({ left: 150, top: 0, side: 200 });
  expect(squareOf(size, moved(size, right, 9, -9))).toEqual({ left: 200, top: 0, side: 200 });
});

test('closer takes less, around the same middle', () => {
  expect(squareOf(size, zoomed(size, wholeCrop(size), 2))).toEqual({ left: 150, top: 50, side: 100 });
});

test('whatever is done, the square lies within the picture', () => {
  const step = fc.record({
    right: fc.double({ min: -3, max: 3, noNaN: true }),
    down: fc.double({ min: -3, max: 3, noNaN: true }),
    zoom: fc.double({ min: -1, max: 20, noNaN: true }),
  });
  const sides = fc.record({ width: fc.integer({ min: 1, max: 9_000 }), height: fc.integer({ min: 1, max: 9_000 }) });
  fc.assert(
    fc.property(sides, fc.array(step), (picture, steps) => {
      let crop = wholeCrop(picture);
      for (const { right, down, zoom } of steps) crop = zoomed(picture, moved(picture, crop, right, down), zoom);
      const { left, top, side } = squareOf(picture, crop);
      const slack = 1e-6;
      expect(side).toBeGreaterThan(0);
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(-slack);
      expect(left + side).toBeLessThanOrEqual(picture.width + slack);
      expect(top + side).toBeLessThanOrEqual(picture.height + slack);
    }),
  );
});
