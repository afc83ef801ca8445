// In: points with classes. Out: a forest of extremely randomized trees (Geurts, Ernst and Wehenkel, 2006), each grown on a
// random part of the points, and what the trees that did not see a point say about it: cross-validation for free.

import { createRandom, type Random } from '../../base/random.ts';
import type { Points } from './points.ts';

/** How a forest is grown. */
export interface ForestOptions {
  readonly classes: number; // K
  readonly seed: string;
  /** 100 by default. */
  readonly trees?: number;
  /** A node with fewer points than twice this is a leaf; 1 by default. */
  readonly leaf?: number;
}

/** Share of the points that a tree is grown on. */
const share = 0.632;

interface Tree {
  /** Column of the split; -1 for a leaf. */
  readonly column: Int32Array;
  readonly threshold: Float32Array;
  /** The child of smaller values, the other one follows it; of a leaf where its points begin. */
  readonly first: Int32Array;
  /** Of a leaf, how many points it has. */
  readonly size: Int32Array;
  /** Points in the order of the leaves. */
  readonly order: Uint32Array;
}

/** Everything that growing a tree looks at. */
interface Growth {
  readonly columns: Float32Array; // [D, N]
  readonly count: number;
  readonly width: number;
  readonly labels: Int32Array;
  readonly leaf: number;
  readonly random: Random;
  readonly candidates: Uint32Array; // [D], shuffled as it is drawn from
  readonly left: Float64Array; // [K] counts, all 0 between calls
  readonly all: Float64Array; // [K]
}

/**
 * Grows a forest and gives for each point the mean share of each class in the leaves of the trees that did not see it, about
 * a third of them; all 0 where every tree saw it. Labels are 0 .. classes - 1, one per point.
 */
export function sharesUnseen(points: Points, labels: Int32Array, options: ForestOptions): Float32Array {
  const { classes, seed, trees = 100, leaf = 1 } = options;
  const { count, width } = points;
  const columns = transposed(points);
  const random = createRandom(seed);
  const growth: Growth = {
    columns,
    count,
    width,
    labels,
    leaf,
    random,
    candidates: Uint32Array.from({ length: width }, (_, i) => i),
    left: new Float64Array(classes),
    all: new Float64Array(classes),
  };
  const seen = Math.max(1, Math.round(count * share));
  const unseen = new Float32Array(count * classes);
  const votes = new Uint32Array(count);
  for (let t = 0; t < trees; t++) {
    const order = random.permutation(count);
    const tree = growTree(growth, order.slice(0, seen));
    for (let i = seen; i < count; i++) {
      const point = order[i] as number;
      vote(tree, labels, points.values, point * width, unseen, point * classes);
      votes[point] = (votes[point] as number) + 1;
    }
  }
  for (let i = 0; i < unseen.length; i++) {
    unseen[i] = (unseen[i] as number) / Math.max(1, votes[Math.floor(i / classes)] as number);
  }
  return unseen; // [N, K]
}

function transposed({ count, width, values }: Points): Float32Array {
  const columns = new Float32Array(values.length);
  for (let i = 0; i < count; i++) {
    for (let d = 0; d < width; d++) columns[d * count + i] = values[i * width + d] as number;
  }
  return columns;
}

/** Adds the class shares of the leaf that a point falls into. */
function vote(tree: Tree, labels: Int32Array, values: Float32Array, at: number, out: Float32Array, to: number): void {
  let node = 0;
  let column = tree.column[0] as number;
  while (column >= 0) {
    node = (tree.first[node] as number) + ((values[at + column] as number) < (tree.threshold[node] as number) ? 0 : 1);
    column = tree.column[node] as number;
  }
  const start = tree.first[node] as number;
  const size = tree.size[node] as number;
  for (let i = start; i < start + size; i++) {
    const k = to + (labels[tree.order[i] as number] as number);
    out[k] = (out[k] as number) + 1 / size;
  }
}

