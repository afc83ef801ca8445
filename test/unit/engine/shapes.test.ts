import { describe, expect, test } from 'vitest';
import type { Graph, Shape, Value } from '../../../src/engine/index.ts';
import * as engine from '../../../src/engine/index.ts';

type Make = (name: string, shape: Shape, dtype?: engine.DType) => Value;

/** The result of building in a fresh graph. */
function built(build: (make: Make, graph: Graph) => Value): Value {
  const graph = engine.createGraph();
  return build((name, shape, dtype) => graph.input(name, shape, dtype), graph);
}

describe('shapes follow through a batch of unknown size', () => {
  test.each<[string, (make: Make) => Value, Shape]>([
    ['a dense layer', (v) => engine.linear(v('x', ['N', 3]), v('w', [3, 4]), v('b', [4])), ['N', 4]],
    ['member networks', (v) => engine.matmul(v('x', [1, 'N', 3]), v('w', [8, 3, 4])), [8, 'N', 4]],
    ['broadcasting', (v) => engine.mul(v('x', [8, 'N', 3]), v('r', [8, 1, 3])), [8, 'N', 3]],
    ['merging axes', (v) => engine.reshape(v('x', ['N', 4, 2]), ['N', 8]), ['N', 8]],
    ['an embedding', (v) => engine.gather(v('t', [9, 2]), v('k', ['N', 3], 'int64')), ['N', 3, 2]],
    ['one-hot', (v) => engine.oneHot(v('k', ['N'], 'int64'), 5), ['N', 5]],
    ['concatenation', (v) => engine.concat([v('a', ['N', 2]), v('b', ['N', 3])], 1), ['N', 5]],
    ['a slice of the columns', (v) => engine.slice(v('a', ['N', 5]), [1], [3], [1]), ['N', 2]],
    ['normalization', (v) => engine.layerNormalization(v('x', ['N', 5]), v('s', [5]), v('b', [5])), ['N', 5]],
    ['the mean over members', (v) => engine.reduceMean(v('x', [8, 'N', 2]), [0]), ['N', 2]],
    ['probabilities', (v) => engine.softmax(v('x', ['N', 3])), ['N', 3]],
    ['the loss per row', (v) => engine.softmaxCrossEntropy(v('x', ['N', 3]), v('t', ['N', 3])), ['N']],
    ['transposition', (v) => engine.transpose(v('x', [8, 'N', 2]), [1, 0, 2]), ['N', 8, 2]],
    ['repetition', (v) => engine.expand(v('x', ['N', 1]), ['N', 4]), ['N', 4]],
    ['the class', (v) => engine.argMax(v('x', ['N', 3])), ['N']],
    ['codes of text', (v) => engine.labelEncoder(v('x', ['N', 1], 'string'), ['a']), ['N', 1]],
  ])('%s', (_, build, shape) => {
    expect(built(build).shape).toEqual(shape);
  });
});

