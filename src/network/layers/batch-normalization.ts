// Each unit to mean 0 and variance 1 over the batch, then a trained scale and shift; running statistics in evaluation.

import { FettleError } from '../../base/error.ts';
import { add, div, mul, batchNormalization as normalize, sqrt, sub, type Value } from '../../engine/index.ts';
import { fillBatch, inputAt, rowStart } from '../batch.ts';
import { type Batch, type Layer, type LayerOutput, type LayerScope, none, noProducts, only } from '../layer.ts';

/** Options of batch normalization. */
export interface BatchNormalizationOptions {
  readonly width: number; // H
  readonly members: number | null; // k
}

/** Weight of the newest batch in the running statistics, PyTorch's default. */
export const runningMomentum = 0.1;

/** Added to variances, PyTorch's default. */
export const batchEpsilon = 1e-5;

const ofUnits = ({ width, members }: BatchNormalizationOptions): readonly number[] =>
  members === null ? [1, width] : [members, 1, width];

/** Rows of a training batch: their number must be known, and one row has no variance. */
function trainingRows(input: Value): number {
  const rows = input.shape.at(-2);
  if (typeof rows === 'number' && rows > 1) return rows;
  throw new FettleError(
    'engine',
    `Batch normalization expected a training batch of a known number of rows, at least 2, but received [${input.shape.join(', ')}]. ` +
      'Build the training graph for a fixed batch size, or choose layer normalization.',
  );
}

/** The next running statistics of units or channels that have `count` numbers in the batch each. */
export function nextStatistics(
  scope: LayerScope,
  { mean, variance }: { readonly mean: Value; readonly variance: Value },
  count: number,
): LayerOutput['buffers'] {
  const next = (name: string, value: Value, weight: number): Value =>
    add(mul(scope.buffer(name), 1 - runningMomentum), mul(value, weight));
  return {
    mean: next('mean', mean, runningMomentum),
    // The running variance is the unbiased one, as in PyTorch.
    variance: next('variance', variance, (runningMomentum * count) / (count - 1)),
  };
}

function train(input: Value, scope: LayerScope): LayerOutput {
  const rows = trainingRows(input);
  const { y, mean, variance } = normalize(input, scope.parameter('scale'), scope.parameter('bias'), batchEpsilon);
  return { output: y, buffers: nextStatistics(scope, { mean, variance }, rows) };
}

/** In evaluation everything but the input is per unit, so two passes over the batch are enough. */
function evaluate(input: Value, scope: LayerScope): LayerOutput {
  const factor = div(scope.parameter('scale'), sqrt(add(scope.buffer('variance'), batchEpsilon)));
  const shift = sub(scope.parameter('bias'), mul(scope.buffer('mean'), factor));
  return only(add(mul(input, factor), shift));
}

function plain(
  _options: BatchNormalizationOptions,
  inputs: readonly Batch[],
  value: (name: string) => Float32Array,
): Batch {
  const input = inputAt(inputs, 0, 'batch-normalization');
  const { rows, width } = input;
  const [scale, bias] = [value('scale'), value('bias')];
  const factors = new Float64Array((input.members ?? 1) * width);
  const means = new Float64Array(factors.length);
  for (let m = 0; m < (input.members ?? 1); m++) {
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += input.data[rowStart(input, m, i) + j] as number;
      let squares = 0;
      for (let i = 0; i < rows; i++) squares += ((input.data[rowStart(input, m, i) + j] as number) - sum / rows) ** 2;
      means[m * width + j] = sum / rows;
      factors[m * width + j] = (scale[m * width + j] as number) / Math.sqrt(squares / rows + batchEpsilon);
    }
  }
  return fillBatch(input.members, rows, width, (m, i, j) => {
    const u = m * width + j;
    const centred = (input.data[rowStart(input, m, i) + j] as number) - (means[u] as number);
    return centred * (factors[u] as number) + (bias[u] as number);
  });
}

/** Batch normalization; members keep statistics of their own. */
export const batchNormalization: Layer<'batch-normalization', BatchNormalizationOptions> = {
  id: 'batch-normalization',
  about: 'Units to mean 0 and variance 1 over the batch, then a trained scale and shift. Ioffe and Szegedy, 2015.',
  options: { width: 'units, H', members: 'networks with statistics, scale and shift each, k; null for one network' },
  width: (options) => options.width,
  parameters: (options) => [
    {
      name: 'scale',
      shape: ofUnits(options),
      role: 'scale',
      learningRateFactor: 1,
      penalized: false,
      initialize: () => new Float32Array((options.members ?? 1) * options.width).fill(1),
    },
    {
      name: 'bias',
      shape: ofUnits(options),
      role: 'bias',
      learningRateFactor: 1,
      penalized: false,
      initialize: () => new Float32Array((options.members ?? 1) * options.width),
    },
  ],
  buffers: (options) => [
    {
      name: 'mean',
      shape: ofUnits(options),
      initialize: () => new Float32Array((options.members ?? 1) * options.width),
    },
    {
      name: 'variance',
      shape: ofUnits(options),
      initialize: () => new Float32Array((options.members ?? 1) * options.width).fill(1),
    },
  ],
  masks: none,
  multiplyAdds: noProducts,
  forward: (_options, inputs, scope) => {
    const input = inputAt(inputs, 0, 'batch-normalization');
    return scope.training ? train(input, scope) : evaluate(input, scope);
  },
  plain,
};
