// In: how many rows of each class look like which other one. Out: how much the classes overlap, and how deep rows would lie
// in other classes if that were all.

import { mean, normalCdf, normalQuantile } from '../../base/statistics.ts';

/** The mean share of each class' rows that are taken for others; 1 without two classes of at least `fewest` rows. */
export function overlapOf(right: Float64Array, labelled: Float64Array, fewest: number): number {
  const shares = [...labelled].flatMap((n, k) => (n < fewest ? [] : 1 - (right[k] as number) / n));
  return shares.length < 2 ? 1 : mean(shares);
}

/**
 * Of all rows that are taken for another class [label, looks like], the share that would lie in its innermost quarter if
 * the rows of each two classes were two normal distributions of one width that overlap as much as these do.
 */
export function innermostByNature(taken: Float64Array, right: Float64Array): number {
  const size = right.length;
  let all = 0;
  let inside = 0;
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const [asB, asA] = [taken[a * size + b] as number, taken[b * size + a] as number];
      if (asA + asB === 0) continue;
      const overlap = (asB / (asB + (right[a] as number) || 1) + asA / (asA + (right[b] as number) || 1)) / 2;
      all += asA + asB;
      inside += (asA + asB) * beyondThreeQuarters(overlap);
    }
  }
  return all === 0 ? 0 : inside / all;
}

/**
 * Of the rows of a normal distribution on the wrong side of the middle, the share beyond three quarters of those of the other
 * distribution on their right side, where `overlap` is the share on the wrong side.
 */
function beyondThreeQuarters(overlap: number): number {
  if (overlap === 0) return 0;
  if (overlap >= 0.5) return 0.25;
  const half = normalQuantile(1 - overlap);
  const threshold = half + normalQuantile(1 - (1 - overlap) / 4);
  return (1 - normalCdf(threshold + half)) / overlap;
}
