import type { Plan } from '../../plan/plan.ts';
import { deadline } from '../budget.ts';
import type { TuneContext } from '../context.ts';
import { trialId } from '../evaluator.ts';
import { wantedTrainings } from '../time.ts';

/** Fewer epochs than this say little about a plan. */
const fewestEpochs = 4;

/** Trains for a moment, so that the epochs can be chosen such that the search has time for enough trainings. */
async function measureEpoch(context: TuneContext): Promise<number | null> {
  const { budget, units, plan, executor, signal } = context;
  const unit = units.units[0];
  if (budget.seconds === null || unit === undefined) return null;
  const seconds = Math.min(1.5, budget.seconds * 0.02);
  const limit = deadline(signal, seconds * 4);
  try {
    const { trainRows, devRows } = unit;
    const trial = { id: trialId(plan, trainRows, 'probe'), plan, metric: context.metric, trainRows, devRows };
    const { record } = await executor.run(
      { ...trial, seconds, stopEpoch: null, evaluations: 1 },
      { signal: limit.signal },
    );
    const last = record.curve.at(-1);
    if (last === undefined || last.step === 0) return null;
    const batch = Math.min(plan.training.batchSize, trainRows.length);
    return (last.seconds / last.step) * Math.max(1, Math.floor(trainRows.length / batch));
  } finally {
    limit.stop();
  }
}

/** The epochs that leave time for the search; the plan's own where there is no budget, or enough time. */
export function affordableEpochs(context: TuneContext, plan: Plan, secondsPerEpoch: number | null): number {
  if (secondsPerEpoch === null) return plan.training.epochs;
  const left = context.budget.left('search') * context.executor.slots;
  const epochs = Math.floor(left / wantedTrainings[context.units.kind] / secondsPerEpoch);
  return Math.max(fewestEpochs, Math.min(plan.training.epochs, epochs));
}

/** A look takes up to a second (measured on tables of 20,000 rows): a shorter tuning needs its time for trainings. */
const leastSecondsForLook = 20;

/** Measures what an epoch costs, looks at the data and says what a person should know of the data. */
export async function precheck(context: TuneContext): Promise<void> {
  const secondsPerEpoch = await measureEpoch(context);
  const epochs = affordableEpochs(context, context.plan, secondsPerEpoch);
  const usualEpochs = affordableEpochs(context, context.usual, secondsPerEpoch);
  const { seconds } = context.budget;
  const facts = seconds === null || seconds >= leastSecondsForLook ? context.lookAtData() : null;
  await context.emit({ type: 'prechecked', notes: context.notes, epochs, usualEpochs, secondsPerEpoch, facts });
}
