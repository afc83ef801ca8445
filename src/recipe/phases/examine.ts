// In: the plan in force, when nothing is left to try. Out: where its errors are, and what more data would do about them.

import { analyseErrors } from '../../checkup/error-analysis.ts';
import { trainDataSizes } from '../../checkup/probes/data-sizes.ts';
import type { VerdictId } from '../../diagnosis/rules/index.ts';
import type { Trial } from '../../execution/execution.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ErrorAnalysis } from '../../record/error-analysis.ts';
import type { DataSizePoint } from '../../record/probes.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Predictions } from '../../training/score.ts';
import type { TuneContext } from '../context.ts';
import { trialId, type UnitResult } from '../evaluator.ts';
import type { Evaluation } from '../journal.ts';
import { ablationSeconds, searchSeconds, secondsOfOne } from '../time.ts';
import { diagnosisOf, unitsInForce } from './diagnose.ts';

/** Predictions of several units, one after the other. */
function joined(results: readonly UnitResult[]): { readonly rows: Uint32Array; readonly predictions: Predictions } {
  const rows = results.flatMap(({ terms }) => [...terms.rows]);
  const outputs = results[0]?.predictions.outputs ?? 1;
  const values = new Float32Array(rows.length * outputs);
  let at = 0;
  for (const { predictions } of results) {
    values.set(predictions.values, at);
    at += predictions.values.length;
  }
  return { rows: Uint32Array.from(rows), predictions: { rows: rows.length, outputs, values } };
}

/** The errors on rows that were held out: of one repeat of the folds, where every row is there once, or of one hold-out. */
function onHeldOut({ table, roles, units }: TuneContext, results: readonly UnitResult[]): ErrorAnalysis {
  return analyseErrors({ set: 'dev', table, roles, ...joined(results.slice(0, units.baseline)) });
}

/** The errors on rows that were trained on, up to the epoch that was kept; null without time for that training. */
async function onTraining(context: TuneContext, incumbent: Evaluation): Promise<ErrorAnalysis | null> {
  const { units, executor, metric, signal, table, roles } = context;
  const unit = units.units[0];
  if (unit === undefined) return null;
  const { plan, bestEpoch } = incumbent;
  const rows = unit.trainRows;
  if (secondsOfOne(context, incumbent, bestEpoch, rows.length) > ablationSeconds(context, incumbent) / 2) return null;
  const trial: Trial = {
    ...{ id: trialId(plan, rows, 'training errors'), plan, metric, trainRows: rows, devRows: rows },
    ...{ trainDevRows: null, seconds: null, stopEpoch: Math.max(1, bestEpoch), evaluations: 1 },
  };
  const { devPredictions } = await executor.run(trial, { signal });
  signal.throwIfAborted();
  return devPredictions && analyseErrors({ set: 'train', table, roles, rows, predictions: devPredictions });
}

/** The plan on parts of the rows of the first unit, in the time that the search has left. */
async function onDataSizes(
  context: TuneContext,
  { plan }: Evaluation,
  full: UnitResult,
): Promise<readonly DataSizePoint[] | null> {
  const { table, roles, units, executor, metric, signal, budget } = context;
  const unit = units.units[full.unit];
  if (unit === undefined) return null;
  const { trainRows, devRows } = unit;
  const train = async (part: Plan, rows: Uint32Array): Promise<RunRecord> => {
    const trial: Trial = {
      ...{ id: trialId(part, rows, 'data sizes'), plan: part, metric, trainRows: rows, devRows },
      ...{ trainDevRows: null, seconds: null, stopEpoch: null, evaluations: 32 },
    };
    return (await executor.run(trial, { signal })).record;
  };
  const seconds = budget.seconds === null ? null : searchSeconds(context);
  const common = { table, roles, plan, trainRows, full: full.record, train, slots: executor.slots, seconds, signal };
  return trainDataSizes(common);
}

/** Looks at the errors of the plan in force and, where the variance counts, at what more rows would bring. */
export async function examine(context: TuneContext): Promise<void> {
  const { incumbent, diagnosis } = context.state();
  if (incumbent === null || diagnosis === null)
    throw new Error('an examination needs a plan in force and its verdicts');
  const has = (id: VerdictId): boolean => diagnosis.verdicts.some((verdict) => verdict.id === id);
  const results = await unitsInForce(context, incumbent);
  const held = onHeldOut(context, results);
  const fitted = has('high-bias') ? await onTraining(context, incumbent) : null;
  const analysis = fitted === null ? [held] : [held, fitted];
  const [first] = results;
  const dataSizes = first !== undefined && has('high-variance') ? await onDataSizes(context, incumbent, first) : null;
  context.signal.throwIfAborted();
  const judged = dataSizes === null ? diagnosis : diagnosisOf(context, results, dataSizes);
  await context.emit({ type: 'examined', analysis, dataSizes, diagnosis: judged });
}
