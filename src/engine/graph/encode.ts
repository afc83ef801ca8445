// In: named outputs of a graph. Out: the bytes of an ONNX model with the nodes that the outputs depend on.
// The same graph gives the same bytes: names are numbered in the order of evaluation, equal constants are written once.

import { create, toBinary } from '@bufbuild/protobuf';
import { FettleError } from '../../base/error.ts';
import type { OnnxNode } from '../ops/op.ts';
import { attributeProto, tensorProto, valueInfo } from './encode-tensor.ts';
import { type Form, formsOf } from './forms.ts';
import type { Value, ValueType } from './graph.ts';
import { ModelProtoSchema, type NodeProto, NodeProtoSchema, type TensorProto } from './onnx_pb.ts';
import { reachable } from './order.ts';
import { schedule } from './schedule.ts';

/** IR version 10 belongs to opset 21; the operators of ai.onnx.ml used here exist since version 2. */
const IR_VERSION = 10n;
const OPSETS = { '': 21n, 'ai.onnx.ml': 3n, 'com.microsoft': 1n, 'com.microsoft.nchwc': 1n } as const;

/** What the file says beside the computation. */
export interface EncodeOptions {
  /** Texts that travel with the model. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The graph's name, 'fettle' by default. */
  readonly name?: string;
  /** Names of inputs that stay in the model even when no output depends on them; `true` keeps all. */
  readonly keepInputs?: readonly string[] | true;
  /** How many channels lie side by side in the layout that the runtime's fastest convolutions take, as
   * `Runtime.convolutionBlock` says it: the model then runs there only. null, the default: a model for any engine. */
  readonly convolutionBlock?: number | null;
}

/** The model that computes the outputs, as the bytes of an ONNX file (opset 21). */
export function encode(outputs: Readonly<Record<string, Value>>, options: EncodeOptions = {}): Uint8Array {
  const [first] = Object.values(outputs);
  if (first === undefined) {
    throw new FettleError('engine', 'encode: expected at least one output, received none. Name the values to compute.');
  }
  const { nodes, read } = reachable(Object.values(outputs));
  const keep = options.keepInputs ?? [];
  const inputs = first.graph.inputs.filter((input) => read.has(input) || keep === true || keep.includes(input.name));
  const writer = createWriter(inputs, outputs, read);
  for (const form of formsOf(nodes, Object.values(outputs), options.convolutionBlock ?? null)) writer.form(form);
  writer.outputs();
  const used = usedParts(writer.nodes, Object.keys(outputs));
  const domains = ['', ...new Set(used.nodes.map((node) => node.domain).filter((domain) => domain !== ''))];
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'fettle',
    opsetImport: domains.map((domain) => ({ domain, version: OPSETS[domain as keyof typeof OPSETS] })),
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: options.name ?? 'fettle',
      node: [...schedule(used.nodes)],
      initializer: writer.initializers.filter(({ name }) => used.names.has(name)),
      input: inputs.map((input) => valueInfo(input.name, input)),
      output: Object.entries(outputs).map(([name, value]) => valueInfo(name, value)),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** Gives every tensor its name, and every distinct constant its initializer. */
function createNames(inputs: readonly Value[]) {
  const initializers: TensorProto[] = [];
  const names = new Map<Value, string>(inputs.map((input) => [input, input.name]));
  const taken = new Set<string>(inputs.map((input) => input.name));
  const literals = new Map<string, string>();
  let next = 0;

  const fresh = (prefix: string): string => {
    let name = `${prefix}${next++}`;
    while (taken.has(name)) name = `${prefix}${next++}`;
    return name;
  };
  const literal = (given: ValueType & { readonly data: ArrayLike<number | string> }): string => {
    // Weights are not compared: millions of them would cost seconds, and no two are equal.
    const small = given.data.length <= comparedBelow;
    const key = small ? `${given.dtype}|${given.shape.join()}|${contentKey(given.data)}` : '';
    const known = literals.get(key);
    if (small && known !== undefined) return known;
    const name = fresh('c');
    if (small) literals.set(key, name);
    initializers.push(tensorProto(name, given));
    return name;
  };
  const nameOf = (value: Value): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = value.constant === null ? fresh('v') : literal({ ...value, data: value.constant });
    names.set(value, name);
    return name;
  };
  /** Names an output; false when its value has a name already, so that it needs an alias. */
  const reserve = (name: string, value: Value): boolean => {
    if (taken.has(name)) {
      throw new FettleError(
        'engine',
        `encode: expected output names that no input has, received "${name}". Rename the output.`,
      );
    }
    taken.add(name);
    if (value.node === null || names.has(value)) return false;
    names.set(value, name);
    return true;
  };
  return { initializers, fresh, literal, nameOf, reserve };
}

