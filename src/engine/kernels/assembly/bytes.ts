// Rows of bytes: copied, mirrored, filled, swapped. Rows are short, so no call into the engine's memory functions; the
// last group of 16 overlaps the one before it, so that only rows under 16 bytes need smaller steps.

/** to[i] = from[i] for i in 0 .. length-1; the two do not overlap. */
export function copyBytes(to: usize, from: usize, length: usize): void {
  if (length >= 16) {
    const last = length - 16;
    for (let i: usize = 0; i < last; i += 16) v128.store(to + i, v128.load(from + i));
    v128.store(to + last, v128.load(from + last));
  } else if (length >= 8) {
    const end = load<u64>(from + length - 8);
    store<u64>(to, load<u64>(from));
    store<u64>(to + length - 8, end);
  } else {
    for (let i: usize = 0; i < length; i++) store<u8>(to + i, load<u8>(from + i));
  }
}

/** to[i] = from[length - 1 - i]; the two do not overlap. */
export function mirrorBytes(to: usize, from: usize, length: usize): void {
  if (length >= 16) {
    const last = length - 16;
    for (let i: usize = 0; i < last; i += 16) v128.store(to + i, mirrored(from + last - i));
    v128.store(to + last, mirrored(from));
  } else {
    const end = from + length - 1;
    for (let i: usize = 0; i < length; i++) store<u8>(to + i, load<u8>(end - i));
  }
}

// @ts-ignore: decorator
@inline
function mirrored(at: usize): v128 {
  const x = v128.load(at);
  return i8x16.shuffle(x, x, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

/** to[i] = value. */
export function fillBytes(to: usize, length: usize, value: u8): void {
  if (length >= 16) {
    const last = length - 16;
    const all = i8x16.splat(value);
    for (let i: usize = 0; i < last; i += 16) v128.store(to + i, all);
    v128.store(to + last, all);
  } else {
    for (let i: usize = 0; i < length; i++) store<u8>(to + i, value);
  }
}

/** a[i] and b[i] change places; the two do not overlap. */
export function swapBytes(a: usize, b: usize, length: usize): void {
  let i: usize = 0;
  for (const stop = length & ~15; i < stop; i += 16) {
    const x = v128.load(a + i);
    v128.store(a + i, v128.load(b + i));
    v128.store(b + i, x);
  }
  for (; i < length; i++) {
    const x = load<u8>(a + i);
    store<u8>(a + i, load<u8>(b + i));
    store<u8>(b + i, x);
  }
}

/** Byte `channel` of the packed fill values. */
// @ts-ignore: decorator
@inline
export function fillOf(fill: u32, channel: u32): u8 {
  return <u8>(fill >> (channel << 3));
}
