import type { LayerId, LayerOptions } from '../../../src/network/index.ts';
import type { LayerSample, Shape } from './layer-sample.ts';

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

/** Samples of the layers for images. */
export const imageLayerSamples = {
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
} satisfies { readonly [K in LayerId]?: readonly LayerSample<K>[] };
