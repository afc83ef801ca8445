// Images in blocks of channels: [N, C / b, H, W, b] in memory, for which onnxruntime's processor-specific kernels (domain
// com.microsoft.nchwc) are made. To ONNX such a tensor still has the shape [N, C, H, W].

import type { Value } from '../graph/graph.ts';
import { concrete, sameShape } from '../graph/shape.ts';
import { type BlockedForm, integers, type Literal, type OnnxAttribute, type OnnxNode } from './op.ts';

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
  /** What is added to the result, and whether negative elements then become zero. */
  readonly sum?: Input;
  readonly relu?: boolean;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A convolution in blocks, with what follows it in the same pass. */
export function emitConvolution(
  emit: Emit,
  images: Input,
  filters: Input,
  { bias = null, sum = null, relu = false, attributes }: BlockedConvolution,
  output?: Value,
): string {
  return emit(
    'Conv',
    [images, filters, bias, sum],
    { ...attributes, ...(relu && { activation: { string: 'Relu' } }) },
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
export function emitChannelMeans(emit: Emit, x: Value): string {
  const means = emit('GlobalAveragePool', [x], {}, undefined, 'com.microsoft.nchwc');
  // A zero keeps the number of images, which may be unknown.
  return emit('Reshape', [means, integers([0, x.shape[1] as number])]);
}

/** `mul`, `add` or `sub` in blocks, of images and of numbers [C, 1, 1] for their channels or, for `mul`, [N, C, 1, 1]. */
export function blockedScale(
  id: 'mul' | 'add' | 'sub',
  [a, b]: readonly [Value, Value],
  y: Value,
  block: number,
): BlockedForm | null {
  const [x, numbers] = id !== 'sub' && sameShape(b.shape, y.shape) ? [b, a] : [a, b];
  if (!fillsBlocks(y, block) || !sameShape(x.shape, y.shape) || numbers.dtype !== 'float32') return null;
  const [images, channels, height, width] = y.shape as readonly [number, number, number, number];
  const { nodes, emit } = createNodes();
  const given = numbers.shape.length === 4 && numbers.shape[0] === 1 ? numbers.shape.slice(1) : numbers.shape;
  if (sameShape(given, [channels, 1, 1])) {
    const flat = emit('Reshape', [numbers, integers([channels])]);
    const bias = id === 'sub' ? emit('Neg', [flat]) : flat;
    if (id === 'mul') emitChannelScale(emit, x, flat, channels, {}, y);
    else emitChannelScale(emit, x, filled(1, [channels]), channels, { bias }, y);
  } else if (id === 'mul' && typeof images === 'number' && sameShape(given, [images, channels, 1, 1])) {
    const rows = emit('Reshape', [x, integers([1, images * channels, height, width])]);
    const scaled = emitChannelScale(emit, rows, numbers, images * channels, {});
    emit('Reshape', [scaled, integers([images, channels, height, width])], {}, [y]);
  } else return null;
  return { nodes, blocked: [x, y] };
}

/** A literal of equal numbers. */
export function filled(x: number, shape: readonly number[], dtype: Literal['dtype'] = 'float32'): Literal {
  return { dtype, shape, data: new Float64Array(shape.reduce((product, n) => product * n, 1)).fill(x) };
}
