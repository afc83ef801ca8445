// In: named outputs. Out: the graph as text, one line a node, the same for the same graph.

import type { AttributeValue, Node, Value } from './graph.ts';
import { reachable } from './order.ts';
import { formatShape } from './shape.ts';

/** The graph that computes the outputs: inputs, one line a node with the types of its results, then the outputs. */
export function printGraph(outputs: Readonly<Record<string, Value>>): string {
  const { nodes, read } = reachable(Object.values(outputs));
  const names = new Map<Value, string>();
  const lines: string[] = [];
  const first = Object.values(outputs)[0];
  for (const input of first?.graph.inputs ?? []) {
    if (!read.has(input)) continue;
    names.set(input, input.name);
    lines.push(`input ${input.name}: ${input.dtype}${formatShape(input.shape)}`);
  }
  const nameOf = (value: Value): string => names.get(value) ?? constantText(value);
  let next = 0;
  for (const node of nodes) {
    const results = node.outputs.map((output) => {
      names.set(output, `%${next++}`);
      return `${nameOf(output)}: ${output.dtype}${formatShape(output.shape)}`;
    });
    lines.push(`${results.join(', ')} = ${node.op}(${node.inputs.map(nameOf).join(', ')})${attributesText(node)}`);
  }
  for (const [name, value] of Object.entries(outputs)) lines.push(`output ${name} = ${nameOf(value)}`);
  return `${lines.join('\n')}\n`;
}

function constantText(value: Value): string {
  const data = value.constant ?? [];
  const shown = Array.from<number | string, string>(data.slice(0, 4), (x) =>
    typeof x === 'string' ? JSON.stringify(x) : String(x),
  ).join(' ');
  if (value.shape.length === 0) return shown;
  return `constant${formatShape(value.shape)}(${shown}${data.length > 4 ? ' ...' : ''})`;
}

function attributesText(node: Node): string {
  const shown = Object.entries(node.attributes)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => `${name}: ${attributeText(value)}`);
  return shown.length === 0 ? '' : ` { ${shown.join(', ')} }`;
}

function attributeText(value: AttributeValue): string {
  if (!Array.isArray(value)) return String(value);
  return value.length > 12 ? `[${value.slice(0, 12).join(', ')}, ... ${value.length} in all]` : `[${value.join(', ')}]`;
}
