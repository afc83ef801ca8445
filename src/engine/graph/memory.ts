// In: named outputs of a graph and numbers for its symbolic sizes. Out: the bytes that a run of it holds at most.
// The nodes are gone through in the order in which they are evaluated: a tensor is held from the node that writes it
// to the last one that reads it, in a place that onnxruntime chooses before the first run.

import type { Value } from './graph.ts';
import { reachable } from './order.ts';
import { elements, type SizedNode, type SizeOptions, sizedNodes, type Tensor, valueBytes } from './sized-nodes.ts';

/** What a model holds beside the tensors that the caller owns: those it is fed with and those it writes its outputs to. */
export interface GraphMemory {
  /** Most bytes of tensors that live at the same time within a run. */
  readonly peak: number;
  /** Bytes of the constants that are written into the model. */
  readonly constants: number;
  /** Bytes of the outputs; not part of `peak`. */
  readonly outputs: number;
  /** ONNX nodes: each costs a loaded model some memory too. */
  readonly nodes: number;
}

/** Nodes whose output is their input by another name. */
const RENAMING: readonly string[] = ['Reshape', 'Unsqueeze', 'Squeeze', 'Flatten', 'Identity'];

/** Nodes that write over their input when nobody else will read it (found by counting allocations, decision 0011). */
const OVERWRITING: readonly string[] = [
  ...[
    'Relu',
    'LeakyRelu',
    'Elu',
    'Selu',
    'Sigmoid',
    'HardSigmoid',
    'Tanh',
    'Softplus',
    'Clip',
    'Softmax',
    'LogSoftmax',
  ],
];

/** The memory of a run. Texts count 32 bytes each. */
export function estimateMemory(outputs: Readonly<Record<string, Value>>, options: SizeOptions = {}): GraphMemory {
  const nodes = sizedNodes(outputs, options);
  const values = Object.values(outputs);
  const constants = [...reachable(values).read].filter((value) => value.constant !== null);
  return {
    peak: peakOf(nodes),
    constants: constants.reduce((sum, value) => sum + valueBytes(value, options), 0),
    outputs: values.reduce((sum, value) => sum + valueBytes(value, options), 0),
    nodes: nodes.length,
  };
}

/** The most bytes of places that are in use at the same time. */
function peakOf(nodes: readonly SizedNode[]): number {
  const places = placesOf(nodes);
  const change = new Float64Array(nodes.length + 1);
  for (const { first, last, bytes } of places) {
    change[first] = (change[first] as number) + bytes;
    change[last + 1] = (change[last + 1] as number) - bytes;
  }
  let held = 0;
  return nodes.reduce((peak, node, i) => {
    held += change[i] as number;
    return Math.max(peak, held + scratchOf(node));
  }, 0);
}

/** A stretch of memory and the nodes from which to which it is taken. */
interface Place {
  readonly bytes: number;
  readonly first: number;
  last: number;
  /** Tensors in it that will still be read. */
  readers: number;
}

/**
 * Where the tensors lie, as onnxruntime plans it before the first run: over an input that nobody else reads; else where
 * a tensor of the same shape lay that nobody reads any more, even if that memory is then kept for a long time in between.
 */
function placesOf(nodes: readonly SizedNode[]): readonly Place[] {
  const lastRead = new Map<Tensor, number>();
  nodes.forEach(({ inputs }, i) => {
    for (const input of inputs) if (input !== null) lastRead.set(input, i);
  });
  const places: Place[] = [];
  const placeOf = new Map<Tensor, Place>();
  const free = new Map<string, Place[]>();
  const shapeKey = ({ bytes, shape }: Tensor): string => `${bytes}|${shape.join()}`;
  const put = (tensor: Tensor, place: Place, i: number): void => {
    place.last = Math.max(i, lastRead.get(tensor) ?? i);
    place.readers++;
    placeOf.set(tensor, place);
  };
  nodes.forEach((node, i) => {
    for (const [at, output] of node.outputs.entries()) {
      if (output.given) continue;
      const source = at === 0 ? overwritten(node, i, lastRead, placeOf) : null;
      if (source === 'given') continue;
      const reused = source ?? free.get(shapeKey(output))?.pop();
      const place = reused ?? { bytes: output.bytes, first: i, last: i, readers: 0 };
      if (reused === undefined) places.push(place);
      put(output, place, i);
    }
    for (const tensor of new Set([...node.inputs, ...node.outputs])) {
      const place = tensor === null ? undefined : placeOf.get(tensor);
      if (tensor === null || place === undefined || (lastRead.get(tensor) ?? i) > i) continue;
      placeOf.delete(tensor);
      place.readers--;
      if (place.readers > 0) continue;
      const key = shapeKey(tensor);
      free.set(key, [...(free.get(key) ?? []), place]);
    }
  });
  return places;
}

/** The place that a node's output takes over from one of its inputs; 'given' if that is the caller's memory. */
function overwritten(
  { type, domain, inputs }: SizedNode,
  i: number,
  lastRead: ReadonlyMap<Tensor, number>,
  placeOf: ReadonlyMap<Tensor, Place>,
): Place | 'given' | null {
  const [first] = inputs;
  if (RENAMING.includes(type) && first) return placeOf.get(first) ?? 'given';
  // A convolution in blocks adds to its fourth input.
  const source = domain === 'com.microsoft.nchwc' ? inputs[3] : OVERWRITING.includes(type) ? first : null;
  const place = source ? placeOf.get(source) : undefined;
  return source && place?.readers === 1 && lastRead.get(source) === i ? place : null;
}

/** What a node needs while it runs: a convolution unfolds the windows of one image, a choice is made in two copies. */
function scratchOf({ type, domain, inputs, outputs }: SizedNode): number {
  if (type === 'Where') return 2 * (outputs[0]?.bytes ?? 0);
  if (domain !== null || (type !== 'Conv' && type !== 'ConvTranspose')) return 0;
  const [, inner = 1, ...kernel] = inputs[1]?.shape ?? [];
  const unfolded = type === 'Conv' ? outputs[0] : inputs[0];
  const window = elements(kernel);
  return window === 1 ? 0 : 4 * inner * window * elements((unfolded?.shape ?? []).slice(2));
}
