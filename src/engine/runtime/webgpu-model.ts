// In: the bytes of an ONNX model. Out: the same computation as onnxruntime's WebGPU can run it, found by running everything:
// it takes a max pooling that also gives positions and then fails at it, and a split into more parts than a shader binds.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FettleError } from '../../base/error.ts';
import {
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../graph/onnx_pb.ts';

/** Every WebGPU binds 8 buffers to a shader; one is the input. */
const mostParts = 7;

/** A model for WebGPU. */
export interface WebGpuModel {
  readonly bytes: Uint8Array;
  /** Names of nodes that must be kept on the CPU. */
  readonly onCpu: readonly string[];
}

/** The model with wide splits as trees of narrow ones, and names for the nodes that WebGPU must not get. */
export function webGpuModel(bytes: Uint8Array): WebGpuModel {
  const model = fromBinary(ModelProtoSchema, bytes);
  const graph = model.graph;
  if (graph === undefined) return { bytes, onCpu: [] };
  const onCpu = graph.node.filter(({ opType, output }) => opType === 'MaxPool' && output.length > 1);
  onCpu.forEach((node, i) => {
    node.name = `on_cpu_${i}`;
  });
  graph.node = graph.node.flatMap((node, i) =>
    node.opType === 'Split' && node.output.length > mostParts ? narrowed(graph, node, `split_${i}`) : [node],
  );
  return { bytes: toBinary(ModelProtoSchema, model), onCpu: onCpu.map(({ name }) => name) };
}

/** A wide split as one into groups of parts, and one of each group. */
function narrowed(graph: GraphProto, node: NodeProto, prefix: string): readonly NodeProto[] {
  const count = node.output.length;
  if (count <= mostParts) return [node];
  const sizes = sizesOf(graph, node);
  // Groups of equal numbers of parts, as few as the first split may have.
  const each = Math.ceil(count / Math.min(mostParts, Math.ceil(count / mostParts)));
  const groups = Array.from({ length: Math.ceil(count / each) }, (_, g) => ({
    name: `${prefix}_${g}`,
    sizes: sizes.slice(g * each, (g + 1) * each),
    outputs: node.output.slice(g * each, (g + 1) * each),
  }));
  const totals = groups.map((group) => group.sizes.reduce((a, b) => a + b, 0));
  const names = groups.map(({ name }) => name);
  const first = splitNode(graph, node, node.input[0] as string, { name: prefix, sizes: totals, outputs: names });
  return [first, ...groups.flatMap((group) => narrowed(graph, splitNode(graph, node, group.name, group), group.name))];
}

interface Parts {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly outputs: readonly string[];
}

/** A split along the axis of another one. */
function splitNode(graph: GraphProto, like: NodeProto, input: string, { name, sizes, outputs }: Parts): NodeProto {
  const literal = `${name}_sizes`;
  graph.initializer.push(sizesTensor(literal, sizes));
  return create(NodeProtoSchema, {
    opType: 'Split',
    input: [input, literal],
    output: [...outputs],
    attribute: like.attribute,
  });
}

function sizesTensor(name: string, sizes: readonly number[]): TensorProto {
  const rawData = new Uint8Array(8 * sizes.length);
  const view = new DataView(rawData.buffer);
  sizes.forEach((size, i) => {
    view.setBigInt64(8 * i, BigInt(size), true);
  });
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.INT64,
    dims: [BigInt(sizes.length)],
    rawData,
  });
}

function sizesOf(graph: GraphProto, { input }: NodeProto): readonly number[] {
  const { rawData } = graph.initializer.find(({ name }) => name === input[1]) ?? {};
  if (rawData === undefined || rawData.length === 0) {
    throw new FettleError(
      'internal',
      `A split expected its sizes as a constant, but its inputs are ${input.join(', ')}.`,
    );
  }
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: rawData.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}
