import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { ModelProtoSchema } from '../../../src/engine/graph/onnx_pb.ts';
import {
  add,
  createGraph,
  encode,
  exp,
  type Graph,
  gradients,
  labelEncoder,
  layerNormalization,
  linear,
  mul,
  reduceMean,
  softmaxCrossEntropy,
  type Value,
} from '../../../src/engine/index.ts';

const decode = (bytes: Uint8Array) => {
  const model = fromBinary(ModelProtoSchema, bytes);
  if (model.graph === undefined) throw new Error('no graph');
  return { model, graph: model.graph };
};

function trainingStep(graph: Graph): Record<string, Value> {
  const [x, t] = [graph.input('x', [8, 5]), graph.input('t', [8, 3])];
  const [w, b] = [graph.input('w', [5, 3]), graph.input('b', [3])];
  const loss = reduceMean(softmaxCrossEntropy(linear(x, w, b), t));
  const [dw, db] = gradients(loss, [w, b]) as [Value, Value];
  return { loss, dw, db };
}

describe('an encoded graph', () => {
  test('has the same bytes for the same graph, whatever else was built beside it', () => {
    const plain = encode(trainingStep(createGraph()));
    const graph = createGraph();
    exp(graph.scalar(3));
    const beside = trainingStep(graph);
    exp(graph.inputs[0] as Value);
    expect(encode(beside)).toEqual(plain);
  });

  test('holds only what the outputs depend on, and the inputs that are to be kept', () => {
    const graph = createGraph();
    const [x, y, z] = [graph.input('x', ['N', 2]), graph.input('y', [2]), graph.input('z', [2])];
    add(y, z);
    const outputs = { y: exp(x) };
    const names = (options?: Parameters<typeof encode>[1]) =>
      decode(encode({ result: outputs.y }, options)).graph.input.map((input) => input.name);
    expect(names()).toEqual(['x']);
    expect(names({ keepInputs: ['z'] })).toEqual(['x', 'z']);
    expect(names({ keepInputs: true })).toEqual(['x', 'y', 'z']);
    expect(decode(encode({ result: outputs.y })).graph.node.map((node) => node.opType)).toEqual(['Exp']);
  });

  test('writes equal constants once', () => {
    const graph = createGraph();
    const x = graph.input('x', [100]);
    const data = Array.from({ length: 100 }, (_, i) => i);
    const twice = mul(add(x, graph.constant(data, [100])), graph.constant(data, [100]));
    expect(decode(encode({ y: twice })).graph.initializer).toHaveLength(1);
  });

  test('names outputs, sizes and metadata', () => {
    const graph = createGraph();
    const x = graph.input('x', ['N', 2]);
    const { model, graph: proto } = decode(
      encode(
        { first: exp(x), second: exp(x), third: x, fourth: graph.scalar(2) },
        { metadata: { a: 'ü' }, name: 'net' },
      ),
    );
    expect(proto.name).toBe('net');
    expect(model.metadataProps).toMatchObject([{ key: 'a', value: 'ü' }]);
    expect(proto.output.map((output) => output.name)).toEqual(['first', 'second', 'third', 'fourth']);
    expect(proto.node.map((node) => [node.opType, ...node.output])).toEqual([
      ['Identity', 'fourth'],
      ['Identity', 'third'],
      ['Exp', 'first'],
      ['Identity', 'second'],
    ]);
    const type = proto.input[0]?.type?.value;
    expect(type?.case === 'tensorType' && type.value.shape?.dim.map((dim) => dim.value.value)).toEqual(['N', 2n]);
  });

  test('imports only the operator sets that it uses', () => {
    const graph = createGraph();
    const domains = (y: Value) =>
      decode(encode({ y })).model.opsetImport.map(({ domain, version }) => [domain, version]);
    expect(domains(exp(graph.input('x', [1])))).toEqual([['', 21n]]);
    expect(domains(labelEncoder(graph.input('s', [1], 'string'), ['a']))).toEqual([
      ['', 21n],
      ['ai.onnx.ml', 3n],
    ]);
  });

  test('leaves out the nodes and constants of outputs that nobody reads', () => {
    const graph = createGraph();
    const loss = softmaxCrossEntropy(graph.input('x', ['N', 3]), graph.input('t', ['N', 3]));
    const { graph: proto } = decode(encode({ loss }));
    expect(proto.node.map((node) => node.opType)).toEqual(['LogSoftmax', 'Mul', 'ReduceSum', 'Neg']);
    expect(proto.initializer).toHaveLength(1);
  });

  test('leaves out optional outputs that nobody reads', () => {
    const graph = createGraph();
    const [x, s, b] = [graph.input('x', ['N', 2]), graph.input('s', [2]), graph.input('b', [2])];
    expect(decode(encode({ y: layerNormalization(x, s, b) })).graph.node[0]?.output).toEqual(['y']);
  });

  test('never confuses its own names with those given', () => {
    const graph = createGraph();
    const x = graph.input('v0', [2]);
    const c = graph.input('c0', [2]);
    const { graph: proto } = decode(encode({ v1: add(exp(exp(x)), mul(c, 3)) }));
    const all = [
      ...proto.input.map((i) => i.name),
      ...proto.initializer.map((i) => i.name),
      ...proto.node.flatMap((n) => n.output),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('refuses no outputs, and an output named like an input', () => {
    const x = createGraph().input('x', [2]);
    expect(() => encode({})).toThrow(
      'encode: expected at least one output, received none. Name the values to compute.',
    );
    expect(() => encode({ x: exp(x) })).toThrow(
      'encode: expected output names that no input has, received "x". Rename the output.',
    );
  });
});
