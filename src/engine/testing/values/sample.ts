// What the samples of known results are made of.

import type { DType, Graph, Value } from '../../index.ts';

/** Nested numbers as a tensor is written. */
export type Nested = number | string | readonly Nested[];
/** A value and what it must be. */
export interface ValueSample {
  readonly build: (graph: Graph) => Value;
  readonly expected: Nested;
}

/** Numbers below, at and above zero. */
export const X = [-3, -1, -0.25, 0, 0.5, 2];
/** A graph's input would do as well, but constants keep a sample in one line. */
export const tensor = (graph: Graph, data: Nested, dtype?: DType): Value => {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0] as Nested) shape.push(level.length);
  const flat = [data].flat(9) as number[];
  return graph.constant(flat, shape, dtype);
};
/** A function of one number. */
export const unary = (
  op: (x: Value) => Value,
  f: (x: number) => number,
  data: readonly number[] = X,
): readonly ValueSample[] => [{ build: (graph) => op(tensor(graph, data)), expected: data.map(f) }];
/** A value made of tensors. */
export const of = (build: (t: (data: Nested, dtype?: DType) => Value) => Value, expected: Nested): ValueSample => ({
  build: (graph) => build((data, dtype) => tensor(graph, data, dtype)),
  expected,
});
/** The logistic function. */
export const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
/** The standard normal distribution, from a table. */
export const normalCdf: Readonly<Record<string, number>> = {
  '-1': 0.158655253931457,
  '0': 0.5,
  '2': 0.977249868051821,
};
/** A small matrix. */
export const M = [
  [1, 2, 3],
  [4, 5, 6],
];
