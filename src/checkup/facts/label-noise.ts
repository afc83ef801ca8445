// In: training rows as points, and what trees that did not see them say about their classes. Out: labels that the trees
// contradict with confidence. A wrong label lies anywhere in its true class, as often at its heart as at its edge; where
// classes overlap by nature, rows of other labels lie at the edge, and in both directions.

import type { LabelNoiseFacts, MislabelledClass, ShareFact } from '../../record/data-facts.ts';
import { type ContradictionInput, contradictedClasses } from './label-contradiction.ts';
import { innermostByNature, overlapOf } from './overlap.ts';
import { shareOf } from './share.ts';

/** More classes than this leave too few rows of each. */
const mostClasses = 100;

/** Fewer training rows than this say nothing. */
const fewestRows = 50;

/** Where the trees are wrong more often than this, they know too little for a row to lie deep in a class. */
const mostOverlap = 0.42;

/** A class with fewer rows than this has no heart: nothing is taken for it, and its own rows are left alone. */
const fewestOfClass = 20;

const mostClassesShown = 5;
const mostRowsShown = 20;

/** Training rows, then dev rows if there are any. */
export interface LabelNoiseInput extends ContradictionInput {
  readonly classes: readonly string[];
  /** Row of the table that each training row is. */
  readonly rows: Uint32Array; // [trainRows]
}

/** Rows of one label among those of another class, by how deep. */
interface Contradiction {
  readonly row: number;
  readonly label: number;
  readonly looksLike: number;
  readonly margin: number;
  /** Share of the class' own rows that look less like it. */
  readonly depth: number;
}

/** The heart of a class: of its own rows, the half and the quarter that look most like it. */
const hearts = [0.5, 0.25] as const;

/** Compares labels with the trees' opinion. Null above 100 classes and for fewer than 50 training rows. */
export function labelNoiseFacts(input: LabelNoiseInput): LabelNoiseFacts | null {
  const { classes, labels, unseen, trainRows, rows } = input;
  const size = classes.length;
  if (size > mostClasses || trainRows < fewestRows) return null;
  const nameOf = (k: number): string => classes[k] ?? '';
  const againstDev = contradictedClasses(input, nameOf);
  const own = labels.subarray(0, trainRows);
  const labelled = countsOf(own, size);
  const { contradictions, right } = contradictionsOf(looksOf(unseen, labelled, trainRows), own, labelled);
  if (overlapOf(right, labelled, fewestOfClass) > mostOverlap)
    return { share: null, innermost: null, byNature: null, classes: [], againstDev, rows: [] };
  const inHeart = (heart: number) => contradictions.filter(({ depth }) => depth >= 1 - heart);
  const quarter = inHeart(0.25).length;
  const counts = hearts.map((heart) => countPairs(contradictions, inHeart(heart), heart, { size, labelled, right }));
  return {
    share: times(4, shareOf(quarter, trainRows)),
    innermost: contradictions.length === 0 ? null : shareOf(quarter, contradictions.length),
    byNature: innermostByNature(counts[0]?.taken ?? new Float64Array(0), right),
    classes: mislabelled(counts, nameOf),
    againstDev,
    rows: inHeart(0.5)
      .sort((a, b) => b.margin - a.margin || a.row - b.row)
      .slice(0, mostRowsShown)
      .map(({ row, label, looksLike }) => ({
        row: rows[row] as number,
        label: nameOf(label),
        looksLike: nameOf(looksLike),
      })),
  };
}

/** A share that stands for so many times as much, at most all. */
function times(factor: number, { value, low, high, count }: ShareFact): ShareFact {
  const limit = (x: number): number => Math.min(1, factor * x);
  return { value: limit(value), low: limit(low), high: limit(high), count };
}

function countsOf(labels: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const own of labels) counts[own] = (counts[own] as number) + 1;
  return counts;
}

function largest(values: Float32Array, row: number, size: number): number {
  let best = 0;
  for (let k = 1; k < size; k++) {
    if ((values[row * size + k] as number) > (values[row * size + best] as number)) best = k;
  }
  return best;
}

/** How much each training row looks like each class, as if all classes were as common: else a rare one would never win. */
function looksOf(unseen: Float32Array, counts: Float64Array, trainRows: number): Float32Array {
  const size = counts.length;
  return Float32Array.from({ length: trainRows * size }, (_, at) => {
    const count = counts[at % size] as number;
    return count < fewestOfClass ? 0 : ((unseen[at] as number) * trainRows) / (size * count);
  });
}

