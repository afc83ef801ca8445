// In: training rows as points. Out: what the nearest other row says about the target.

import { createRandom } from '../../base/random.ts';
import { coverHartBound, mean, rootMeanSquareInterval, standardDeviation } from '../../base/statistics.ts';
import type { NeighbourFacts, ShareFact } from '../../record/data-facts.ts';
import { type Confusion, discriminate } from './discriminant.ts';
import type { Points } from './points.ts';
import { balancedShare, confidence, shareOf } from './share.ts';

/** Rows that are asked for their neighbours, at most. */
const mostRows = 2000;

/** Multiplications in all, at most: about .3 s. Fewer rows are asked where they have many columns. */
const mostProducts = 3e8;

/** Fewer rows than this say nothing. */
const fewestRows = 20;

const mostPairs = 5;

/** Distances are summed up in stretches of so many columns, to stop early. */
const stretch = 16;

/** Points with their targets: class codes below `classes.length`, or finite numbers. */
export interface NeighbourInput {
  readonly points: Points;
  readonly target: ArrayLike<number>; // [N]
  readonly classes: readonly string[] | null;
  /** What trees that did not see a point say about its class; null where none were grown. */
  readonly unseen: Float32Array | null; // [N, K]
  readonly seed: string;
}

/** Asks up to 2,000 points for their nearest other point. Null for fewer than 20 points, or points without columns. */
export function neighbourFacts(input: NeighbourInput): NeighbourFacts | null {
  const { count, width } = input.points;
  if (count < fewestRows || width === 0) return null;
  const asked = Math.max(fewestRows, Math.min(mostRows, count, Math.floor(mostProducts / (count * width))));
  const queries = createRandom(input.seed).fork('neighbours').permutation(count).subarray(0, asked);
  return input.classes === null ? ofNumbers(input, queries) : ofClasses(input, input.classes, queries);
}

/** Writes for one point the squared distance to the nearest other point of each group; infinite for an empty group. */
function nearestOfGroups(
  { count, width, values }: Points,
  point: number,
  groupOf: (other: number) => number,
  nearest: Float64Array,
  index: Int32Array,
): void {
  nearest.fill(Number.POSITIVE_INFINITY);
  index.fill(-1);
  const start = point * width;
  for (let other = 0; other < count; other++) {
    if (other === point) continue;
    const group = groupOf(other);
    const bound = nearest[group] as number;
    const offset = other * width;
    let sum = 0;
    for (let from = 0; from < width && sum < bound; from += stretch) {
      const to = Math.min(width, from + stretch);
      for (let d = from; d < to; d++) {
        const difference = (values[start + d] as number) - (values[offset + d] as number);
        sum += difference * difference;
      }
    }
    if (sum < bound) {
      nearest[group] = sum;
      index[group] = other;
    }
  }
}

function ofNumbers({ points, target }: NeighbourInput, queries: Uint32Array): NeighbourFacts | null {
  const all = Float64Array.from({ length: points.count }, (_, i) => target[i] as number);
  const deviation = standardDeviation(all);
  if (!(deviation > 0)) return null;
  const nearest = new Float64Array(1);
  const index = new Int32Array(1);
  const squares = Float64Array.from(queries, (point) => {
    nearestOfGroups(points, point, () => 0, nearest, index);
    return ((all[point] as number) - (all[index[0] as number] as number)) ** 2;
  });
  const count = queries.length;
  const value = Math.sqrt(mean(squares));
  const standardError = standardDeviation(squares) / Math.sqrt(count);
  const interval = rootMeanSquareInterval(value, standardError, count, confidence);
  const share = (x: number): number => x / deviation;
  const error = { value: share(value), low: share(interval.low), high: share(interval.high), count };
  return { rows: count, error, optimalErrorBound: points.complete ? error.value / Math.SQRT2 : null, pairs: null };
}

/** 1 where the other is nearer, .5 where both are as near. */
const wrong = (own: number, other: number): number => (other < own ? 1 : other === own ? 0.5 : 0);

function ofClasses(input: NeighbourInput, classes: readonly string[], queries: Uint32Array): NeighbourFacts {
  const { points, target } = input;
  const size = classes.length;
  const nearest = new Float64Array(size);
  const index = new Int32Array(size);
  const looked = new Float64Array(size);
  const confused = new Float64Array(size * size); // [own, other]
  let errors = 0;
  for (const point of queries) {
    nearestOfGroups(points, point, (other) => target[other] as number, nearest, index);
    const own = target[point] as number;
    let best = Number.POSITIVE_INFINITY;
    for (let k = 0; k < size; k++) {
      if (k === own) continue;
      const at = own * size + k;
      confused[at] = (confused[at] as number) + wrong(nearest[own] as number, nearest[k] as number);
      best = Math.min(best, nearest[k] as number);
    }
    looked[own] = (looked[own] as number) + 1;
    errors += wrong(nearest[own] as number, best);
  }
  const error = shareOf(errors, queries.length);
  return {
    rows: queries.length,
    error,
    optimalErrorBound: points.complete ? coverHartBound(error.value, size) : null,
    pairs: worstPairs(looked, confused).map(({ a, b, share }) => ({
      a: classes[a] ?? '',
      b: classes[b] ?? '',
      confused: share,
      classified: points.complete ? classify(input, size, a, b) : null,
    })),
  };
}

function worstPairs(looked: Float64Array, confused: Float64Array) {
  const size = looked.length;
  const pairs: { readonly a: number; readonly b: number; readonly share: ShareFact }[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const rows = [looked[a] as number, looked[b] as number] as const;
      // a class without rows has no neighbours
      if (rows[0] === 0 || rows[1] === 0) continue;
      const parts = [confused[a * size + b] as number, confused[b * size + a] as number] as const;
      pairs.push({ a, b, share: balancedShare(parts, rows) });
    }
  }
  return pairs.sort((x, y) => y.share.low - x.share.low).slice(0, mostPairs);
}

/** The lower share of the two classifiers. */
function classify(
  { points, target, unseen, seed }: NeighbourInput,
  size: number,
  a: number,
  b: number,
): ShareFact | null {
  const members = [a, b].map((k) =>
    Uint32Array.from({ length: points.count }, (_, i) => i).filter((i) => target[i] === k),
  ) as [Uint32Array, Uint32Array];
  const random = createRandom(seed).fork('discriminant').fork(`${a}/${b}`);
  const found = [
    discriminate(points, members[0], members[1], random),
    unseen === null ? null : byTrees(unseen, size, [a, b], members),
  ].flatMap((confusion) => (confusion === null ? [] : balancedShare(confusion.wrong, confusion.rows)));
  const [first, ...others] = found;
  return first === undefined ? null : others.reduce((best, share) => (share.value < best.value ? share : best), first);
}

/** Rows that trees take for the other class, each class weighed by its rows. */
function byTrees(
  unseen: Float32Array,
  size: number,
  classes: readonly [number, number],
  members: readonly [Uint32Array, Uint32Array],
): Confusion {
  const weight = (i: number, side: 0 | 1): number =>
    (unseen[i * size + classes[side]] as number) / members[side].length;
  const wrongOf = (side: 0 | 1): number =>
    members[side].reduce((sum, i) => sum + wrong(-weight(i, side), -weight(i, side === 0 ? 1 : 0)), 0);
  return { rows: [members[0].length, members[1].length], wrong: [wrongOf(0), wrongOf(1)] };
}
