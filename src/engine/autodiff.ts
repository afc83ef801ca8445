// In: a scalar loss and the values to differentiate by. Out: the gradients, as values of the same graph.
// Reverse mode: nodes are visited from the loss backwards, each op's rule adds its inputs' gradients.

import { FettleError } from '../base/error.ts';
import type { Node, Value } from './graph/graph.ts';
import { formatShape, sizeOf } from './graph/shape.ts';
import { full } from './ops/core.ts';
import { add, ops } from './ops/index.ts';
import { REAL } from './ops/op.ts';

/** The gradient of `loss` (shape []) with respect to each value, in its shape; zeros where the loss does not depend on it. */
export function gradients(loss: Value, withRespectTo: readonly Value[]): Value[] {
  checkLoss(loss, withRespectTo);
  const nodes = nodesBetween(loss, withRespectTo);
  const known = new Map<Value, Value>([[loss, loss.graph.constant([1], [], loss.dtype)]]);
  for (const node of nodes) differentiate(node, known);
  return withRespectTo.map((value) => {
    const g = known.get(value);
    if (g !== undefined) return full(g, value.shape);
    return loss.graph.constant(new Float64Array(sizeOf('gradients', value.shape)), value.shape, value.dtype);
  });
}

/** Adds the gradients of a node's inputs to those known so far. */
function differentiate(node: Node, known: Map<Value, Value>): void {
  const op = ops[node.op];
  const all = node.outputs.map((output) => known.get(output) ?? null);
  const g = all.find((gradient) => gradient !== null);
  if (g === undefined || g === null || typeof op.gradient !== 'function') return;
  if (op.internalOutputs && all.slice(1).some((gradient) => gradient !== null)) {
    throw new FettleError(
      'engine',
      `gradients: expected a loss that depends on ${node.op} by its first output only, received one that depends on another ` +
        '(also by a second derivative). Compute that part from the inputs of the op.',
    );
  }
  const found = op.gradient(g, node.inputs, node.outputs, node.attributes, all);
  for (const [i, input] of node.inputs.entries()) {
    const gradient = found[i] ?? null;
    if (gradient === null || !REAL.includes(input.dtype)) continue;
    const before = known.get(input);
    known.set(input, before === undefined ? gradient : add(before, gradient));
  }
}

/** The nodes on the paths from the values to the loss, the loss's first. */
function nodesBetween(loss: Value, values: readonly Value[]): readonly Node[] {
  const sources = new Set(values);
  const depends = new Map<Value, boolean>();
  const found = new Set<Node>();
  // An explicit stack, since a deep network would exhaust the one of the language.
  const stack: { readonly value: Value; readonly leaving: boolean }[] = [{ value: loss, leaving: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { value, leaving } = top;
    const node = value.node;
    if (leaving && node !== null) {
      const inputDepends = node.inputs.some((input) => depends.get(input) === true);
      if (inputDepends) found.add(node);
      depends.set(value, inputDepends || sources.has(value));
    } else if (!depends.has(value)) {
      depends.set(value, sources.has(value));
      if (node === null) continue;
      stack.push({ value, leaving: true });
      for (const input of node.inputs) stack.push({ value: input, leaving: false });
    }
  }
  return [...found].sort((a, b) => b.id - a.id);
}

function checkLoss(loss: Value, values: readonly Value[]): void {
  if (loss.shape.length !== 0 || !REAL.includes(loss.dtype)) {
    throw new FettleError(
      'engine',
      `gradients: expected a real loss of shape [], received ${loss.dtype}${formatShape(loss.shape)}. Reduce it with reduceMean or reduceSum.`,
    );
  }
  const wrong = values.find((value) => !REAL.includes(value.dtype) || value.graph !== loss.graph);
  if (wrong !== undefined) {
    throw new FettleError(
      'engine',
      `gradients: expected real values of the loss's graph, received "${wrong.name}" (${wrong.dtype}). Leave it out.`,
    );
  }
}
