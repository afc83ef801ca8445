// Dropout masks from the counter-based generator.

import { padded } from './lanes';
import { streamKey, words } from './random';

/**
 * Fills `to` with 0 (with probability `rate`, to 2^-32) or 1 / (1 - rate), the padding included.
 * The words are compared as signed numbers: that is one instruction, the unsigned comparison three. Their high bits
 * decide, so the hash's last line is left out.
 * Four groups at a time, so that the hash's constants are loaded once for 16 values.
 */
export function dropoutMask(to: usize, length: usize, rate: f64, seed: u32, step: u32, index: u32): void {
  const key = streamKey(seed, step, index);
  const key1 = i32x4.splat(<i32>(key >> 32));
  const a = i32x4.add(i32x4.splat(<i32>key), i32x4(0, 1, 2, 3));
  const b = i32x4.add(i32x4.splat(<i32>key), i32x4(4, 5, 6, 7));
  const c = i32x4.add(i32x4.splat(<i32>key), i32x4(8, 9, 10, 11));
  const d = i32x4.add(i32x4.splat(<i32>key), i32x4(12, 13, 14, 15));
  const kept = f32x4.splat(<f32>(1 / (1 - rate)));
  const limit = i32x4.splat(<i32>(<i64>(rate * 4294967296.0) - 2147483648));
  const stop = padded(length);
  for (let i: usize = 0; i < stop; i += 64) {
    const counter = i32x4.splat(<i32>(i >> 2));
    v128.store(to + i, v128.andnot(kept, i32x4.lt_s(words(counter, a, key1), limit)));
    v128.store(to + i, v128.andnot(kept, i32x4.lt_s(words(counter, b, key1), limit)), 16);
    v128.store(to + i, v128.andnot(kept, i32x4.lt_s(words(counter, c, key1), limit)), 32);
    v128.store(to + i, v128.andnot(kept, i32x4.lt_s(words(counter, d, key1), limit)), 48);
  }
}
