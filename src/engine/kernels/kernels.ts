// In: one WebAssembly.Memory. Out: the SIMD kernels that work on byte offsets into it.
// The kernels are AssemblyScript (assembly/), compiled by scripts/build-kernels.mjs. All arithmetic is float32 in a
// fixed order, so results are the same bytes on every machine.

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
 * The kernels. `w`, `g`, `m`, `v`, `to`, `from`, `rows`, `x`, `sums` are byte offsets (16-byte aligned is fastest),
 * `length` counts floats. A kernel writes whole groups of four floats, zeros after the end, unless it says otherwise:
 * regions must be padded to a multiple of four.
 *
 * The three optimizers end in the same way: w <- soft(decay * w - rate * direction, threshold) with
 * soft(w, t) = sign(w) * max(|w| - t, 0), and write to `sums` four f64: the sum of the squares of the new weights,
 * of the gradients (as they came, before `scale`) and of the updates (new minus old weights), and how many new
 * weights are exactly zero.
 */
export interface Kernels {
  /** direction = g; `rate` must hold the gradient scale already. */
  sgd(w: number, g: number, length: number, sums: number, rate: number, decay: number, threshold: number): void;
  /** m <- keep * m + scale * g; direction = ahead * scale * g + behind * m. */
  momentum(
    w: number,
    g: number,
    m: number,
    length: number,
    sums: number,
    scale: number,
    rate: number,
    decay: number,
    threshold: number,
    keep: number,
    ahead: number,
    behind: number,
  ): void;
  /** m <- m + share1 (scale * g - m); v <- v + share2 ((scale * g)^2 - v); direction = m / (sqrt(v) + epsilon). */
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    length: number,
    sums: number,
    scale: number,
    rate: number,
    decay: number,
    threshold: number,
    share1: number,
    share2: number,
    epsilon: number,
  ): void;
  /** The sum of the squares (f32 in blocks of 1,024, those summed in f64). */
  squaredNorm(x: number, length: number): number;
  /** x <- factor * x; nothing after the end is written. */
  scale(x: number, length: number, factor: number): void;
  /** 1 when no value is NaN or infinite, else 0. */
  finite(x: number, length: number): number;
  /** to <- to + share * (x - to); share 1 copies x exactly. */
  average(to: number, x: number, length: number, share: number): void;
  /**
   * to[i, :] = from[rows[i], :] for i in 0 .. count-1, rows of `width` float32 or int32, `rows` int32. Returns -1, or
   * the first i whose row is not in 0 .. available-1: the caller must treat that as an error. Writes nothing after the end.
   */
  gather(to: number, from: number, rows: number, count: number, width: number, available: number): number;
  /**
   * Fills `to` with 0 (with probability `rate`, 0 <= rate < 1) or 1 / (1 - rate), from the counter-based generator:
   * value i depends on (seed, step, index, i) alone, each an unsigned 32-bit integer. Writes nothing after the end.
   */
  dropoutMask(to: number, length: number, rate: number, seed: number, step: number, index: number): void;
  /** to[i] += deviation * (a standard normal number); keyed like `dropoutMask`. Writes nothing after the end. */
  noise(to: number, length: number, deviation: number, seed: number, step: number, index: number): void;
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
