// In: plans. Out: how they do on the units, each training done once and remembered.

import { FettleError } from '../base/error.ts';
import { hash32 } from '../base/random.ts';
import { median } from '../base/statistics.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Executor, Trial, TrialResult } from '../execution/execution.ts';
import { type Plan, printPlan } from '../plan/plan.ts';
import type { CurvePoint, Metric, Score } from '../record/record.ts';
import { type Predictions, rowTerms, scoreOf } from '../training/score.ts';
import type { UnitTerms } from './gain.ts';
import type { Evaluation } from './journal.ts';
import type { Unit, Units } from './units.ts';

/** What is kept of a trial: everything but the weights, which only a final fit needs. */
export interface UnitResult {
  readonly trial: string;
  readonly unit: number;
  readonly record: TrialResult['record'];
  readonly predictions: Predictions;
  readonly terms: UnitTerms;
}

/** Results of earlier trials, so that a resumed tuning does not train them again. */
export interface TrialStore {
  load(id: string): Promise<{ record: TrialResult['record']; predictions: Predictions } | null>;
  save(id: string, result: TrialResult): Promise<void>;
}

/** What an evaluator is made of. */
export interface EvaluatorOptions {
  readonly executor: Executor;
  readonly units: Units;
  readonly metric: Metric;
  /** The target of every row of the table, as class codes or numbers. */
  readonly target: Dataset['target'];
  readonly store: TrialStore;
  /** Called once for each trial that is finished, new or stored. */
  readonly onTrial: (result: UnitResult, label: string) => Promise<void>;
  readonly onPoint: (trial: Trial, label: string, point: CurvePoint) => void;
  readonly onEnd: (trial: Trial) => void;
}

/** What comes along with an evaluation. */
export interface EvaluationRun {
  /** Names the plan in progress and journal. */
  readonly label: string;
  readonly signal: AbortSignal;
  /** Another seed for the same plan and unit. Default 0. */
  readonly extraSeed?: number;
}

/** Judges plans on units. */
export interface Evaluator {
  /** Results of a plan on the units asked for; rejects with code `interrupted` when the signal ends it before. */
  run(plan: Plan, units: readonly number[], options: EvaluationRun): Promise<readonly UnitResult[]>;
  /** What the results say together. */
  evaluate(plan: Plan, results: readonly UnitResult[]): Evaluation;
  readonly trials: number;
}

/** Evaluations over a run in a search: enough to find the best epoch, few enough not to cost much. */
const searchEvaluations = 32;

/** The id of a trial: 64 bits of everything that it depends on. */
export function trialId(plan: Plan, rows: Uint32Array, purpose: string): string {
  let sum = rows.length;
  for (let i = 0; i < rows.length; i++) sum = (Math.imul(sum, 31) + (rows[i] as number)) >>> 0;
  const text = `${printPlan(plan)}|${sum}|${purpose}`;
  return [hash32(text), hash32(`${text}.`)].map((h) => h.toString(16).padStart(8, '0')).join('');
}

/** The score of several units' terms: every row counts once, averaged over the units it was held out in. */
function pooledScore(metric: Metric, results: readonly UnitResult[], deviation: number | null): Score {
  const byRow = new Map<number, { sum: number; count: number }>();
  for (const { terms } of results) {
    terms.rows.forEach((row, i) => {
      const entry = byRow.get(row) ?? { sum: 0, count: 0 };
      byRow.set(row, { sum: entry.sum + (terms.terms[i] as number), count: entry.count + 1 });
    });
  }
  return scoreOf(
    metric,
    Float32Array.from([...byRow.values()], ({ sum, count }) => sum / count),
    deviation,
  );
}

/** The mean of the units' training scores; rows are shared between units, so the count is one unit's. */
function meanTrain(metric: Metric, results: readonly UnitResult[]): Score {
  const scores = results.map(({ record }) => record.train).filter((score) => score !== null);
  const first = scores[0];
  if (first === undefined) throw new Error('a finished trial has a training score');
  const mean = (of: (score: Score) => number) => scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  const value = metric === 'rmse' ? Math.sqrt(mean((score) => score.value ** 2)) : mean((score) => score.value);
  const share = first.share === null ? null : mean((score) => score.share ?? 0);
  return { value, count: first.count, standardError: first.standardError, share };
}

/** An evaluator over an executor. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const { executor, units, metric, target, store } = options;
  const known = new Map<string, Promise<UnitResult>>();
  let trials = 0;

  const make = async (trial: Trial, unit: Unit, { label, signal }: EvaluationRun): Promise<UnitResult> => {
    let stored = await store.load(trial.id);
    if (stored === null) {
      const onPoint = (point: CurvePoint): void => options.onPoint(trial, label, point);
      const result = await executor.run(trial, { signal, onPoint }).finally(() => options.onEnd(trial));
      // A trial that was cut short says nothing about its plan.
      if (signal.aborted) throw new FettleError('interrupted', `The trial ${trial.id} was stopped.`);
      await store.save(trial.id, result);
      if (result.devPredictions === null) throw new Error('a trial of a search has dev rows');
      stored = { record: result.record, predictions: result.devPredictions };
    }
    const { record, predictions } = stored;
    const truth = Array.from(unit.devRows, (row) => target[row] as number);
    const values = target instanceof Int32Array ? Int32Array.from(truth) : Float32Array.from(truth);
    const terms = { unit: unit.index, rows: unit.devRows, terms: rowTerms(metric, predictions, values) };
    const result = { trial: trial.id, unit: unit.index, record, predictions, terms };
    trials++;
    await options.onTrial(result, label);
    return result;
  };

  const one = (plan: Plan, index: number, run: EvaluationRun): Promise<UnitResult> => {
    const unit = units.units[index];
    if (unit === undefined) throw new Error(`there is no unit ${index}`);
    const seeded = { ...plan, seed: hash32(`${plan.seed}/${unit.seed}/${run.extraSeed ?? 0}`) };
    const trial: Trial = {
      id: trialId(seeded, unit.trainRows, `unit ${index}`),
      plan: seeded,
      metric,
      ...{ trainRows: unit.trainRows, devRows: unit.devRows, trainDevRows: unit.trainDevRows },
      seconds: null,
      stopEpoch: null,
      evaluations: searchEvaluations,
    };
    const found = known.get(trial.id) ?? make(trial, unit, run);
    known.set(trial.id, found);
    found.catch(() => known.delete(trial.id));
    return found;
  };

  return {
    get trials() {
      return trials;
    },
    run: (plan, indices, run) => Promise.all(indices.map((index) => one(plan, index, run))),
    evaluate(plan, results) {
      const train = meanTrain(metric, results);
      const deviation = train.share === null || train.share === 0 ? null : train.value / train.share;
      // A run that diverged at once has no curve, and fits no better than the weights of its start.
      const least = results.map(({ record: { curve, train } }) =>
        Math.min(
          ...curve.map((point) => point.trainError ?? Number.POSITIVE_INFINITY),
          ...(curve.length === 0 && train !== null ? [train.value] : []),
        ),
      );
      return {
        plan,
        train,
        dev: pooledScore(metric, results, deviation),
        leastTrainError: least.reduce((sum, x) => sum + x, 0) / least.length,
        bestEpoch: Math.round(median(results.map(({ record }) => record.bestEpoch ?? record.curve.at(-1)?.epoch ?? 1))),
        units: results.length,
        parameters: results[0]?.record.parameters ?? 0,
        seconds: results.reduce((sum, { record }) => sum + (record.seconds ?? 0), 0),
        curve: results[0]?.record.curve ?? [],
      };
    },
  };
}
