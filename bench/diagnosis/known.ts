// What a user who knows a set says about it.
// Optimal errors: what a tuning of a minute reaches on the test rows that a set comes with (`npm run quality`; the rmse of
// concrete in standard deviations), and where there is none, the strong networks of calibrate.ts. Tolerances: above the mean
// gap between dev and train error of every healthy plan, measured by calibrate.ts on splits that the bench does not use.

import type { SetName } from './sets.ts';

/** Shares of rows for classes, standard deviations of the target for numbers. */
export interface Known {
  readonly optimalError: number;
  readonly tolerance: number;
}

/** By set. */
export const known: { readonly [K in SetName]: Known } = {
  digits: { optimalError: 0.01, tolerance: 0.03 },
  vehicle: { optimalError: 0.14, tolerance: 0.13 },
  spam: { optimalError: 0.045, tolerance: 0.025 },
  credit: { optimalError: 0.19, tolerance: 0.025 },
  concrete: { optimalError: 0.26, tolerance: 0.15 },
  price: { optimalError: 0.63, tolerance: 0.1 },
  'digit-images': { optimalError: 0.015, tolerance: 0.03 },
};
