// Which nodes a graph of images becomes where the engine has blocks of channels.

import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { ModelProtoSchema } from '../../../src/engine/graph/onnx_pb.ts';
import {
  add,
  batchNormalizationImages,
  convolution,
  createGraph,
  encode,
  gradients,
  leakyRelu,
  maxPool,
  mul,
  reduceMean,
  relu,
  square,
  type Value,
} from '../../../src/engine/index.ts';

const padded = { padding: 1 };

/** The model's nodes, without those that prepare weights: a reordering, or anything that is not a change of shape. */
function nodesOf(outputs: Readonly<Record<string, Value>>, convolutionBlock: number | null = 16): readonly string[] {
  const { graph } = fromBinary(ModelProtoSchema, encode(outputs, { convolutionBlock }));
  return (graph?.node ?? [])
    .map(({ opType, domain, attribute, input }) => {
      const relu = attribute.some(({ name }) => name === 'activation') ? ' with ReLU' : '';
      const sum = opType === 'Conv' && input.length > 3 ? ' with sum' : '';
      return `${domain === 'com.microsoft.nchwc' ? 'blocked ' : ''}${opType}${sum}${relu}`;
    })
    .filter((type) => !/^(Reshape|Transpose)/.test(type));
}

/** Images [8, 16, 6, 6], and weights for them by the shape of all but their inner channels. */
function images() {
  const graph = createGraph();
  const x = graph.input('x', [8, 16, 6, 6]);
  const weights = (name: string, outputs = 16, inner = 16): Value => graph.input(name, [outputs, inner, 3, 3]);
  return { graph, x, weights };
}

describe('the forms of nodes', () => {
  test('images stay in blocks from the first convolution to the last', () => {
    const { x, weights } = images();
    const h = relu(convolution(x, weights('a'), undefined, padded));
    expect(nodesOf({ y: relu(convolution(h, weights('b', 32), undefined, padded)) })).toEqual([
      'blocked ReorderInput',
      'blocked Conv with ReLU',
      'blocked Conv with ReLU',
      'blocked ReorderOutput',
    ]);
  });

  test('are plain without blocks', () => {
    const { x, weights } = images();
    const y = relu(convolution(x, weights('a'), undefined, padded));
    expect(nodesOf({ y }, null)).toEqual(['Conv', 'Relu']);
  });

  test('few channels are read as they are, and channels that do not fill blocks are written as they are', () => {
    const { graph, weights } = images();
    const few = graph.input('few', [8, 3, 6, 6]);
    expect(nodesOf({ y: convolution(few, weights('a', 16, 3)) })).toEqual(['blocked Conv', 'blocked ReorderOutput']);
    expect(nodesOf({ y: convolution(few, weights('b', 10, 3)) })).toEqual(['Conv']);
  });

  test('a sum and the ReLU after it are taken into the pass before them', () => {
    const { x, weights } = images();
    const h = relu(convolution(x, weights('a'), undefined, padded));
    const y = relu(add(convolution(h, weights('b'), undefined, padded), h));
    expect(nodesOf({ y })).toEqual([
      'blocked ReorderInput',
      'blocked Conv with ReLU',
      'blocked Conv with sum with ReLU',
      'blocked ReorderOutput',
    ]);
  });

  test('of two convolutions that are added one has the sum', () => {
    const { x, weights } = images();
    const y = relu(add(convolution(x, weights('a')), convolution(x, weights('b'))));
    expect(nodesOf({ y })).toEqual([
      'blocked ReorderInput',
      'blocked Conv',
      'blocked Conv with sum with ReLU',
      'blocked ReorderOutput',
    ]);
  });

  test('a result that is read twice, or is an output, is written before what follows it', () => {
    const { x, weights } = images();
    const h = convolution(x, weights('a'), undefined, padded);
    const twice = ['blocked ReorderInput', 'blocked Conv', 'Relu', 'Mul', 'blocked ReorderOutput'];
    expect(nodesOf({ y: mul(relu(h), h) })).toEqual(twice);
    expect(nodesOf({ h, y: relu(h) }).filter((type) => /Conv|Relu/.test(type))).toEqual(['blocked Conv', 'Relu']);
  });

  test('batch normalization is four passes, the last with what follows it', () => {
    const { graph, x, weights } = images();
    const [scale, bias] = [graph.input('scale', [16]), graph.input('bias', [16])];
    const y = relu(batchNormalizationImages(convolution(x, weights('a'), undefined, padded), scale, bias).y);
    const passes = nodesOf({ y }).filter((type) => /Conv|Pool|Reorder/.test(type));
    expect(passes).toEqual([
      'blocked ReorderInput',
      'blocked Conv',
      'blocked GlobalAveragePool',
      'blocked Conv',
      'blocked Conv',
      'blocked Conv with ReLU',
      'blocked ReorderOutput',
    ]);
  });

  test('what has no form in blocks gets plain images, and alone nothing is brought into blocks', () => {
    const { x, weights } = images();
    const pooled = maxPool(convolution(x, weights('a'), undefined, padded), 3);
    const [dx] = gradients(reduceMean(square(pooled)), [x]) as [Value];
    const types = nodesOf({ dx });
    expect(types.filter((type) => /Reorder|pool/i.test(type))).toEqual([
      'blocked ReorderInput',
      'blocked ReorderOutput',
      'MaxPool',
      'MaxUnpool',
      'blocked ReorderInput',
      'blocked ReorderOutput',
    ]);
    expect(nodesOf({ y: add(leakyRelu(x), relu(x)) })).toEqual(['Relu', 'LeakyRelu', 'Add']);
  });
});
