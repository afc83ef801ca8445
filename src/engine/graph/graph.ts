// In: named inputs, constants, and ops applied to values. Out: an append-only graph of values and nodes.
// A graph is pure data: every op is deterministic, so the same op on the same values is the same value.
// `real` is the type of all real numbers: float32 to train, float64 to check gradients with the same code.

import { FettleError } from '../../base/error.ts';
import type { OpName } from '../ops/op-name.ts';
import { checkShape, formatShape, type Shape, sizeOf } from './shape.ts';

export type { Dim, Shape } from './shape.ts';

/** The type of a tensor's elements; uint8 is for inputs that are cast, such as pixels. */
export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool' | 'string';

/** The types that carry gradients. */
export type Real = 'float32' | 'float64';

/** What a value is made of, without the value. */
export interface ValueType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** The elements of a constant in row-major order; booleans as 0 and 1. */
export type ConstantData = Float32Array | Float64Array | readonly string[];

/** An attribute of a node: an argument that is known while the graph is built. */
export type AttributeValue = number | string | boolean | null | readonly Dim[] | readonly number[] | readonly string[];
/** The attributes of a node by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;
type Dim = Shape[number];

/** A tensor in a graph: an input, a constant, or the output of a node. */
export interface Value extends ValueType {
  readonly graph: Graph;
  /** Unique in its graph, ascending in the order of creation (which is an order of evaluation too). */
  readonly id: number;
  /** The input's name; `op_id` or `constant_id` for other values. */
  readonly name: string;
  /** The node that computes it; null for inputs and constants. */
  readonly node: Node | null;
  /** The elements of a constant; null for inputs and outputs of nodes. */
  readonly constant: ConstantData | null;
}

/** One op applied to values. */
export interface Node {
  /** Ascending in the order of creation. */
  readonly id: number;
  readonly op: OpName;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** A computation under construction: only ever appended to. */
export interface Graph {
  readonly real: Real;
  /** The inputs in the order of their creation. */
  readonly inputs: readonly Value[];
  /** A tensor that is fed at every run. Names are unique in the graph. */
  input(name: string, shape: Shape, dtype?: DType): Value;
  /** A tensor that is written into the model. `data` is copied, in row-major order; `dtype` is `real` by default. */
  constant(data: ArrayLike<number> | readonly string[], shape: Shape, dtype?: DType): Value;
  /** A constant of shape [] and type `real`. */
  scalar(x: number): Value;
  /** Appends a node, or finds the equal one. For op functions: the caller has checked inputs and inferred `types`. */
  append(op: OpName, inputs: readonly Value[], attributes: Attributes, types: readonly ValueType[]): Node;
}

/** An empty graph; `real` is 'float32' by default. */
export function createGraph(options: { readonly real?: Real } = {}): Graph {
  const real = options.real ?? 'float32';
  const inputs: Value[] = [];
  const known = new Map<string, Node>();
  const constants = new Map<string, Value>();
  let nextValue = 0;
  let nextNode = 0;

  const graph: Graph = {
    real,
    inputs,
    input(name, shape, dtype = real) {
      checkInput(inputs, name, shape);
      const value: Value = { graph, id: nextValue++, name, dtype, shape: [...shape], node: null, constant: null };
      inputs.push(value);
      return value;
    },
    constant(data, shape, dtype = real) {
      const stored = constantData(data, shape, dtype);
      const key = stored.length <= 64 ? `${dtype}|${shape.join()}|${JSON.stringify(Array.from(stored, keyOf))}` : null;
      const found = key === null ? undefined : constants.get(key);
      if (found !== undefined) return found;
      const id = nextValue++;
      const value: Value = {
        graph,
        id,
        name: `constant_${id}`,
        dtype,
        shape: [...shape],
        node: null,
        constant: stored,
      };
      if (key !== null) constants.set(key, value);
      return value;
    },
    scalar(x) {
      return graph.constant([x], []);
    },
    append(op, args, attributes, types) {
      const key = `${op}|${args.map((value) => value.id).join()}|${JSON.stringify(attributes)}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const outputs: Value[] = [];
      const node: Node = { id: nextNode++, op, inputs: args, outputs, attributes };
      for (const { dtype, shape } of types) {
        const id = nextValue++;
        outputs.push({ graph, id, name: `${op}_${id}`, dtype, shape, node, constant: null });
      }
      known.set(key, node);
      return node;
    },
  };
  return graph;
}

/** The one number that all elements of a constant have; null for other values. */
export function uniformOf(value: Value): number | null {
  const data = value.constant;
  if (data === null || value.dtype === 'string') return null;
  const first = data[0];
  if (typeof first !== 'number') return null;
  for (let i = 1; i < data.length; i++) if (data[i] !== first) return null;
  return first;
}

/** JSON has no words for the numbers that are not finite, and none for the sign of zero. */
function keyOf(element: number | string): number | string {
  if (typeof element === 'string' || (Number.isFinite(element) && !Object.is(element, -0))) return element;
  return Object.is(element, -0) ? 'number -0' : `number ${element}`;
}

function checkInput(inputs: readonly Value[], name: string, shape: Shape): void {
  checkShape(`input "${name}"`, shape);
  if (name === '' || inputs.some((value) => value.name === name)) {
    throw new FettleError(
      'engine',
      `input: expected a name that is new to the graph, received "${name}". Give every input its own name.`,
    );
  }
}

function constantData(data: ArrayLike<number> | readonly string[], shape: Shape, dtype: DType): ConstantData {
  checkShape('constant', shape);
  if (data.length !== sizeOf('constant', shape)) {
    throw new FettleError(
      'engine',
      `constant: expected ${sizeOf('constant', shape)} elements for shape ${formatShape(shape)}, received ${data.length}. ` +
        'Correct the shape or the data.',
    );
  }
  if (dtype === 'string') return Array.from(data, String);
  const numbers = data instanceof Float32Array ? data.slice() : Float64Array.from(data as ArrayLike<number>);
  const wrong = dtype === 'float32' || dtype === 'float64' ? -1 : numbers.findIndex((x) => !isWhole(x, dtype));
  if (wrong >= 0) {
    throw new FettleError(
      'engine',
      `constant: expected ${dtype} elements, received ${numbers[wrong]} at ${wrong}. Choose another dtype or correct the data.`,
    );
  }
  return numbers;
}

function isWhole(x: number, dtype: DType): boolean {
  if (dtype === 'bool') return x === 0 || x === 1;
  if (dtype === 'uint8') return (x & 255) === x;
  return Number.isSafeInteger(x) && (dtype !== 'int32' || (x | 0) === x);
}