describe('a shape that does not fit is refused with what to do', () => {
  test.each<[(make: Make, graph: Graph) => Value | readonly Value[], string]>([
    [
      (v) => engine.add(v('a', [128, 3]), v('b', [128, 4])),
      'add: expected shapes that broadcast, received [128, 3] and [128, 4] (3 against 4). Make the sizes equal or 1, by reshape, unsqueeze or slice.',
    ],
    [
      (v) => engine.mul(v('a', ['N']), v('b', [4])),
      'mul: expected shapes that broadcast, received [N] and [4] (N against 4).',
    ],
    [
      (v) => engine.add(v('a', [1]), v('b', [1], 'int64')),
      'add: expected values of one type, received float32[1] and int64[1]. Cast one of them.',
    ],
    [
      (v) => engine.exp(v('a', [2], 'int64')),
      'exp: expected float32 or float64, received int64[2]. Cast the value first.',
    ],
    [
      (v) => engine.add(1, 2) ?? v('a', []),
      'add: expected at least one value, received two numbers. Use graph.scalar for one.',
    ],
    [
      (v) => engine.matmul(v('a', [5, 3]), v('b', [4, 2])),
      'gemm: expected as many columns on the left as rows on the right, received [5, 3] and [4, 2] (3 against 4). Correct a size, or set transposeA or transposeB.',
    ],
    [
      (v) => engine.matmul(v('a', [2, 5, 3]), v('b', [2, 5, 3]), { transposeB: true, transposeA: true }),
      'matmul: expected as many columns on the left as rows on the right, received [2, 5, 3] transposed and [2, 5, 3] transposed (5 against 3).',
    ],
    [
      (v) => engine.matmul(v('a', [3]), v('b', [3, 2])),
      'matmul: expected values of two or more axes, received [3] and [3, 2]. Unsqueeze a vector to a matrix first.',
    ],
    [
      (v) => engine.linear(v('x', [5, 3]), v('w', [3, 2]), v('b', [5])),
      'gemm: expected shapes that broadcast, received [5] and [5, 2]',
    ],
    [
      (v) => engine.linear(v('x', [1, 3]), v('w', [3, 2]), v('b', [5, 2])),
      'gemm: expected a bias that broadcasts to [1, 2], received [5, 2]. Correct its shape.',
    ],
    [
      (v) => engine.reshape(v('a', [4, 3]), [5, 2]),
      'reshape: expected a shape of as many elements as [4, 3] with at most one symbolic size, received [5, 2]. Correct the sizes.',
    ],
    [(v) => engine.reshape(v('a', ['N', 4]), ['N', 3]), 'reshape: expected a shape of as many elements as [N, 4]'],
    [(v) => engine.reshape(v('a', ['N', 'M']), ['N', 'M', 1]), 'with at most one symbolic size, received [N, M, 1]'],
    [
      (v) => engine.expand(v('a', [3, 2]), [3, 4]),
      'expand: expected shapes that broadcast, received [3, 2] and [3, 4]',
    ],
    [
      (v) => engine.expand(v('a', [3, 1]), ['N', 3, 4]),
      'expand: expected a shape that [3, 1] broadcasts to, its symbolic sizes among them, received [N, 3, 4]. Only axes of size 1 can be repeated, and only to a number.',
    ],
    [
      (v) => engine.reduceSum(v('a', [3]), [1]),
      'reduceSum: expected an axis from -1 to 0, received 1. Name an axis that the value has.',
    ],
    [
      (v) => engine.reduceMean(v('a', [3, 2]), [1, -1]),
      'reduceMean: expected distinct axes, received [1, -1]. Name each axis once.',
    ],
    [
      (v) => engine.transpose(v('a', [3, 2]), [0, 0]),
      'transpose: expected each axis of [3, 2] once, received [0, 0]. Correct the order.',
    ],
    [
      (v) => engine.squeeze(v('a', [3, 2]), [1]),
      'squeeze: expected size 1 along axis 1, received [3, 2]. Only axes of size 1 can be dropped.',
    ],
    [
      (v) => engine.concat([v('a', [3, 2]), v('b', [4, 2])], 1),
      'concat: expected shapes that differ along axis 1 only, received [3, 2] and [4, 2]. Reshape or slice one of them.',
    ],
    [() => engine.concat([], 0), 'concat: expected at least one value, received none. Pass the values to join.'],
    [
      (v) => engine.split(v('a', [5]), [2, 2], 0),
      'split: expected sizes above 0 that add up to 5, axis 0 of [5], received [2, 2]. Correct the sizes.',
    ],
    [
      (v) => engine.slice(v('a', [5]), [3], [3]),
      'slice: expected a non-empty range inside [5], received [3] to [3] along axes [0]. Correct the range.',
    ],
    [(v) => engine.slice(v('a', [5]), [0], [6]), 'slice: expected a non-empty range inside [5]'],
    [
      (v) => engine.pad(v('a', [5]), [-1], [0]),
      'pad: expected counts of 0 or more for each axis of [5], received [-1] and [0]. Correct the counts.',
    ],
    [
      (v) => engine.gather(v('a', [5]), v('k', [2])),
      'gather: expected int32 or int64, received float32[2]. Cast the value first.',
    ],
    [
      (v) => engine.scatterAdd(v('k', [2], 'int64'), v('a', [3, 4]), 9),
      'scatterAdd: expected one row for each index, received indices [2] and rows [3, 4]. Make the leading sizes of the rows those of the indices.',
    ],
    [
      (v) => engine.softmaxCrossEntropy(v('x', [5, 3]), v('t', [5])),
      'softmaxCrossEntropy: expected logits and targets of one shape with classes last, received [5, 3] and [5]. Make the targets one-hot or expand them.',
    ],
    [
      (v) => engine.batchNormalization(v('x', [5, 3]), v('s', [4]), v('b', [3])).y,
      'batchNormalization: expected shapes that broadcast, received [4] and [1, 3] (4 against 3).',
    ],
    [
      (v) => engine.batchNormalization(v('x', [5, 3]), v('s', [5, 3]), v('b', [3])).y,
      'batchNormalization: expected scale and bias that broadcast to [1, 3] for a value of shape [5, 3], received [5, 3].',
    ],
    [
      (v) => engine.labelEncoder(v('x', [1], 'string'), ['a', 'a']),
      'labelEncoder: expected distinct keys and one value for each, received 2 keys (1 distinct) and 2 values. Correct the lists.',
    ],
  ])('%#', (build, message) => {
    expect(() => built((make, graph) => build(make, graph) as Value)).toThrow(message);
  });
});
