import { linearPlan } from '../../plan/defaults.ts';
import type { Plan } from '../../plan/plan.ts';
import type { TuneContext } from '../context.ts';
import type { UnitResult } from '../evaluator.ts';
import { pairedGain } from '../gain.ts';

/** The plan that the baseline starts from, with the epochs that the precheck chose. */
function basePlan(context: TuneContext): Plan {
  const { plan } = context;
  const { epochs } = context.state();
  return { ...plan, training: { ...plan.training, epochs: epochs ?? plan.training.epochs } };
}

/** Measures the network without hidden layers and the default network; the one that is better by more than noise starts. */
export async function baseline(context: TuneContext): Promise<void> {
  const { evaluator, units, metric, signal } = context;
  const plan = basePlan(context);
  const both = (count: number) => {
    const indices = Array.from({ length: count }, (_, i) => i);
    return Promise.all([
      evaluator.run(linearPlan(plan), indices, { label: 'no hidden layers', signal }),
      evaluator.run(plan, indices, { label: 'baseline', signal }),
    ]);
  };
  const linearWins = ([linear, network]: Awaited<ReturnType<typeof both>>): boolean => {
    const terms = (results: readonly UnitResult[]) => results.map((result) => result.terms);
    return pairedGain(metric, terms(network), terms(linear)).high < 0;
  };
  let results = await both(units.baseline);
  // One hold-out cannot tell luck from skill: a win of the smaller network is looked at as closely as any decision.
  if (linearWins(results) && units.baseline < units.decision) results = await both(units.decision);
  const [linear, network] = results;
  const linearEvaluation = evaluator.evaluate(linearPlan(plan), linear);
  await context.emit({
    type: 'baseline',
    linear: linearEvaluation,
    evaluation: linearWins(results) ? linearEvaluation : evaluator.evaluate(plan, network),
  });
}
