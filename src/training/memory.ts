// In: a plan, its layout and the shapes of a batch. Out: one flat memory with a region for everything a step touches,
// and the tensors that the engine reads from it and writes into it.

import type { Dataset, DatasetImages } from '../data/dataset.ts';
import type { ImageShape } from '../data/table.ts';
import type { Region, Runtime, Tensor } from '../engine/index.ts';
import { type Arena, createArena } from '../engine/kernels/arena.ts';
import { type BufferSpec, elementCount, type InitializationSample, type MaskSpec } from '../network/specs.ts';
import type { Plan } from '../plan/plan.ts';
import { imageRegions } from './images/image-batch.ts';
import type { Layout } from './layout.ts';
import { optimizerRegions } from './optimizer.ts';

type Tensors = Record<string, Tensor>;

/** Regions whose values go on to the next step; of the optimizer's all but its scratch. */
export function keptRegions(plan: Plan, layout: Layout): readonly string[] {
  return optimizerRegions(plan.optimizer, layout.floats, plan.training)
    .map(({ name }) => name)
    .filter((name) => name !== 'gradients' && name !== 'statistics');
}

/** What the memory of one training depends on, of the data. */
export type MemoryData = Pick<Dataset, 'width'> & { readonly images: ImageShape | null };

/** The memory of one training. */
export function createMemory(
  plan: Plan,
  layout: Layout,
  masks: readonly MaskSpec[],
  batchSize: number,
  data: MemoryData,
): Arena {
  return createArena(memoryRegions(plan, layout, masks, batchSize, data));
}

/** The regions of the memory of one training. */
export function memoryRegions(
  plan: Plan,
  layout: Layout,
  masks: readonly MaskSpec[],
  batchSize: number,
  data: MemoryData,
): readonly Region[] {
  const { width } = data;
  const noisy = plan.regularization.augmentation.noise > 0;
  return [
    ...optimizerRegions(plan.optimizer, layout.floats, plan.training),
    { name: 'numeric', floats: batchSize * width },
    ...(data.images === null ? [] : imageRegions(data.images, plan.regularization.augmentation, batchSize)),
    ...masks.map((mask) => ({ name: `mask.${mask.name}`, floats: elementCount(mask.shape) })),
    ...(noisy ? [{ name: 'noise', floats: batchSize * width }] : []),
  ];
}

/** Tensors over a region of parameters or gradients: the packed one, and one for each large one. */
export function layoutTensors(
  runtime: Runtime,
  layout: Layout,
  flat: Float32Array,
  names: { readonly packed: string; readonly single: string },
): Tensors {
  const tensors: Tensors = {};
  if (layout.packedFloats > 0) {
    tensors[names.packed] = runtime.tensor('float32', flat.subarray(0, layout.packedFloats), [layout.packedFloats]);
  }
  for (const { spec, slot, packed } of layout.parameters) {
    if (packed) continue;
    const view = flat.subarray(slot.offset, slot.offset + slot.length);
    tensors[`${names.single}.${spec.name}`] = runtime.tensor('float32', view, spec.shape);
  }
  return tensors;
}

/** The network's buffers as tensors, by `PREFIX.NAME`. */
export function bufferTensors(
  runtime: Runtime,
  specs: readonly BufferSpec[],
  buffers: Readonly<Record<string, Float32Array>>,
  prefix: string,
): Tensors {
  const tensors: Tensors = {};
  for (const { name, shape } of specs) {
    const data = buffers[name];
    if (data !== undefined) tensors[`${prefix}.${name}`] = runtime.tensor('float32', data, shape);
  }
  return tensors;
}

/** The tensors that a session knows: a graph has no inputs that its outputs do not depend on. */
export function only(tensors: Readonly<Tensors>, names: readonly string[]): Tensors {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => names.includes(name)));
}

/** Rows at least this wide are copied as blocks; narrower ones cell by cell, since a block costs about 60 ns to set up. */
const blockWidth = 32;

/** Copies rows of a row-major matrix: target[i] = source[rows[i]]. */
export function gatherRows<T extends Float32Array | Int32Array>(
  target: T,
  source: T,
  rows: Uint32Array,
  width: number,
): void {
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    if (width >= blockWidth) target.set(source.subarray(from, from + width), i * width);
    else for (let j = 0; j < width; j++) target[i * width + j] = source[from + j] as number;
  }
}

/** Bytes of one image. */
export const imageSize = ({ channels, height, width }: DatasetImages): number => channels * height * width;

/** Copies the images of some rows of a dataset: target[i] = image of rows[i]. */
export function gatherImages(target: Uint8Array, images: DatasetImages, rows: Uint32Array): void {
  const size = imageSize(images);
  for (let i = 0; i < rows.length; i++) {
    const from = (images.index[rows[i] as number] as number) * size;
    target.set(images.pixels.subarray(from, from + size), i * size);
  }
}

/** So many of the numbers 0 .. rows - 1, evenly spread, from 0 on. */
export function spreadIndices(rows: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/** The columns of some rows of a dataset. */
export function gatherColumns(data: Dataset, chosen: Uint32Array) {
  const rows = chosen.length;
  const numeric = new Float32Array(rows * data.width);
  const categories = new Int32Array(rows * data.cardinalities.length);
  gatherRows(numeric, data.numeric, chosen, data.width);
  gatherRows(categories, data.categories, chosen, data.cardinalities.length);
  return { rows, numeric, categories };
}

/** Bytes of images that layers are initialized from, at most. */
const mostSampleBytes = 1 << 20;

/** Evenly spread rows of a dataset, for layers that are initialized from data: files are often sorted. */
export function spreadRows(data: Dataset, most: number): InitializationSample {
  const { images } = data;
  const affordable = images === null ? most : Math.max(1, Math.floor(mostSampleBytes / imageSize(images)));
  const rows = Math.min(most, data.rows, affordable);
  const chosen = spreadIndices(data.rows, rows);
  const pixels = images === null ? null : new Uint8Array(rows * imageSize(images));
  if (images !== null && pixels !== null) gatherImages(pixels, images, chosen);
  return { ...gatherColumns(data, chosen), images: pixels };
}
