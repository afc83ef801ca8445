import { FettleError } from '../base/error.ts';
import type { Evidence } from './evidence.ts';
import { scaleOf, tidy } from './scale.ts';

/**
 * What the user may adapt. `optimalError` and `tolerance` are in the scores' scale: a share of rows for the error
 * (.02, not 2), nats for log-loss, a share of the target's standard deviation for regression.
 */
export interface DiagnoseOptions {
  /** The error that the best possible predictor would have; 0 by default. */
  readonly optimalError?: number;
  /** A gap counts when its lower limit is above this; default: `defaultTolerance`. */
  readonly tolerance?: number;
  /** Of every interval; .95 by default. */
  readonly confidence?: number;
}

/** The options with their defaults, `optimalError` and `tolerance` in the unit of the diagnosis. */
export interface Settings {
  readonly optimalError: number;
  readonly tolerance: number;
  readonly confidence: number;
}

/** 2 % of the way from perfect to knowing nothing at all; why: docs/decisions/0003-tolerance.md. */
const TOLERANCE = 0.02;

/**
 * The tolerance that holds when none is given, in the scores' scale: .02 of the rows (error), .02 of the target's
 * standard deviation (rmse, mae), .02 ln K nats (log-loss of K classes; of two if their number is not known).
 */
export function defaultTolerance(evidence: Pick<Evidence, 'metric' | 'classes'>): number {
  return evidence.metric === 'log-loss' ? TOLERANCE * Math.log(Math.max(2, evidence.classes ?? 2)) : TOLERANCE;
}

/** Fills in the defaults; throws a `usage` error for a value out of range. */
export function settingsOf(evidence: Evidence, options: DiagnoseOptions): Settings {
  const { optimalError = 0, tolerance = defaultTolerance(evidence), confidence = 0.95 } = options;
  const share = evidence.metric === 'error';
  for (const [name, value] of [
    ['optimal error', optimalError],
    ['tolerance', tolerance],
  ] as const) {
    if (!(Number.isFinite(value) && value >= 0 && (!share || value <= 1))) {
      throw new FettleError(
        'usage',
        share
          ? `Expected the ${name} as a share of rows between 0 and 1, received ${value}. Divide a percentage by 100.`
          : `Expected the ${name} as a finite number of 0 or more, received ${value}.`,
      );
    }
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new FettleError('usage', `Expected a confidence between 0 and 1, such as 0.95, received ${confidence}.`);
  }
  const { factor } = scaleOf(evidence.metric);
  return { optimalError: tidy(optimalError * factor), tolerance: tidy(tolerance * factor), confidence };
}
