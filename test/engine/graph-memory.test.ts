// The sizes that the estimate of memory goes by against those that onnxruntime writes into its profile.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { sizedNodes } from '../../src/engine/graph/sized-nodes.ts';
import {
  add,
  batchNormalizationImages,
  convolution,
  createGraph,
  encode,
  globalAveragePool,
  gradients,
  maxPool,
  mul,
  type OpName,
  reduceSum,
  relu,
  type Value,
} from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { valueSamples } from '../../src/engine/testing/values/index.ts';
import type { GradientSample } from './samples/gradient-sample.ts';
import { gradientSamples } from './samples/gradients.ts';

const block = await createOnnxRuntime().convolutionBlock();
const folder = mkdtempSync(join(tmpdir(), 'fettle-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Type and output bytes of each node that onnxruntime runs, when it changes nothing about the model. */
async function profiled(bytes: Uint8Array, inputs: readonly Value[]): Promise<readonly string[]> {
  const profileFilePrefix = join(mkdtempSync(join(folder, 'run-')), 'profile');
  const session = await InferenceSession.create(bytes, {
    ...{ graphOptimizationLevel: 'disabled', enableProfiling: true, profileFilePrefix, logSeverityLevel: 4 },
    intraOpNumThreads: 1,
  });
  const feeds = inputs.map(({ name, shape, dtype }) => {
    const size = (shape as readonly number[]).reduce((product, n) => product * n, 1);
    const data = dtype === 'float32' ? new Float32Array(size).fill(0.5) : new Float64Array(size).fill(0.5);
    return [name, new Tensor(dtype as 'float32', data as Float32Array, shape as readonly number[])] as const;
  });
  await session.run(Object.fromEntries(feeds));
  session.endProfiling();
  await session.release();
  const file = join(profileFilePrefix, '..', readdirSync(join(profileFilePrefix, '..'))[0] ?? '');
  const events = JSON.parse(readFileSync(file, 'utf8')) as readonly {
    readonly cat: string;
    readonly name: string;
    readonly args: Readonly<Record<string, string>>;
  }[];
  return events
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
    .map(({ args }) => `${args.op_name} ${args.output_size}`)
    .filter(isNoAlias)
    .sort();
}

/** Outputs that are inputs or have two names are written as `Identity`. */
const isNoAlias = (node: string): boolean => !node.startsWith('Identity ');

function estimated(outputs: Readonly<Record<string, Value>>, convolutionBlock: number | null): readonly string[] {
  return sizedNodes(outputs, { convolutionBlock })
    .map(({ type, outputs }) => `${type} ${outputs.reduce((sum, { bytes }) => sum + bytes, 0)}`)
    .filter(isNoAlias)
    .sort();
}

async function check(outputs: Readonly<Record<string, Value>>, inputs: readonly Value[]): Promise<void> {
  // Without blocks, and with them where this processor has them.
  for (const convolutionBlock of new Set([null, block])) {
    const bytes = encode(outputs, { keepInputs: true, convolutionBlock });
    expect(estimated(outputs, convolutionBlock)).toEqual(await profiled(bytes, inputs));
  }
}

describe('every tensor of an op and of its gradients has the size that onnxruntime gives it', () => {
  for (const name of Object.keys(gradientSamples) as OpName[]) {
    const samples: readonly GradientSample[] | 'none' = gradientSamples[name];
    test(name, async () => {
      for (const { inputs, build, real } of samples === 'none' ? [] : samples) {
        const graph = createGraph({ real: real ?? 'float64' });
        const values = inputs.map(({ shape }, i) => graph.input(`x${i}`, shape));
        const y = build(...values);
        const found = gradients(reduceSum(y), values);
        await check({ y, ...Object.fromEntries(found.map((gradient, i) => [`g${i}`, gradient])) }, graph.inputs);
      }
      for (const { build } of valueSamples[name]) await check({ y: build(createGraph({ real: 'float32' })) }, []);
    });
  }
});

/** Images through convolutions that fill blocks, and what often follows them. */
const blockGraphs: Readonly<Record<string, (x: Value) => Value>> = {
  'a residual block': (x) => {
    const [w, v] = [weights(x, 32, 3), weights(x, 32, 32)];
    const first = relu(convolution(x, w, undefined, { padding: 1 }));
    return add(relu(convolution(first, v, undefined, { padding: 1 })), first);
  },
  'batch normalization and pooling': (x) => {
    const c = convolution(x, weights(x, 16, 3), undefined, { padding: 1, stride: 2 });
    const one = x.graph.constant(new Float32Array(16).fill(1), [16]);
    return globalAveragePool(maxPool(relu(batchNormalizationImages(c, one, one).y), 2));
  },
  'a depthwise convolution': (x) => {
    const c = convolution(x, weights(x, 16, 3), undefined, { padding: 1 });
    return convolution(c, weights(x, 16, 1), undefined, { padding: 1, groups: 16 });
  },
};

function weights({ graph }: Value, outputs: number, inputs: number): Value {
  return graph.input(`w${graph.inputs.length}`, [outputs, inputs, 3, 3]);
}

describe('the sizes are right where convolutions work in blocks', () => {
  test.each(Object.entries(blockGraphs))('%s', async (_, build) => {
    const graph = createGraph();
    const y = build(graph.input('x', [4, 3, 12, 12]));
    const found = gradients(reduceSum(mul(y, y)), graph.inputs);
    await check({ y, ...Object.fromEntries(found.map((gradient, i) => [`g${i}`, gradient])) }, graph.inputs);
  });
});
