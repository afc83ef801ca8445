// In: a healthy case and what a fault made of it. Out: whether the fault does harm, decided before any diagnosis is made.

import type { Runtime } from '../../src/engine/index.ts';
import type { Score } from '../../src/record/record.ts';
import type { BenchCase } from './case.ts';
import type { Fault } from './faults/fault.ts';
import { known } from './known.ts';
import { sets } from './sets.ts';
import { momentsOf } from './sheet.ts';
import { errorOf, trainCase } from './train-case.ts';

/** The errors of a case on clean rows, over its trainings. */
export interface Tested {
  /** Mean over the trainings, row by row. */
  readonly terms: readonly number[];
  readonly error: number;
  /** What the dev rows said, in the same unit, and its standard error; null if they said nothing. */
  readonly claimed: { readonly error: number; readonly standardError: number } | null;
}

/** What a fault does. */
export interface Harm {
  readonly harmful: boolean;
  readonly healthy: number;
  /** Null if fettle refuses the case. */
  readonly faulty: number | null;
  readonly claimed: number | null;
  /** The difference in standard errors. */
  readonly deviations: number | null;
}

/** Trainings of each case, each with its own seed. */
const trainings = 2;
/** The difference must be this many standard errors. */
const leastDeviations = 2;

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** A dev score in the unit of the test: a share of rows, or standard deviations of the clean target. */
function claimOf(one: BenchCase, score: Score | null): { error: number; standardError: number } | null {
  if (score === null || score.standardError === null) return null;
  if (sets[one.set].task === 'classification') return { error: score.value, standardError: score.standardError };
  const { deviation } = momentsOf(one.test.columns[one.target] ?? []);
  // d sqrt(x) = dx / (2 sqrt(x))
  return {
    error: score.value / deviation,
    standardError: score.standardError / (2 * Math.max(score.value, 1e-12)) / deviation,
  };
}

/** Trains a case with several seeds and tests it on its clean rows. */
export async function testCase(runtime: Runtime, one: BenchCase): Promise<Tested> {
  const sums = new Float64Array(one.test.rows);
  const claims: { error: number; standardError: number }[] = [];
  for (let i = 0; i < trainings; i++) {
    const { terms, record } = await trainCase(runtime, {
      ...one,
      plan: { ...one.plan, seed: one.plan.seed + 1000 * i },
    });
    // Predictions that are no numbers are as wrong as can be.
    terms.forEach((term, row) => {
      sums[row] = (sums[row] ?? 0) + (Number.isFinite(term) ? term : 1e6) / trainings;
    });
    claims.push(...[claimOf(one, record.dev)].filter((claim) => claim !== null));
  }
  const claimed = {
    error: meanOf(claims.map(({ error }) => error)),
    standardError: meanOf(claims.map(({ standardError }) => standardError)),
  };
  return { terms: [...sums], error: errorOf(one.set, sums), claimed: claims.length === 0 ? null : claimed };
}

/** Compares a faulty case with the healthy one; `faulty` null: fettle refused it. */
export function harmOf(one: BenchCase, fault: Fault, healthy: Tested, faulty: Tested | null): Harm {
  const least = known[one.set].tolerance / 2;
  if (faulty === null) {
    return { harmful: true, healthy: healthy.error, faulty: null, claimed: null, deviations: null };
  }
  const errors = { healthy: healthy.error, faulty: faulty.error, claimed: faulty.claimed?.error ?? null };
  if (fault.harm === 'claim') {
    if (faulty.claimed === null || healthy.claimed === null) return { harmful: false, ...errors, deviations: null };
    // The healthy plan's own difference is that of the rows.
    const own = healthy.error - healthy.claimed.error;
    const difference = Math.abs(faulty.error - faulty.claimed.error - own);
    const deviations = difference / Math.hypot(faulty.claimed.standardError, errorDeviation(one, faulty));
    return { harmful: difference > least && deviations > leastDeviations, ...errors, deviations };
  }
  const differences = faulty.terms.map((term, row) => term - (healthy.terms[row] ?? 0));
  const { mean, deviation } = momentsOf(differences);
  const deviations = mean / (deviation / Math.sqrt(differences.length) || Number.MIN_VALUE);
  const harmful = faulty.error - healthy.error > least && deviations > leastDeviations;
  return { harmful, ...errors, deviations };
}

/** Standard error of the error on the clean rows. */
function errorDeviation(one: BenchCase, { terms, error }: Tested): number {
  const standardError = momentsOf(terms).deviation / Math.sqrt(terms.length);
  return sets[one.set].task === 'classification' ? standardError : standardError / (2 * Math.max(error, 1e-12));
}
