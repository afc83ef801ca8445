import { describe, expect, test } from 'vitest';
import {
  add,
  batchNormalization,
  createGraph,
  exp,
  floor,
  gradients,
  linear,
  matmul,
  mul,
  printGraph,
  reduceMean,
  reduceSum,
  relu,
  silu,
  softmaxCrossEntropy,
  square,
  transpose,
  type Value,
} from '../../../src/engine/index.ts';

describe('a training step of a two-layer network', () => {
  test('is no longer than one written by hand', () => {
    const graph = createGraph();
    const x = graph.input('x', [128, 30]);
    const t = graph.input('t', [128, 3]);
    const w0 = graph.input('w0', [30, 64]);
    const b0 = graph.input('b0', [64]);
    const w1 = graph.input('w1', [64, 3]);
    const b1 = graph.input('b1', [3]);
    const loss = reduceMean(softmaxCrossEntropy(linear(relu(linear(x, w0, b0)), w1, b1), t));
    const [dw0, db0, dw1, db1] = gradients(loss, [w0, b0, w1, b1]) as [Value, Value, Value, Value];
    expect(printGraph({ loss, dw0, db0, dw1, db1 })).toMatchInlineSnapshot(`
      "input x: float32[128, 30]
      input t: float32[128, 3]
      input w0: float32[30, 64]
      input b0: float32[64]
      input w1: float32[64, 3]
      input b1: float32[3]
      %0: float32[128, 64] = gemm(x, w0, b0)
      %1: float32[128, 64] = relu(%0)
      %2: float32[128, 3] = gemm(%1, w1, b1)
      %3: float32[128], %4: float32[128, 3], %5: float32[128, 3] = softmaxCrossEntropy(%2, t)
      %6: float32[] = reduceMean(%3) { axes: [0] }
      %7: float32[128, 3] = sub(%5, t)
      %8: float32[128, 3] = mul(%7, 0.0078125)
      %9: float32[128, 64] = gemm(%8, w1) { transposeB: true }
      %10: float32[64, 3] = gemm(%1, %8) { transposeA: true }
      %11: float32[3] = reduceSum(%8) { axes: [0] }
      %12: float32[128, 64] = positive(%1)
      %13: float32[128, 64] = mul(%9, %12)
      %14: float32[30, 64] = gemm(x, %13) { transposeA: true }
      %15: float32[64] = reduceSum(%13) { axes: [0] }
      output loss = %6
      output dw0 = %14
      output db0 = %15
      output dw1 = %10
      output db1 = %11
      "
    `);
  });
});

describe('gradients', () => {
  test('are zeros where the loss does not depend on the value', () => {
    const graph = createGraph();
    const [x, y] = [graph.input('x', [2]), graph.input('y', [3])];
    const loss = reduceSum(add(x, floor(mul(x, 3))));
    const [dx, dy] = gradients(loss, [x, y]);
    expect(printGraph({ dx: dx as Value })).toBe('%0: float32[2] = expand(1) { shape: [2] }\noutput dx = %0\n');
    expect(dy).toMatchObject({ shape: [3], constant: new Float64Array(3) });
  });

  test('reach values inside the graph, and add up over all paths', () => {
    const graph = createGraph();
    const x = graph.input('x', []);
    const y = exp(x);
    const loss = add(y, mul(y, y));
    const [dy] = gradients(loss, [y]);
    expect(printGraph({ dy: dy as Value })).toContain('%2: float32[] = add(');
  });

  test('take transposes into the product', () => {
    const graph = createGraph();
    const [a, b] = [graph.input('a', [3, 2]), graph.input('b', [3, 4])];
    expect(printGraph({ y: matmul(transpose(a), b) })).toContain('gemm(a, b) { transposeA: true }');
  });

  test('go through a network of ten thousand layers', () => {
    const graph = createGraph();
    const x = graph.input('x', []);
    let y: Value = x;
    for (let i = 0; i < 10_000; i++) y = exp(y);
    expect(gradients(y, [x])[0]?.shape).toEqual([]);
  });

  test.each<[string, (x: Value) => Value, string]>([
    [
      'a loss with axes',
      (x) => x,
      'gradients: expected a real loss of shape [], received float32[2]. Reduce it with reduceMean or reduceSum.',
    ],
    [
      'a second derivative through silu',
      (x) => reduceSum(square(gradients(reduceSum(silu(x)), [x])[0] as Value)),
      'gradients: expected a loss that depends on silu by its first output only, received one that depends on another (also by a second derivative). Compute that part from the inputs of the op.',
    ],
    [
      "a loss on a batch's statistics",
      (x) => {
        const table = mul(x, x.graph.constant([1, 2, 3], [3, 1]));
        return reduceSum(batchNormalization(table, x, x).mean);
      },
      'gradients: expected a loss that depends on batchNormalization by its first output only',
    ],
  ])('refuse %s', (_, build, message) => {
    const x = createGraph().input('x', [2]);
    expect(() => gradients(build(x), [x])).toThrow(message);
  });

  test('refuse to differentiate by what is not real', () => {
    const graph = createGraph();
    const k = graph.input('k', [2], 'int64');
    expect(() => gradients(reduceSum(graph.input('x', [1])), [k])).toThrow(
      'gradients: expected real values of the loss\'s graph, received "k" (int64). Leave it out.',
    );
  });
});
