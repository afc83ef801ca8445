import { type Diagnosis, diagnose as judge } from '../../diagnosis/diagnose.ts';
import { evidenceOf } from '../../diagnosis/evidence-of.ts';
import type { DataSizePoint } from '../../record/probes.ts';
import type { TuneContext } from '../context.ts';
import type { UnitResult } from '../evaluator.ts';
import type { Evaluation } from '../journal.ts';

/** The units of the plan in force, as far as it was measured. */
export async function unitsInForce(context: TuneContext, incumbent: Evaluation): Promise<readonly UnitResult[]> {
  const { evaluator, units, signal } = context;
  const indices = Array.from({ length: Math.max(incumbent.units, units.baseline) }, (_, i) => i);
  return evaluator.run(incumbent.plan, indices, { label: 'the plan in force', signal });
}

/** What the rules say about units, the facts about the data, and the plan on parts of its rows where that was tried. */
export function diagnosisOf(
  context: TuneContext,
  results: readonly UnitResult[],
  dataSizes: readonly DataSizePoint[] | null,
): Diagnosis {
  const { optimalError, tolerance, state } = context;
  const evidence = evidenceOf(
    results.map(({ record }) => record),
    { repeats: 'folds' },
  );
  const probes = dataSizes === null ? null : { learningRate: null, reference: null, dataSizes };
  return judge(
    { ...evidence, data: state().facts, probes },
    { optimalError, ...(tolerance === null ? {} : { tolerance }) },
  );
}

/** Judges the plan in force on the units that it was measured on. */
export async function diagnose(context: TuneContext): Promise<void> {
  const { incumbent } = context.state();
  if (incumbent === null) throw new Error('a diagnosis needs a plan in force');
  const diagnosis = diagnosisOf(context, await unitsInForce(context, incumbent), null);
  await context.emit({ type: 'diagnosed', evaluation: incumbent, diagnosis });
}
