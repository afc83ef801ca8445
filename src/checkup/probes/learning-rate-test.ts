// In: a plan, training rows, an engine. Out: what short trainings at other learning rates come to, and the range of rates that
// cannot be told from the best. The plan's rate is where the search begins; it walks up until nothing is learned any more,
// then down, looks closer around the best, and repeats what is near it from another start.

import { hash32 } from '../../base/random.ts';
import { mean, standardDeviation } from '../../base/statistics.ts';
import { batchCount } from '../../data/batches.ts';
import type { Dataset } from '../../data/dataset.ts';
import type { Runtime } from '../../engine/index.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LearningRatePoint, LearningRateTest } from '../../record/probes.ts';
import type { TrainedWeights } from '../../training/train-options.ts';
import { openShortRuns, type ShortRuns } from './short-runs.ts';

/** What a learning-rate test is made with. */
export interface LearningRateTestOptions {
  readonly plan: Plan;
  readonly train: Dataset;
  readonly runtime: Runtime;
  /** First weights in place of random ones, at all repeats. */
  readonly start?: TrainedWeights | null;
  /** About how long it may take: fewer steps fit into less time. Null is no limit. */
  readonly seconds: number | null;
  readonly signal?: AbortSignal;
  /** The share that is done. */
  readonly onProgress?: (share: number) => void;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/** Steps of one training: three epochs, but neither so few that noise decides nor more than the range needs. */
const steps = { least: 16, wanted: 100, most: 200, epochs: 3 };

/** Rates are powers of ten around the plan's, as far as the walk leads; around the best, half powers. */
const decades = 8;

/** Trainings that a test takes, early ends counted by what they take: measured on healthy and wrong rates. */
const usualRuns = 11;

/** Starts from which the best rates are tried. */
const starts = 3;

/** A rate is as good as the best if its loss is above the best one's by less than this share of the possible fall ... */
const sameShare = 0.1;

/** ... or by less than so many standard errors of the difference over the starts. */
const sameErrors = 2;

/** Rates whose loss is near the best one's are repeated from other starts: within this share of the possible fall. */
const nearShare = 0.3;

/** The walk ends after two rates that reach less than this share of the best fall ... */
const uselessShare = 0.25;

/** ... if that is at least this share of the start's loss. */
const leastFall = 0.01;

const deviationOf = (values: readonly number[]): number | null =>
  values.length < 2 ? null : standardDeviation(values);

/** Losses by exponent (in half powers of ten from the plan's rate) and start; null where it diverged. */
type Losses = Map<number, (number | null)[]>;

/** One test as it goes on. */
interface Search {
  readonly options: LearningRateTestOptions;
  readonly steps: number;
  readonly losses: Losses;
  /** Losses at rate 0, by start. */
  readonly startLosses: number[];
  /** Whether there is time for one more training. */
  readonly goesOn: () => boolean;
  done: number;
}

/** Six digits, so that a rate reads as it was meant. */
const rateAt = ({ options }: Search, exponent: number): number =>
  Number((options.plan.optimizer.learningRate * 10 ** (exponent / 2)).toPrecision(6));

async function tryRate(search: Search, runs: ShortRuns, exponent: number): Promise<number | null> {
  const loss = await runs.run(rateAt(search, exponent), search.steps);
  search.losses.set(exponent, [...(search.losses.get(exponent) ?? []), loss]);
  search.done++;
  search.options.onProgress?.(Math.min(1, search.done / usualRuns));
  return loss;
}

/** The mean loss of a rate, null if it diverged from one of its starts. */
function lossAt({ losses }: Search, exponent: number): number | null {
  const known = losses.get(exponent) ?? [];
  const finite = known.filter((loss) => loss !== null);
  return finite.length === 0 || finite.length < known.length ? null : mean(finite);
}

/** The exponent of the least loss; null if all diverged. */
function bestOf(search: Search): { readonly exponent: number; readonly loss: number } | null {
  let best: { exponent: number; loss: number } | null = null;
  for (const exponent of search.losses.keys()) {
    const loss = lossAt(search, exponent);
    if (loss !== null && (best === null || loss < best.loss)) best = { exponent, loss };
  }
  return best;
}

/** Whether a rate beyond the best one falls far less. */
function isBeyond(search: Search, exponent: number, loss: number): boolean {
  const start = mean(search.startLosses);
  const best = bestOf(search);
  if (best === null || best.exponent === exponent || start - best.loss < leastFall * start) return false;
  return start - loss < uselessShare * (start - best.loss);
}

/** From the plan's rate up by powers of ten until two in a row learn nothing, or far less than the best. */
async function walkUp(search: Search, runs: ShortRuns): Promise<void> {
  let useless = 0;
  for (let exponent = 0; exponent <= 2 * decades && useless < 2 && search.goesOn(); exponent += 2) {
    const loss = await tryRate(search, runs, exponent);
    const worse = loss === null || loss > (1 + leastFall) * mean(search.startLosses);
    useless = worse || isBeyond(search, exponent, loss) ? useless + 1 : 0;
  }
}

/** From the plan's rate down until two in a row fall far less than the best. */
async function walkDown(search: Search, runs: ShortRuns): Promise<void> {
  let useless = 0;
  for (let exponent = -2; exponent >= -2 * decades && useless < 2 && search.goesOn(); exponent -= 2) {
    const loss = await tryRate(search, runs, exponent);
    useless = loss !== null && isBeyond(search, exponent, loss) ? useless + 1 : 0;
  }
}

/** Half powers around the best, then the rates near it and the plan's own from other starts. */
async function lookCloser(search: Search, open: readonly ShortRuns[], next: () => Promise<ShortRuns>): Promise<void> {
  const [first] = open;
  const coarse = bestOf(search);
  if (first === undefined || coarse === null) return;
  for (const exponent of [coarse.exponent + 1, coarse.exponent - 1]) {
    if (search.goesOn()) await tryRate(search, first, exponent);
  }
  const best = bestOf(search) ?? coarse;
  const fall = Math.max(0, mean(search.startLosses) - best.loss);
  const near = [...search.losses.keys()].filter((exponent) => {
    const loss = lossAt(search, exponent);
    return exponent === 0 || (loss !== null && loss - best.loss <= nearShare * fall);
  });
  for (let start = 1; start < starts && search.goesOn(); start++) {
    const runs = await next();
    const loss = await runs.run(0, search.steps);
    if (loss === null) return;
    search.startLosses.push(loss);
    for (const exponent of near.sort((a, b) => Math.abs(a - best.exponent) - Math.abs(b - best.exponent))) {
      if (search.goesOn()) await tryRate(search, runs, exponent);
    }
  }
}

/** Whether a rate's loss is that of the best, noise and a small share of the fall left out; the starts are the same. */
function isSame({ losses }: Search, exponent: number, best: number, fall: number): boolean {
  const a = losses.get(exponent) ?? [];
  const b = losses.get(best) ?? [];
  const differences: number[] = [];
  a.forEach((loss, i) => {
    const other = b[i] ?? null;
    if (loss !== null && other !== null) differences.push(loss - other);
  });
  if (a.includes(null) || differences.length === 0) return false;
  const noise = (deviationOf(differences) ?? 0) / Math.sqrt(differences.length);
  return mean(differences) <= Math.max(sameShare * fall, sameErrors * noise);
}

/** The rates without a gap around the best that cannot be told from it. */
function summarize(search: Search): LearningRateTest | null {
  const best = bestOf(search);
  if (best === null) return null;
  const startLoss = mean(search.startLosses);
  const exponents = [...search.losses.keys()].sort((a, b) => a - b);
  const at = exponents.indexOf(best.exponent);
  const same = (exponent: number | undefined): boolean =>
    exponent !== undefined && isSame(search, exponent, best.exponent, startLoss - best.loss);
  let [low, high] = [at, at];
  while (same(exponents[low - 1])) low--;
  while (same(exponents[high + 1])) high++;
  const points = exponents.map((exponent): LearningRatePoint => {
    const loss = lossAt(search, exponent);
    const known = (search.losses.get(exponent) ?? []).filter((one) => one !== null);
    return { rate: rateAt(search, exponent), loss, deviation: loss === null ? null : deviationOf(known) };
  });
  const rateOf = (index: number): number => rateAt(search, exponents[index] as number);
  return {
    rate: search.options.plan.optimizer.learningRate,
    steps: search.steps,
    repeats: Math.max(...[...search.losses.values()].map((losses) => losses.length)),
    startLoss,
    points,
    best: rateOf(at),
    low: rateOf(low),
    high: rateOf(high),
  };
}

/** Steps of each training, by the epochs and by what fits into the time; null where too few fit. */
function stepsOf(
  { plan, train, seconds }: LearningRateTestOptions,
  secondsPerStep: number,
  spent: number,
): number | null {
  const batches = batchCount(train.rows, Math.min(plan.training.batchSize, train.rows));
  const wanted = Math.min(steps.most, Math.max(steps.wanted, steps.epochs * batches));
  if (seconds === null) return wanted;
  const fit = Math.floor((seconds - spent) / (usualRuns * secondsPerStep));
  return fit < steps.least ? null : Math.min(wanted, fit);
}

/**
 * Tests learning rates with the plan's network, batches and regularization at constant rates. Null where the time is too
 * short, where it was stopped, and where neither the start nor any rate gives a finite loss. With `seconds` null the same
 * plan, rows and engine give the same test.
 */
export async function testLearningRates(options: LearningRateTestOptions): Promise<LearningRateTest | null> {
  const { plan, train, runtime, seconds, signal, start = null } = options;
  const clock = options.clock ?? (() => performance.now() / 1000);
  const begin = clock();
  const open: ShortRuns[] = [];
  const next = async (): Promise<ShortRuns> => {
    const seed = open.length === 0 ? plan.seed : hash32(`${plan.seed}/learning-rate/${open.length}`);
    const runs = await openShortRuns({ plan, train, runtime, seed, start, clock });
    open.push(runs);
    return runs;
  };
  try {
    const first = await next();
    const spent = clock() - begin;
    const each = stepsOf(options, first.secondsPerStep, spent);
    if (each === null) return null;
    const limit = (seconds ?? Number.POSITIVE_INFINITY) - each * first.secondsPerStep;
    const goesOn = (): boolean => signal?.aborted !== true && clock() - begin < limit;
    const startLoss = await first.run(0, each);
    if (startLoss === null) return null;
    const search: Search = { options, steps: each, losses: new Map(), startLosses: [startLoss], goesOn, done: 0 };
    await walkUp(search, first);
    await walkDown(search, first);
    await lookCloser(search, open, next);
    options.onProgress?.(1);
    return signal?.aborted === true ? null : summarize(search);
  } finally {
    for (const runs of open) await runs.release();
  }
}
