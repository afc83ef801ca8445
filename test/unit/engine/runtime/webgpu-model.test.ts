import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelProtoSchema } from '../../../../src/engine/graph/onnx_pb.ts';
import { createGraph, encode, gradients, maxPool, neg, reduceSum, split } from '../../../../src/engine/index.ts';
import { webGpuModel } from '../../../../src/engine/runtime/webgpu-model.ts';

const graphOf = (bytes: Uint8Array) => fromBinary(ModelProtoSchema, bytes).graph;

/** Sizes and names of the parts that a tree of splits gives in the end, in order. */
function leaves(bytes: Uint8Array): { readonly sizes: number[]; readonly outputs: string[]; readonly widest: number } {
  const graph = graphOf(bytes);
  const nodes = graph?.node.filter(({ opType }) => opType === 'Split') ?? [];
  const sizesOf = (name: string | undefined): number[] => {
    const raw = graph?.initializer.find((tensor) => tensor.name === name)?.rawData ?? new Uint8Array();
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    return Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
  };
  const sizes: number[] = [];
  const outputs: string[] = [];
  const walk = (input: string | undefined): void => {
    const node = nodes.find((candidate) => candidate.input[0] === input);
    const parts = sizesOf(node?.input[1]);
    node?.output.forEach((output, i) => {
      const below = nodes.find((candidate) => candidate.input[0] === output);
      if (below === undefined) {
        sizes.push(parts[i] as number);
        outputs.push(output);
      } else {
        expect(sizesOf(below.input[1]).reduce((a, b) => a + b, 0)).toBe(parts[i]);
        walk(output);
      }
    });
  };
  walk('x');
  return { sizes, outputs, widest: Math.max(...nodes.map(({ output }) => output.length)) };
}

describe('a model for WebGPU', () => {
  it('splits into the same parts, at most seven at a time', () => {
    const many = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 120 });
    fc.assert(
      fc.property(many, (sizes) => {
        const total = sizes.reduce((a, b) => a + b, 0);
        const graph = createGraph();
        const parts = split(graph.input('x', [total, 2]), sizes, 0);
        const bytes = encode(Object.fromEntries(parts.map((part, i) => [`y${i}`, part])));
        const found = leaves(webGpuModel(bytes).bytes);
        expect(found.sizes).toEqual(sizes);
        expect(found.outputs).toEqual(graphOf(bytes)?.node[0]?.output);
        expect(found.widest).toBeLessThanOrEqual(7);
      }),
    );
  });

  it('keeps a max pooling with positions on the CPU, and only that', () => {
    const x = createGraph().input('x', [1, 1, 6, 6]);
    const y = maxPool(x, 3);
    expect(webGpuModel(encode({ y })).onCpu).toEqual([]);
    const { bytes, onCpu } = webGpuModel(encode({ y, ...{ g: gradients(reduceSum(y), [x])[0] ?? y } }));
    const named = graphOf(bytes)?.node.filter(({ name }) => onCpu.includes(name)) ?? [];
    expect(named.map(({ opType, output }) => [opType, output.length])).toEqual([['MaxPool', 2]]);
  });

  it('is the same otherwise', () => {
    const bytes = encode({ y: neg(createGraph().input('x', [3])) });
    expect(webGpuModel(bytes)).toEqual({ bytes, onCpu: [] });
  });
});
