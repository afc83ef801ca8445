import { FettleError } from '../error.ts';

/** A measured value and the limits between which the true one lies, at the confidence that it was made with. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Throws unless `confidence` lies strictly between 0 and 1. */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new FettleError('usage', `Expected a confidence between 0 and 1, such as 0.95, received ${confidence}.`);
  }
}

/**
 * The interval of a - b for two independent estimates, from the interval of each
 * (the "square-and-add" way: Newcombe 1998, method 10; for any estimates: Zou and Donner 2008).
 */
export function differenceInterval(a: Interval, b: Interval): Interval {
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}

/** The interval with `by` added to value and limits. */
export function shiftInterval(interval: Interval, by: number): Interval {
  return { value: interval.value + by, low: interval.low + by, high: interval.high + by };
}

/** The interval of an increasing function of the estimate. */
export function mapInterval(interval: Interval, increasing: (x: number) => number): Interval {
  return { value: increasing(interval.value), low: increasing(interval.low), high: increasing(interval.high) };
}
