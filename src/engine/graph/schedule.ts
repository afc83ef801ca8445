// In: the nodes of a model in an order of evaluation. Out: the same nodes in a file order for which onnxruntime keeps to it.
// onnxruntime does not go by the file: it walks back from the nodes that nobody reads, from the one in the last place first,
// and at each node to the one in the last place first. A weight's gradient would wait until the way back to the first layer
// is done, with every layer's tensors alive. So what is to be evaluated first stands as late as what reads it allows.

/** What of a node decides about the order. */
export interface Scheduled {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/**
 * The nodes in an order in which every tensor is written before it is read, and whose walk back is the given order
 * wherever a walk back can be.
 */
export function schedule<N extends Scheduled>(nodes: readonly N[]): readonly N[] {
  const writer = new Map<string, number>();
  nodes.forEach((node, i) => {
    for (const name of node.output) if (name !== '') writer.set(name, i);
  });
  const sources = nodes.map((node) => [...new Set(node.input.map((name) => writer.get(name)))].filter(isNumber));
  const readers = new Int32Array(nodes.length);
  for (const source of sources.flat()) readers[source] = (readers[source] as number) + 1;
  // The places are given from the last to the first; a node gets one when all that read it have theirs.
  const ready = nodes.flatMap((_, i) => (readers[i] === 0 ? [i] : []));
  const backwards: N[] = [];
  while (ready.length > 0) {
    const first = takeLeast(ready);
    backwards.push(nodes[first] as N);
    for (const source of sources[first] ?? []) {
      const left = (readers[source] as number) - 1;
      readers[source] = left;
      if (left === 0) ready.push(source);
    }
  }
  return backwards.reverse();
}

function isNumber(x: number | undefined): x is number {
  return x !== undefined;
}

/** Removes the least number from a list whose order is of no concern. */
function takeLeast(numbers: number[]): number {
  let at = 0;
  for (let i = 1; i < numbers.length; i++) if ((numbers[i] as number) < (numbers[at] as number)) at = i;
  const least = numbers[at] as number;
  numbers[at] = numbers[numbers.length - 1] as number;
  numbers.pop();
  return least;
}
