// Each channel to mean 0 and variance 1 over the batch and all positions, then a trained scale and shift; running
// statistics in evaluation.

import { FettleError } from '../../base/error.ts';
import {
  add,
  div,
  mul,
  batchNormalizationImages as normalize,
  reshape,
  sqrt,
  sub,
  type Value,
} from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { fillImages, type ImageShape, imageSize, pixelOf, planeOf } from '../image.ts';
import {
  type Batch,
  type Layer,
  type LayerOutput,
  type LayerParameter,
  type LayerScope,
  none,
  noProducts,
  only,
} from '../layer.ts';
import { batchEpsilon, nextStatistics } from './batch-normalization.ts';

/** Options of batch normalization of images. */
export interface ImageBatchNormalizationOptions {
  readonly image: ImageShape;
  readonly scale: number;
}

/** Numbers of a channel in a training batch: their count must be known, and one number has no variance. */
function trainingCount({ shape }: Value): number {
  const count = [0, 2, 3].reduce((product, axis) => product * Number(shape[axis]), 1);
  if (count > 1) return count;
  throw new FettleError(
    'engine',
    `Batch normalization expected a training batch of a known number of images, at least 2 numbers per channel, but received [${shape.join(', ')}]. ` +
      'Build the training graph for a fixed batch size, or train without normalization.',
  );
}

function train(input: Value, scope: LayerScope): LayerOutput {
  const count = trainingCount(input);
  const { y, mean, variance } = normalize(input, scope.parameter('scale'), scope.parameter('bias'), batchEpsilon);
  return { output: y, buffers: nextStatistics(scope, { mean, variance }, count) };
}

/** In evaluation everything but the input is per channel, so two passes over the batch are enough. */
function evaluate({ image }: ImageBatchNormalizationOptions, input: Value, scope: LayerScope): LayerOutput {
  const factor = div(scope.parameter('scale'), sqrt(add(scope.buffer('variance'), batchEpsilon)));
  const shift = sub(scope.parameter('bias'), mul(scope.buffer('mean'), factor));
  const overImage = (value: Value): Value => reshape(value, [image.channels, 1, 1]);
  return only(add(mul(input, overImage(factor)), overImage(shift)));
}

function plain(
  { image }: ImageBatchNormalizationOptions,
  inputs: readonly Batch[],
  value: (name: string) => Float32Array,
): Batch {
  const input = inputAt(inputs, 0, 'image-batch-normalization');
  const area = image.height * image.width;
  const [scale, bias] = [value('scale'), value('bias')];
  const lines = Array.from({ length: image.channels }, (_, channel) => {
    const planes = Array.from({ length: input.rows }, (_, row) => planeOf(input, image, row, channel));
    const meanOf = (f: (x: number) => number): number =>
      planes.reduce((sum, plane) => plane.reduce((s, x) => s + f(x), sum), 0) / (input.rows * area);
    const mean = meanOf((x) => x);
    const factor = (scale[channel] as number) / Math.sqrt(meanOf((x) => (x - mean) ** 2) + batchEpsilon);
    return { mean, factor, shift: bias[channel] as number };
  });
  return fillImages(input.rows, image, (row, c, y, x) => {
    const { mean, factor, shift } = lines[c] as (typeof lines)[number];
    return (pixelOf(input, image, [row, c, y, x]) - mean) * factor + shift;
  });
}

/** Batch normalization of images. */
export const imageBatchNormalization: Layer<'image-batch-normalization', ImageBatchNormalizationOptions> = {
  id: 'image-batch-normalization',
  about:
    'Channels to mean 0 and variance 1 over the batch and all positions, then a trained scale and shift. ' +
    'Ioffe and Szegedy, 2015.',
  options: {
    image: 'channels, height and width',
    scale: 'first value of the scales; 0 lets the way around a residual block decide at first (Goyal et al., 2017)',
  },
  width: ({ image }) => imageSize(image),
  parameters: ({ image: { channels }, scale }) => {
    const common = { shape: [channels], learningRateFactor: 1, penalized: false } as const;
    return [
      { ...common, name: 'scale', role: 'scale', initialize: () => new Float32Array(channels).fill(scale) },
      { ...common, name: 'bias', role: 'bias', initialize: () => new Float32Array(channels) },
    ] satisfies readonly LayerParameter[];
  },
  buffers: ({ image: { channels } }) => [
    { name: 'mean', shape: [channels], initialize: () => new Float32Array(channels) },
    { name: 'variance', shape: [channels], initialize: () => new Float32Array(channels).fill(1) },
  ],
  masks: none,
  multiplyAdds: noProducts,
  forward: (options, inputs, scope) => {
    const input = inputAt(inputs, 0, 'image-batch-normalization');
    return scope.training ? train(input, scope) : evaluate(options, input, scope);
  },
  plain,
};
