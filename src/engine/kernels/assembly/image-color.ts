// Brightness, contrast about the image's mean and saturation about each pixel's grey value, as one linear map a pixel.

/**
 * out = own * x + grey * (x's grey value) + offset, rounded and kept within 0 .. 255, with own = b c s, grey = b c (1 - s)
 * and offset = b (1 - c) * (the mean grey value). The grey value is (77 R + 150 G + 29 B) / 256, rounded (ITU-R BT.601);
 * an image of another number of channels than three is its own grey value. Factors from 0 to 2; in 1/2048.
 */
export function colorImage(
  x: usize, channels: u32, pixels: i32,
  brightness: f64, contrast: f64, saturation: f64,
): void {
  const isColor = channels == 3;
  const both = brightness * contrast;
  const own = <i32>nearest(both * (isColor ? saturation : 1) * 2048);
  const grey = isColor ? <i32>nearest(both * (1 - saturation) * 2048) : 0;
  const toMean = brightness * (1 - contrast) * 2048;
  if (isColor) {
    const sum = 77 * sumBytes(x, pixels) + 150 * sumBytes(x + pixels, pixels) + 29 * sumBytes(x + 2 * pixels, pixels);
    color(x, pixels, own, grey, <i32>nearest((toMean * <f64>sum) / (256 * <f64>pixels)) + 1024);
    return;
  }
  for (let c: u32 = 0; c < channels; c++, x += pixels) {
    const sum = sumBytes(x, pixels);
    plain(x, pixels, own, <i32>nearest((toMean * <f64>sum) / <f64>pixels) + 1024);
  }
}

function sumBytes(x: usize, length: i32): u64 {
  let lanes = i32x4.splat(0);
  let i = 0;
  for (const stop = length & ~15; i < stop; i += 16) {
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v128.load(x + i))));
  }
  let sum =
    <u64>(<u32>i32x4.extract_lane(lanes, 0)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 1)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 2)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 3));
  for (; i < length; i++) sum += load<u8>(x + i);
  return sum;
}

/** Eight words of 16 bits: (x, other) in pairs times (own, grey), plus the offset, as bytes in words. */
// @ts-ignore: decorator
@inline
function mapped(x: v128, other: v128, factors: v128, offset: v128): v128 {
  const low = i8x16.shuffle(x, other, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
  const high = i8x16.shuffle(x, other, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(low, factors), offset), 11),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(high, factors), offset), 11),
  );
}

// @ts-ignore: decorator
@inline
function byteOf(value: i32): u8 {
  return <u8>min(max(value >> 11, 0), 255);
}

// @ts-ignore: decorator
@inline
function greys(r: v128, g: v128, b: v128): v128 {
  const sum = i16x8.add(
    i16x8.add(i16x8.mul(r, i16x8.splat(77)), i16x8.mul(g, i16x8.splat(150))),
    i16x8.add(i16x8.mul(b, i16x8.splat(29)), i16x8.splat(128)),
  );
  return i16x8.shr_u(sum, 8);
}

function color(red: usize, pixels: i32, own: i32, grey: i32, offset: i32): void {
  const green = red + pixels;
  const blue = green + pixels;
  const F = i32x4.splat((own & 0xffff) | (grey << 16));
  const O = i32x4.splat(offset);
  let i = 0;
  for (const stop = pixels & ~7; i < stop; i += 8) {
    const r = v128.load8x8_u(red + i);
    const g = v128.load8x8_u(green + i);
    const b = v128.load8x8_u(blue + i);
    const y = greys(r, g, b);
    const R = mapped(r, y, F, O);
    const G = mapped(g, y, F, O);
    const B = mapped(b, y, F, O);
    const RG = i8x16.narrow_i16x8_u(R, G);
    v128.store_lane<u64>(red + i, RG, 0);
    v128.store_lane<u64>(green + i, RG, 1);
    v128.store_lane<u64>(blue + i, i8x16.narrow_i16x8_u(B, B), 0);
  }
  for (; i < pixels; i++) {
    const r: i32 = load<u8>(red + i);
    const g: i32 = load<u8>(green + i);
    const b: i32 = load<u8>(blue + i);
    const y = grey * ((77 * r + 150 * g + 29 * b + 128) >> 8) + offset;
    store<u8>(red + i, byteOf(own * r + y));
    store<u8>(green + i, byteOf(own * g + y));
    store<u8>(blue + i, byteOf(own * b + y));
  }
}

function plain(x: usize, pixels: i32, own: i32, offset: i32): void {
  const F = i32x4.splat(own);
  const O = i32x4.splat(offset);
  const zero = i32x4.splat(0);
  let i = 0;
  for (const stop = pixels & ~7; i < stop; i += 8) {
    const X = mapped(v128.load8x8_u(x + i), zero, F, O);
    v128.store_lane<u64>(x + i, i8x16.narrow_i16x8_u(X, X), 0);
  }
  for (; i < pixels; i++) store<u8>(x + i, byteOf(own * load<u8>(x + i) + offset));
}
