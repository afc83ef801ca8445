// The shape rules of the ops on images.

import { describe, expect, test } from 'vitest';
import type { Shape, Value } from '../../../src/engine/index.ts';
import * as engine from '../../../src/engine/index.ts';

type Make = (shape: Shape, dtype?: engine.DType) => Value;

/** The result of building in a fresh graph. */
function built(build: (make: Make) => Value): Value {
  const graph = engine.createGraph();
  return build((shape, dtype) => graph.input(`x${graph.inputs.length}`, shape, dtype));
}

describe('shapes of images follow through a batch of unknown size', () => {
  test.each<[string, (v: Make) => Value, Shape]>([
    ['convolution', (v) => engine.convolution(v(['N', 3, 32, 30]), v([8, 3, 3, 5]), v([8])), ['N', 8, 30, 26]],
    [
      'stride, padding and dilation',
      (v) =>
        engine.convolution(v(['N', 4, 32, 30]), v([8, 2, 3, 3]), undefined, {
          stride: [2, 1],
          padding: [2, 1, 0, 1],
          dilation: 2,
          groups: 2,
        }),
      ['N', 8, 15, 28],
    ],
    [
      'transposed convolution',
      (v) =>
        engine.convolutionTranspose(v(['N', 8, 16, 16]), v([8, 3, 3, 3]), v([3]), {
          stride: 2,
          padding: 1,
          outputPadding: [1, 0],
        }),
      ['N', 3, 32, 31],
    ],
    ['max pooling', (v) => engine.maxPool(v(['N', 3, 7, 8]), 2), ['N', 3, 3, 4]],
    ['overlapping windows', (v) => engine.maxPool(v(['N', 3, 7, 8]), 3, { stride: 2, padding: 1 }), ['N', 3, 4, 4]],
    ['average pooling', (v) => engine.averagePool(v(['N', 3, 7, 8]), [7, 1], { stride: 1 }), ['N', 3, 1, 8]],
    ['global pooling', (v) => engine.globalAveragePool(v(['N', 3, 7, 8])), ['N', 3]],
    ['repetition', (v) => engine.resize(v(['N', 3, 7, 8]), [14, 24]), ['N', 3, 14, 24]],
    ['the nearest element', (v) => engine.resize(v(['N', 3, 7, 8]), [5, 9]), ['N', 3, 5, 9]],
    ['interpolation', (v) => engine.resize(v(['N', 3, 7, 8]), [5, 9], 'linear'), ['N', 3, 5, 9]],
  ])('%s', (_, build, shape) => {
    expect(built(build).shape).toEqual(shape);
  });
});

describe('images that do not fit are refused with what to do', () => {
  test.each<[(v: Make) => Value, string]>([
    [
      (v) => engine.convolution(v([5, 3, 8]), v([8, 3, 3, 3])),
      'convolution: expected images of shape [N, C, H, W], received [5, 3, 8]. Reshape the value first.',
    ],
    [
      (v) => engine.convolution(v([5, 3, 8, 8], 'float64'), v([8, 3, 3, 3])),
      'convolution: expected float32, received float64[5, 3, 8, 8]. Cast the value first.',
    ],
    [
      (v) => engine.convolution(v([5, 3, 8, 'W']), v([8, 3, 3, 3])),
      'convolution: expected a shape of numbers, received [8, W]. Build the graph with the number for "W".',
    ],
    [
      (v) => engine.convolution(v([5, 3, 8, 8]), v([8, 4, 3, 3])),
      "convolution: expected weights [outputs, 3 / 1, height, width] for images [5, 3, 8, 8] in groups of 1, with a number of channels that the groups divide, received [8, 4, 3, 3]. Correct the weights' shape or the groups.",
    ],
    [
      (v) => engine.convolution(v([5, 4, 8, 8]), v([3, 2, 3, 3]), undefined, { groups: 2 }),
      'convolution: expected weights [outputs, 4 / 2, height, width]',
    ],
    [
      (v) => engine.convolution(v([5, 3, 8, 8]), v([8, 3, 3, 3]), v([3])),
      'convolution: expected a bias of shape [8], received [3]. Correct its shape.',
    ],
    [
      (v) => engine.convolution(v([5, 3, 4, 8]), v([8, 3, 3, 3]), undefined, { dilation: 2 }),
      'convolution: expected a window that fits into the padded image, received a window of [3, 3] with dilation [2, 2] for an image of [4, 8] with padding [0, 0, 0, 0]. Use a smaller window, more padding or larger images.',
    ],
    [
      (v) => engine.convolution(v([5, 3, 8, 8]), v([8, 3, 3, 3]), undefined, { stride: 0 }),
      'convolution: expected a stride of whole numbers, 1 or more, received [0, 0]. Correct it.',
    ],
    [
      (v) => engine.convolution(v([5, 3, 8, 8]), v([8, 3, 3, 3]), undefined, { padding: [1, 0.5] }),
      'convolution: expected a padding of whole numbers, 0 or more, received [1, 0.5, 1, 0.5]. Correct it.',
    ],
    [
      (v) => engine.convolution(v([5, 3, 8, 8]), v([8, 3, 3, 3]), undefined, { groups: 1.5 }),
      'convolution: expected groups of whole numbers, 1 or more, received [1.5]. Correct it.',
    ],
    [
      (v) => engine.convolutionTranspose(v([5, 3, 8, 8]), v([4, 3, 3, 3])),
      'convolutionTranspose: expected weights [3, outputs / 1, height, width] for images [5, 3, 8, 8]',
    ],
    [
      (v) => engine.convolutionTranspose(v([5, 3, 8, 8]), v([3, 4, 3, 3]), undefined, { outputPadding: 1 }),
      'convolutionTranspose: expected an output padding below the stride [1, 1] and an image that is left after taking the padding off, received [1, 1] and an image of [11, 11]. Correct the paddings.',
    ],
    [
      (v) => engine.convolutionTranspose(v([5, 3, 1, 1]), v([3, 4, 3, 3]), undefined, { padding: 2 }),
      'received [0, 0] and an image of [-1, -1]. Correct the paddings.',
    ],
    [
      (v) => engine.maxPool(v([5, 3, 8, 8]), 2, { padding: 2 }),
      "maxPool: expected less padding than the window's size, so that each window holds a part of the image, received padding [2, 2, 2, 2] for a window of [2, 2]. Use less padding.",
    ],
    [
      (v) => engine.maxPool(v([5, 3, 2, 2]), 3),
      'maxPool: expected a window that fits into the padded image, received a window of [3, 3]',
    ],
    [
      (v) => engine.averagePool(v([5, 3, 8, 8], 'float64'), 2),
      'averagePool: expected float32, received float64[5, 3, 8, 8]. Cast the value first.',
    ],
    [
      (v) => engine.globalAveragePool(v([5, 3])),
      'globalAveragePool: expected images of shape [N, C, H, W], received [5, 3]. Reshape the value first.',
    ],
    [
      (v) => engine.resize(v([5, 3, 8, 8]), [4, 0]),
      'resize: expected a size of whole numbers, 1 or more, received [4, 0]. Correct it.',
    ],
  ])('%#', (build, message) => {
    expect(() => built(build)).toThrow(message);
  });
});
