// Images in blocks of channels: [N, C / b, H, W, b] in memory, for which onnxruntime's processor-specific kernels (domain
// com.microsoft.nchwc) are made. To ONNX such a tensor still has the shape [N, C, H, W].

import type { Value } from '../graph/graph.ts';
import { concrete } from '../graph/shape.ts';
import { type Finish, integers, type Literal, type OnnxAttribute, type OnnxNode } from './op.ts';

/** Anything that a node reads. */
export type Input = OnnxNode['inputs'][number];

/** Appends a node and returns the name of its first output. */
export type Emit = (
  type: string,
  inputs: readonly Input[],
  attributes?: Readonly<Record<string, OnnxAttribute>>,
  outputs?: readonly (Value | string)[],
  domain?: OnnxNode['domain'],
) => string;

/** Nodes under construction; unnamed outputs get names of their own. */
export function createNodes(): { readonly nodes: readonly OnnxNode[]; readonly emit: Emit } {
  const nodes: OnnxNode[] = [];
  let next = 0;
  return {
    nodes,
    emit(type, inputs, attributes = {}, outputs = [`n${next++}`], domain = undefined) {
      nodes.push({ type, inputs, outputs, attributes, ...(domain !== undefined && { domain }) });
      return typeof outputs[0] === 'string' ? outputs[0] : '';
    },
  };
}

/** Whether the value is of images whose channels fill blocks. */
export function fillsBlocks({ dtype, shape }: Value, block: number): boolean {
  const [, channels, ...size] = shape;
  return (
    dtype === 'float32' &&
    shape.length === 4 &&
    typeof channels === 'number' &&
    channels % block === 0 &&
    size.every((n) => typeof n === 'number')
  );
}

/** What a convolution in blocks takes beside its images and filters. */
export interface BlockedConvolution {
  readonly bias?: Input;
  readonly finish?: Finish;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A convolution in blocks, with what follows it in the same pass. */
export function emitConvolution(
  emit: Emit,
  images: Input,
  filters: Input,
  { bias = null, finish = { sum: null, relu: false }, attributes }: BlockedConvolution,
  output?: Value,
): string {
  return emit(
    'Conv',
    [images, filters, bias, finish.sum],
    { ...attributes, ...(finish.relu && { activation: { string: 'Relu' } }) },
    output === undefined ? undefined : [output],
    'com.microsoft.nchwc',
  );
}

/** y[n, c, p] = scale[c] x[n, c, p] + bias[c]: a convolution of 1 x 1 with a group for each channel. */
export function emitChannelScale(
  emit: Emit,
  x: Input,
  scale: Input,
  channels: number,
  options: Omit<BlockedConvolution, 'attributes'>,
  output?: Value,
): string {
  const filters = emit('Reshape', [scale, integers([channels, 1, 1, 1])]);
  const attributes = { kernel_shape: { ints: [1, 1] }, group: { int: channels } };
  return emitConvolution(emit, x, filters, { ...options, attributes }, output);
}

/** [N, C]: for each channel of each image the sum of x y over its positions, as convolutions whose weights are y. */
export function emitChannelProducts(emit: Emit, x: Value | string, y: Value | string, shape: Value['shape']): string {
  const [images, channels, height, width] = concrete('products', shape) as readonly [number, number, number, number];
  const count = images * channels;
  const rows = emit('Reshape', [x, integers([1, count, height, width])]);
  const filters = emit('Reshape', [y, integers([count, 1, height, width])]);
  const attributes = { kernel_shape: { ints: [height, width] }, group: { int: count } };
  return emit('Reshape', [emitConvolution(emit, rows, filters, { attributes }), integers([images, channels])]);
}

/** [N, C]: for each channel of each image the mean over its positions. */
export function emitChannelMeans(emit: Emit, x: Value, output?: Value): string {
  const means = emit('GlobalAveragePool', [x], {}, undefined, 'com.microsoft.nchwc');
  // A zero keeps the number of images, which may be unknown.
  return emit('Reshape', [means, integers([0, x.shape[1] as number])], {}, output === undefined ? undefined : [output]);
}

/** A literal of equal numbers. */
export function filled(x: number, shape: readonly number[], dtype: Literal['dtype'] = 'float32'): Literal {
  return { dtype, shape, data: new Float64Array(shape.reduce((product, n) => product * n, 1)).fill(x) };
}
