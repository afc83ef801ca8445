import { describe, expect, test } from 'vitest';
import {
  convolution,
  createGraph,
  estimateMemory,
  exp,
  type Graph,
  gradients,
  mul,
  reduceSum,
  relu,
  reshape,
  sin,
  type Value,
} from '../../../src/engine/index.ts';

const MB = 2 ** 20;
/** A float32 of one MB. */
const input = (graph: Graph, name = 'x'): Value => graph.input(name, [512, 512]);
const peak = (outputs: Readonly<Record<string, Value>>): number => estimateMemory(outputs).peak / MB;

describe('estimateMemory', () => {
  test('counts neither what a model is fed with nor its outputs', () => {
    const x = input(createGraph());
    expect(estimateMemory({ y: exp(x) })).toEqual({ peak: 0, constants: 0, outputs: MB, nodes: 1 });
  });

  test('holds a tensor until the last node that reads it', () => {
    const x = input(createGraph());
    const first = sin(x);
    expect(peak({ y: sin(sin(sin(first))) })).toBe(2);
    expect(peak({ y: mul(first, sin(sin(sin(first)))) })).toBe(3);
  });

  test('lets an activation overwrite its input, and a reshape rename it', () => {
    const x = input(createGraph());
    expect(peak({ y: sin(relu(sin(x))) })).toBe(1);
    expect(peak({ y: sin(reshape(sin(x), [512 * 512])) })).toBe(1);
    // Somebody else still reads it.
    const read = sin(x);
    expect(peak({ y: mul(sin(relu(read)), read) })).toBe(3);
  });

  test('keeps the place of a tensor for a later one of its shape', () => {
    const x = input(createGraph());
    const small = reduceSum(sin(x)); // its place is free now, and taken again by the last node
    const other = sin(sin(reshape(input(x.graph, 'z'), [1024, 256])));
    expect(peak({ y: exp(mul(sin(reshape(other, [512, 512])), small)) })).toBeCloseTo(3, 4);
    // Without one of its shape it is given back.
    expect(peak({ y: exp(mul(sin(other), small)) })).toBeCloseTo(2, 4);
  });

  test('needs numbers for symbolic sizes', () => {
    const y = sin(sin(createGraph().input('x', ['N', 256])));
    expect(estimateMemory({ y }, { sizes: { N: 1024 } }).peak).toBe(MB);
    expect(() => estimateMemory({ y })).toThrow(
      'estimateMemory: expected a number for each symbolic size, received none for "N". Pass { N: ... }.',
    );
  });

  test('counts constants', () => {
    const x = input(createGraph());
    const constant = x.graph.constant(new Float32Array(1024), [2, 512]);
    expect(estimateMemory({ y: mul(reshape(x, [256, 2, 512]), constant) }).constants).toBe(4096);
  });

  test('grows with the batch of a convolutional network', () => {
    const at = (batch: number): number => {
      const x = createGraph().input('x', [batch, 16, 32, 32]);
      const w = x.graph.input('w', [16, 16, 3, 3]);
      const h = relu(convolution(relu(convolution(x, w, undefined, { padding: 1 })), w, undefined, { padding: 1 }));
      const loss = reduceSum(mul(h, h));
      return estimateMemory({ loss, dw: gradients(loss, [w])[0] as Value }, { convolutionBlock: 16 }).peak;
    };
    const layer = 4 * 16 * 32 * 32; // bytes of one image's activations
    expect(at(32) / 32 / layer).toBeGreaterThan(2);
    expect(at(32) / 32 / layer).toBeLessThan(8);
    expect(at(64) / at(32)).toBeCloseTo(2, 0);
  });
});
