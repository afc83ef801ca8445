// In: named outputs of a graph, and numbers for its symbolic sizes. Out: the nodes of its model in the order in which they
// are evaluated, with the sizes of all that they read and write, those inside of ops too.

import { FettleError } from '../../base/error.ts';
import type { OnnxNode } from '../ops/op.ts';
import { type Form, formsOf } from './forms.ts';
import type { DType, Value } from './graph.ts';
import { outputType, type Sized } from './onnx-shape.ts';
import { reachable } from './order.ts';
import type { Shape } from './shape.ts';

/** A tensor of the model. A tensor that several nodes read is one object. */
export interface Tensor extends Sized {
  readonly bytes: number;
  /** Whether the caller owns it, or the model: then no run allocates it. */
  readonly given: boolean;
}

/** A node of the model. */
export interface SizedNode {
  readonly type: string;
  readonly domain: OnnxNode['domain'] | null;
  /** Null where an optional input is left out. */
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
}

/** How the sizes of a model are found. */
export interface SizeOptions {
  /** Numbers for symbolic sizes, such as `{ N: 64 }`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** As in `encode`; null by default. */
  readonly convolutionBlock?: number | null;
}

/** Bytes of an element; a text is counted as 32. */
const BYTES: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  int64: 8,
  uint8: 1,
  bool: 1,
  string: 32,
};

/** The nodes of the model that `encode` writes. */
export function sizedNodes(outputs: Readonly<Record<string, Value>>, options: SizeOptions = {}): readonly SizedNode[] {
  const values = Object.values(outputs);
  const { nodes, read } = reachable(values);
  const tensors = createTensors(new Set(values), options.sizes ?? {});
  const sized = formsOf(nodes, values, options.convolutionBlock ?? null).flatMap((form) =>
    formNodes(form, tensors, read),
  );
  for (const value of values) sized.push(...tensors.plain(value, false).nodes);
  return usedNodes(sized, new Set(values.map((value) => tensors.plain(value, false).tensor)));
}

/** Bytes of a value, at numbers for symbolic sizes. */
export function valueBytes({ dtype, shape }: { readonly dtype: DType; readonly shape: Shape }, options: SizeOptions) {
  return BYTES[dtype] * elements(numbers(shape, options.sizes ?? {}));
}

/** Elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}

/** A value's tensor, and the nodes that bring it into the layout in which it is asked for. */
interface Placed {
  readonly tensor: Tensor;
  readonly nodes: readonly SizedNode[];
}

/** The tensors of the graph's values: plain ones, and images in blocks of channels. */
function createTensors(wanted: ReadonlySet<Value>, sizes: Readonly<Record<string, number>>) {
  const layouts = { plain: new Map<Value, Tensor>(), blocked: new Map<Value, Tensor>() };
  const sized = ({ dtype, shape }: { readonly dtype: DType; readonly shape: Shape }, given: boolean): Tensor =>
    tensor({ dtype, shape: numbers(shape, sizes) }, given);
  const place = (value: Value, written: boolean, to: 'plain' | 'blocked'): Placed => {
    const known = layouts[to].get(value);
    if (known !== undefined) return { tensor: known, nodes: [] };
    const other = layouts[to === 'plain' ? 'blocked' : 'plain'].get(value);
    const outside = value.node === null;
    const made = sized(value, to === 'plain' && (outside || wanted.has(value)));
    layouts[to].set(value, made);
    if (written || (to === 'plain' && (outside || other === undefined))) return { tensor: made, nodes: [] };
    const type = to === 'plain' ? 'ReorderOutput' : 'ReorderInput';
    const input = other ?? place(value, false, 'plain').tensor;
    return { tensor: made, nodes: [{ type, domain: 'com.microsoft.nchwc', inputs: [input], outputs: [made] }] };
  };
  return {
    sized,
    plain: (value: Value, written: boolean) => place(value, written, 'plain'),
    blocked: (value: Value, written: boolean) => place(value, written, 'blocked'),
  };
}

/** The ONNX nodes of a form. */
function formNodes(
  { nodes, blocked }: Form,
  tensors: ReturnType<typeof createTensors>,
  read: ReadonlySet<Value>,
): readonly SizedNode[] {
  const locals = new Map<string, Tensor>();
  const found: SizedNode[] = [];
  const place = (value: Value, written: boolean): Tensor => {
    const placed = tensors[blocked.includes(value) ? 'blocked' : 'plain'](value, written);
    found.push(...placed.nodes);
    return placed.tensor;
  };
  const input = (given: OnnxNode['inputs'][number]): Tensor | null => {
    if (given === null) return null;
    if (typeof given === 'string') return locals.get(given) ?? unknown(given);
    return 'data' in given ? tensors.sized(given, true) : place(given, false);
  };
  for (const node of nodes) {
    const inputs = node.inputs.map(input);
    const outputs = node.outputs.flatMap((output, i) => {
      if (typeof output !== 'string') {
        return node.optionalOutputs === true && i > 0 && !read.has(output) ? [] : [place(output, true)];
      }
      const made = tensor(outputType(node, inputs), false);
      locals.set(output, made);
      return [made];
    });
    found.push({ type: node.type, domain: node.domain ?? null, inputs, outputs });
  }
  return found;
}

/** The nodes that the outputs need: an op may write nodes for outputs that nobody reads. */
function usedNodes(nodes: readonly SizedNode[], wanted: Set<Tensor | null>): readonly SizedNode[] {
  const kept = nodes.toReversed().filter(({ inputs, outputs }) => {
    const needed = outputs.some((output) => wanted.has(output));
    if (needed) for (const input of inputs) wanted.add(input);
    return needed;
  });
  return kept.reverse();
}

function tensor({ dtype, shape }: Sized, given: boolean): Tensor {
  return { dtype, shape, bytes: BYTES[dtype] * elements(shape), given };
}

function numbers(shape: Shape, sizes: Readonly<Record<string, number>>): readonly number[] {
  return shape.map((size) => {
    const number = typeof size === 'number' ? size : sizes[size];
    if (number !== undefined) return number;
    throw new FettleError(
      'engine',
      `estimateMemory: expected a number for each symbolic size, received none for "${size}". Pass { ${size}: ... }.`,
    );
  });
}

function unknown(name: string): never {
  throw new FettleError('internal', `A node reads '${name}' before another of its op has written that.`);
}
