// In: an op's record and the values it is applied to. Out: the checked, appended node's outputs.

import { FettleError } from '../../base/error.ts';
import type { Attributes, DType, Graph, Value, ValueType } from '../graph/graph.ts';
import { broadcastShapes, formatShape } from '../graph/shape.ts';
import type { OpName } from './op-name.ts';

/** Any number of inputs or outputs. */
export type Values = readonly Value[];
/** One input. */
export type Unary = readonly [Value];
/** Two inputs or outputs. */
export type Binary = readonly [Value, Value];
/** Three inputs or outputs. */
export type Ternary = readonly [Value, Value, Value];
/** What the arithmetic functions take: a value, or a number of the other operand's type. */
export type Operand = Value | number;

/** A tensor that encoding adds to an op's inputs, such as the axes of a reduction. */
export interface Literal extends ValueType {
  readonly data: ArrayLike<number>;
}

/** An attribute as ONNX types it. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly strings: readonly string[] };

/** One node as ONNX knows it. A text in inputs or outputs is a name local to the op; null leaves an optional input out. */
export interface OnnxNode {
  readonly type: string;
  /** The default is ONNX's own. */
  readonly domain?: 'ai.onnx.ml' | 'com.microsoft' | 'com.microsoft.nchwc';
  readonly inputs: readonly (Value | Literal | string | null)[];
  readonly outputs: readonly (Value | string)[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Whether outputs after the first that nobody reads may be left out. */
  readonly optionalOutputs?: boolean;
}

/** For each input the gradient of the loss, given `g`, that of the first output; null where it is zero.
 * A gradient may have any shape that broadcasts to its value's shape: it then stands for its broadcast. `all` holds
 * the gradients of all outputs, null where the loss does not depend on one. */
// A method's parameters are compared both ways, so that the record of one op fits the table of all ops.
type GradientRule<I extends Values, A, O extends Values> = {
  rule(
    g: Value,
    inputs: I,
    outputs: O,
    attributes: A,
    all: { readonly [K in keyof O]: Value | null },
  ): { readonly [K in keyof I]: Value | null };
}['rule'];

/** All that the engine knows about an op. I, A, O: the inputs, attributes and outputs of its nodes. */
export interface Op<I extends Values = Values, A = Attributes, O extends Values = readonly [Value]> {
  readonly id: OpName;
  readonly about: string;
  /** Whether the outputs after the first carry no gradient: they are there for the gradient rule or as statistics. */
  readonly internalOutputs?: true;
  /** The types of the outputs; throws when the inputs do not fit. */
  infer(inputs: I, attributes: A): { readonly [K in keyof O]: ValueType };
  /** The derivative, or why there is none: then the loss's gradient through the op is zero. */
  readonly gradient: GradientRule<I, A, O> | { readonly none: string };
  /** The same computation in ONNX. */
  encode(inputs: I, outputs: O, attributes: A): readonly OnnxNode[];
  /** Whether each element of the result depends on the same element of each input only, so that `encode` is right for
   * any order of the elements that all inputs have in common. */
  readonly pointwise?: true;
  /** The same computation on images in blocks of channels (blocks.ts); null where these inputs or attributes have none. */
  readonly blocked?: BlockedRule<I, A, O>;
}

/** How an op works on images in blocks. */
interface BlockedRule<I extends Values, A, O extends Values> {
  /** Whether it takes a `Finish`. */
  readonly finishes?: true;
  /** Whether it is worth bringing plain images into blocks for it. */
  readonly attracts?: true;
  form(inputs: I, outputs: O, attributes: A, options: BlockOptions): BlockedForm | null;
}

/** What is done to the first output in the same pass: another value is added, then negative elements become zero. */
export interface Finish {
  readonly sum: Value | null;
  readonly relu: boolean;
}

/** How many channels a block has, and what is done to the first output, where the rule takes it. */
export interface BlockOptions {
  readonly block: number;
  readonly finish: Finish;
}

/** Nodes, and which of the op's inputs and outputs they read and write in blocks. */
export interface BlockedForm {
  readonly nodes: readonly OnnxNode[];
  readonly blocked: readonly Value[];
}

/** The attributes of an op that has none. */
export type Plain = Record<never, never>;

/** An op's record, typed by its inputs, attributes and outputs. */
export function op<I extends Values, A = Plain, O extends Values = readonly [Value]>(record: Op<I, A, O>): Op<I, A, O> {
  return record;
}

/** Applies an op: checks the inputs, infers the outputs' types, appends the node. */
export function apply<I extends Values, A extends Attributes, O extends Values>(
  op: Op<I, A, O>,
  inputs: I,
  attributes: A,
): O {
  const graph = graphOf(op.id, inputs);
  return graph.append(op.id, inputs, attributes, op.infer(inputs, attributes)).outputs as Values as O;
}

/** Applies an op of one input, one output and no attributes. */
export function apply1(op: Op<Unary, Plain>, x: Value): Value {
  return apply(op, [x], {})[0];
}

/** The graph that all values belong to. */
export function graphOf(id: OpName, values: Values): Graph {
  const [first] = values;
  if (first === undefined) {
    throw new FettleError('engine', `${id}: expected at least one value, received none. Pass the values to work on.`);
  }
  for (const value of values) {
    if (value.graph !== first.graph) {
      throw new FettleError(
        'engine',
        `${id}: expected values of one graph, received "${first.name}" and "${value.name}" of two. Build both in the same graph.`,
      );
    }
  }
  return first.graph;
}

/** Both operands as values: a number becomes a constant of the other operand's type. */
export function operands(id: OpName, a: Operand, b: Operand): Binary {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? a.graph.constant([b], [], a.dtype) : b];
  if (typeof b !== 'number') return [b.graph.constant([a], [], b.dtype), b];
  throw new FettleError(
    'engine',
    `${id}: expected at least one value, received two numbers. Use graph.scalar for one.`,
  );
}

