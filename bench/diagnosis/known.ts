// What a user who knows a set says about it, measured once by calibrate.ts on splits that the bench does not use.

import type { SetName } from './sets.ts';

/** Shares of rows for classes, standard deviations of the target for numbers. */
export interface Known {
  /** Test error of the mean of strong networks that had most of the rows. */
  readonly optimalError: number;
  /** Above the usual gap between train and dev error of every healthy plan. */
  readonly tolerance: number;
}

/** By set. */
export const known: { readonly [K in SetName]: Known } = {
  digits: { optimalError: 0.01, tolerance: 0.035 },
  vehicle: { optimalError: 0.15, tolerance: 0.1 },
  spam: { optimalError: 0.05, tolerance: 0.025 },
  credit: { optimalError: 0.19, tolerance: 0.03 },
  concrete: { optimalError: 0.28, tolerance: 0.15 },
  price: { optimalError: 0.58, tolerance: 0.1 },
  'digit-images': { optimalError: 0.015, tolerance: 0.03 },
};
