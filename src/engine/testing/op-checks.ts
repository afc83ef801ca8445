// For every op a check that it gives the known results when its inputs are fed, so that the engine and not its
// optimizer computes them.

import { encode } from '../graph/encode.ts';
import { createGraph, type DType, type Graph, type Value } from '../graph/graph.ts';
import { ops } from '../ops/index.ts';
import type { OpName } from '../ops/op-name.ts';
import type { Runtime, Tensor, TensorData } from '../runtime/runtime.ts';
import { near, type RuntimeCheck, same } from './runtime-check.ts';
import { valueSamples } from './values/index.ts';
import type { ValueSample } from './values/sample.ts';

/** Largest error of a result as a share of the larger of 1 and its size; what has no entry must be exact. */
export const VALUE_TOLERANCE: Readonly<Partial<Record<DType, number>>> = { float32: 2e-5, float64: 1e-10 };

/** Ops that devices may compute less exactly: WGSL allows 2^-11 for sine and cosine. */
const COARSE: Readonly<Partial<Record<OpName, number>>> = { sin: 2 ** -11, cos: 2 ** -11 };

const toTensorData: Readonly<Record<DType, (data: readonly (number | string)[]) => TensorData>> = {
  float32: (data) => Float32Array.from(data as number[]),
  float64: (data) => Float64Array.from(data as number[]),
  int32: (data) => Int32Array.from(data as number[]),
  int64: (data) => BigInt64Array.from(data as number[], BigInt),
  uint8: (data) => Uint8Array.from(data as number[]),
  bool: (data) => Uint8Array.from(data as number[]),
  string: (data) => data as string[],
};

/** A graph whose constants, as far as the sample makes them, are inputs; their values are left in `feeds`. */
function feedingGraph(runtime: Runtime, feeds: Record<string, Tensor>): Graph {
  const graph = createGraph();
  return {
    ...graph,
    constant(data, shape, dtype = graph.real) {
      const name = `x${Object.keys(feeds).length}`;
      const value = graph.input(name, shape, dtype);
      const elements = toTensorData[dtype](Array.from<number | string>(data as ArrayLike<number>));
      feeds[name] = runtime.tensor(dtype, elements, shape as readonly number[]);
      return value;
    },
  };
}

/** What the engine computes for a sample. */
async function compute(runtime: Runtime, sample: ValueSample): Promise<{ value: Value; result: Tensor }> {
  const feeds: Record<string, Tensor> = {};
  const value = sample.build(feedingGraph(runtime, feeds));
  const session = await runtime.load(encode({ y: value }));
  try {
    const known = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputs.includes(name)));
    const { y } = await session.run(known);
    return { value, result: y as Tensor };
  } finally {
    await session.release();
  }
}

async function checkSample(runtime: Runtime, sample: ValueSample, coarse: number): Promise<void> {
  const { value, result } = await compute(runtime, sample);
  same('the type', result.dtype, value.dtype);
  same('the shape', result.shape, value.shape);
  const expected = [sample.expected].flat(9) as (number | string)[];
  if (value.dtype === 'string') return same('the texts', result.data, expected);
  const numbers = Array.from(result.data as Float64Array, Number);
  near('the value', numbers, expected.map(Number), Math.max(coarse, VALUE_TOLERANCE[value.dtype] ?? 0));
}

/** One check per op, in float32. */
export const opChecks: readonly RuntimeCheck[] = (Object.keys(ops) as OpName[]).map((name) => ({
  name: `op ${name}`,
  run: async ({ runtime }) => {
    for (const sample of valueSamples[name]) await checkSample(runtime, sample, COARSE[name] ?? 0);
  },
}));
