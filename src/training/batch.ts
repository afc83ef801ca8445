// In: a dataset, a plan, the memory of a training. Out: the tensors of one batch, which every step refills in place.

import { FettleError } from '../base/error.ts';
import { hash32 } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ImageShape } from '../data/table.ts';
import type { Runtime, Tensor } from '../engine/index.ts';
import type { Arena } from '../engine/kernels/arena.ts';
import { elementCount, type MaskSpec } from '../network/specs.ts';
import { noAugmentation } from '../plan/defaults.ts';
import type { Plan } from '../plan/plan.ts';
import { createImageBatcher } from './images/image-batch.ts';
import { gatherRows } from './memory.ts';

/** What a batch is filled by. */
export interface BatchSettings {
  /** 1-based number of the step. */
  readonly step: number;
  /** Rows of the training set in this batch; as many as the batch size. */
  readonly rows: Uint32Array;
  readonly dropout: number;
  readonly noise: number;
}

/** One batch. */
export interface Batch {
  /** By the names of the training step's inputs. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  fill(settings: BatchSettings): void;
}

/** What a batch is made of. */
export interface BatchOptions {
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly data: Dataset;
  /** With the regions of `createMemory`. */
  readonly memory: Arena;
  readonly masks: readonly MaskSpec[];
  readonly batchSize: number;
}

/** Whether images are mixed in pairs, so that each row has two targets. */
export function isMixing(
  { regularization: { augmentation } }: Plan,
  { images }: { readonly images: ImageShape | null },
): boolean {
  return images !== null && (augmentation.mixup > 0 || augmentation.cutmix > 0);
}

/** Throws `plan` where a plan changes images and there are none, or adds noise to columns and there are none. */
export function checkAugmentation({ regularization: { augmentation } }: Plan, { images }: Dataset): void {
  const on = Object.entries(augmentation)
    .filter(([name, value]) => value !== noAugmentation[name as keyof typeof noAugmentation])
    .map(([name]) => name);
  const wrong = on.filter((name) => (name === 'noise') === (images !== null));
  if (wrong.length === 0) return;
  const [has, given] = images === null ? ['images', 'a table'] : ['columns', 'images'];
  throw new FettleError(
    'plan',
    `regularization.augmentation: ${wrong.join(', ')} expected ${has}, but the data is ${given}. Switch ${wrong.length > 1 ? 'them' : 'it'} off.`,
  );
}

/** Targets as the network is trained on them: class codes, or standardized values. */
function trainingTarget(data: Dataset): Int32Array | Float32Array {
  if (data.task === 'classification') return data.target;
  return Float32Array.from(data.target, (y) => (y - data.targetMean) / data.targetDeviation);
}

/** Numbers and codes of a table, with noise on the continuous columns. */
function createColumns({ runtime, plan, data, memory, batchSize }: BatchOptions): Batch {
  const numeric = memory.float32('numeric'); // [B, D]
  const codes = data.cardinalities.length;
  const categories = new Int32Array(batchSize * codes); // [B, C]
  const seed = hash32(`noise/${plan.seed}`);
  const addNoise = (deviation: number, step: number): void => {
    const noise = memory.float32('noise');
    noise.fill(0);
    memory.kernels.noise(memory.offset('noise'), noise.length, deviation, seed, step, 0);
    for (let i = 0; i < noise.length; i++) {
      // Flags and one-hot columns keep their exact values: noise there would invent categories.
      if (data.continuous[i % data.width]) numeric[i] = (numeric[i] as number) + (noise[i] as number);
    }
  };
  return {
    tensors: {
      numeric: runtime.tensor('float32', numeric, [batchSize, data.width]),
      categories: runtime.tensor('int32', categories, [batchSize, codes]),
    },
    fill({ rows, noise, step }) {
      gatherRows(numeric, data.numeric, rows, data.width);
      gatherRows(categories, data.categories, rows, codes);
      if (noise > 0) addNoise(noise, step);
    },
  };
}

/** Images, changed as the plan says; where they are mixed in pairs, `partner-target` and `share` say with whom. */
function createImages({ runtime, plan, data, memory, batchSize }: BatchOptions, source: Dataset['target']): Batch {
  if (data.images === null) return { tensors: {}, fill: () => undefined };
  const { channels, height, width } = data.images;
  const batcher = createImageBatcher({
    ...{ arena: memory, images: data.images, batchSize, seed: plan.seed },
    plan: plan.regularization.augmentation,
  });
  const partner = emptyTarget(data, batchSize);
  const share = Float32Array.of(1);
  return {
    tensors: {
      images: runtime.tensor('uint8', batcher.pixels, [batchSize, channels, height, width]),
      'partner-target': runtime.tensor(targetType(data), partner, [batchSize]),
      share: runtime.tensor('float32', share, []),
    },
    fill({ step, rows }) {
      const { mixed } = batcher.fill(step, rows);
      share[0] = mixed?.share ?? 1;
      if (mixed !== null) gatherRows(partner, source, mixed.partners, 1);
    },
  };
}

const targetType = ({ task }: Dataset): 'int32' | 'float32' => (task === 'classification' ? 'int32' : 'float32');

const emptyTarget = ({ task }: Dataset, rows: number): Int32Array | Float32Array =>
  task === 'classification' ? new Int32Array(rows) : new Float32Array(rows); // [B]

/** The batch of a training. */
export function createBatch(options: BatchOptions): Batch {
  const { runtime, plan, data, memory, masks, batchSize } = options;
  const source = trainingTarget(data);
  const target = emptyTarget(data, batchSize);
  const columns = createColumns(options);
  const images = createImages(options, source);
  const seed = hash32(`dropout/${plan.seed}`);
  const maskTensors = masks.map(({ name, shape }) => [
    `mask.${name}`,
    runtime.tensor('float32', memory.float32(`mask.${name}`), shape),
  ]);
  return {
    tensors: {
      ...columns.tensors,
      ...images.tensors,
      ...Object.fromEntries(maskTensors),
      target: runtime.tensor(targetType(data), target, [batchSize]),
    },
    fill(settings) {
      const { rows, dropout, step } = settings;
      columns.fill(settings);
      images.fill(settings);
      gatherRows(target, source, rows, 1);
      masks.forEach(({ name, shape }, index) => {
        const offset = memory.offset(`mask.${name}`);
        memory.kernels.dropoutMask(offset, elementCount(shape), dropout, seed, step, index);
      });
    },
  };
}
