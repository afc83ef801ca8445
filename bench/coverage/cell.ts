// In: a cell, i.e. a situation whose true gap is known, and a number of splits. Out: how often the interval holds the truth.

import { createRandom, type Random } from '../../src/base/random.ts';
import { median } from '../../src/base/statistics.ts';
import type { Evidence, EvidenceScore } from '../../src/diagnosis/evidence.ts';
import { gapsOf } from '../../src/diagnosis/gaps.ts';
import { settingsOf } from '../../src/diagnosis/settings.ts';

/** What is measured. */
export type GapName = 'bias' | 'variance' | 'mismatch' | 'gain';

/** Limits of one interval. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** One situation. */
export interface Cell {
  readonly gap: GapName;
  /** What kind of numbers: `errors`, `rmse`, ... */
  readonly group: string;
  readonly name: string;
  /** What the interval promises. */
  readonly confidence: number;
  /** The true gap; null: the mean of the measured ones over all splits, which is exact enough. */
  readonly truth: number | null;
  /** One split, by its number: the measured gap and its interval. Cells of one name get the same random numbers. */
  draw(random: Random, split: number): Limits & { readonly value: number };
  /** Whether a split counts for the coverage, from the same random numbers; the truth is that of all splits. */
  accepts?(random: Random, split: number): boolean;
}

/** What came of a cell. */
export interface Covered {
  readonly gap: GapName;
  readonly group: string;
  readonly name: string;
  readonly confidence: number;
  readonly splits: number;
  readonly truth: number;
  /** Shares of the splits. */
  readonly covered: number;
  readonly below: number;
  readonly above: number;
  readonly width: number;
}

/** Draws all splits of a cell. */
export function measureCell(cell: Cell, splits: number): Covered {
  const { gap, group, name, confidence } = cell;
  const random = createRandom(name);
  const drawn = Array.from({ length: splits }, (_, i) => cell.draw(random.fork(i), i));
  const truth = cell.truth ?? drawn.reduce((sum, { value }) => sum + value, 0) / splits;
  const counted = drawn.filter((_, i) => cell.accepts?.(random.fork(i), i) ?? true);
  const share = (test: (limits: Limits) => boolean): number => counted.filter(test).length / counted.length;
  // Limits have twelve digits; so has the truth.
  const tiny = 1e-9 * Math.max(1, Math.abs(truth));
  const below = share(({ low }) => truth < low - tiny);
  const above = share(({ high }) => truth > high + tiny);
  const width = median(counted.map(({ low, high }) => high - low));
  return {
    gap,
    group,
    name,
    confidence,
    splits: counted.length,
    truth,
    covered: 1 - below - above,
    below,
    above,
    width,
  };
}

/** What was made for a split is made once for all cells that look at it. */
export function remember<T>(make: (random: Random) => T): (random: Random, split: number) => T {
  const made = new Map<number, T>();
  return (random, split) => {
    const known = made.get(split);
    if (known !== undefined) return known;
    const value = make(random);
    made.set(split, value);
    return value;
  };
}

/** The interval of a gap as the diagnosis gives it, at 95 %. */
export function gapLimits(
  gap: Exclude<GapName, 'gain'>,
  evidence: Evidence,
  optimalError = 0,
): Limits & { readonly value: number } {
  const settings = settingsOf(evidence, { optimalError });
  const found = gapsOf(evidence, settings).find(({ id }) => id === gap);
  if (found?.value == null || found.low === null || found.high === null) throw new Error(`${gap} has no interval`);
  return { value: found.value, low: found.low, high: found.high };
}

/** An error of so many wrong rows. */
export function errorScore(wrong: number, count: number): EvidenceScore {
  return { value: wrong / count, count, standardError: null, share: null };
}

/** A number of wrong rows among `count`, each wrong with probability `p`. */
export function binomial(random: Random, count: number, p: number): number {
  let wrong = 0;
  for (let i = 0; i < count; i++) if (random.uniform() < p) wrong++;
  return wrong;
}
