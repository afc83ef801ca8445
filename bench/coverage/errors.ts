// Shares of wrong rows at known probabilities: one split, from no error at all to half of the rows, from 40 rows to 5,000.

import { binomial, type Cell, errorScore, gapLimits } from './cell.ts';

const classification = { task: 'classification', metric: 'error', train: null, trainDev: null, dev: null } as const;

const percent = (p: number): string => `${Number((100 * p).toPrecision(3))} %`;

/** The bias of a train error of `p`. */
function bias(p: number, count: number): Cell {
  return {
    ...{ gap: 'bias', group: p === 0 ? 'no errors' : 'errors', confidence: 0.95 },
    name: `train ${percent(p)} of ${count}`,
    truth: 100 * p,
    draw: (random) => gapLimits('bias', { ...classification, train: errorScore(binomial(random, count, p), count) }),
  };
}

/** Two errors on rows of their own. */
function difference(gap: 'variance' | 'mismatch', from: [number, number], to: [number, number]): Cell {
  const none = from[0] === 0 && to[0] === 0;
  return {
    ...{ gap, group: none ? 'no errors' : 'errors', confidence: 0.95 },
    name: `${percent(from[0])} of ${from[1]} to ${percent(to[0])} of ${to[1]}`,
    truth: 100 * (to[0] - from[0]),
    draw(random) {
      const a = errorScore(binomial(random, from[1], from[0]), from[1]);
      const b = errorScore(binomial(random, to[1], to[0]), to[1]);
      const sets = gap === 'variance' ? { train: a, dev: b } : { trainDev: a, dev: b };
      return gapLimits(gap, { ...classification, ...sets });
    },
  };
}

const rates = [0.003, 0.01, 0.03, 0.1, 0.3, 0.5];
const counts = [40, 200, 1000, 5000];
const pairs: readonly [number, number][] = [
  [0, 0.01],
  [0, 0.05],
  [0, 0.2],
  [0.005, 0.02],
  [0.01, 0.1],
  [0.05, 0.08],
  [0.1, 0.3],
  [0.2, 0.2],
  [0.4, 0.5],
];
const sizes: readonly [number, number][] = [
  [200, 50],
  [1000, 200],
  [800, 1000],
  [5000, 500],
];

/** All of them. */
export const errorCells: readonly Cell[] = [
  ...[0, ...rates].flatMap((p) => counts.map((count) => bias(p, count))),
  ...(['variance', 'mismatch'] as const).flatMap((gap) =>
    [[0, 0] as const, ...pairs].flatMap(([a, b]) => sizes.map(([n, m]) => difference(gap, [a, n], [b, m]))),
  ),
];
