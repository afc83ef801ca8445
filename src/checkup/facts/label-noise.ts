// In: training rows as points, and what trees that did not see them say about their classes. Out: labels that the trees
// contradict with confidence. A wrong label lies anywhere in its true class, as often at its heart as at its edge; where
// classes overlap by nature, rows of other labels lie at the edge, and in both directions.

import type { LabelNoiseFacts, MislabelledClass } from '../../record/data-facts.ts';
import { type ContradictionInput, contradictedClasses } from './label-contradiction.ts';
import { shareOf } from './share.ts';

/** More classes than this leave too few rows of each. */
const mostClasses = 100;

/** Fewer training rows than this say nothing. */
const fewestRows = 50;

const mostClassesShown = 5;
const mostRowsShown = 20;

/** Training rows, then dev rows if there are any. */
export interface LabelNoiseInput extends ContradictionInput {
  readonly classes: readonly string[];
  /** Row of the table that each training row is. */
  readonly rows: Uint32Array; // [trainRows]
}

/** A row of one label at the heart of another class. */
interface Deep {
  readonly row: number;
  readonly label: number;
  readonly looksLike: number;
  readonly margin: number;
}

/** By ordered pair [label, looksLike]: rows, and those at the heart; by class: rows of the label, and its own heart. */
interface Counts {
  readonly size: number; // K
  readonly taken: Float64Array; // [K, K]
  readonly deep: Float64Array; // [K, K]
  readonly labelled: Float64Array; // [K]
  readonly heart: Float64Array; // [K]
}

/** Compares labels with the trees' opinion. Null above 100 classes and for fewer than 50 training rows. */
export function labelNoiseFacts(input: LabelNoiseInput): LabelNoiseFacts | null {
  const { classes, labels, unseen, trainRows, rows } = input;
  const size = classes.length;
  if (size > mostClasses || trainRows < fewestRows) return null;
  const nameOf = (k: number): string => classes[k] ?? '';
  const againstDev = contradictedClasses(input, nameOf);
  const opinions = opinionsOf(unseen, labels, trainRows, size);
  if (opinions === null) return { share: null, classes: [], againstDev, rows: [] };
  const { counts, deep } = deepRows(unseen, labels, opinions, size);
  return {
    share: shareOf(Math.min(trainRows, 2 * deep.length), trainRows),
    classes: mislabelled(counts, nameOf),
    againstDev,
    rows: deep
      .sort((a, b) => b.margin - a.margin || a.row - b.row)
      .slice(0, mostRowsShown)
      .map(({ row, label, looksLike }) => ({
        row: rows[row] as number,
        label: nameOf(label),
        looksLike: nameOf(looksLike),
      })),
  };
}

/** The class that the trees choose for each training row; null if they are no better than always the commonest class. */
function opinionsOf(unseen: Float32Array, labels: Int32Array, trainRows: number, size: number): Int32Array | null {
  const counts = new Float64Array(size);
  let right = 0;
  const opinions = Int32Array.from({ length: trainRows }, (_, i) => {
    let best = 0;
    for (let k = 1; k < size; k++) {
      if ((unseen[i * size + k] as number) > (unseen[i * size + best] as number)) best = k;
    }
    const own = labels[i] as number;
    counts[own] = (counts[own] as number) + 1;
    right += best === own ? 1 : 0;
    return best;
  });
  return right > Math.max(...counts) ? opinions : null;
}

/**
 * Rows of one label that the trees take for another class, by a margin that half of that class' own rows do not have. The
 * heart of a class is the other half.
 */
