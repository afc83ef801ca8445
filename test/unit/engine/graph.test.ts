import { describe, expect, test } from 'vitest';
import { add, createGraph, exp, mul, neg, type Value } from '../../../src/engine/index.ts';

describe('a graph', () => {
  test('gives each input its name, type and shape', () => {
    const graph = createGraph({ real: 'float64' });
    const x = graph.input('x', ['N', 3]);
    const k = graph.input('k', [], 'int64');
    expect(graph.inputs).toEqual([x, k]);
    expect(x).toMatchObject({ name: 'x', dtype: 'float64', shape: ['N', 3], node: null });
    expect(k).toMatchObject({ dtype: 'int64', shape: [] });
  });

  test('computes the same op on the same values once', () => {
    const graph = createGraph();
    const x = graph.input('x', [2]);
    expect(exp(x)).toBe(exp(x));
    expect(add(x, 2)).toBe(add(x, 2));
    expect(add(x, 2)).not.toBe(add(x, 3));
    expect(graph.scalar(0)).not.toBe(graph.scalar(-0));
    expect(graph.constant([1, 2], [2])).toBe(graph.constant([1, 2], [2]));
    expect(graph.constant([1, 2], [2])).not.toBe(graph.constant([1, 2], [1, 2]));
  });

  test('keeps its own copy of a constant', () => {
    const data = Float32Array.of(1, 2);
    const value = createGraph().constant(data, [2]);
    data[0] = 9;
    expect(value.constant?.[0]).toBe(1);
  });

  test.each([
    [
      'a name used twice',
      (x: Value) => x.graph.input('x', [1]),
      'input: expected a name that is new to the graph, received "x". Give every input its own name.',
    ],
    [
      'a size of 0',
      (x: Value) => x.graph.input('y', [0]),
      'input "y": expected sizes that are whole numbers above 0 or names, received [0]. Correct the shape.',
    ],
    [
      'too few elements',
      (x: Value) => x.graph.constant([1, 2], [3]),
      'constant: expected 3 elements for shape [3], received 2. Correct the shape or the data.',
    ],
    [
      'a symbolic constant',
      (x: Value) => x.graph.constant([1], ['N']),
      'constant: expected a shape of numbers, received [N]. Build the graph with the number for "N".',
    ],
    [
      'half an integer',
      (x: Value) => x.graph.constant([1, 0.5], [2], 'int64'),
      'constant: expected int64 elements, received 0.5 at 1. Choose another dtype or correct the data.',
    ],
    [
      'an int32 beyond its range',
      (x: Value) => x.graph.constant([2 ** 31], [1], 'int32'),
      'constant: expected int32 elements, received 2147483648 at 0.',
    ],
    [
      'values of two graphs',
      (x: Value) => add(x, createGraph().input('z', [2])),
      'add: expected values of one graph, received "x" and "z" of two. Build both in the same graph.',
    ],
  ])('refuses %s', (_, build, message) => {
    expect(() => build(createGraph().input('x', [2]))).toThrow(message);
  });
});

describe('what needs no node gets none', () => {
  const graph = createGraph();
  const x = graph.input('x', [2, 3]);
  test.each<[string, () => Value, Value]>([
    ['x * 1', () => mul(x, 1), x],
    ['1 * x', () => mul(1, x), x],
    ['x + 0', () => add(x, 0), x],
    ['-(-x)', () => neg(neg(x)), x],
    ['(x 2) 3 = 6 x', () => mul(mul(x, 2), 3), mul(x, 6)],
    ['-(2 x) = -2 x', () => neg(mul(x, 2)), mul(x, -2)],
    ['2 + 3', () => add(graph.scalar(2), graph.scalar(3)), graph.scalar(5)],
  ])('%s', (_, build, expected) => {
    expect(build()).toBe(expected);
  });

  test('but a constant that widens the shape stays', () => {
    expect(mul(graph.input('s', []), graph.constant([1, 1], [2])).shape).toEqual([2]);
    expect(mul(graph.input('t', []), graph.constant([1], [1])).shape).toEqual([1]);
  });
});