/** Throws unless the value's type is among `dtypes`. */
export function requireType(id: OpName, value: ValueType, dtypes: readonly DType[]): void {
  if (dtypes.includes(value.dtype)) return;
  throw new FettleError(
    'engine',
    `${id}: expected ${dtypes.join(' or ')}, received ${value.dtype}${formatShape(value.shape)}. Cast the value first.`,
  );
}

/** Throws unless the values have one type. */
export function requireSameType(id: OpName, a: ValueType, b: ValueType): void {
  if (a.dtype === b.dtype) return;
  throw new FettleError(
    'engine',
    `${id}: expected values of one type, received ${a.dtype}${formatShape(a.shape)} and ${b.dtype}${formatShape(b.shape)}. ` +
      'Cast one of them.',
  );
}

/** The types that carry gradients. */
export const REAL: readonly DType[] = ['float32', 'float64'];
/** The types of indices. */
export const INTEGER: readonly DType[] = ['int32', 'int64'];
/** All types to calculate with. */
export const NUMBER: readonly DType[] = [...REAL, ...INTEGER];

/** The type rule of one real input whose output is like it. */
export function likeReal(id: OpName): (inputs: Unary) => readonly [ValueType] {
  return ([x]) => {
    requireType(id, x, REAL);
    return [{ dtype: x.dtype, shape: x.shape }];
  };
}

/** The type rule of two operands that broadcast; `dtypes` are allowed and `dtype` is the result's, by default theirs. */
export function broadcasting(
  id: OpName,
  dtypes: readonly DType[] = NUMBER,
  dtype?: DType,
): (inputs: Binary) => readonly [ValueType] {
  return ([a, b]) => {
    requireSameType(id, a, b);
    requireType(id, a, dtypes);
    return [{ dtype: dtype ?? a.dtype, shape: broadcastShapes(id, a.shape, b.shape) }];
  };
}

/** The encoding of an op that is one ONNX node with the same inputs and outputs. */
export function onnx<A>(
  type: string,
  attributes?: (attributes: A) => Readonly<Record<string, OnnxAttribute>>,
): (inputs: Values, outputs: Values, given: A) => readonly OnnxNode[] {
  return (inputs, outputs, given) => [{ type, inputs, outputs, attributes: attributes?.(given) ?? {} }];
}

/** Whole numbers as a tensor of shape [n]. */
export function integers(data: readonly number[]): Literal {
  return { dtype: 'int64', shape: [data.length], data };
}

/** A number as a tensor of shape []. */
export function scalarLiteral(x: number, dtype: DType): Literal {
  return { dtype, shape: [], data: [x] };
}

/** TensorProto.DataType of onnx.proto. */
const ONNX_TYPE: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
};

/** The attribute of ONNX's Cast. */
export function castTo(dtype: DType): Readonly<Record<string, OnnxAttribute>> {
  return { to: { int: ONNX_TYPE[dtype] } };
}

export type { Attributes, Value, ValueType };
