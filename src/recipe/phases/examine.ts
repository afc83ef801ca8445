// In: the plan in force, when nothing is left to try. Out: where its errors are, and what more data would do about them.

import { analyseErrors } from '../../checkup/error-analysis.ts';
import type { VerdictId } from '../../diagnosis/rules/index.ts';
import type { Trial } from '../../execution/execution.ts';
import type { ErrorAnalysis } from '../../record/error-analysis.ts';
import type { Predictions } from '../../training/score.ts';
import type { TuneContext } from '../context.ts';
import { trialId, type UnitResult } from '../evaluator.ts';
import type { Evaluation } from '../journal.ts';
import { ablationSeconds, secondsOfOne } from '../time.ts';

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
async function onHeldOut(context: TuneContext, incumbent: Evaluation): Promise<ErrorAnalysis> {
  const { evaluator, units, signal, table, roles } = context;
  const indices = Array.from({ length: units.baseline }, (_, i) => i);
  const results = await evaluator.run(incumbent.plan, indices, { label: 'the plan in force', signal });
  return analyseErrors({ set: 'dev', table, roles, ...joined(results) });
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

/** Looks at the errors of the plan in force and, where the variance counts, at what more rows would bring. */
export async function examine(context: TuneContext): Promise<void> {
  const { incumbent, diagnosis } = context.state();
  if (incumbent === null || diagnosis === null)
    throw new Error('an examination needs a plan in force and its verdicts');
  const has = (id: VerdictId): boolean => diagnosis.verdicts.some((verdict) => verdict.id === id);
  const held = await onHeldOut(context, incumbent);
  const fitted = has('high-bias') ? await onTraining(context, incumbent) : null;
  const analysis = fitted === null ? [held] : [held, fitted];
  await context.emit({ type: 'examined', analysis, dataSizes: null, diagnosis });
}
