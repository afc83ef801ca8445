// In: named regions with their lengths. Out: one memory that holds them all, views on it and the kernels bound to it.
// Parameters, gradients and moments live here, so the runtime and the optimizer share them without a copy.

import { FettleError } from '../../base/error.ts';
import { instantiateKernels, type Kernels, type WasmMemory } from './kernels.ts';

/** A named stretch of the arena; `floats` counts four-byte numbers. */
export interface Region {
  readonly name: string;
  readonly floats: number;
}

/** One fixed memory with named regions. Views stay valid for its whole life, since it never grows. */
export interface Arena {
  readonly regions: readonly Region[];
  readonly kernels: Kernels;
  /** The whole memory's size. */
  readonly bytes: number;
  /** True when the arena has that region. */
  has(name: string): boolean;
  /** Where the region starts, in bytes: what the kernels take. */
  offset(name: string): number;
  /** The region as float32. */
  float32(name: string): Float32Array<ArrayBuffer>;
  /** The region as bytes, four for each float. */
  uint8(name: string): Uint8Array<ArrayBuffer>;
  /** The region as int32. */
  int32(name: string): Int32Array<ArrayBuffer>;
  /** The region as float64, floor(floats / 2) of them. */
  float64(name: string): Float64Array<ArrayBuffer>;
}

declare const WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => WasmMemory };

const PAGE = 65536; // bytes, fixed by WebAssembly
const MOST_PAGES = 65536; // 4 GiB, all that 32-bit offsets reach
const ALIGNMENT = 64; // bytes, a cache line

/** Allocates an arena, all zeros; regions start at multiples of 64 bytes and their padding belongs to the kernels. */
export function createArena(regions: readonly Region[]): Arena {
  const places = new Map<string, { readonly offset: number; readonly floats: number }>();
  let end = 0;
  for (const { name, floats } of regions) {
    if (!Number.isSafeInteger(floats) || floats < 0) {
      throw new FettleError('engine', `Region "${name}" must have a whole number of floats, but has ${floats}.`);
    }
    if (places.has(name)) throw new FettleError('engine', `Two regions of the arena are named "${name}"; rename one.`);
    places.set(name, { offset: end, floats });
    end += Math.ceil((floats * 4) / ALIGNMENT) * ALIGNMENT;
  }
  const memory = allocate(end);
  const place = (name: string): { readonly offset: number; readonly floats: number } => {
    const found = places.get(name);
    if (found !== undefined) return found;
    const names = [...places.keys()].join(', ') || 'none';
    throw new FettleError('engine', `The arena has no region "${name}"; it has: ${names}. Add it to createArena.`);
  };
  return {
    regions,
    kernels: instantiateKernels(memory),
    bytes: memory.buffer.byteLength,
    has: (name) => places.has(name),
    offset: (name) => place(name).offset,
    float32: (name) => new Float32Array(memory.buffer, place(name).offset, place(name).floats),
    int32: (name) => new Int32Array(memory.buffer, place(name).offset, place(name).floats),
    uint8: (name) => new Uint8Array(memory.buffer, place(name).offset, place(name).floats * 4),
    float64: (name) => new Float64Array(memory.buffer, place(name).offset, place(name).floats >> 1),
  };
}

function allocate(bytes: number): WasmMemory {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  const gib = (bytes / 2 ** 30).toFixed(1);
  if (pages > MOST_PAGES) {
    throw new FettleError(
      'engine',
      `An arena holds at most 4 GiB, but this network with its optimizer and batch needs ${gib} GiB. Use a smaller network, a smaller batch, or SGD, which keeps fewer moments.`,
    );
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new FettleError(
      'engine',
      `This machine refused to give ${gib} GiB of memory for the arena. Free memory, or use a smaller network or batch.`,
      { cause },
    );
  }
}
