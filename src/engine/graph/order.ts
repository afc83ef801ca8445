import type { Node, Value } from './graph.ts';

/** The nodes that the outputs depend on, in an order of evaluation, with the values that are read. */
export function reachable(outputs: readonly Value[]): {
  readonly nodes: readonly Node[];
  readonly read: ReadonlySet<Value>;
} {
  const read = new Set<Value>(outputs);
  const nodes = new Set<Node>();
  for (const value of read) {
    if (value.node === null || nodes.has(value.node)) continue;
    nodes.add(value.node);
    // A set that grows is walked to its end, so this visits everything.
    for (const input of value.node.inputs) read.add(input);
  }
  return { nodes: [...nodes].sort((a, b) => a.id - b.id), read };
}
