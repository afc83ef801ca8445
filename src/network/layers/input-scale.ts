// A trained factor per input, so that useless columns can be turned down quickly.

import { mul } from '../../engine/index.ts';
import { commonMembers, fillBatch, inputAt, rowStart } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of the input scale. */
export interface InputScaleOptions {
  readonly width: number; // F
  readonly members: number | null; // k
}

/** RealMLP's multiple of the learning rate (Holzmueller et al., 2024, table A.1). */
const learningRateFactor = 6;

/** The input scale. */
export const inputScale: Layer<'input-scale', InputScaleOptions> = {
  id: 'input-scale',
  about:
    'A trained factor per input of the first dense layer, with six times the learning rate. RealMLP, NeurIPS 2024.',
  options: { width: 'inputs, F', members: 'networks with factors each, k; null for one network' },
  width: (options) => options.width,
  parameters: ({ width, members }) => [
    {
      name: 'factor',
      shape: members === null ? [width] : [members, 1, width],
      role: 'scale',
      learningRateFactor,
      penalized: false,
      initialize: () => new Float32Array((members ?? 1) * width).fill(1),
    },
  ],
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (_options, inputs, scope) => only(mul(inputAt(inputs, 0, 'input-scale'), scope.parameter('factor'))),
  plain: ({ width, members }, inputs, value) => {
    const input = inputAt(inputs, 0, 'input-scale');
    const factor = value('factor');
    return fillBatch(commonMembers(inputs, members), input.rows, width, (m, i, j) => {
      const x = input.data[rowStart(input, m, i) + j] as number;
      return x * (factor[(members === null ? 0 : m * width) + j] as number);
    });
  },
};
