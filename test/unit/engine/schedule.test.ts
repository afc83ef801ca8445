import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Scheduled, schedule } from '../../../src/engine/graph/schedule.ts';

/** A node `name` that reads the nodes `sources` and writes a tensor of its own name. */
const node = (name: string, ...sources: readonly string[]): Scheduled => ({ input: sources, output: [name] });

/** The order in which onnxruntime evaluates the nodes of a file: a walk back from the last node that nobody reads. */
function walked(nodes: readonly Scheduled[]): readonly string[] {
  const place = new Map(nodes.flatMap(({ output }, i) => output.map((name) => [name, i] as const)));
  const read = new Set(nodes.flatMap(({ input }) => input));
  const done = new Set<number>();
  const visit = (i: number): void => {
    if (done.has(i)) return;
    const sources = (nodes[i] as Scheduled).input.map((name) => place.get(name)).filter((at) => at !== undefined);
    for (const source of sources.sort((a, b) => b - a)) visit(source);
    done.add(i);
  };
  const last = nodes.map((_, i) => i).filter((i) => nodes[i]?.output.every((name) => !read.has(name)));
  for (const i of last.reverse()) visit(i);
  return [...done].map((i) => nodes[i]?.output[0] ?? '');
}

/** Forward, loss and backward of three layers; each weight's gradient right after that of its layer's output. */
const network: readonly Scheduled[] = [
  node('h1', 'x', 'w1'),
  node('h2', 'h1', 'w2'),
  node('h3', 'h2', 'w3'),
  node('loss', 'h3'),
  node('g3', 'h3'),
  node('dw3', 'g3', 'h2'),
  node('g2', 'g3', 'w3'),
  node('dw2', 'g2', 'h1'),
  node('g1', 'g2', 'w2'),
  node('dw1', 'g1', 'x'),
];
const names = (nodes: readonly Scheduled[]): readonly string[] => nodes.map(({ output }) => output[0] ?? '');

describe('schedule', () => {
  test('makes the walk back evaluate a network in the order it was written in', () => {
    expect(walked(network).slice(0, 6)).toEqual(['h1', 'h2', 'h3', 'g3', 'g2', 'g1']);
    expect(walked(schedule(network))).toEqual(names(network));
  });

  test('does so too when all gradients end in one tensor', () => {
    const packed = [...network, node('gradients', 'dw1', 'dw2', 'dw3')];
    expect(walked(schedule(packed))).toEqual(names(packed));
  });

  test('keeps every node and writes each tensor before it is read', () => {
    const graphs = fc.array(fc.array(fc.nat(30), { maxLength: 3 }), { maxLength: 30 });
    fc.assert(
      fc.property(graphs, (sources) => {
        const nodes = sources.map((of, i) => node(`n${i}`, ...of.filter((source) => source < i).map((s) => `n${s}`)));
        const ordered = schedule(nodes);
        expect([...ordered].sort(byName)).toEqual([...nodes].sort(byName));
        ordered.forEach(({ input }, i) => {
          const before = new Set(names(ordered.slice(0, i)));
          expect(input.every((name) => before.has(name))).toBe(true);
        });
      }),
    );
  });
});

function byName(a: Scheduled, b: Scheduled): number {
  return (a.output[0] ?? '') < (b.output[0] ?? '') ? -1 : 1;
}
