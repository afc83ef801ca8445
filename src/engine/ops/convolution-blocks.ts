// Convolutions of images in blocks of channels, and their input gradients at stride 1.

import type { Value } from '../graph/graph.ts';
import { concrete } from '../graph/shape.ts';
import { createNodes, type Emit, emitConvolution, fillsBlocks } from './blocks.ts';
import { at, reach, type Window } from './convolution-window.ts';
import { type BlockedForm, type BlockOptions, integers, type OnnxAttribute, type Values } from './op.ts';

type Grouped = Window & { readonly groups: number };

/** `convolution` in blocks: of images that fill blocks, or of plain ones with fewer channels than a block has. */
export function blockedConvolution(
  inputs: Values,
  y: Value,
  attributes: Grouped,
  { block, finish }: BlockOptions,
): BlockedForm | null {
  const [x, w, b] = inputs as readonly [Value, Value, Value?];
  const [outputs, inner, ...kernel] = concrete('convolution', w.shape) as readonly [number, number, number, number];
  const depthwise = isDepthwise(attributes, outputs, inner);
  const narrow = attributes.groups === 1 && inner < block;
  if (!fillsBlocks(y, block) || !(narrow || fillsBlocks(x, block))) return null;
  if ((attributes.groups > 1 && !depthwise) || !overlaps(kernel, attributes)) return null;
  const { nodes, emit } = createNodes();
  const filters = blockFilters(emit, w, [outputs, inner, ...kernel], narrow || depthwise ? 1 : block, block);
  emitConvolution(emit, x, filters, { bias: b ?? null, ...finish, attributes: blockedWindow(kernel, attributes) }, y);
  return { nodes, blocked: [...(narrow ? [] : [x]), y, ...(finish.sum === null ? [] : [finish.sum])] };
}

/** `convolutionTranspose` at stride 1 in blocks: a convolution with the weights turned around. */
export function blockedTranspose(
  inputs: Values,
  y: Value,
  attributes: Grouped,
  { block, finish }: BlockOptions,
): BlockedForm | null {
  const [x, w, b] = inputs as readonly [Value, Value, Value?];
  const [from, to, ...kernel] = concrete('convolutionTranspose', w.shape) as readonly [number, number, number, number];
  const depthwise = isDepthwise(attributes, from, to);
  const padding = attributes.padding.map((n, i) => reach(kernel, attributes, i % 2) - 1 - n);
  if (!fillsBlocks(y, block) || !fillsBlocks(x, block) || (attributes.groups > 1 && !depthwise)) return null;
  if (attributes.stride.some((n) => n > 1) || padding.some((n) => n < 0)) return null;
  const { nodes, emit } = createNodes();
  const beforeAll = -(2 ** 31);
  const turn = [integers([-1, -1]), integers([beforeAll, beforeAll]), integers([2, 3]), integers([-1, -1])];
  const turned = kernel.some((n) => n > 1) ? emit('Slice', [w, ...turn]) : w;
  const filters = depthwise
    ? blockFilters(emit, turned, [from, 1, ...kernel], 1, block)
    : exchangeFilters(emit, turned, [from, to, ...kernel], block);
  const window = blockedWindow(kernel, { ...attributes, padding });
  emitConvolution(emit, x, filters, { bias: b ?? null, ...finish, attributes: window }, y);
  return { nodes, blocked: [x, y, ...(finish.sum === null ? [] : [finish.sum])] };
}

/** Whether no window lies in the padding alone, which the kernels do not expect. */
function overlaps(kernel: readonly number[], attributes: Grouped): boolean {
  return attributes.padding.every((n, i) => n < reach(kernel, attributes, i % 2));
}

function isDepthwise({ groups }: Grouped, outputs: number, inner: number): boolean {
  return groups > 1 && inner === 1 && outputs === groups;
}

/** [O, I, h, w] with elements ordered [O / block, I / inner, h, w, inner, block]. */
function blockFilters(emit: Emit, w: Value | string, shape: readonly number[], inner: number, block: number): string {
  const [outputs, inputs, height, width] = shape as readonly [number, number, number, number];
  const split = emit('Reshape', [w, integers([outputs / block, block, inputs / inner, inner, height, width])]);
  const ordered = emit('Transpose', [split], { perm: { ints: [0, 2, 4, 5, 3, 1] } });
  return emit('Reshape', [ordered, integers([outputs, inputs, height, width])]);
}

/** The filters of the transpose: [I, O, h, w] as [O, I, h, w], in blocks. */
function exchangeFilters(emit: Emit, w: Value | string, shape: readonly number[], block: number): string {
  const [inputs, outputs, height, width] = shape as readonly [number, number, number, number];
  const split = emit('Reshape', [w, integers([inputs / block, block, outputs / block, block, height, width])]);
  const ordered = emit('Transpose', [split], { perm: { ints: [2, 0, 4, 5, 1, 3] } });
  return emit('Reshape', [ordered, integers([outputs, inputs, height, width])]);
}

function blockedWindow(kernel: readonly number[], attributes: Grouped): Readonly<Record<string, OnnxAttribute>> {
  return {
    kernel_shape: { ints: [at(kernel, 0), at(kernel, 1)] },
    strides: { ints: attributes.stride },
    pads: { ints: attributes.padding },
    dilations: { ints: attributes.dilation },
    group: { int: attributes.groups },
  };
}
