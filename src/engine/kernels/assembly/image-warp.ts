// Rotation and scale, together with flips and shifts: one inverse affine map per image, in fixed point.
// The image is first laid into a frame of fill values, one pixel above and to the left, two below and to the right, and
// coordinates are clamped to that frame: so what lies outside is filled without a branch per pixel. Four pixels at a time.

import { copyBytes } from './bytes';

/** Documented in ../kernels.ts. */
export function warpImage(
  to: usize, from: usize, padded: usize, channels: u32, height: i32, width: i32,
  xx: i32, xy: i32, yx: i32, yy: i32, right: i32, down: i32,
): void {
  // Twice the distance from the pixel (0, 0) of the target to the centre.
  const u = <i64>(width - 1 + 2 * right);
  const v = <i64>(height - 1 + 2 * down);
  const x = (<i64>(width - 1) << 15) - ((u * xx + v * xy) >> 1);
  const y = (<i64>(height - 1) << 15) - ((u * yx + v * yy) >> 1);
  if (channels == 3) {
    interleave(padded, from, height, width);
    warp<void>(to, padded, height, width, <i32>x, <i32>y, xx, xy, yx, yy);
    return;
  }
  const stride = width + 3;
  for (let c: u32 = 0; c < channels; c++) {
    for (let r = 0; r < height; r++, from += width) copyBytes(padded + (r + 1) * stride + 1, from, width);
    warp<u8>(to, padded, height, width, <i32>x, <i32>y, xx, xy, yx, yy);
    to += height * width;
    padded += (height + 3) * stride;
  }
}

/** One plane (`u8`), or three from pixels of four bytes (`void`). */
function warp<Grey>(
  to: usize, padded: usize, height: i32, width: i32,
  x: i32, y: i32, xx: i32, xy: i32, yx: i32, yy: i32,
): void {
  const pixel = isVoid<Grey>() ? 4 : 1;
  const stride = (width + 3) * pixel;
  const plane = height * width;
  const origin = i32x4.splat(<i32>padded + stride + pixel);
  const strides = i32x4.splat(stride);
  const one = i32x4.splat(-65536);
  const right = i32x4.splat(width << 16);
  const bottom = i32x4.splat(height << 16);
  const fraction = i32x4.splat(127);
  const first = i32x4(0, 1, 2, 3);
  const stepX = i32x4.splat(xx << 2);
  const stepY = i32x4.splat(yx << 2);
  for (let r = 0; r < height; r++, x += xy, y += yy) {
    let X = i32x4.add(i32x4.splat(x), i32x4.mul(first, i32x4.splat(xx)));
    let Y = i32x4.add(i32x4.splat(y), i32x4.mul(first, i32x4.splat(yx)));
    for (let c = 0; c < width; c += 4) {
      const px = i32x4.min_s(i32x4.max_s(X, one), right);
      const py = i32x4.min_s(i32x4.max_s(Y, one), bottom);
      const row = i32x4.mul(i32x4.shr_s(py, 16), strides);
      const column = isVoid<Grey>() ? i32x4.shl(i32x4.shr_s(px, 16), 2) : i32x4.shr_s(px, 16);
      const at = i32x4.add(i32x4.add(origin, row), column);
      const fx = v128.and(i32x4.shr_s(px, 9), fraction);
      const fy = v128.and(i32x4.shr_s(py, 9), fraction);
      const pixels = isVoid<Grey>() ? colors(at, stride, fx, fy) : greys(at, stride, fx, fy);
      if (c + 4 <= width) {
        v128.store_lane<u32>(to, pixels, 0);
        if (isVoid<Grey>()) {
          v128.store_lane<u32>(to + plane, pixels, 1);
          v128.store_lane<u32>(to + 2 * plane, pixels, 2);
        }
        to += 4;
      } else {
        const left = width - c;
        some(to, i32x4.extract_lane(pixels, 0), left);
        if (isVoid<Grey>()) {
          some(to + plane, i32x4.extract_lane(pixels, 1), left);
          some(to + 2 * plane, i32x4.extract_lane(pixels, 2), left);
        }
        to += left;
      }
      X = i32x4.add(X, stepX);
      Y = i32x4.add(Y, stepY);
    }
  }
}

/** Writes the first bytes of a word. */
function some(to: usize, word: u32, count: i32): void {
  for (let i = 0; i < count; i++, word >>= 8) store<u8>(to + i, word);
}

/** (128 - f, f) in the halves of each word. */
// @ts-ignore: decorator
@inline
function weights(f: v128): v128 {
  return i32x4.add(i32x4.sub(i32x4.shl(f, 16), f), i32x4.splat(128));
}

