// Dropout masks from the counter-based generator.

import { streamKey, words } from './random';

/**
 * Fills `to` with 0 (with probability `rate`, to 2^-32) or 1 / (1 - rate).
 * The words are compared as signed numbers: that is one instruction, the unsigned comparison three.
 */
export function dropoutMask(to: usize, length: usize, rate: f64, seed: u32, step: u32, index: u32): void {
  const key = streamKey(seed, step, index);
  const key0 = i32x4.splat(<i32>key);
  const key1 = i32x4.splat(<i32>(key >> 32));
  const kept = f32x4.splat(<f32>(1 / (1 - rate)));
  const limit = i32x4.splat(<i32>(<i64>(rate * 4294967296.0) - 2147483648));
  let counter = i32x4(0, 1, 2, 3);
  const four = i32x4.splat(4);
  const whole = length & ~3;
  let at = to;
  for (const end = to + (whole << 2); at < end; at += 16) {
    v128.store(at, v128.andnot(kept, i32x4.lt_s(words(counter, key0, key1), limit)));
    counter = i32x4.add(counter, four);
  }
  let last = v128.andnot(kept, i32x4.lt_s(words(counter, key0, key1), limit));
  for (let i = whole; i < length; i++, at += 4) {
    f32.store(at, f32x4.extract_lane(last, 0));
    last = i8x16.shuffle(last, last, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}
