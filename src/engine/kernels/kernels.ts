// In: one WebAssembly.Memory. Out: the SIMD kernels that work on byte offsets into it.
// The kernels are AssemblyScript (assembly/), compiled by scripts/build-kernels.mjs. All arithmetic is float32 in a
// fixed order, or whole numbers, so results are the same bytes on every machine.

import { FettleError } from '../../base/error.ts';
import { KERNELS_WASM } from './kernels.wasm.ts';

/** The part of `WebAssembly.Memory` that is used here (this room compiles without DOM types). */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
  validate(bytes: Uint8Array): boolean;
};
declare function atob(text: string): string;

/**
 * The kernels. `w`, `g`, `m`, `v`, `to`, `from`, `rows`, `x`, `sums` are byte offsets, `length` counts floats. Regions
 * are padded to groups of 16 floats, and the padding belongs to the kernels, which fill it with zeros (dropoutMask:
 * with more of its values); `noise`, `gather` and the kernels for images write nothing after the end.
 *
 * The three optimizers multiply the gradients by `scale` first and end in the same way:
 * w <- soft(decay * w - rate * direction, threshold) with soft(w, t) = sign(w) * max(|w| - t, 0). They write to `sums`
 * three f64: the sum of the squares of the new weights, of the scaled gradients, and of the updates (new minus old
 * weights).
 */
export interface Kernels {
  /** direction = g. */
  sgd(
    w: number,
    g: number,
    length: number,
    sums: number,
    scale: number,
    rate: number,
    decay: number,
    threshold: number,
  ): void;
  /** m <- keep * m + g; rate * direction = ahead * g + behind * m. */
  momentum(
    w: number,
    g: number,
    m: number,
    length: number,
    sums: number,
    scale: number,
    keep: number,
    ahead: number,
    behind: number,
    decay: number,
    threshold: number,
  ): void;
  /** m <- keep1 * m + take1 * g; v <- keep2 * v + take2 * g^2; direction = m / (sqrt(v) + epsilon). */
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    length: number,
    sums: number,
    scale: number,
    keep1: number,
    take1: number,
    keep2: number,
    take2: number,
    rate: number,
    epsilon: number,
    decay: number,
    threshold: number,
  ): void;
  /** The sum of the squares, in f64: finite for all finite floats. */
  squaredNorm(x: number, length: number): number;
  /** How many values are exactly zero. */
  zeros(x: number, length: number): number;
  /** Values of magnitude `limit` or less become zero; NaN stays. */
  flush(x: number, length: number, limit: number): void;
  /** x <- factor * x. */
  scale(x: number, length: number, factor: number): void;
  /** 1 when no value is NaN or infinite, else 0. */
  finite(x: number, length: number): number;
  /** to <- to + share * (x - to); share 1 copies x exactly. */
  average(to: number, x: number, length: number, share: number): void;
  /**
   * to[i, :] = from[rows[i], :] for i in 0 .. count-1, rows of `width` float32 or int32, `rows` int32. Returns -1, or
   * the first i whose row is not in 0 .. available-1: the caller must treat that as an error.
   */
  gather(to: number, from: number, rows: number, count: number, width: number, available: number): number;
  /**
   * Fills `to` with 0 (with probability `rate`, 0 <= rate < 1) or 1 / (1 - rate), from the counter-based generator:
   * value i depends on (seed, step, index, i) alone, each an unsigned 32-bit integer.
   */
  dropoutMask(to: number, length: number, rate: number, seed: number, step: number, index: number): void;
  /** to[i] += deviation * (a standard normal number, at most 5.77 in magnitude); keyed like `dropoutMask`. */
  noise(to: number, length: number, deviation: number, seed: number, step: number, index: number): void;
  /**
   * Fills `to` with at least `count` random words, in whole groups of 16: word i depends on (seed, step, index, i) alone.
   */
  randomWords(to: number, count: number, seed: number, step: number, index: number): void;
  /**
   * Mirrors an image (bit 0 of `flip`: left to right, bit 1: upside down), then moves it by whole pixels; what comes in is
   * byte c of `fill` in channel c. `to` and `from` must not overlap.
   */
  moveImage(
    to: number,
    from: number,
    channels: number,
    height: number,
    width: number,
    flip: number,
    right: number,
    down: number,
    fill: number,
  ): void;
  /** Rows `top` .. `bottom` - 1, columns `left` .. `right` - 1 of an image become byte c of `fill` in channel c. */
  fillBox(
    to: number,
    channels: number,
    height: number,
    width: number,
    top: number,
    left: number,
    bottom: number,
    right: number,
    fill: number,
  ): void;
  /**
   * Samples an image bilinearly by an inverse affine map: the pixel at (column, row) of the target is the source at
   * the offset (xx u + xy v, yx u + yy v) / 65536 from its centre, with u = column - right, v = row - down, both from
   * the centre. Points are taken in 1/128 pixels and sums rounded once, so whole pixels are exact. Sides of at most 2,000
   * pixels and factors of at most 10 in magnitude keep the coordinates within 32 bits.
   * `padded` is room for a frame of fill values around the image, which the caller has written there (and which stay):
   * (height + 3) x (width + 3) pixels, the image at (1, 1), and 16 bytes more; for three channels four bytes a pixel, for
   * others a plane of bytes each.
   */
  warpImage(
    to: number,
    from: number,
    padded: number,
    channels: number,
    height: number,
    width: number,
    xx: number,
    xy: number,
    yx: number,
    yy: number,
    right: number,
    down: number,
  ): void;
  /**
   * In place: x <- b x, then x <- m + c (x - m) about the mean grey value m, then x <- g + s (x - g) about the pixel's
   * grey value g, then rounded and kept within 0 .. 255; factors b, c, s from 0 to 2. Other than three channels are grey
   * each, and s does nothing.
   */
  colorImage(
    x: number,
    channels: number,
    pixels: number,
    brightness: number,
    contrast: number,
    saturation: number,
  ): void;
  /** In place: image i <- (share * image i + (256 - share) * image count-1-i) / 256, rounded; share is 0 .. 256. */
  mixImages(images: number, count: number, bytes: number, share: number): void;
  /** In place: images i and count-1-i exchange rows `top` .. `bottom` - 1, columns `left` .. `right` - 1. */
  swapBoxes(
    images: number,
    count: number,
    channels: number,
    height: number,
    width: number,
    top: number,
    left: number,
    bottom: number,
    right: number,
  ): void;
}

/** Compiles the kernels (a few KB, under a millisecond) and binds them to a memory. Throws where wasm SIMD is missing. */
export function instantiateKernels(memory: WasmMemory): Kernels {
  const bytes = Uint8Array.from(atob(KERNELS_WASM), (c) => c.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) {
    throw new FettleError(
      'engine',
      'The kernels need WebAssembly with SIMD, which this JavaScript engine refuses. Use Node 22 or newer, or a browser of 2023 or newer.',
    );
  }
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as Kernels;
}
