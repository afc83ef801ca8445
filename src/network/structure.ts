// In: the plan of a network and the shape of its inputs. Out: its layers in the order in which they run.

import type { NetworkPlan } from '../plan/plan.ts';
import type { NetworkInputs } from './specs.ts';
import type { Step } from './step.ts';
import { cnnSteps } from './structures/cnn.ts';
import { mlpSteps } from './structures/mlp.ts';

/** The layers of a network in the order in which they run; the last one is `output`. */
export function networkSteps(plan: NetworkPlan, inputs: NetworkInputs): readonly Step[] {
  return plan.kind === 'mlp' ? mlpSteps(plan, inputs) : cnnSteps(plan, inputs);
}
