// The normal distribution function in plain TypeScript.

/**
 * Distribution function of the standard normal: half of erfc(-x / sqrt 2), absolute error below 1e-12.
 * Near zero by the series of Abramowitz and Stegun 26.2.10, in the tails by the continued fraction 26.2.14.
 */
export function normalDistribution(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const size = Math.abs(x);
  if (size > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (size < 4) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (x * x) / (2 * n + 1);
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = size;
  for (let n = 60; n >= 1; n--) fraction = size + n / fraction;
  const tail = density / fraction;
  return x > 0 ? 1 - tail : tail;
}
