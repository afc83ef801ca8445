import type { LayerId, LayerOptions } from '../../../src/network/index.ts';
import { imageLayerSamples } from './image-layer-samples.ts';
import type { LayerSample } from './layer-sample.ts';

const alone = (width: number) => ({ members: null, width });
const three = (width: number) => ({ members: 3, width });
const dense: LayerOptions['dense'] = {
  inputs: 4,
  outputs: 5,
  bias: true,
  members: null,
  sharing: 'none',
  inputFactor: 'ones',
  groups: [1, 1, 2],
  initializer: 'he-normal',
  gain: 1,
  scale: 1,
};
const rankOne = { ...dense, members: 3, sharing: 'rank-one', inputFactor: 'random-signs' } as const;

/** Samples of every layer, in every member form; a layer without samples does not compile. */
export const layerSamples: { readonly [K in LayerId]: readonly LayerSample<K>[] } = {
  select: [
    { about: 'the first columns', options: { inputs: 4, columns: [0, 1] }, inputs: [alone(4)], parameters: 0 },
    { about: 'scattered columns', options: { inputs: 4, columns: [3, 1] }, inputs: [alone(4)], parameters: 0 },
    { about: 'all columns', options: { inputs: 2, columns: [0, 1] }, inputs: [alone(2)], parameters: 0 },
  ],
  join: [
    { about: 'two inputs', options: { widths: [2, 3] }, inputs: [alone(2), alone(3)], parameters: 0 },
    { about: 'one with members', options: { widths: [2, 3] }, inputs: [alone(2), three(3)], parameters: 0 },
  ],
  embedding: [
    {
      about: 'one table',
      options: { cardinalities: [3, 5], width: 2, members: null },
      inputs: [{ ...alone(2), levels: [3, 5] }],
      parameters: 16,
    },
    {
      about: 'a table per member',
      options: { cardinalities: [3, 5], width: 2, members: 3 },
      inputs: [{ ...alone(2), levels: [3, 5] }],
      parameters: 48,
    },
  ],
  'piecewise-linear': [
    {
      about: 'shared',
      options: { columns: 3, bins: 4, width: 2, members: null },
      inputs: [alone(3)],
      parameters: 3 * (5 * 2 + 2),
      multiplyAdds: 3 * 5 * 2,
    },
    {
      about: 'per member',
      options: { columns: 2, bins: 3, width: 2, members: 3 },
      inputs: [alone(2)],
      parameters: 3 * 2 * (4 * 2 + 2),
      multiplyAdds: 3 * 2 * 4 * 2,
    },
    {
      about: 'one bin',
      options: { columns: 2, bins: 1, width: 1, members: null },
      inputs: [alone(2)],
      parameters: 6,
      multiplyAdds: 4,
    },
  ],
  periodic: [
    {
      about: 'shared',
      options: { columns: 3, frequencies: 4, sigma: 0.1, width: 3, members: null },
      inputs: [alone(3)],
      parameters: 3 * (4 + 4 + 4 * 2 + 2),
      multiplyAdds: 3 * 4 * 2,
    },
    {
      about: 'per member',
      options: { columns: 2, frequencies: 3, sigma: 0.1, width: 2, members: 3 },
      inputs: [alone(2)],
      parameters: 3 * 2 * (3 + 3 + 3 + 1),
      multiplyAdds: 3 * 2 * 3,
    },
  ],
  'input-scale': [
    { about: 'shared', options: { width: 4, members: null }, inputs: [alone(4)], parameters: 4 },
    { about: 'shared, fed by members', options: { width: 4, members: null }, inputs: [three(4)], parameters: 4 },
    { about: 'per member', options: { width: 4, members: 3 }, inputs: [alone(4)], parameters: 12 },
  ],
  dense: [
    { about: 'alone', options: dense, inputs: [alone(4)], parameters: 25, multiplyAdds: 20 },
    { about: 'without bias', options: { ...dense, bias: false }, inputs: [alone(4)], parameters: 20, multiplyAdds: 20 },
    {
      about: 'nothing shared, first',
      options: { ...dense, members: 3 },
      inputs: [alone(4)],
      parameters: 75,
      multiplyAdds: 60,
    },
    {
      about: 'nothing shared',
      options: { ...dense, members: 3 },
      inputs: [three(4)],
      parameters: 75,
      multiplyAdds: 60,
    },
    {
      about: 'rank-one, first',
      options: rankOne,
      inputs: [alone(4)],
      parameters: 20 + 3 * (4 + 5 + 5),
      multiplyAdds: 60,
    },
    {
      about: 'rank-one, normal factors in groups',
      options: { ...rankOne, inputFactor: 'normal' },
      inputs: [three(4)],
      parameters: 20 + 3 * (4 + 5 + 5),
      multiplyAdds: 60,
    },
    {
      about: 'rank-one without bias',
      options: { ...rankOne, bias: false },
      inputs: [three(4)],
      parameters: 20 + 3 * 9,
      multiplyAdds: 60,
    },
    {
      about: 'data-driven',
      options: { ...dense, initializer: 'data-driven' },
      inputs: [alone(4)],
      parameters: 25,
      multiplyAdds: 20,
    },
    {
      about: 'data-driven, rank-one',
      options: { ...rankOne, initializer: 'data-driven' },
      inputs: [alone(4)],
      parameters: 62,
      multiplyAdds: 60,
    },
  ],
  'batch-normalization': [
    { about: 'alone', options: { width: 4, members: null }, inputs: [alone(4)], parameters: 8 },
    { about: 'per member', options: { width: 4, members: 3 }, inputs: [three(4)], parameters: 24 },
  ],
  'layer-normalization': [
    { about: 'alone', options: { width: 4, members: null }, inputs: [alone(4)], parameters: 8 },
    { about: 'per member', options: { width: 4, members: 3 }, inputs: [three(4)], parameters: 24 },
  ],
  activation: [
    { about: 'alone', options: { width: 4, kind: 'silu' }, inputs: [alone(4)], parameters: 0 },
    { about: 'with members', options: { width: 4, kind: 'tanh' }, inputs: [three(4)], parameters: 0 },
  ],
  dropout: [
    { about: 'alone', options: { width: 4, members: null }, inputs: [alone(4)], parameters: 0 },
    { about: 'per member', options: { width: 4, members: 3 }, inputs: [three(4)], parameters: 0 },
  ],
  residual: [
    { about: 'alone', options: { width: 4 }, inputs: [alone(4), alone(4)], parameters: 0 },
    { about: 'members around shared inputs', options: { width: 4 }, inputs: [three(4), alone(4)], parameters: 0 },
  ],
  ...imageLayerSamples,
};
