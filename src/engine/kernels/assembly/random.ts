// The counter-based generator: word i of stream (seed, step, index) is a function of those four numbers alone,
// so nothing has to be saved to go on after a crash. Keys: SplitMix64's finalizer (Steele, Lea, Flood 2014).
// Words: the integer hash `lowbias32` (Chris Wellons, 2018) with a second key between its two rounds, so that
// no stream is another one at an offset.

/** SplitMix64's finalizer: a permutation of 64 bits in which every input bit moves every output bit. */
function mix64(x: u64): u64 {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/** The 64-bit key of a stream; its low and high half are the two keys of `words`. */
export function streamKey(seed: u32, step: u32, index: u32): u64 {
  return mix64(mix64(((<u64>seed) << 32) | (<u64>step)) + ((<u64>index) + 1) * 0x9e3779b97f4a7c15);
}

/** Four random words from four counters. Their high bits are mixed; `mixed` brings that to the low 16 bits. */
// @ts-ignore: decorator
@inline
export function words(counter: v128, key0: v128, key1: v128): v128 {
  let x = i32x4.add(counter, key0);
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(v128.xor(x, key1), i32x4.shr_u(x, 15));
  return i32x4.mul(x, i32x4.splat(0x846ca68b));
}

/** The hash's last line, for those who need the low bits. */
// @ts-ignore: decorator
@inline
export function mixed(x: v128): v128 {
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** Fills `to` with whole groups of 16 words, at least `count`: word i of the stream is a function of its key and i alone. */
export function randomWords(to: usize, count: usize, seed: u32, step: u32, index: u32): void {
  const key = streamKey(seed, step, index);
  const key0 = i32x4.splat(<i32>key);
  const key1 = i32x4.splat(<i32>(key >> 32));
  let counter = i32x4(0, 1, 2, 3);
  for (const end = to + (((count + 15) & ~15) << 2); to < end; to += 16) {
    v128.store(to, mixed(words(counter, key0, key1)));
    counter = i32x4.add(counter, i32x4.splat(4));
  }
}