function deepRows(unseen: Float32Array, labels: Int32Array, opinions: Int32Array, size: number) {
  const marginOf = (i: number, a: number, b: number): number =>
    (unseen[i * size + a] as number) - (unseen[i * size + b] as number);
  const right: number[][] = Array.from({ length: size }, () => []);
  const labelled = new Float64Array(size);
  opinions.forEach((opinion, i) => {
    const own = labels[i] as number;
    labelled[own] = (labelled[own] as number) + 1;
    if (opinion === own) right[own]?.push(i);
  });
  const medians = new Map<number, number>();
  const medianOf = (a: number, b: number): number => {
    const known = medians.get(a * size + b);
    if (known !== undefined) return known;
    const margins = Float64Array.from(right[a] ?? [], (i) => marginOf(i, a, b)).sort();
    const median = margins[Math.floor(margins.length / 2)] ?? Number.POSITIVE_INFINITY;
    medians.set(a * size + b, median);
    return median;
  };
  const counts: Counts = {
    size,
    taken: new Float64Array(size * size),
    deep: new Float64Array(size * size),
    labelled,
    heart: Float64Array.from(right, (members) => Math.ceil(members.length / 2)),
  };
  const deep: Deep[] = [];
  opinions.forEach((looksLike, row) => {
    const label = labels[row] as number;
    if (looksLike === label) return;
    const at = label * size + looksLike;
    counts.taken[at] = (counts.taken[at] as number) + 1;
    const margin = marginOf(row, looksLike, label);
    if (margin < medianOf(looksLike, label)) return;
    counts.deep[at] = (counts.deep[at] as number) + 1;
    deep.push({ row, label, looksLike, margin });
  });
  return { counts, deep };
}

/** The pairs with deep rows; of as many wrong labels, half lie outside of the heart. */
function mislabelled(counts: Counts, nameOf: (k: number) => string): readonly MislabelledClass[] {
  const { size, deep, labelled } = counts;
  const found: MislabelledClass[] = [];
  for (let label = 0; label < size; label++) {
    for (let looksLike = 0; looksLike < size; looksLike++) {
      const part = deep[label * size + looksLike] as number;
      if (part === 0) continue;
      const count = labelled[label] as number;
      const half = shareOf(part, count);
      const twice = (x: number): number => Math.min(1, 2 * x);
      const share = { value: twice(half.value), low: twice(half.low), high: twice(half.high), count };
      const contrast = contrastOf(counts, label, looksLike);
      found.push({ label: nameOf(label), looksLike: nameOf(looksLike), share, contrast });
    }
  }
  return found.sort((a, b) => b.contrast - a.contrast || b.share.low - a.share.low).slice(0, mostClassesShown);
}

/**
 * How much of an overlap by nature may lie at the heart of the other class: half of wrong labels do, of overlaps between the
 * real sets that this was tried on 4 to 45 %.
 */
const deepByNature = 0.25;

/**
 * The lower limit of the rows of this pair over what is usual, once as a share of the heart that they lie in and once as a
 * share of their label, the smaller of the two: a rare class that overlaps with a common one stands out in one of them only.
 * Usual is the largest of the upper limit of all other pairs, of the opposite direction, and of a part of all rows that the
 * opposite direction takes for this label: where classes overlap, they do in both directions.
 */
function contrastOf({ size, taken, deep, labelled, heart }: Counts, label: number, looksLike: number): number {
  const part = deep[label * size + looksLike] as number;
  const all = { part: 0, heart: 0, labelled: 0 };
  for (let l = 0; l < size; l++) {
    for (let k = 0; k < size; k++) {
      if (l === k || (l === label && k === looksLike)) continue;
      all.part += deep[l * size + k] as number;
      all.heart += heart[k] as number;
      all.labelled += labelled[l] as number;
    }
  }
  const opposite = {
    part: deep[looksLike * size + label] as number,
    heart: heart[label] as number,
    labelled: labelled[looksLike] as number,
  };
  if (opposite.labelled === 0 || all.part + all.heart === 0) return 0;
  const overlap = (deepByNature * (taken[looksLike * size + label] as number)) / opposite.labelled;
  const usual = (own: 'heart' | 'labelled'): number => {
    const more = own === 'heart' ? 1 : 0;
    const count = (set: typeof all): number => set[own] + more * set.part;
    return Math.max(shareOf(all.part, count(all)).high, (opposite.part + 0.5) / (count(opposite) + 1), overlap);
  };
  return Math.min(
    shareOf(part, part + (heart[looksLike] as number)).low / usual('heart'),
    shareOf(part, labelled[label] as number).low / usual('labelled'),
  );
}
