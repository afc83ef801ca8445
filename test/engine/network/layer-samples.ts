import type { LayerId, LayerOptions } from '../../../src/network/index.ts';

type Shape = readonly [channels: number, height: number, width: number];

/** One use of a layer: its options and the shapes of its inputs, [N, F], [k, N, F] or [N, C, H, W]. */
export interface LayerSample<K extends LayerId> {
  readonly about: string;
  readonly options: LayerOptions[K];
  readonly inputs: readonly {
    readonly members: number | null;
    readonly width: number;
    readonly levels?: readonly number[];
    /** Of one row, where that is an image. */
    readonly image?: Shape;
    /** Pixels as bytes. */
    readonly bytes?: true;
  }[];
  /** The shape of one row that comes out, where that is an image. */
  readonly output?: Shape;
  /** Trained numbers. */
  readonly parameters: number;
  /** Multiplications of one row; 0 where it is left out. */
  readonly multiplyAdds?: number;
}

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

const images = (...image: Shape) => ({ members: null, width: image[0] * image[1] * image[2], image });
/** Images of 4 channels, 5 rows and 6 columns. */
const image = { channels: 4, height: 5, width: 6 };
const four = images(4, 5, 6);
const filters = { bias: true, initializer: 'he-normal', gain: 1, scale: 1, dilation: 1 } as const;
const convolution: LayerOptions['convolution'] = {
  ...filters,
  image,
  outputs: 6,
  kernel: 3,
  stride: 1,
  padding: 'same',
  groups: 1,
};
const transposed: LayerOptions['transposed-convolution'] = {
  ...filters,
  image,
  outputs: 3,
  kernel: 3,
  stride: 2,
  padding: 'same',
};
const pool = { image, kernel: 2, stride: 2, padding: 'valid' } as const;

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
  'image-scale': [
    {
      about: 'bytes',
      options: { image: { channels: 2, height: 3, width: 4 }, center: [120, 30], factor: [0.02, 0.5] },
      inputs: [{ ...images(2, 3, 4), bytes: true }],
      output: [2, 3, 4],
      parameters: 0,
    },
    {
      about: 'numbers',
      options: { image: { channels: 1, height: 3, width: 4 }, center: [2], factor: [3] },
      inputs: [images(1, 3, 4)],
      output: [1, 3, 4],
      parameters: 0,
    },
  ],
  flatten: [{ about: 'alone', options: { image }, inputs: [four], parameters: 0 }],
  convolution: [
    {
      about: 'same size',
      options: convolution,
      inputs: [four],
      output: [6, 5, 6],
      parameters: 6 * 4 * 9 + 6,
      multiplyAdds: 6 * 30 * 36,
    },
    {
      about: 'without padding or bias',
      options: { ...convolution, padding: 'valid', bias: false, kernel: 5 },
      inputs: [four],
      output: [6, 1, 2],
      parameters: 6 * 4 * 25,
      multiplyAdds: 6 * 2 * 100,
    },
    {
      about: 'of half the size',
      options: { ...convolution, stride: 2 },
      inputs: [four],
      output: [6, 3, 3],
      parameters: 6 * 4 * 9 + 6,
      multiplyAdds: 6 * 9 * 36,
    },
    {
      about: '1 x 1, of half the size',
      options: { ...convolution, kernel: 1, stride: 2 },
      inputs: [four],
      output: [6, 3, 3],
      parameters: 30,
      multiplyAdds: 6 * 9 * 4,
    },
    {
      about: 'an even window',
      options: { ...convolution, kernel: 2 },
      inputs: [four],
      output: [6, 5, 6],
      parameters: 6 * 16 + 6,
      multiplyAdds: 6 * 30 * 16,
    },
    {
      about: 'dilated, in groups',
      options: { ...convolution, dilation: 2, groups: 2 },
      inputs: [four],
      output: [6, 5, 6],
      parameters: 6 * 2 * 9 + 6,
      multiplyAdds: 6 * 30 * 18,
    },
    {
      about: 'depthwise',
      options: { ...convolution, outputs: 4, groups: 4, stride: 2 },
      inputs: [four],
      output: [4, 3, 3],
      parameters: 4 * 9 + 4,
      multiplyAdds: 4 * 9 * 9,
    },
    {
      about: 'orthogonal, in groups',
      options: { ...convolution, initializer: 'orthogonal', groups: 2 },
      inputs: [four],
      output: [6, 5, 6],
      parameters: 6 * 2 * 9 + 6,
      multiplyAdds: 6 * 30 * 18,
    },
    {
      about: 'data-driven',
      options: { ...convolution, initializer: 'data-driven' },
      inputs: [four],
      output: [6, 5, 6],
      parameters: 6 * 4 * 9 + 6,
      multiplyAdds: 6 * 30 * 36,
    },
  ],
  'transposed-convolution': [
    {
      about: 'of twice the size',
      options: transposed,
      inputs: [four],
      output: [3, 10, 12],
      parameters: 4 * 3 * 9 + 3,
      multiplyAdds: 120 * 27,
    },
    {
      about: 'all that windows reach, without bias',
      options: { ...transposed, padding: 'valid', bias: false },
      inputs: [four],
      output: [3, 11, 13],
      parameters: 4 * 3 * 9,
      multiplyAdds: 120 * 27,
    },
    {
      about: 'windows that touch',
      options: { ...transposed, kernel: 2 },
      inputs: [four],
      output: [3, 10, 12],
      parameters: 4 * 3 * 4 + 3,
      multiplyAdds: 120 * 12,
    },
    {
      about: 'of the same size, dilated',
      options: { ...transposed, stride: 1, dilation: 2 },
      inputs: [four],
      output: [3, 5, 6],
      parameters: 4 * 3 * 9 + 3,
      multiplyAdds: 120 * 27,
    },
    {
      about: 'data-driven',
      options: { ...transposed, initializer: 'data-driven' },
      inputs: [four],
      output: [3, 10, 12],
      parameters: 4 * 3 * 9 + 3,
      multiplyAdds: 120 * 27,
    },
  ],
  'max-pooling': [
    { about: 'windows that touch', options: pool, inputs: [four], output: [4, 2, 3], parameters: 0 },
    {
      about: 'windows that overlap, at the edge',
      options: { ...pool, kernel: 3, padding: 'same' },
      inputs: [four],
      output: [4, 3, 3],
      parameters: 0,
    },
  ],
  'average-pooling': [
    { about: 'windows that touch', options: pool, inputs: [four], output: [4, 2, 3], parameters: 0 },
    {
      about: 'windows that overlap, at the edge',
      options: { ...pool, kernel: 3, padding: 'same' },
      inputs: [four],
      output: [4, 3, 3],
      parameters: 0,
    },
  ],
  'global-average-pooling': [{ about: 'alone', options: { image }, inputs: [four], parameters: 0 }],
  padding: [
    {
      about: 'uneven',
      options: { image, around: [1, 0, 2, 3] },
      inputs: [four],
      output: [4, 8, 9],
      parameters: 0,
    },
  ],
  resize: [
    {
      about: 'repeated',
      options: { image, height: 10, width: 18, mode: 'nearest' },
      inputs: [four],
      output: [4, 10, 18],
      parameters: 0,
    },
    {
      about: 'dropped',
      options: { image, height: 3, width: 4, mode: 'nearest' },
      inputs: [four],
      output: [4, 3, 4],
      parameters: 0,
    },
    {
      about: 'interpolated',
      options: { image, height: 7, width: 4, mode: 'linear' },
      inputs: [four],
      output: [4, 7, 4],
      parameters: 0,
    },
  ],
  'image-batch-normalization': [
    { about: 'alone', options: { image, scale: 1 }, inputs: [four], output: [4, 5, 6], parameters: 8 },
    { about: 'from zero', options: { image, scale: 0 }, inputs: [four], output: [4, 5, 6], parameters: 8 },
  ],
  'squeeze-excitation': [
    {
      about: 'alone',
      options: { image, units: 3, initializer: 'he-normal' },
      inputs: [four],
      output: [4, 5, 6],
      parameters: 4 * 3 + 3 + 3 * 4 + 4,
      multiplyAdds: 24,
    },
  ],
  'channel-dropout': [{ about: 'alone', options: { image }, inputs: [four], output: [4, 5, 6], parameters: 0 }],
};
