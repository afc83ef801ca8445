import { diagnose as judge } from '../../diagnosis/diagnose.ts';
import { evidenceOf } from '../../diagnosis/evidence-of.ts';
import type { TuneContext } from '../context.ts';

/** Judges the plan in force on the units that it was measured on. */
export async function diagnose(context: TuneContext): Promise<void> {
  const { incumbent } = context.state();
  if (incumbent === null) throw new Error('a diagnosis needs a plan in force');
  const { evaluator, units, signal } = context;
  const indices = Array.from({ length: Math.max(incumbent.units, units.baseline) }, (_, i) => i);
  const results = await evaluator.run(incumbent.plan, indices, { label: 'the plan in force', signal });
  const evidence = evidenceOf(
    results.map(({ record }) => record),
    { repeats: 'folds' },
  );
  const diagnosis = judge(evidence, {
    optimalError: context.optimalError,
    ...(context.tolerance === null ? {} : { tolerance: context.tolerance }),
  });
  await context.emit({ type: 'diagnosed', evaluation: incumbent, diagnosis });
}
