import { linearPlan } from '../../plan/defaults.ts';
import type { Plan } from '../../plan/plan.ts';
import type { TuneContext } from '../context.ts';
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
  const indices = Array.from({ length: units.baseline }, (_, i) => i);
  const plan = basePlan(context);
  const [linear, network] = await Promise.all([
    evaluator.run(linearPlan(plan), indices, { label: 'no hidden layers', signal }),
    evaluator.run(plan, indices, { label: 'baseline', signal }),
  ]);
  const terms = (results: typeof linear) => results.map((result) => result.terms);
  const linearWins = pairedGain(metric, terms(network), terms(linear)).high < 0;
  const linearEvaluation = evaluator.evaluate(linearPlan(plan), linear);
  await context.emit({
    type: 'baseline',
    linear: linearEvaluation,
    evaluation: linearWins ? linearEvaluation : evaluator.evaluate(plan, network),
  });
}
