// Pairs of images of a batch, the first with the last, the second with the last but one: blended, or boxes swapped.

import { swapBytes } from './bytes';

/** (share * a + (256 - share) * b + 128) / 256 for eight bytes each. */
// @ts-ignore: decorator
@inline
function blend(a: v128, b: v128, share: v128, rest: v128): v128 {
  const sum = i16x8.add(i16x8.mul(a, share), i16x8.mul(b, rest));
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(128)), 8);
}

/** Image i becomes (share * image i + (256 - share) * image count-1-i) / 256, rounded; all at once, in place. */
export function mixImages(images: usize, count: i32, bytes: i32, share: i32): void {
  const S = i16x8.splat(<i16>share);
  const T = i16x8.splat(<i16>(256 - share));
  let a = images;
  let b = images + (count - 1) * bytes;
  for (; a < b; a += bytes, b -= bytes) {
    let i = 0;
    for (const stop = bytes & ~7; i < stop; i += 8) {
      const A = v128.load8x8_u(a + i);
      const B = v128.load8x8_u(b + i);
      const both = i8x16.narrow_i16x8_u(blend(A, B, S, T), blend(B, A, S, T));
      v128.store_lane<u64>(a + i, both, 0);
      v128.store_lane<u64>(b + i, both, 1);
    }
    for (; i < bytes; i++) {
      const A: i32 = load<u8>(a + i);
      const B: i32 = load<u8>(b + i);
      store<u8>(a + i, (share * A + (256 - share) * B + 128) >> 8);
      store<u8>(b + i, (share * B + (256 - share) * A + 128) >> 8);
    }
  }
}

/** Images i and count-1-i exchange rows top .. bottom-1, columns left .. right-1. */
export function swapBoxes(
  images: usize, count: i32, channels: i32, height: i32, width: i32,
  top: i32, left: i32, bottom: i32, right: i32,
): void {
  const bytes = channels * height * width;
  let a = images;
  let b = images + (count - 1) * bytes;
  for (; a < b; a += bytes, b -= bytes) {
    for (let c = 0; c < channels; c++) {
      for (let r = top; r < bottom; r++) {
        const at = (c * height + r) * width + left;
        swapBytes(a + at, b + at, right - left);
      }
    }
  }
}
