// Each row to mean 0 and variance 1 over its units, then a trained scale and shift.

import { layerNormalization as normalize } from '../../engine/index.ts';
import { fillBatch, inputAt, rowStart } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of layer normalization. */
export interface LayerNormalizationOptions {
  readonly width: number; // H
  readonly members: number | null; // k
}

/** Added to variances, PyTorch's default. */
export const layerEpsilon = 1e-5;

const ofUnits = ({ width, members }: LayerNormalizationOptions): readonly number[] =>
  members === null ? [width] : [members, 1, width];

/** Layer normalization. */
export const layerNormalization: Layer<'layer-normalization', LayerNormalizationOptions> = {
  id: 'layer-normalization',
  about: 'The units of each row to mean 0 and variance 1, then a trained scale and shift. Ba et al., 2016.',
  options: { width: 'units, H', members: 'networks with scale and shift each, k; null for one network' },
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
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (_options, inputs, scope) => {
    const input = inputAt(inputs, 0, 'layer-normalization');
    return only(normalize(input, scope.parameter('scale'), scope.parameter('bias'), layerEpsilon));
  },
  plain: ({ width }, inputs, value) => {
    const input = inputAt(inputs, 0, 'layer-normalization');
    const [scale, bias] = [value('scale'), value('bias')];
    return fillBatch(input.members, input.rows, width, (m, i, j) => {
      const start = rowStart(input, m, i);
      const row = input.data.subarray(start, start + width);
      let sum = 0;
      for (const x of row) sum += x;
      let squares = 0;
      for (const x of row) squares += (x - sum / width) ** 2;
      const normalized = ((row[j] as number) - sum / width) / Math.sqrt(squares / width + layerEpsilon);
      return normalized * (scale[m * width + j] as number) + (bias[m * width + j] as number);
    });
  },
};
