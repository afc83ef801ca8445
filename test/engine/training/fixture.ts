// Small datasets and plans for tests of the training room.

import { createRandom } from '../../../src/base/random.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { defaultPlan, type PlanWith } from '../../../src/plan/defaults.ts';
import type { MlpPlan, Plan, Task } from '../../../src/plan/plan.ts';
import type { Checkpoint, CheckpointStore } from '../../../src/training/checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/training/checkpoint.ts';
import type { TrainOptions, TrainResult } from '../../../src/training/train.ts';

export const runtime = createOnnxRuntime();

/** What a test dataset is made of. */
export interface DataOptions {
  readonly rows?: number;
  /** 0 for a regression, whose target has mean 10 and deviation about 4. */
  readonly classes?: number;
  readonly width?: number;
  /** Levels of each categorical column. */
  readonly cardinalities?: readonly number[];
  /** Share of the target that is noise. */
  readonly noise?: number;
  readonly seed?: number;
}

/** Rows whose target depends on all columns; the dependence is the same for every seed. */
export function dataset(options: DataOptions = {}): Dataset {
  const { rows = 96, classes = 3, width = 4, cardinalities = [], noise = 0.2, seed = 0 } = options;
  const random = createRandom(`data ${seed}`);
  const truth = createRandom('truth');
  const slopes = Array.from({ length: width }, () => truth.normal());
  const effects = cardinalities.map((levels) => Array.from({ length: levels }, () => 2 * truth.normal()));
  const numeric = Float32Array.from({ length: rows * width }, () => random.normal());
  const categories = new Int32Array(rows * cardinalities.length);
  const signal = Float32Array.from({ length: rows }, (_, i) => {
    let sum = noise * random.normal();
    slopes.forEach((slope, j) => {
      sum += slope * (numeric[i * width + j] as number);
    });
    cardinalities.forEach((levels, c) => {
      const code = random.below(levels);
      categories[i * cardinalities.length + c] = code;
      sum += effects[c]?.[code] ?? 0;
    });
    return sum;
  });
  const common = {
    rows,
    width,
    numeric,
    cardinalities,
    categories,
    images: null,
    continuous: Array<boolean>(width).fill(true),
  };
  if (classes === 0) {
    const target = signal.map((x) => 10 + 2 * x);
    return { ...common, task: 'regression', target, classes: null, targetMean: 10, targetDeviation: 4 };
  }
  const target = Int32Array.from(signal, (x) => Math.min(classes - 1, Math.max(0, Math.floor(x / 1.5 + classes / 2))));
  const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
  return { ...common, task: 'classification', target, classes: names, targetMean: 0, targetDeviation: 1 };
}

type SmallPlan = PlanWith<MlpPlan>;
type Whole = 'loss' | 'optimizer' | 'schedule' | 'seed' | 'version';
type Changes = Partial<Pick<Plan, Whole>> & { readonly [K in Exclude<keyof Plan, Whole>]?: Partial<SmallPlan[K]> };

/** A small plan: 4 epochs of a network with 8 hidden units; tests say what differs. */
export function smallPlan(task: Task, changes: Changes = {}): SmallPlan {
  const base = defaultPlan({ task, minimizesError: true, seed: 1 });
  const small: SmallPlan = {
    ...base,
    network: { ...base.network, hidden: [8], numericEmbedding: { kind: 'none' }, categoryEmbedding: 2 },
    training: { ...base.training, batchSize: 16, epochs: 4 },
  };
  return {
    ...small,
    ...changes,
    preprocessing: { ...small.preprocessing, ...changes.preprocessing },
    network: { ...small.network, ...changes.network },
    regularization: { ...small.regularization, ...changes.regularization },
    training: { ...small.training, ...changes.training },
  };
}

/** A store in memory that keeps bytes, as a file would. */
export function memoryStore(): CheckpointStore & { saves: number; bytes: Uint8Array | null } {
  return {
    saves: 0,
    bytes: null,
    async load() {
      return this.bytes === null ? null : decodeCheckpoint(this.bytes);
    },
    async save(checkpoint: Checkpoint) {
      this.bytes = encodeCheckpoint(checkpoint);
      this.saves++;
    },
    async remove() {
      this.bytes = null;
    },
  };
}

/** Everything that a training leaves behind but its seconds. */
export function timeless({ record, weights, devPredictions }: TrainResult) {
  const curve = record.curve.map((point) => ({ ...point, seconds: 0 }));
  return { record: { ...record, curve, seconds: 0 }, weights, devPredictions };
}

/** Options of a training whose every evaluation is saved at once. */
export function options(plan: Plan, data: DataOptions, more: Partial<TrainOptions> = {}): TrainOptions {
  const dev = dataset({ ...data, rows: 40, seed: 1 });
  const metric = dev.task === 'classification' ? 'error' : 'rmse';
  return { plan, train: dataset(data), dev, metric, runtime, checkpointSeconds: 0, ...more };
}
