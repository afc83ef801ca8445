/**
 * A lower bound of the error of the best possible classifier of K classes, from the error of the nearest neighbour among
 * infinitely many rows (Cover and Hart, 1967): (K - 1) / K (1 - sqrt(1 - K / (K - 1) error)). Errors from (K - 1) / K, that
 * of guessing, up give that error.
 */
export function coverHartBound(error: number, classes: number): number {
  const guessing = (classes - 1) / classes;
  return error >= guessing ? guessing : guessing * (1 - Math.sqrt(1 - error / guessing));
}