function growTree(growth: Growth, order: Uint32Array): Tree {
  const most = 2 * order.length;
  const column = new Int32Array(most);
  const threshold = new Float32Array(most);
  const first = new Int32Array(most);
  const size = new Int32Array(most);
  first[0] = 0;
  size[0] = order.length;
  let nodes = 1;
  // nodes are split in the order in which they were made; until then `first` is where a node's points begin
  for (let node = 0; node < nodes; node++) {
    const start = first[node] as number;
    const end = start + (size[node] as number);
    const split = chooseSplit(growth, order, start, end);
    column[node] = split?.column ?? -1;
    if (split === null) {
      // one point says as much as many of its class
      if (isPure(growth, order, start, end)) size[node] = 1;
      continue;
    }
    const middle = partition(growth, order, start, end, split);
    threshold[node] = split.threshold;
    first[node] = nodes;
    first[nodes] = start;
    size[nodes++] = middle - start;
    first[nodes] = middle;
    size[nodes++] = end - middle;
  }
  return { column, threshold, first, size, order };
}

interface Split {
  readonly column: number;
  readonly threshold: number;
}

/** The best of sqrt(D) columns that vary, each at a random threshold, by the Gini impurity; null for a leaf. */
function chooseSplit(growth: Growth, order: Uint32Array, start: number, end: number): Split | null {
  const { width, candidates, random, leaf } = growth;
  if (end - start < 2 * leaf || isPure(growth, order, start, end)) return null;
  const wanted = Math.ceil(Math.sqrt(width));
  let best: Split | null = null;
  let most = Number.NEGATIVE_INFINITY;
  let looked = 0;
  for (let drawn = 0; drawn < width && looked < wanted; drawn++) {
    const j = drawn + random.below(width - drawn);
    const column = candidates[j] as number;
    candidates[j] = candidates[drawn] as number;
    candidates[drawn] = column;
    const threshold = randomThreshold(growth, order, start, end, column);
    if (threshold === null) continue;
    looked++;
    const gain = purity(growth, order, start, end, { column, threshold });
    if (gain > most) {
      most = gain;
      best = { column, threshold };
    }
  }
  return best;
}

function isPure({ labels }: Growth, order: Uint32Array, start: number, end: number): boolean {
  const label = labels[order[start] as number];
  for (let i = start + 1; i < end; i++) if (labels[order[i] as number] !== label) return false;
  return true;
}

/** A number above the least and at most the largest value of a column; null if it is constant. */
function randomThreshold(
  { columns, count, random }: Growth,
  order: Uint32Array,
  start: number,
  end: number,
  d: number,
) {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) {
    const x = columns[d * count + (order[i] as number)] as number;
    if (x < least) least = x;
    if (x > most) most = x;
  }
  if (!(most > least)) return null;
  const threshold = Math.fround(least + random.uniform() * (most - least));
  return threshold > least ? threshold : most;
}

/** Sum over both sides of sum_k n_k^2 / n: largest where the Gini impurity is least. -Infinity if a side is below `leaf`. */
function purity(growth: Growth, order: Uint32Array, start: number, end: number, { column, threshold }: Split): number {
  const { columns, count, labels, left, all, leaf } = growth;
  const offset = column * count;
  let onLeft = 0;
  for (let i = start; i < end; i++) {
    const point = order[i] as number;
    const k = labels[point] as number;
    all[k] = (all[k] as number) + 1;
    if ((columns[offset + point] as number) < threshold) {
      left[k] = (left[k] as number) + 1;
      onLeft++;
    }
  }
  let leftSquares = 0;
  let rightSquares = 0;
  for (let i = start; i < end; i++) {
    const k = labels[order[i] as number] as number;
    const a = left[k] as number;
    const b = (all[k] as number) - a;
    leftSquares += a * a;
    rightSquares += b * b;
    left[k] = 0;
    all[k] = 0;
  }
  const onRight = end - start - onLeft;
  if (onLeft < leaf || onRight < leaf) return Number.NEGATIVE_INFINITY;
  return leftSquares / onLeft + rightSquares / onRight;
}

/** Moves the points below the threshold to the front; returns where the others begin. */
function partition(
  { columns, count }: Growth,
  order: Uint32Array,
  start: number,
  end: number,
  { column, threshold }: Split,
): number {
  let middle = start;
  for (let i = start; i < end; i++) {
    const point = order[i] as number;
    if ((columns[column * count + point] as number) >= threshold) continue;
    order[i] = order[middle] as number;
    order[middle++] = point;
  }
  return middle;
}
