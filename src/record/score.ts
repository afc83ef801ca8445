// What is minimized, and a measured value of it with what its interval needs.

/** The score that is minimized. Each is a mean (or the root of a mean) over rows, so rows can be paired. */
export type Metric = 'error' | 'log-loss' | 'rmse' | 'mae';

/**
 * A score with what its interval needs.
 * error: `value` = wrong / count. log-loss, mae: mean over rows. rmse: root of the mean square.
 * Regression values are in the target's unit; `share` is value / standard deviation of the training target.
 */
export interface Score {
  readonly value: number;
  /** Rows that the score is measured on; null in a foreign log that does not say it. */
  readonly count: number | null;
  /** Standard error of the mean of the per-row terms (wrong 0/1, log loss, squared or absolute error); null if unknown. */
  readonly standardError: number | null;
  /** Regression only: value / standard deviation of the training target. */
  readonly share: number | null;
}
