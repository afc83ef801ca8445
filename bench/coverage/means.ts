// Scores that are means over rows or their roots: residuals with thin, exponential and heavy tails, and log losses.

import type { Random } from '../../src/base/random.ts';
import type { EvidenceScore } from '../../src/diagnosis/evidence.ts';
import { scoreOf } from '../../src/training/score.ts';
import { type Cell, gapLimits } from './cell.ts';

/** Residuals with a mean square and a mean absolute value that are known. */
interface Residuals {
  readonly name: string;
  readonly meanSquare: number;
  readonly meanSize: number;
  /** Whether a part of the score comes from rows that a set may hold none of. */
  readonly rare?: boolean;
  draw(random: Random): number;
}

/** Student's t from normal numbers. */
function student(random: Random, degrees: number): number {
  let square = 0;
  for (let i = 0; i < degrees; i++) square += random.normal() ** 2;
  return random.normal() / Math.sqrt(square / degrees);
}

const residuals: readonly Residuals[] = [
  { name: 'normal', meanSquare: 1, meanSize: Math.sqrt(2 / Math.PI), draw: (random) => random.normal() },
  {
    ...{ name: 'exponential', meanSquare: 2, meanSize: 1 },
    draw: (random) => -Math.log(1 - random.uniform()) * (random.uniform() < 0.5 ? -1 : 1),
  },
  // E |t| = 2 sqrt(v) G((v + 1) / 2) / ((v - 1) sqrt(pi) G(v / 2)): for 5 degrees 0.949.
  {
    ...{ name: 't with 5 degrees', meanSquare: 5 / 3, meanSize: (2 * Math.sqrt(5) * 2) / (4 * 0.75 * Math.PI) },
    draw: (random) => student(random, 5),
  },
  {
    ...{ name: 'normal, 2 % of rows four times as far', rare: true, meanSquare: 0.98 + 0.02 * 16 },
    meanSize: (0.98 + 0.02 * 4) * Math.sqrt(2 / Math.PI),
    draw: (random) => random.normal() * (random.uniform() < 0.02 ? 4 : 1),
  },
];

const counts = [50, 200, 1000];

type Metric = 'rmse' | 'mae';

const terms = (random: Random, of: Residuals, metric: Metric, scale: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => {
    const residual = scale * of.draw(random);
    return metric === 'rmse' ? residual * residual : Math.abs(residual);
  });

const trueScore = (of: Residuals, metric: Metric, scale: number): number =>
  scale * (metric === 'rmse' ? Math.sqrt(of.meanSquare) : of.meanSize);

/** Bias of one set and variance between two, in the target's unit, whose standard deviation is 1. */
function regression(of: Residuals, metric: Metric, count: number): readonly Cell[] {
  const common = { group: of.rare ? `${metric}, rare far rows` : metric, confidence: 0.95 };
  const none = { task: 'regression', metric, train: null, trainDev: null, dev: null } as const;
  const measure = (random: Random, scale: number, rows: number): EvidenceScore =>
    scoreOf(metric, terms(random, of, metric, scale, rows), 1);
  return [
    {
      ...common,
      ...{ gap: 'bias', name: `${of.name}, ${count}`, truth: trueScore(of, metric, 0.4) },
      draw: (random) => gapLimits('bias', { ...none, train: measure(random, 0.4, count) }),
    },
    {
      ...common,
      ...{ gap: 'variance', name: `${of.name}, ${4 * count} and ${count}` },
      truth: trueScore(of, metric, 0.5) - trueScore(of, metric, 0.4),
      draw: (random) =>
        gapLimits('variance', { ...none, train: measure(random, 0.4, 4 * count), dev: measure(random, 0.5, count) }),
    },
    {
      ...common,
      ...{ gap: 'mismatch', name: `${of.name}, ${count} and ${count}` },
      truth: trueScore(of, metric, 0.5) - trueScore(of, metric, 0.4),
      draw: (random) =>
        gapLimits('mismatch', { ...none, trainDev: measure(random, 0.4, count), dev: measure(random, 0.5, count) }),
    },
  ];
}

/** Log losses -ln p with p = u^(1/k): exponential with mean 1/k, the tail that a confident classifier has. */
function logLoss(count: number): readonly Cell[] {
  const common = { group: 'log loss', confidence: 0.95 };
  const none = {
    task: 'classification',
    metric: 'log-loss',
    classes: 3,
    train: null,
    trainDev: null,
    dev: null,
  } as const;
  const measure = (random: Random, mean: number, rows: number): EvidenceScore =>
    scoreOf(
      'log-loss',
      Float64Array.from({ length: rows }, () => -mean * Math.log(1 - random.uniform())),
      null,
    );
  return [
    {
      ...common,
      ...{ gap: 'bias', name: `mean .3, ${count}`, truth: 0.3 },
      draw: (random) => gapLimits('bias', { ...none, train: measure(random, 0.3, count) }),
    },
    {
      ...common,
      ...{ gap: 'variance', name: `means .3 and .5, ${4 * count} and ${count}`, truth: 0.2 },
      draw: (random) =>
        gapLimits('variance', { ...none, train: measure(random, 0.3, 4 * count), dev: measure(random, 0.5, count) }),
    },
    {
      ...common,
      ...{ gap: 'mismatch', name: `means .3 and .5, ${count} and ${count}`, truth: 0.2 },
      draw: (random) =>
        gapLimits('mismatch', { ...none, trainDev: measure(random, 0.3, count), dev: measure(random, 0.5, count) }),
    },
  ];
}

/** All of them. */
export const meanCells: readonly Cell[] = [
  ...residuals.flatMap((of) =>
    (['rmse', 'mae'] as const).flatMap((metric) => counts.flatMap((count) => regression(of, metric, count))),
  ),
  ...counts.flatMap(logLoss),
];