/** The names of images in blocks of channels, with the nodes that bring images there and back when they are needed. */
function createLayouts(
  nameOf: (value: Value) => string,
  fresh: (prefix: string) => string,
  push: (node: NodeProto) => void,
) {
  const blocked = new Map<Value, string>();
  const plain = new Set<Value>();
  const reorder = (opType: string, input: string, output: string, channels?: number): void => {
    const attribute = channels === undefined ? [] : [attributeProto('channels', { int: channels })];
    push(
      create(NodeProtoSchema, { opType, domain: 'com.microsoft.nchwc', input: [input], output: [output], attribute }),
    );
  };
  const inBlocks = (value: Value, written: boolean): string => {
    const known = blocked.get(value);
    if (known !== undefined) return known;
    const name = fresh('b');
    blocked.set(value, name);
    if (!written) reorder('ReorderInput', nameOf(value), name);
    return name;
  };
  const asPlain = (value: Value, written: boolean): string => {
    const known = blocked.get(value);
    if (value.node !== null && known !== undefined && !written && !plain.has(value)) {
      reorder('ReorderOutput', known, nameOf(value), value.shape[1] as number);
    }
    plain.add(value);
    return nameOf(value);
  };
  return { inBlocks, asPlain };
}

/** Collects the nodes and constants of a model. */
function createWriter(inputs: readonly Value[], outputs: Readonly<Record<string, Value>>, read: ReadonlySet<Value>) {
  const nodes: NodeProto[] = [];
  const names = createNames(inputs);
  const aliases = Object.entries(outputs).filter(([name, value]) => !names.reserve(name, value));

  const layouts = createLayouts(names.nameOf, names.fresh, (node) => nodes.push(node));

  const write = (onnx: OnnxNode, { blocked }: Form, locals: Map<string, string>): void => {
    const place = (value: Value, written: boolean): string =>
      blocked.includes(value) ? layouts.inBlocks(value, written) : layouts.asPlain(value, written);
    const local = (name: string): string => {
      const known = locals.get(name) ?? names.fresh('t');
      locals.set(name, known);
      return known;
    };
    const inputNames = onnx.inputs.map((input) => {
      if (input === null) return '';
      if (typeof input === 'string') return local(input);
      return 'data' in input ? names.literal(input) : place(input, false);
    });
    const outputNames = onnx.outputs.map((output, i) => {
      if (typeof output === 'string') return local(output);
      return onnx.optionalOutputs && i > 0 && !read.has(output) ? '' : place(output, true);
    });
    nodes.push(
      create(NodeProtoSchema, {
        opType: onnx.type,
        domain: onnx.domain ?? '',
        input: trimmed(inputNames),
        output: trimmed(outputNames),
        attribute: Object.entries(onnx.attributes ?? {}).map(([name, value]) => attributeProto(name, value)),
      }),
    );
  };
  return {
    nodes,
    initializers: names.initializers,
    form(form: Form): void {
      const locals = new Map<string, string>();
      for (const onnx of form.nodes) write(onnx, form, locals);
    },
    /** Outputs that lie in blocks, and those that are inputs, constants or already have a name. */
    outputs(): void {
      for (const value of Object.values(outputs)) layouts.asPlain(value, false);
      for (const [name, value] of aliases) {
        nodes.push(create(NodeProtoSchema, { opType: 'Identity', input: [names.nameOf(value)], output: [name] }));
      }
    },
  };
}

/** The nodes that the outputs need, and the names they read: an op may write nodes for outputs that nobody reads. */
function usedParts(nodes: readonly NodeProto[], outputs: readonly string[]) {
  const names = new Set<string>(outputs);
  const kept = nodes.toReversed().filter((node) => {
    const needed = node.output.some((name) => names.has(name));
    if (needed) for (const name of node.input) names.add(name);
    return needed;
  });
  return { nodes: kept.reverse(), names };
}

/** Without the absent names at the end. */
function trimmed(names: readonly string[]): string[] {
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}

/** Constants with more elements than this are written where they stand, even if another one is equal. */
const comparedBelow = 256;

/** A text that is equal for equal data. */
function contentKey(data: ArrayLike<number | string>): string {
  return JSON.stringify(Array.from(data, (x) => (Object.is(x, -0) ? '-0' : String(x))));
}
