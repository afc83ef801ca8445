// In: the plan of a network and the shape of its inputs. Out: its layers in the order in which they run.

import { FettleError } from '../base/error.ts';
import type { NetworkPlan } from '../plan/plan.ts';
import type { NetworkInputs } from './specs.ts';
import type { Step } from './step.ts';
import { mlpSteps } from './structures/mlp.ts';

/** The layers of a network in the order in which they run; the last one is `output`. */
export function networkSteps(plan: NetworkPlan, inputs: NetworkInputs): readonly Step[] {
  if (plan.kind === 'mlp') return mlpSteps(plan, inputs);
  throw new FettleError('plan', 'Convolutional networks are not built yet.');
}
