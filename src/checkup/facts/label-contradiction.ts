// In: training and dev rows, and what trees grown on both say about each row that they did not see. Out: classes of which
// training rows have another label than dev rows that look alike. It sees labels that are wrong in most rows of a class,
// where the training rows alone say nothing, and it needs no easy classes: both sets are as hard.

import { normalQuantile } from '../../base/statistics.ts';
import type { ContradictedClass } from '../../record/data-facts.ts';
import { confidence } from './share.ts';

/** Stretches of equally many dev rows that are compared, from those that surely have one label to those with the other. */
const stretches = 5;

/** Fewer dev rows of two classes than this say nothing about them. */
const fewestDevRows = 20;

const mostClassesShown = 5;

/** Rows of both sets: training rows first. */
export interface ContradictionInput {
  readonly labels: Int32Array; // [N], 0 .. K - 1
  /** Class shares by trees that did not see the row. */
  readonly unseen: Float32Array; // [N, K]
  readonly trainRows: number;
}

/** Counts of one stretch: training and dev rows by label. */
interface Stretch {
  trainA: number;
  trainB: number;
  devA: number;
  devB: number;
}

/** One row of two classes: how much it looks like `a` (0 to 1), its set and label. */
interface PairRow {
  readonly likeA: number;
  readonly train: boolean;
  readonly isA: boolean;
}

/** The clearest five contradictions; null without dev rows. Limits hold at 95 % for all pairs together (Bonferroni). */
export function contradictedClasses(
  { labels, unseen, trainRows }: ContradictionInput,
  nameOf: (k: number) => string,
): readonly ContradictedClass[] | null {
  if (labels.length === trainRows) return null;
  const size = unseen.length / labels.length;
  const members: number[][] = Array.from({ length: size }, () => []);
  labels.forEach((k, i) => {
    members[k]?.push(i);
  });
  const level = 1 - (1 - confidence) / ((size * (size - 1)) / 2);
  const found: ContradictedClass[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const rows = [...(members[a] ?? []), ...(members[b] ?? [])].map((i): PairRow => {
        const [forA, forB] = [unseen[i * size + a] as number, unseen[i * size + b] as number];
        // trees that know neither class say nothing
        const likeA = forA + forB > 0 ? forA / (forA + forB) : 0.5;
        return { likeA, train: i < trainRows, isA: labels[i] === a };
      });
      const contradiction = compare(rows, level);
      if (contradiction === null) continue;
      const { share, notMissing, label } = contradiction;
      const [own, other] = label === 'a' ? [a, b] : [b, a];
      found.push({ label: nameOf(own), looksLike: nameOf(other), share, notMissing });
    }
  }
  return found.sort((x, y) => y.share.low - x.share.low).slice(0, mostClassesShown);
}

/** What training rows have too many of, `a` or `b`, in stretches of rows that look alike; null for too few rows. */
function compare(rows: readonly PairRow[], level: number) {
  const sums = { trainA: 0, trainB: 0, devA: 0, devB: 0 };
  for (const { train, isA } of rows) sums[train ? (isA ? 'trainA' : 'trainB') : isA ? 'devA' : 'devB']++;
  const dev = sums.devA + sums.devB;
  if (dev < fewestDevRows || sums.trainA + sums.trainB === 0) return null;
  // how many training rows more than among dev rows alike have label b, and the variance of that (Mantel and Haenszel, 1959)
  let excess = 0;
  let variance = 0;
  for (const { trainA, trainB, devA, devB } of stretchesOf(rows, dev)) {
    const [train, held] = [trainA + trainB, devA + devB];
    if (train === 0 || held === 0) continue;
    const pooled = (trainB + devB + 0.5) / (train + held + 1);
    excess += trainB - (train * devB) / held;
    variance += train * train * pooled * (1 - pooled) * (1 / train + 1 / held);
  }
  const label = excess > 0 ? ('b' as const) : ('a' as const);
  const count = label === 'b' ? sums.trainB : sums.trainA;
  if (count === 0) return null;
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance);
  // noise can put an estimate outside of what a share can be
  const limit = (x: number): number => Math.min(1, Math.max(0, x / count));
  const value = Math.abs(excess);
  return {
    label,
    share: { value: limit(value), low: limit(value - half), high: limit(value + half), count },
    notMissing: notMissing(rows, sums, label),
  };
}

/** Rows in order of how much they look like `a`; rows that look the same stay together. */
function stretchesOf(rows: readonly PairRow[], dev: number): readonly Stretch[] {
  const ordered = [...rows].sort((x, y) => x.likeA - y.likeA);
  let last: Stretch = { trainA: 0, trainB: 0, devA: 0, devB: 0 };
  const found: Stretch[] = [last];
  let before = Number.NaN;
  for (const { likeA, train, isA } of ordered) {
    if (likeA !== before && last.devA + last.devB >= dev / stretches) {
      last = { trainA: 0, trainB: 0, devA: 0, devB: 0 };
      found.push(last);
    }
    before = likeA;
    last[train ? (isA ? 'trainA' : 'trainB') : isA ? 'devA' : 'devB']++;
  }
  return found;
}

/**
 * Were rows of the other label missing instead, training rows would look like that class less often. The distance of the
 * mean look of training rows from what it would then be, in standard errors; 0 where it lies on the far side.
 */
function notMissing(rows: readonly PairRow[], sums: Readonly<Stretch>, label: 'a' | 'b'): number {
  const { trainA, trainB, devA, devB } = sums;
  // rows of the class that would be missing, as many as training rows of the other class suggest
  const kept =
    label === 'b' ? (trainA * devB) / (trainB * Math.max(1, devA)) : (trainB * devA) / (trainA * Math.max(1, devB));
  let trainSum = 0;
  let devWeight = 0;
  let devSum = 0;
  let plainSum = 0;
  for (const { likeA, train, isA } of rows) {
    if (train) {
      trainSum += likeA;
      continue;
    }
    const weight = isA === (label === 'b') ? kept : 1;
    devWeight += weight;
    devSum += weight * likeA;
    plainSum += likeA;
  }
  const [train, dev] = [trainA + trainB, devA + devB];
  if (devWeight === 0) return 0;
  const plain = plainSum / dev;
  const missing = devSum / devWeight;
  let squares = 0;
  for (const { likeA, train: isTrain } of rows) if (!isTrain) squares += (likeA - plain) ** 2;
  const standardError = Math.sqrt((squares / dev) * (1 / train + 1 / dev));
  const away = (trainSum / train - missing) * Math.sign(plain - missing);
  return standardError > 0 ? Math.max(0, away / standardError) : 0;
}
