/** Which square of a picture is taken. Always holds: the square lies within the picture. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Crop {
  /** Middle of the square, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  /** 1: the biggest square that there is. */
  readonly zoom: number;
}
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export const CLOSEST = 5;

export function wholeCrop({ width, height }: Size): Crop {
  return { x: width / 2, y: height / 2, zoom: 1 };
}

export function squareOf(size: Size, { x, y, zoom }: Crop): Square {
  const side = Math.min(size.width, size.height) / zoom;
  return { left: x - side / 2, top: y - side / 2, side };
}

/** `right`, `down`: by which part of the square's side it moves. */
export function moved(size: Size, crop: Crop, right: number, down: number): Crop {
  const { side } = squareOf(size, crop);
  return within(size, { ...crop, x: crop.x + right * side, y: crop.y + down * side });
}

export function zoomed(size: Size, crop: Crop, zoom: number): Crop {
  return within(size, { ...crop, zoom: clamp(zoom, 1, CLOSEST) });
}

function within(size: Size, crop: Crop): Crop {
  const half = squareOf(size, crop).side / 2;
  return { ...crop, x: clamp(crop.x, half, size.width - half), y: clamp(crop.y, half, size.height - half) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
