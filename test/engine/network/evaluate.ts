import type { Runtime, Tensor } from '../../../src/engine/index.ts';
import { createGraph, encode, type Graph, type Value } from '../../../src/engine/index.ts';

/** A tensor to feed: its shape and numbers. */
export interface Fed {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
  /** float32 by default. */
  readonly dtype?: 'int32' | 'uint8';
  /** The shape that the graph knows, where a size is symbolic. */
  readonly declared?: readonly (number | string)[];
}

/** Builds a float32 graph over the inputs, runs it once, and gives its outputs. */
export async function evaluate(
  runtime: Runtime,
  inputs: Readonly<Record<string, Fed>>,
  build: (value: (name: string) => Value, graph: Graph) => Readonly<Record<string, Value>>,
): Promise<(name: string) => { readonly shape: readonly number[]; readonly data: number[] }> {
  const graph = createGraph();
  const values = new Map<string, Value>();
  for (const [name, { shape, declared, dtype }] of Object.entries(inputs)) {
    values.set(name, graph.input(name, declared ?? shape, dtype));
  }
  const outputs = build((name) => known(values, name), graph);
  const session = await runtime.load(encode(outputs, { keepInputs: true }));
  try {
    const feeds: Record<string, Tensor> = {};
    for (const [name, { shape, data, dtype }] of Object.entries(inputs)) {
      const stored = (dtype === 'int32' ? Int32Array : dtype === 'uint8' ? Uint8Array : Float32Array).from(data);
      feeds[name] = runtime.tensor(dtype ?? 'float32', stored, shape);
    }
    const results = await session.run(feeds);
    return (name) => {
      const { shape, data } = known(new Map(Object.entries(results)), name);
      return { shape, data: Array.from(data as Float32Array) };
    };
  } finally {
    await session.release();
  }
}

function known<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the test has no value '${name}', but ${[...values.keys()].join(', ')}`);
  return value;
}

/** The largest distance of two lists, relative to the largest number where that is above 1. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const scale = Array.from(b).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  return Array.from(a).reduce((most, x, i) => {
    const error = Math.abs(x - (b[i] as number)) / scale;
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(most, error);
  }, 0);
}