/** Sums of weight 2^14, rounded. */
// @ts-ignore: decorator
@inline
function rounded(sum: v128): v128 {
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(8192)), 14);
}

/** Four grey pixels: pairs of bytes above in lanes 0 .. 3, below in 4 .. 7. */
// @ts-ignore: decorator
@inline
function greys(at: v128, stride: i32, fx: v128, fy: v128): v128 {
  const a: usize = i32x4.extract_lane(at, 0);
  const b: usize = i32x4.extract_lane(at, 1);
  const c: usize = i32x4.extract_lane(at, 2);
  const d: usize = i32x4.extract_lane(at, 3);
  let pairs = i16x8.splat(0);
  pairs = v128.load_lane<u16>(a, pairs, 0);
  pairs = v128.load_lane<u16>(b, pairs, 1);
  pairs = v128.load_lane<u16>(c, pairs, 2);
  pairs = v128.load_lane<u16>(d, pairs, 3);
  pairs = v128.load_lane<u16>(a + stride, pairs, 4);
  pairs = v128.load_lane<u16>(b + stride, pairs, 5);
  pairs = v128.load_lane<u16>(c + stride, pairs, 6);
  pairs = v128.load_lane<u16>(d + stride, pairs, 7);
  const left = v128.and(pairs, i16x8.splat(255));
  const change = i16x8.mul(i16x8.sub(i16x8.shr_u(pairs, 8), left), i16x8.narrow_i32x4_s(fx, fx));
  const rows = i16x8.add(i16x8.shl(left, 7), change);
  const both = i8x16.shuffle(rows, rows, 0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15);
  const sum = rounded(i32x4.dot_i16x8_s(both, weights(fy)));
  const half = i16x8.narrow_i32x4_s(sum, sum);
  return i8x16.narrow_i16x8_u(half, half);
}

/** One pixel of four bytes as a sum of weight 2^14; `fy` in all halves of words, `wx` in all words. */
// @ts-ignore: decorator
@inline
function color(at: usize, stride: i32, fy: v128, wx: v128): v128 {
  const above = v128.load8x8_u(at);
  const change = i16x8.mul(i16x8.sub(v128.load8x8_u(at + stride), above), fy);
  const columns = i16x8.add(i16x8.shl(above, 7), change);
  const both = i8x16.shuffle(columns, columns, 0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15);
  return rounded(i32x4.dot_i16x8_s(both, wx));
}

/** Four pixels: four bytes of red, of green, of blue. */
// @ts-ignore: decorator
@inline
function colors(at: v128, stride: i32, fx: v128, fy: v128): v128 {
  const w = weights(fx);
  const a = color(
    i32x4.extract_lane(at, 0), stride,
    i8x16.shuffle(fy, fy, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1),
    i8x16.shuffle(w, w, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3),
  );
  const b = color(
    i32x4.extract_lane(at, 1), stride,
    i8x16.shuffle(fy, fy, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5),
    i8x16.shuffle(w, w, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7),
  );
  const c = color(
    i32x4.extract_lane(at, 2), stride,
    i8x16.shuffle(fy, fy, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9),
    i8x16.shuffle(w, w, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11),
  );
  const d = color(
    i32x4.extract_lane(at, 3), stride,
    i8x16.shuffle(fy, fy, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13),
    i8x16.shuffle(w, w, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15),
  );
  const pixels = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  return i8x16.shuffle(pixels, pixels, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

/** Lays three planes into the frame as pixels of four bytes. */
function interleave(padded: usize, from: usize, height: i32, width: i32): void {
  const plane = height * width;
  const stride = (width + 3) << 2;
  let to = padded + stride + 4;
  for (let r = 0; r < height; r++, from += width, to += stride) {
    let c = 0;
    for (; c + 8 <= width; c += 8) eight(to + (c << 2), from + c, plane);
    for (; c < width; c++) {
      const at = from + c;
      store<u32>(to + (c << 2), load<u8>(at) | (<u32>load<u8>(at + plane) << 8) | (<u32>load<u8>(at + 2 * plane) << 16));
    }
  }
}

// @ts-ignore: decorator
@inline
function eight(to: usize, from: usize, plane: usize): void {
  const red = v128.load8x8_u(from);
  const green = v128.load8x8_u(from + plane);
  const blue = v128.load8x8_u(from + 2 * plane);
  const two = v128.or(red, i16x8.shl(green, 8));
  v128.store(to, i8x16.shuffle(two, blue, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23));
  v128.store(to, i8x16.shuffle(two, blue, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), 16);
}