/** The rows that look more like another class than like that of their label. */
function contradictionsOf(looks: Float32Array, labels: Int32Array, labelled: Float64Array) {
  const size = labelled.length;
  const marginOf = (i: number, a: number, b: number): number =>
    (looks[i * size + a] as number) - (looks[i * size + b] as number);
  const right: number[][] = Array.from({ length: size }, () => []);
  const opinions = Int32Array.from(labels, (own, i) => {
    const opinion = largest(looks, i, size);
    if (opinion === own) right[own]?.push(i);
    return opinion;
  });
  const margins = new Map<number, Float64Array>();
  const depthOf = (margin: number, a: number, b: number): number => {
    const known = margins.get(a * size + b) ?? Float64Array.from(right[a] ?? [], (i) => marginOf(i, a, b)).sort();
    margins.set(a * size + b, known);
    const above = known.findIndex((x) => x > margin);
    return known.length === 0 ? 0 : (above === -1 ? known.length : above) / known.length;
  };
  const contradictions: Contradiction[] = [];
  opinions.forEach((looksLike, row) => {
    const label = labels[row] as number;
    if (looksLike === label || (labelled[label] as number) < fewestOfClass) return;
    const margin = marginOf(row, looksLike, label);
    contradictions.push({ row, label, looksLike, margin, depth: depthOf(margin, looksLike, label) });
  });
  return { contradictions, right: Float64Array.from(right, (members) => members.length) };
}

/** By ordered pair [label, looksLike]: contradictions, and those at the heart; by class: rows of the label, own heart. */
interface Counts {
  readonly size: number; // K
  readonly share: number;
  readonly taken: Float64Array; // [K, K]
  readonly deep: Float64Array; // [K, K]
  readonly labelled: Float64Array; // [K]
  readonly heart: Float64Array; // [K]
}

function countPairs(
  all: readonly Contradiction[],
  inHeart: readonly Contradiction[],
  share: number,
  { size, labelled, right }: { readonly size: number; readonly labelled: Float64Array; readonly right: Float64Array },
): Counts {
  const count = (list: readonly Contradiction[]): Float64Array => {
    const counts = new Float64Array(size * size);
    for (const { label, looksLike } of list) {
      const at = label * size + looksLike;
      counts[at] = (counts[at] as number) + 1;
    }
    return counts;
  };
  return {
    size,
    share,
    taken: count(all),
    deep: count(inHeart),
    labelled,
    heart: right.map((n) => Math.ceil(n * share)),
  };
}

/** The pairs with rows at the heart; of as many wrong labels, the others lie outside of it. */
function mislabelled(counts: readonly Counts[], nameOf: (k: number) => string): readonly MislabelledClass[] {
  const found: MislabelledClass[] = [];
  const [half] = counts;
  if (half === undefined) return found;
  const { size, share, deep, labelled } = half;
  for (let label = 0; label < size; label++) {
    for (let looksLike = 0; looksLike < size; looksLike++) {
      const part = deep[label * size + looksLike] as number;
      if (part === 0) continue;
      found.push({
        label: nameOf(label),
        looksLike: nameOf(looksLike),
        share: times(1 / share, shareOf(part, labelled[label] as number)),
        contrast: Math.max(...counts.map((of) => contrastOf(of, label, looksLike))),
      });
    }
  }
  return found.sort((a, b) => b.contrast - a.contrast || b.share.low - a.share.low).slice(0, mostClassesShown);
}

/** Of wrong labels a half lies in the half that is the heart; so large a part of that may do where classes overlap. */
const byNature = 0.5;

/**
 * The lower limit of the rows of this pair over what is usual, once as a share of the heart that they lie in and once as a
 * share of their label, the smaller of the two: a rare class that overlaps with a common one stands out in one of them only.
 * Usual is the largest of the upper limit of all other pairs, of the opposite direction, and of a part of all rows that the
 * opposite direction takes for this label: where classes overlap, they do in both directions.
 */
function contrastOf({ size, share, taken, deep, labelled, heart }: Counts, label: number, looksLike: number): number {
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
  const overlap = (byNature * share * (taken[looksLike * size + label] as number)) / opposite.labelled;
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
