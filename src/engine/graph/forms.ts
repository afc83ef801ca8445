// In: the nodes of a graph in their order, and how many channels a block has. Out: the ONNX nodes of each, which of their
// values lie in blocks of channels (ops/blocks.ts), and sums and ReLUs taken into the pass before them.
// Convolutions are worth bringing images into blocks for; all else stays in the layout in which its inputs are.

import { fillsBlocks } from '../ops/blocks.ts';
import { ops } from '../ops/index.ts';
import type { BlockedForm, Finish, OnnxNode } from '../ops/op.ts';
import type { Node, Value } from './graph.ts';
import { sameShape } from './shape.ts';

/** A part of the model: nodes, and those of their values that they read and write in blocks. */
export interface Form {
  readonly nodes: readonly OnnxNode[];
  readonly blocked: readonly Value[];
}

/** A node in blocks, what is done to its result in the same pass, and the value which that then is. */
interface Pass {
  readonly node: Node;
  readonly finish: Finish;
  readonly output: Value;
}

/** The values that have been written so far, by layout. */
interface Layouts {
  readonly plain: Set<Value>;
  readonly blocked: Set<Value>;
}

/** The forms in an order of evaluation; `block` is null where the engine has no blocks. */
export function formsOf(nodes: readonly Node[], outputs: readonly Value[], block: number | null): readonly Form[] {
  if (block === null) return nodes.map(plainForm);
  const readers = onlyReaders(nodes, outputs);
  const layouts: Layouts = { plain: new Set(), blocked: new Set() };
  // Passes that wait for the only reader of their result, by that result.
  const waiting = new Map<Value, Pass>();
  const forms: Form[] = [];
  const emit = (form: Form): void => {
    for (const value of valuesOf(form)) layouts[form.blocked.includes(value) ? 'blocked' : 'plain'].add(value);
    forms.push(form);
  };
  for (const node of nodes) {
    const pass = passOf(node, waiting);
    const form = formIn(pass, block);
    if (form === null || (pass.node === node && !isWorthIt(node, form, layouts))) {
      emit(plainForm(node));
    } else if (canTakeMore(pass, readers.get(pass.output))) {
      waiting.set(pass.output, pass);
    } else {
      // Of two results that are added only the first has the sum in its pass; the second is computed before.
      const other = pass.finish.sum === null ? undefined : waiting.get(pass.finish.sum);
      const before = other === undefined ? null : formIn(other, block);
      if (before !== null) emit(before);
      emit(form);
    }
  }
  return forms;
}

function plainForm(node: Node): Form {
  return { nodes: ops[node.op].encode(node.inputs, node.outputs, node.attributes), blocked: [] };
}

/** The pass that waits for the node and takes it in; without one, its own. */
function passOf(node: Node, waiting: ReadonlyMap<Value, Pass>): Pass {
  const output = node.outputs[0] as Value;
  const first = node.inputs.find((input) => waiting.has(input));
  const pass = first === undefined ? undefined : waiting.get(first);
  if (pass === undefined) return { node, finish: { sum: null, relu: false }, output };
  if (node.op === 'relu') return { ...pass, finish: { ...pass.finish, relu: true }, output };
  const sum = node.inputs.find((input) => input !== first) as Value;
  return { ...pass, finish: { ...pass.finish, sum }, output };
}

/** Whether `reader`, the only one of the pass's result, can be taken into the pass. */
function canTakeMore({ node, finish }: Pass, reader: Node | undefined): boolean {
  if (reader === undefined || ops[node.op].blocked?.finishes !== true || finish.relu) return false;
  if (reader.op === 'relu') return true;
  if (reader.op !== 'add' || finish.sum !== null) return false;
  const [a, b] = reader.inputs as readonly [Value, Value];
  return a !== b && sameShape(a.shape, b.shape);
}

/** The pass in blocks; null if it has no such form. */
function formIn({ node, finish, output }: Pass, block: number): BlockedForm | null {
  const { blocked, pointwise, encode } = ops[node.op];
  const outputs = [output, ...node.outputs.slice(1)];
  const found = blocked?.form(node.inputs, outputs, node.attributes, { block, finish }) ?? null;
  if (found !== null || pointwise !== true || !fillsBlocks(output, block)) return found;
  const images = node.inputs.filter((input) => sameShape(input.shape, output.shape));
  const fits = node.inputs.every(
    (input) => input.dtype === 'float32' && (images.includes(input) || input.shape.every((n) => n === 1)),
  );
  return fits ? { nodes: encode(node.inputs, outputs, node.attributes), blocked: [...images, ...outputs] } : null;
}

/** Whether the form in blocks saves more than it costs to bring its images there. */
function isWorthIt(node: Node, form: BlockedForm, { plain, blocked }: Layouts): boolean {
  if (ops[node.op].blocked?.attracts === true) return true;
  const images = form.blocked.filter((value) => value.node !== node);
  const isPlain = (value: Value): boolean => value.node === null || plain.has(value);
  return images.some((value) => !isPlain(value)) || images.every((value) => blocked.has(value));
}

/** For each value that one node reads, once, and that is no output: that node. */
function onlyReaders(nodes: readonly Node[], outputs: readonly Value[]): ReadonlyMap<Value, Node> {
  const reads = new Map<Value, Node[]>();
  for (const node of nodes) {
    for (const input of node.inputs) reads.set(input, [...(reads.get(input) ?? []), node]);
  }
  for (const output of outputs) reads.delete(output);
  return new Map([...reads].flatMap(([value, [node, ...more]]) => (node && more.length === 0 ? [[value, node]] : [])));
}

function valuesOf({ nodes }: Form): readonly Value[] {
  return nodes.flatMap(({ inputs, outputs }) =>
    [...inputs, ...outputs].filter(
      (item): item is Value => item !== null && typeof item !== 'string' && !('data' in item),
    ),
  );
}
