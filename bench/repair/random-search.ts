// In: a faulty case, and what it may cost. Out: the best of plans drawn at random from the space that the recipe moves in.
// The faulty plan itself is tried first, so that the search is never worse than it on the rows that judge.

import type { Random } from '../../src/base/random.ts';
import type { MlpPlan, Plan } from '../../src/plan/plan.ts';
import type { BenchCase } from '../diagnosis/case.ts';
import type { Judging } from './judging.ts';

/** What the search came to. */
export interface Searched {
  readonly plan: Plan;
  readonly spent: number;
  readonly trainings: number;
}

const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)] as T;

/** Between two powers of ten, evenly on their scale. */
const logBetween = (random: Random, from: number, to: number): number => 10 ** (from + (to - from) * random.uniform());

/** Nothing half of the time, else a strength. */
const sometimes = (random: Random, from: number, to: number): number =>
  random.uniform() < 0.5 ? 0 : logBetween(random, from, to);

function drawMlp(random: Random, network: MlpPlan): MlpPlan {
  return {
    ...network,
    hidden: pick(random, [[], [64], [128, 128], [256, 256, 256], [512, 512, 512]]),
    activation: pick(random, ['relu', 'selu', 'mish', 'tanh', 'sigmoid', 'linear']),
    normalization: pick(random, ['none', 'batch', 'layer']),
    residual: random.uniform() < 0.3,
    inputScale: random.uniform() < 0.5,
    initializer: pick(random, ['he-normal', 'glorot-normal', 'lecun-normal', 'orthogonal']),
  };
}

/** A plan of the space; epochs up to `most`, the schedule and the optimizer's kind among the usual ones. */
export function drawPlan(random: Random, plan: Plan, most: number): Plan {
  const { network, regularization, preprocessing, training } = plan;
  const learningRate = logBetween(random, -5, 0);
  const optimizer: Plan['optimizer'] =
    random.uniform() < 0.5
      ? { kind: 'sgd', learningRate, momentum: 0.9, nesterov: false }
      : { kind: 'adamw', learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
  return {
    ...plan,
    network: network.kind === 'mlp' ? drawMlp(random, network) : network,
    preprocessing: {
      ...preprocessing,
      center: pick(random, ['none', 'mean', 'median']),
      scale: pick(random, ['none', 'standard-deviation', 'interquartile-range']),
      standardizeTarget: random.uniform() < 0.5,
    },
    optimizer,
    schedule: pick<Plan['schedule']>(random, [
      { kind: 'constant' },
      { kind: 'cosine', warmUp: 0.1 },
      { kind: 'one-cycle', warmUp: 0.2 },
    ]),
    regularization: {
      ...regularization,
      l2: { ...regularization.l2, strength: sometimes(random, -3, 1) },
      l1: { ...regularization.l1, strength: sometimes(random, -3, 1) },
      dropout: { ...regularization.dropout, rate: random.uniform() < 0.5 ? 0 : 0.9 * random.uniform() },
      earlyStopping: { patience: null },
    },
    training: {
      ...training,
      batchSize: 2 ** (4 + random.below(6)),
      epochs: Math.max(1, Math.round(logBetween(random, 0, Math.log10(most)))),
      clipNorm: random.uniform() < 0.5 ? null : 1,
    },
  };
}

/** Draws and judges plans until the cost is spent; a plan that fettle refuses costs nothing. */
export async function searchAtRandom(
  { plan }: BenchCase,
  judging: Judging,
  { cost, random, epochs }: { readonly cost: number; readonly random: Random; readonly epochs: number },
): Promise<Searched> {
  const { evaluator } = judging;
  const { signal } = new AbortController();
  let best: { plan: Plan; error: number } | null = null;
  for (let i = 0; judging.spent() < cost && i < 1000; i++) {
    const drawn = i === 0 ? plan : drawPlan(random, plan, epochs);
    const results = await evaluator.run(drawn, [0], { label: 'random search', signal }).catch(() => null);
    if (results === null) continue;
    const { value } = evaluator.evaluate(drawn, results).dev;
    if (Number.isFinite(value) && (best === null || value < best.error)) best = { plan: drawn, error: value };
  }
  return { plan: best?.plan ?? plan, spent: judging.spent(), trainings: evaluator.trials };
}
