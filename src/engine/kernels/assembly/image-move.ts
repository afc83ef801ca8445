// Flips and shifts by whole pixels, and rectangles of one value: row by row.

import { copyBytes, fillBytes, fillOf, mirrorBytes } from './bytes';

/**
 * Mirrors an image (flip bit 0: left to right, bit 1: upside down), then moves it by (right, down) pixels; what comes in
 * is byte c of `fill` in channel c.
 */
export function moveImage(
  to: usize, from: usize, channels: u32, height: i32, width: i32,
  flip: u32, right: i32, down: i32, fill: u32,
): void {
  const first = min(max(right, 0), width);
  const last = max(min(width + right, width), 0);
  const count = max(last - first, 0);
  const start = flip & 1 ? width - last + right : first - right;
  const plane = <usize>height * width;
  for (let c: u32 = 0; c < channels; c++) {
    const value = fillOf(fill, c);
    for (let r = 0; r < height; r++, to += width) {
      const row = r - down;
      if (row < 0 || row >= height || count == 0) {
        fillBytes(to, width, value);
        continue;
      }
      const source = from + (flip & 2 ? height - 1 - row : row) * width + start;
      if (flip & 1) mirrorBytes(to + first, source, count);
      else copyBytes(to + first, source, count);
      if (first > 0) fillBytes(to, first, value);
      if (last < width) fillBytes(to + last, width - last, value);
    }
    from += plane;
  }
}

/** Rows top .. bottom-1, columns left .. right-1 of an image become byte c of `fill` in channel c. */
export function fillBox(
  to: usize, channels: u32, height: i32, width: i32,
  top: i32, left: i32, bottom: i32, right: i32, fill: u32,
): void {
  for (let c: u32 = 0; c < channels; c++, to += height * width) {
    const value = fillOf(fill, c);
    for (let r = top; r < bottom; r++) fillBytes(to + r * width + left, right - left, value);
  }
}
